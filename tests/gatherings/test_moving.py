"""A session is moved: the free come along, others may leave, rooms and trainers hold."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment
from app.domain.seats.refusals import (
    Clash,
    RoomTaken,
)
from app.domain.timespan import Timespan
from app.gatherings.models import Gathering, Meeting
from app.gatherings.services import bookings
from app.gatherings.services.bookings import Moved, Sitting
from tests.factories import NOW
from tests.gatherings.acting import LATER, Cast, ask, told
from tests.gatherings.makers import (
    START,
    make_gathering,
    make_room,
    make_trainer,
)


@pytest.fixture
def cast(session):
    return Cast(session)


def sitting(session, gathering, start, **place):
    [meeting] = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id))
    return Sitting(meeting.id, Timespan(start, start + timedelta(hours=2)), **place)


def test_moved_meeting_claims_time_anew_and_whoever_is_elsewhere_may_leave(session, cast):
    gathering = make_gathering(session, cancel_days=2)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    to = START + timedelta(days=1, hours=3)
    bookings.book(session, make_gathering(session, starts_at=to).id, cast.bo.id, at=NOW)

    moved = bookings.reschedule(
        session,
        gathering.id,
        [sitting(session, gathering, to, place="Town hall")],
        by=cast.olga.id,
        at=LATER,
    )

    session.refresh(gathering)
    assert moved == Moved(told=2, elsewhere=(cast.bo.id,))
    assert (gathering.starts_at, gathering.closes_at) == (to, to - timedelta(days=1))
    assert gathering.cancel_until == to - timedelta(days=4)  # over a weekend
    claims = session.execute(
        select(Commitment.starts_at, Commitment.hard, Commitment.location, Commitment.sequence)
        .where(Commitment.location == "Town hall")
        .order_by(Commitment.person_id)
    )
    assert [tuple(row) for row in claims] == [
        (to, True, "Town hall", 1),
        (to, False, "Town hall", 1),
    ]
    late = to - timedelta(minutes=5)
    assert bookings.cancel(session, second.booking_id, at=late, by=cast.bo.id).state == "cancelled"
    assert bookings.cancel(session, first.booking_id, at=late, by=cast.ada.id).state == "cancelled"
    assert told(session, cast.bo)[-2] == "New time, and you are elsewhere then: %(what)s"


def test_every_move_is_told_and_a_version_of_its_own_even_if_only_the_place_changes(session, cast):
    gathering = make_gathering(session)
    ask(session, gathering, cast.ada)
    versions = []

    for place in ("Town hall", "Mill", "Town hall"):
        moved = sitting(session, gathering, START, place=place)
        bookings.reschedule(session, gathering.id, [moved], by=cast.olga.id, at=LATER)
        versions.append(session.scalar(select(Gathering.version)))

    assert versions == sorted(set(versions))
    assert told(session, cast.ada).count("New time or place: %(what)s") == 3


def test_meetings_of_one_session_may_swap_their_times(session, cast):
    gathering = make_gathering(session, meetings=2)
    ask(session, gathering, cast.ada)
    one, two = session.scalars(
        select(Meeting).where(Meeting.gathering_id == gathering.id).order_by(Meeting.number)
    )

    bookings.reschedule(
        session,
        gathering.id,
        [Sitting(one.id, two.span, place="A"), Sitting(two.id, one.span, place="B")],
        by=cast.olga.id,
        at=LATER,
    )

    claims = session.execute(
        select(Commitment.source_id, Commitment.hard).order_by(Commitment.starts_at)
    )
    assert [tuple(row) for row in claims] == [(two.id, True), (one.id, True)]


def test_meeting_is_not_moved_into_a_taken_room_or_away_from_its_trainer(session, cast):
    room = make_room(session)
    other, gathering = make_gathering(session), make_gathering(session)
    to = START + timedelta(days=2)
    taken = session.scalars(select(Meeting).where(Meeting.gathering_id == other.id)).one()
    taken.room_id, taken.starts_at, taken.ends_at = room.id, to, to + timedelta(hours=1)
    own = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id)).one()
    make_trainer(session, own, cast.lea)
    third = make_gathering(session, starts_at=to)
    bookings.book(session, third.id, cast.lea.id, at=NOW)
    session.flush()

    with pytest.raises(RoomTaken):
        bookings.reschedule(
            session,
            gathering.id,
            [sitting(session, gathering, to, room_id=room.id)],
            by=cast.olga.id,
            at=LATER,
        )
    session.rollback()


def test_trainer_of_a_moved_meeting_must_be_free(session, cast):
    gathering = make_gathering(session)
    to = START + timedelta(days=2)
    own = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id)).one()
    make_trainer(session, own, cast.lea)
    third = make_gathering(session, starts_at=to)
    bookings.book(session, third.id, cast.lea.id, at=NOW)

    with pytest.raises(Clash):
        bookings.reschedule(
            session,
            gathering.id,
            [sitting(session, gathering, to, place="X")],
            by=cast.olga.id,
            at=LATER,
        )

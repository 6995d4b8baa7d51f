"""Lists are kept by hand or by the code on site; certificates come from them alone."""

import re
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.domain.attendance import NotBegun, Presence, WrongCode
from app.domain.seats import BookingState
from app.gatherings.models import (
    Attendance,
    AttendanceStep,
    Booking,
    BookingStep,
    Certificate,
    Meeting,
)
from app.gatherings.services.attendance import Mark, check_in, keep_list, show_code
from app.outbox.models import Notice
from migrations import guards
from tests.factories import NOW, make_person, make_team, sign_in
from tests.gatherings.makers import make_booking, make_course, make_gathering, make_trainer
from tests.people.door import csrf_token

BEGAN = NOW - timedelta(hours=3)
DICE = Random(1)  # noqa: S311 - the same luck every time


@pytest.fixture
def held(session):
    """Give a session of two meetings, the second of which is just over, with two bookings."""
    course = make_course(session, validity_months=24)
    starts_at = BEGAN - timedelta(weeks=1)
    return make_gathering(session, course=course, starts_at=starts_at, meetings=2)


@pytest.fixture
def pair(session, held):
    team = make_team(session)
    return [make_booking(session, held, make_person(session, name, team=team)) for name in "AB"]


def meetings(session, gathering):
    query = select(Meeting).where(Meeting.gathering_id == gathering.id).order_by(Meeting.number)
    return session.scalars(query).all()


def marks(session, gathering, booking, *presences):
    both = zip(meetings(session, gathering), presences, strict=False)
    return [Mark(booking.id, meeting.id, presence) for meeting, presence in both]


def keep(session, gathering, *lists, at=NOW):
    every = [mark for one in lists for mark in one]
    return keep_list(session, gathering.id, every, by=None, at=at, random=DICE)


def test_who_was_there_attended_and_gets_a_certificate(app, session, held, pair):
    ada, bo = pair
    keep(
        session,
        held,
        marks(session, held, ada, Presence.PRESENT, Presence.LATE),
        marks(session, held, bo, Presence.PRESENT, Presence.ABSENT),
    )

    assert [ada.state, bo.state] == [BookingState.ATTENDED, BookingState.PARTLY_ATTENDED]
    certificate = session.scalars(select(Certificate)).one()
    assert (certificate.booking_id, certificate.valid_until.year) == (ada.id, 2028)
    told = session.scalars(select(Notice.person_id).where(Notice.path == "/certificates")).all()
    assert told == [ada.person_id]


def test_a_list_with_gaps_ends_nothing(app, session, held, pair):
    ada, _bo = pair

    keep(session, held, marks(session, held, ada, Presence.PRESENT))

    assert ada.state is BookingState.BOOKED
    assert session.scalars(select(Certificate)).all() == []


def test_a_corrected_list_withdraws_the_certificate(app, session, held, pair):
    ada, _bo = pair
    keep(session, held, marks(session, held, ada, Presence.PRESENT, Presence.PRESENT))

    keep(session, held, marks(session, held, ada, Presence.EXCUSED, Presence.ABSENT))

    assert ada.state is BookingState.NO_SHOW
    assert [row.withdrawn_at for row in session.scalars(select(Certificate))] == [NOW]
    versions = session.scalars(
        select(BookingStep.version).where(BookingStep.booking_id == ada.id)
    ).all()
    assert versions == [1, 2, 3]


def test_keeping_the_same_list_twice_changes_nothing(app, session, held, pair):
    ada, _bo = pair
    same = marks(session, held, ada, Presence.PRESENT, Presence.PRESENT)

    first, second = keep(session, held, same), keep(session, held, same)

    assert (first, second) == (1, 0)


def test_every_mark_is_kept_as_it_was_set(app, session, held, pair):
    ada, bo = pair
    keep(session, held, marks(session, held, ada, Presence.PRESENT, Presence.PRESENT))
    later = NOW + timedelta(days=1)

    corrected = marks(session, held, ada, Presence.PRESENT, Presence.ABSENT)
    keep(session, held, corrected, marks(session, held, bo, Presence.LATE), at=later)

    first, second = (meeting.id for meeting in meetings(session, held))
    steps = session.scalars(select(AttendanceStep).order_by(AttendanceStep.at))
    assert sorted(
        (row.booking_id, row.meeting_id, row.version, row.presence.value, row.at) for row in steps
    ) == [
        (ada.id, first, 1, "present", NOW),
        (ada.id, second, 1, "present", NOW),
        (ada.id, second, 2, "absent", later),
        (bo.id, first, 1, "late", later),
    ]


@pytest.mark.parametrize(
    "change", ["UPDATE attendance_step SET presence = 'late'", "DELETE FROM attendance_step"]
)
def test_the_history_of_marks_is_only_added_to(app, session, held, pair, change):
    keep(session, held, marks(session, held, pair[0], Presence.PRESENT))

    with pytest.raises(IntegrityError, match="ao_attendance_step"):
        session.execute(text(change))


def test_without_its_guard_the_history_of_marks_could_be_rewritten(app, session, held, pair):
    keep(session, held, marks(session, held, pair[0], Presence.PRESENT))
    guards.drop(session.connection(), "ao_attendance_step")

    session.execute(text("UPDATE attendance_step SET presence = 'late'"))

    assert session.scalars(select(AttendanceStep.presence)).all() == [Presence.LATE]
    session.rollback()


def test_a_meeting_that_lies_ahead_cannot_be_marked(app, session):
    series = make_gathering(session, starts_at=BEGAN, meetings=2)
    booking = make_booking(session, series, make_person(session))
    _first, second = meetings(session, series)
    both = marks(session, series, booking, Presence.PRESENT, Presence.PRESENT)

    with pytest.raises(NotBegun):
        keep(session, series, both)
    too_early = session.scalars(select(Attendance)).all()
    keep(session, series, both[:1])
    doors = second.starts_at - timedelta(minutes=30)
    with pytest.raises(NotBegun):
        keep(session, series, both, at=doors - timedelta(seconds=1))
    keep(session, series, both, at=doors)

    assert too_early == []
    stored = session.scalars(select(Attendance.meeting_id).order_by(Attendance.meeting_id)).all()
    assert stored == [mark.meeting_id for mark in both]


def test_nobody_was_there_before_it_began(app, session):
    later = make_gathering(session)
    booking = make_booking(session, later, make_person(session))

    with pytest.raises(NotBegun):
        keep(session, later, marks(session, later, booking, Presence.PRESENT))


def test_the_code_in_the_room_marks_who_enters_it(app, session):
    now = make_gathering(session, starts_at=NOW - timedelta(minutes=20))
    booking = make_booking(session, now, make_person(session))
    code = show_code(session, meetings(session, now)[0], random=DICE)

    for _twice in range(2):
        check_in(session, booking.person_id, now.id, code.lower(), at=NOW)

    row = session.scalars(select(Attendance)).one()
    assert (row.booking_id, row.presence, row.by_code) == (booking.id, Presence.LATE, True)
    steps = session.scalars(select(AttendanceStep)).all()
    assert [(step.version, step.by_code, step.actor_id) for step in steps] == [
        (1, True, booking.person_id)
    ]


def test_a_code_is_worth_nothing_elsewhere_later_or_without_a_seat(app, session):
    now = make_gathering(session, starts_at=NOW - timedelta(minutes=20))
    booking = make_booking(session, now, make_person(session))
    stranger = make_person(session, "Cy")
    code = show_code(session, meetings(session, now)[0], random=DICE)

    for who, entered, at in [
        (booking.person_id, "ZZZZZZ", NOW),
        (booking.person_id, "", NOW),
        (booking.person_id, code, NOW + timedelta(hours=3)),
        (stranger.id, code, NOW),
    ]:
        with pytest.raises(WrongCode):
            check_in(session, who, now.id, entered, at=at)
    assert session.scalars(select(Attendance)).all() == []


# -- pages ------------------------------------------------------------------------------------


@pytest.fixture
def trainer(session, held):
    tina = make_person(session, "Tina", roles=["trainer"])
    for meeting in meetings(session, held):
        make_trainer(session, meeting, tina)
    return tina


def test_a_trainer_keeps_the_list_of_the_own_session(session, held, pair, trainer, client, clock):
    sign_in(client, session, trainer)
    page = f"/sessions/{held.id}/attendance"
    sent = {"csrf_token": csrf_token(client, page)}
    for booking in pair:
        for meeting in meetings(session, held):
            sent[f"mark-{booking.id}-{meeting.id}"] = "present"

    answer = client.post(page, data=sent)

    assert answer.status_code == 302
    states = session.scalars(select(Booking.state)).all()
    assert states == [BookingState.ATTENDED] * 2


def test_the_list_shows_what_was_corrected_by_whom(session, held, pair, trainer, client, clock):
    keep(session, held, marks(session, held, pair[0], Presence.PRESENT))
    sign_in(client, session, trainer)
    page = f"/sessions/{held.id}/attendance"
    before = client.get(page).text
    first = meetings(session, held)[0].id
    field = f"mark-{pair[0].id}-{first}"

    client.post(page, data={"csrf_token": csrf_token(client, page), field: "absent"})

    after = client.get(page).text
    assert ["What was corrected" in text for text in (before, after)] == [False, True]
    assert re.search(r"present \(by itself, .*?\) → absent \(Tina Test, ", after, re.DOTALL)


def test_the_list_offers_no_mark_for_a_meeting_that_lies_ahead(session, client, clock):
    series = make_gathering(session, starts_at=BEGAN, meetings=2)
    booking = make_booking(session, series, make_person(session))
    first, second = (meeting.id for meeting in meetings(session, series))
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    page = f"/sessions/{series.id}/attendance"

    shown = client.get(page).text
    sent = {"csrf_token": csrf_token(client, page), f"mark-{booking.id}-{second}": "present"}
    answer = client.post(page, data=sent, follow_redirects=True)

    fields = [f'name="mark-{booking.id}-{key}"' in shown for key in (first, second)]
    assert (fields, "not begun" in shown) == ([True, False], True)
    assert "The list of a meeting opens half an hour before it begins." in answer.text
    assert session.scalars(select(Attendance)).all() == []


def test_another_trainer_finds_no_list(session, held, client, clock):
    sign_in(client, session, make_person(session, "Timo", roles=["trainer"]))

    assert client.get(f"/sessions/{held.id}/attendance").status_code == 404

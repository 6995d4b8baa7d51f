"""Every place where a time is chosen, against what may be there already (I3).

A hard commitment forbids, a soft one and a busy time of the own calendar only warn: one table,
from real tries in the browser where there is a page, on both databases.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.domain.seats.refusals import Clash
from app.domain.stays import StayState
from app.domain.timespan import Timespan
from app.gatherings.models import Booking, Gathering, Meeting
from app.gatherings.services import bookings
from app.outbox.models import Notice
from app.rotations.models import EndorsementState, RoundState, Stay
from app.rotations.queries.plans import in_force
from migrations import guards
from tests.agenda.busy_makers import make_file
from tests.agenda.makers import make_commitment
from tests.factories import (
    NOW,
    make_application,
    make_endorsement,
    make_placement,
    make_round,
)
from tests.gatherings.makers import START, make_booking, make_course, make_gathering, make_trainer
from tests.gatherings.test_trip_pages import OFFER
from tests.rotations.planning import make_plan

NEAR = START - timedelta(hours=48)  # within 72 hours: a free seat is offered
LATER = START + timedelta(days=1)
OBSTACLES = ("hard", "soft", "imported")
WORDS = {"hard": "Dentist", "soft": "Dentist", "imported": "own calendar"}


@pytest.fixture
def world(session, cast, signed_in, clock):
    """Lend everything a place needs, and browsers by person."""
    known = {}

    def browser(person):
        return known.setdefault(person.id, signed_in(person))

    return SimpleNamespace(session=session, cast=cast, browser=browser, clock=clock)


def put(session, person, start, obstacle):
    """Let the person have something for two hours."""
    if obstacle == "imported":
        make_file(session, person, [(start, start + timedelta(hours=2))])
        return
    make_commitment(
        session, person, start, kind=CommitmentKind.TEACHING, source_id=9001, title="Dentist",
        hard=obstacle == "hard",
    )  # fmt: skip


def seat(world, person):
    wanted = select(Booking).where(Booking.person_id == person.id).order_by(Booking.id.desc())
    return world.session.scalars(wanted.execution_options(populate_existing=True)).first()


def came_of(*, stored, warned, refused=""):
    """What became of a try: refused with its reason, done with a warning, or in silence."""
    if not stored:
        return "refused" if "Dentist" in refused else "refused without a word"
    return "warned" if warned else "silent"


def _booked_on_a_page(world, gathering, path, obstacle):
    browser = world.browser(world.cast.ada)
    before = browser.page(path)
    answer = browser.post(f"/sessions/{gathering.id}/book")
    booking = seat(world, world.cast.ada)
    return came_of(
        stored=booking is not None and booking.state is BookingState.BOOKED,
        warned=WORDS[obstacle] in before,
        refused=answer.text,
    )


def book_a_session(world):
    gathering = make_gathering(world.session)
    obstacle = yield world.cast.ada, START
    yield _booked_on_a_page(world, gathering, f"/sessions/{gathering.id}", obstacle)


def book_a_joint_day(world):
    trip = make_gathering(world.session, host=world.cast.bo)
    obstacle = yield world.cast.ada, START
    yield _booked_on_a_page(world, trip, f"/trips/{trip.id}", obstacle)


def _offered(world):
    gathering = make_gathering(world.session, seats=1, cancel_until=START)
    first = bookings.book(world.session, gathering.id, world.cast.bo.id, at=NOW)
    bookings.book(world.session, gathering.id, world.cast.ada.id, at=NOW)
    return gathering, first


def take_an_offered_seat(world):
    gathering, first = _offered(world)
    world.clock.move_to(NEAR)
    bookings.cancel(world.session, first.booking_id, at=NEAR, by=world.cast.bo.id)
    obstacle = yield world.cast.ada, START
    browser, path = world.browser(world.cast.ada), f"/sessions/{gathering.id}"
    before = browser.page(path)
    answer = browser.post(f"/bookings/{seat(world, world.cast.ada).id}/accept")
    yield came_of(
        stored=seat(world, world.cast.ada).state is BookingState.BOOKED,
        warned=WORDS[obstacle] in before,
        refused=answer.text,
    )


def move_up_from_the_waiting_list(world):
    _gathering, first = _offered(world)
    yield world.cast.ada, START
    bookings.cancel(world.session, first.booking_id, at=NOW, by=world.cast.bo.id)
    state = seat(world, world.cast.ada).state
    yield {BookingState.WAITLISTED: "passed over", BookingState.BOOKED: "moved up"}[state]


def _form_of(world, course):
    return {
        "do": "save", "count": "1", "language": "en", "site_id": str(world.cast.tina.site_id),
        "day_0": "2026-12-21", "starts_0": "10:00", "ends_0": "12:00", "room_id_0": "",
        "place_0": "Town hall", "link_0": "", "trainers": [str(world.cast.tina.id)],
        "capacity": "12", "minimum": "2", "decide_on": "2026-12-14", "opens_on": "2026-11-23",
        "closes_on": "2026-12-18", "cancel_days": "3", "note": "",
    }  # fmt: skip


def name_a_trainer(world):
    course = make_course(world.session)
    obstacle = yield world.cast.tina, START
    hr = world.browser(world.cast.olga)
    answer = hr.post(f"/courses/{course.id}/sessions", **_form_of(world, course))
    stored = answer.status_code == 303
    yield came_of(
        stored=stored,
        warned=stored and WORDS[obstacle] in hr.page(answer.location),
        refused=answer.text,
    )


def _led(world, **fields):
    gathering = make_gathering(world.session, **fields)
    meeting = select(Meeting).where(Meeting.gathering_id == gathering.id)
    make_trainer(world.session, world.session.scalars(meeting).one(), world.cast.tina)
    return gathering


def announce_with_a_trainer(world):
    gathering = _led(world, state=GatheringState.DRAFT)
    obstacle = yield world.cast.tina, START
    hr, path = world.browser(world.cast.olga), f"/courses/sessions/{gathering.id}"
    hr.post(f"{path}/announce", version=str(gathering.version))
    page = hr.page(path)
    world.session.refresh(gathering)
    stored = gathering.state is GatheringState.ANNOUNCED
    yield came_of(stored=stored, warned=WORDS[obstacle] in page, refused=page)


def _moved(world, gathering):
    hr = world.browser(world.cast.olga)
    values = {"count": "1", "version": str(gathering.version), "place_0": "Hall", "link_0": ""}
    values |= {"day_0": "2026-12-22", "starts_0": "10:00", "ends_0": "12:00", "room_id_0": ""}
    answer = hr.post(f"/courses/sessions/{gathering.id}/move", **values)
    after = hr.page(answer.location) if answer.status_code == 303 else answer.text
    return answer.status_code == 303, after


def move_a_session_as_its_trainer(world):
    gathering = _led(world)
    bookings.reschedule(world.session, gathering.id, [], by=world.cast.olga.id, at=NOW)
    obstacle = yield world.cast.tina, START + timedelta(days=1)
    stored, page = _moved(world, gathering)
    yield came_of(stored=stored, warned=WORDS[obstacle] in page, refused=page)


def move_a_session_as_a_participant(world):
    gathering = make_gathering(world.session)
    bookings.book(world.session, gathering.id, world.cast.ada.id, at=NOW)
    yield world.cast.ada, START + timedelta(days=1)
    stored, page = _moved(world, gathering)
    assert (stored, seat(world, world.cast.ada).state) == (True, BookingState.BOOKED)
    told = select(Notice.title).where(Notice.person_id == world.cast.ada.id)
    last = world.session.scalars(told.order_by(Notice.id.desc())).first()
    held = select(Commitment.hard).where(Commitment.kind == CommitmentKind.SESSION)
    is_hard = world.session.scalars(held).one()
    is_told = "elsewhere at the new time" in page
    assert last in {"New time or place: %(what)s", "New time, and you are elsewhere then: %(what)s"}
    yield ("told, time is certain" if is_hard else "told of the clash, keeps the seat") + (
        ", HR as well" if is_told else ""
    )


def offer_a_joint_day(world):
    obstacle = yield world.cast.bo, START
    bo = world.browser(world.cast.bo)
    answer = bo.post("/trips/", **OFFER)
    stored = answer.status_code == 303
    yield came_of(
        stored=stored,
        warned=stored and WORDS[obstacle] in bo.page(answer.location),
        refused=answer.text,
    )


def move_a_joint_day(world):
    bo = world.browser(world.cast.bo)
    path = bo.post("/trips/", **OFFER).location
    obstacle = yield world.cast.bo, START + timedelta(days=1)
    answer = bo.post(f"{path}/edit", **{**OFFER, "day": "2026-12-22", "version": "1"})
    stored = answer.status_code == 303
    yield came_of(
        stored=stored, warned=stored and WORDS[obstacle] in bo.page(path), refused=answer.text
    )


IN_MARCH = datetime(2027, 3, 9, 9, tzinfo=UTC)
IN_APRIL = datetime(2027, 4, 6, 9, tzinfo=UTC)


def _round(world, **fields):
    """Ada of Rhine wishes for a place at Elbe that may begin in March or April."""
    cast, session = world.cast, world.session
    round_ = make_round(session, state=RoundState.PLANNING)
    place = make_placement(session, round_, cast.elbe, last_start=1, **fields)
    cast.rhine.minimum_present = 1
    application = make_application(session, round_, cast.ada, cast.rhine, [place])
    make_endorsement(session, application, state=EndorsementState.ENDORSED, decided_at=NOW)
    return SimpleNamespace(round=round_, place=place)


def _published(world, scene, start):
    """Publish Ada's stay from a block on; gives whether it is there, the panel and the answer."""
    ada, hr = world.cast.ada, world.browser(world.cast.olga)
    now = in_force(world.session, scene.round.id)
    plan = make_plan(world.session, scene, [(ada, scene.place, start)])
    panel = hr.page(f"/plans/{plan.id}/board/people/{ada.id}")
    answer = hr.post(
        f"/plans/{plan.id}/publish/", version=plan.version, in_force=now.id if now else 0
    )
    found = world.session.scalars(select(Stay.start_block).where(Stay.state == StayState.PROPOSED))
    return start in found.all(), panel, answer.text


def _stay(world, scene, start, obstacle):
    stored, panel, answer = _published(world, scene, start)
    return came_of(stored=stored, warned=WORDS[obstacle] in panel, refused=answer)


def publish_a_stay(world):
    scene = _round(world)
    obstacle = yield world.cast.ada, IN_MARCH
    yield _stay(world, scene, 0, obstacle)


def publish_a_stay_for_part_of_the_time(world):
    scene = _round(world, share=50)
    obstacle = yield world.cast.ada, IN_MARCH
    yield _stay(world, scene, 0, obstacle)


def move_a_published_stay(world):
    scene = _round(world)
    assert _published(world, scene, 0)[0]
    obstacle = yield world.cast.ada, IN_APRIL
    yield _stay(world, scene, 1, obstacle)


def book_during_a_published_stay(world):
    """The other way round: the stay is there first, and is what stands against the booking."""
    share = yield
    scene = _round(world, share=share)
    assert _published(world, scene, 0)[0]
    gathering = make_gathering(world.session, starts_at=IN_MARCH)
    browser, path = world.browser(world.cast.ada), f"/sessions/{gathering.id}"
    before = browser.page(path)
    answer = browser.post(f"/sessions/{gathering.id}/book")
    refused = answer.text.replace(scene.place.title, "Dentist")
    stored = seat(world, world.cast.ada) is not None
    yield came_of(stored=stored, warned=scene.place.title in before, refused=refused)


TABLE = {  # place: what becomes of it beside something hard, soft, or of the own calendar
    book_a_session: ("refused", "warned", "warned"),
    book_a_joint_day: ("refused", "warned", "warned"),
    take_an_offered_seat: ("refused", "warned", "warned"),
    move_up_from_the_waiting_list: ("passed over", "moved up", "moved up"),
    name_a_trainer: ("refused", "warned", "warned"),
    announce_with_a_trainer: ("refused", "warned", "warned"),
    move_a_session_as_its_trainer: ("refused", "warned", "warned"),
    move_a_session_as_a_participant: (
        "told of the clash, keeps the seat, HR as well",
        "told, time is certain",
        "told, time is certain",
    ),
    offer_a_joint_day: ("refused", "warned", "warned"),
    move_a_joint_day: ("refused", "warned", "warned"),
    publish_a_stay: ("refused", "warned", "warned"),
    publish_a_stay_for_part_of_the_time: ("warned", "warned", "warned"),
    move_a_published_stay: ("refused", "warned", "warned"),
}


@pytest.mark.parametrize(
    ("place", "obstacle", "expected"),
    [
        pytest.param(place, obstacle, expected, id=f"{place.__name__}-{obstacle}")
        for place, row in TABLE.items()
        for obstacle, expected in zip(OBSTACLES, row, strict=True)
    ],
)
def test_a_hard_thing_forbids_and_everything_else_warns(world, place, obstacle, expected):
    trying = place(world)
    person, start = next(trying)
    put(world.session, person, start, obstacle)

    assert trying.send(obstacle) == expected
    assert doubled(world.session) == []


@pytest.mark.parametrize(("share", "expected"), [(100, "refused"), (50, "warned")])
def test_a_published_stay_stands_against_bookings_where_it_is_full_time(world, share, expected):
    trying = book_during_a_published_stay(world)
    next(trying)

    assert trying.send(share) == expected


@pytest.mark.parametrize("something_else", [False, True])
def test_a_seat_kept_beside_something_is_certain_again_once_nothing_else_is_there(
    session, cast, something_else
):
    moved, other = make_gathering(session), make_gathering(session, starts_at=LATER)
    for gathering in (moved, other):
        bookings.book(session, gathering.id, cast.ada.id, at=NOW)
    span = Timespan(LATER, LATER + timedelta(hours=4))
    sitting = bookings.Sitting(_meeting(session, moved), span)
    bookings.reschedule(session, moved.id, [sitting], by=cast.olga.id, at=NOW)
    if something_else:  # after the other session, and still inside the moved one
        third = make_gathering(session, starts_at=LATER + timedelta(hours=2))
        bookings.book(session, third.id, cast.ada.id, at=NOW)
    before = hard_times(session)
    seat_in_other = select(Booking.id).where(Booking.gathering_id == other.id)

    bookings.cancel(session, session.scalars(seat_in_other).one(), at=NOW, by=cast.ada.id)

    kept = [third.id] if something_else else [moved.id]
    assert before == [other.id, *(kept if something_else else [])]
    assert hard_times(session) == kept
    last = make_gathering(session, starts_at=LATER)
    if not something_else:
        with pytest.raises(Clash):
            bookings.book(session, last.id, cast.ada.id, at=NOW)


def _meeting(session, gathering):
    return session.scalars(select(Meeting.id).where(Meeting.gathering_id == gathering.id)).one()


def hard_times(session):
    """Of which gatherings somebody's time is certain."""
    rows = session.scalars(
        select(Meeting.gathering_id)
        .join(Commitment, Commitment.source_id == Meeting.id)
        .where(Commitment.active, Commitment.hard, Commitment.kind == CommitmentKind.SESSION)
        .order_by(Meeting.gathering_id)
    )
    return rows.all()


def doubled(session):
    """People who would have to be in two places for certain, as (person, first, second)."""
    rows = session.scalars(
        select(Commitment)
        .where(Commitment.active, Commitment.hard)
        .order_by(Commitment.person_id, Commitment.starts_at)
    ).all()
    return [
        (first.person_id, first.title, second.title)
        for number, first in enumerate(rows)
        for second in rows[number + 1 :]
        if first.person_id == second.person_id
        and first.starts_at < second.ends_at
        and second.starts_at < first.ends_at
    ]


def test_without_the_guard_two_at_once_would_both_be_held(session, cast):
    """Both looked before either wrote, as two requests at once do: only the database sees it."""
    guards.drop(session.connection(), "ex_commitment_one_place")
    first, second = (make_gathering(session) for _ in range(2))
    for gathering in (first, second):
        booking = make_booking(session, gathering, cast.ada)
        whole = session.get(Gathering, gathering.id, populate_existing=True)
        meetings = session.scalars(select(Meeting).where(Meeting.gathering_id == whole.id)).all()
        for meeting in meetings:
            make_commitment(
                session, cast.ada, meeting.starts_at, source_id=meeting.id, title=booking.state,
                hard=True,
            )  # fmt: skip

    assert doubled(session) == [(cast.ada.id, "booked", "booked")]
    session.rollback()

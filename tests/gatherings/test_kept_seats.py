"""When a date begins with people waiting, free seats of its other dates are kept for them first."""

from datetime import timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.audit.models import AuditEntry
from app.database import unit_of_work
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, Gathering
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_booking, make_gathering, make_interest

BOOKED, WAITLISTED = BookingState.BOOKED, BookingState.WAITLISTED
NEXT = START + timedelta(weeks=2)
THREE_DAYS_ON = START + timedelta(days=3)  # Monday to Thursday
MORNING = START + timedelta(hours=1)
SAID = {
    "en": ["Another date begins on Monday, 4. January 2027", "a seat is kept for somebody"],
    "de": [
        "Ein anderer Termin beginnt Montag, 4. Januar 2027",
        "ein Platz für jemanden freigehalten",
    ],
}


@pytest.fixture
def begins(session, cast, course):
    """A date of the course with Ada in its only seat and Ann on its list, and how it begins."""
    gathering = make_gathering(session, course=course, seats=1)
    for number, person in enumerate((cast.ada, cast.ann)):
        bookings.book(session, gathering.id, person.id, at=NOW + timedelta(minutes=number))
    return lambda at=START: bookings.keep(session, gathering.id, at=at)


def make_date(session, course, *, seats=2, weeks=0, **fields):
    return make_gathering(
        session, course=course, seats=seats, starts_at=NEXT + timedelta(weeks=weeks), **fields
    )


def book(session, gathering, *people, at=MORNING):
    return [bookings.book(session, gathering.id, one.id, at=at).state for one in people]


def states(session, gathering):
    rows = session.execute(
        select(Booking.person_id, Booking.state).where(Booking.gathering_id == gathering.id)
    )
    return dict(rows.all())


def last_notice(session, person):
    return session.scalars(
        select(Notice).where(Notice.person_id == person.id).order_by(Notice.id.desc())
    ).first()


def test_seat_of_a_date_that_is_announced_is_kept_for_three_working_days(
    session, cast, course, begins
):
    other = make_date(session, course)

    begins()

    assert session.get_one(Gathering, other.id).first_until == THREE_DAYS_ON
    assert book(session, other, cast.bo, cast.cy, cast.ann) == [BOOKED, WAITLISTED, BOOKED]


def test_what_they_leave_goes_to_the_list_when_the_days_are_over(session, cast, course, begins):
    other = make_date(session, course)
    begins()
    book(session, other, cast.bo, cast.cy)

    kept = bookings.promote(session, other.id, at=THREE_DAYS_ON - timedelta(seconds=1))
    moved = bookings.promote(session, other.id, at=THREE_DAYS_ON)

    assert (kept, [one.state for one in moved]) == ([], [BOOKED])


def test_without_the_promise_strangers_would_take_them(session, cast, course, begins):
    other = make_date(session, course)
    begins()
    session.get_one(Gathering, other.id).first_until = None
    session.flush()

    assert book(session, other, cast.bo, cast.cy, cast.ann) == [BOOKED, BOOKED, WAITLISTED]


def test_seats_that_are_held_stay_with_those_who_hold_them(session, cast, course, begins):
    other = make_date(session, course, seats=3)
    for person, state in ((cast.bo, BOOKED), (cast.eve, BookingState.REQUESTED)):
        make_booking(session, other, person, state=state)
    ends = {"expires_at": NEXT}
    make_booking(session, other, cast.lea, state=BookingState.OFFERED, **ends)
    before = states(session, other)

    begins()

    assert states(session, other) == before
    assert book(session, other, cast.ann) == [WAITLISTED]  # first in line, and nobody makes room


@pytest.mark.parametrize(
    "fields",
    [
        {"state": GatheringState.DRAFT},
        {"state": GatheringState.CALLED_OFF},
        {"closes_at": START},
    ],
)
def test_nothing_is_kept_of_dates_that_cannot_be_booked(session, course, begins, fields):
    other = make_date(session, course, **fields)

    begins()

    assert session.get_one(Gathering, other.id).first_until is None


def test_nothing_is_kept_where_nobody_waited(session, cast, course):
    gathering, other = make_gathering(session, course=course), make_date(session, course)
    bookings.book(session, gathering.id, cast.ada.id, at=NOW)

    bookings.keep(session, gathering.id, at=gathering.ends_at)

    assert session.get_one(Gathering, other.id).first_until is None


# Who cannot come


def is_elsewhere(session, person, other, course):
    make_commitment(session, person, other.starts_at + timedelta(hours=1))


def has_a_seat_elsewhere(session, person, other, course):
    make_booking(session, make_date(session, course, weeks=1), person)


def leaves_before(session, person, other, course):
    person.left_on = other.ends_at.date()
    session.flush()


def is_warned_only(session, person, other, course):
    make_commitment(session, person, other.starts_at, hard=False)


def is_done_when_it_begins(session, person, other, course):
    make_commitment(session, person, other.starts_at - timedelta(hours=3))


def leaves_afterwards(session, person, other, course):
    person.left_on = other.ends_at.date() + timedelta(days=1)
    session.flush()


def make_commitment(session, person, starts_at, **fields):
    row = Commitment(
        person_id=person.id,
        kind=CommitmentKind.STAY,
        source_id=person.id,
        title="In another team",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        uid=f"stay-{person.id}@test",
        zone="Europe/Berlin",
        created_at=NOW,
        changed_at=NOW,
        **{"hard": True, **fields},
    )
    session.add(row)
    session.flush()


@pytest.mark.parametrize("why", [is_elsewhere, has_a_seat_elsewhere, leaves_before])
def test_no_seat_is_kept_for_who_could_not_come(session, cast, course, begins, why):
    other = make_date(session, course)
    why(session, cast.ann, other, course)

    begins()

    assert book(session, other, cast.bo, cast.cy) == [BOOKED, BOOKED]
    assert last_notice(session, cast.ann).path == "/my-bookings"


@pytest.mark.parametrize("why", [is_warned_only, is_done_when_it_begins, leaves_afterwards])
def test_seat_is_kept_for_who_could_come_after_all(session, cast, course, begins, why):
    other = make_date(session, course)
    why(session, cast.ann, other, course)

    begins()

    assert book(session, other, cast.bo, cast.cy) == [BOOKED, WAITLISTED]
    assert last_notice(session, cast.ann).path == f"/sessions/{other.id}"


def test_seat_is_kept_again_once_the_other_thing_is_gone(session, cast, course, begins):
    other = make_date(session, course)
    is_elsewhere(session, cast.ann, other, course)
    begins()
    first = book(session, other, cast.bo)

    stay = session.scalars(select(Commitment).where(Commitment.kind == CommitmentKind.STAY)).one()
    stay.active = False
    session.flush()

    assert (first, book(session, other, cast.cy)) == ([BOOKED], [WAITLISTED])


def test_who_let_their_days_pass_counts_no_second_time_on_the_same_date(
    session, cast, course, begins
):
    """Eve kept a rank of long ago and never booked; Ann's rank is new."""
    other = make_date(session, course, seats=2)
    make_interest(session, course, cast.eve, rank_from=NOW - timedelta(days=90))

    begins()

    assert book(session, other, cast.bo, cast.cy) == [BOOKED, WAITLISTED]
    assert book(session, other, cast.ann) == [BOOKED]


def test_days_that_run_already_are_not_taken_from_anybody(session, cast, course, begins):
    """A date begins on the next day, while seats are kept for those of the first."""
    other = make_date(session, course, seats=2)
    second = make_gathering(session, course=course, seats=0, starts_at=START + timedelta(days=1))
    bookings.book(session, second.id, cast.eve.id, at=NOW)
    begins()
    bookings.keep(session, second.id, at=second.starts_at)

    assert session.get_one(Gathering, other.id).first_until == THREE_DAYS_ON + timedelta(days=1)
    at = second.starts_at + timedelta(hours=1)
    assert book(session, other, cast.bo, at=at) == [WAITLISTED]
    assert book(session, other, cast.ann, cast.eve, at=at) == [BOOKED, BOOKED]


# What people are told


def test_who_waited_in_vain_hears_of_the_next_date_and_until_when_it_is_kept(
    session, cast, course, begins
):
    other = make_date(session, course)

    begins()

    notice = last_notice(session, cast.ann)
    assert (notice.title, notice.path) == ("No seat came free: %(what)s", f"/sessions/{other.id}")
    assert "until %(until)s its free seats go to you" in notice.text
    assert notice.params["next"] == {"instant": NEXT.isoformat()}
    assert notice.params["until"] == {"instant": THREE_DAYS_ON.isoformat()}


def test_with_several_dates_it_leads_to_the_course(session, cast, course, begins):
    for weeks in (1, 0):
        make_date(session, course, weeks=weeks)

    begins()

    notice = last_notice(session, cast.ann)
    assert (notice.path, notice.params["number"]) == (f"/trainings/{course.id}", 2)
    assert notice.params["next"] == {"instant": NEXT.isoformat()}


def test_called_off_notice_names_only_dates_on_which_one_could_come(session, cast, course):
    gathering = make_gathering(session, course=course)
    book(session, gathering, cast.ada, cast.ann, at=NOW)
    other = make_date(session, course)
    is_elsewhere(session, cast.ann, other, course)

    bookings.call_off(session, gathering.id, by=cast.olga.id, reason="Too few.", at=NOW)

    paths = [last_notice(session, one).path for one in (cast.ada, cast.ann)]
    assert paths == [f"/sessions/{other.id}", "/my-bookings"]


def test_who_asked_a_lead_in_vain_until_the_start_keeps_the_rank_as_well(session, cast, course):
    gathering = make_gathering(session, course=course, needs_approval=True)
    make_booking(session, gathering, cast.ann, state=BookingState.REQUESTED, expires_at=START)
    other = make_date(session, course, seats=1)

    bookings.keep(session, gathering.id, at=START)

    notice = last_notice(session, cast.ann)
    assert (notice.title, notice.path) == (
        "Your request ran out: %(what)s",
        f"/sessions/{other.id}",
    )
    assert book(session, other, cast.bo, cast.ann) == [WAITLISTED, BOOKED]


def test_who_waited_for_a_joint_day_hears_of_no_course(session, cast):
    day = make_gathering(session, host=cast.bo, seats=1)
    book(session, day, cast.ada, cast.ann, at=NOW)

    bookings.keep(session, day.id, at=START)

    notice = last_notice(session, cast.ann)
    assert (notice.text, notice.path) == (
        "It has begun (%(when)s). You do not wait for it any more.",
        "/my-bookings",
    )


def test_both_languages_say_for_whom_seats_are_kept_and_until_when(
    session, cast, course, begins, signed_in, clock
):
    other = make_date(session, course)
    begins()
    clock.move_to(MORNING)
    ann, bo = signed_in(cast.ann), signed_in(cast.bo)

    seen = {}
    for locale, said in SAID.items():
        cast.ann.locale = cast.bo.locale = locale
        session.commit()
        pages = ann.page("/notices"), bo.page(f"/sessions/{other.id}")
        both = zip(said, pages, strict=True)
        seen[locale] = [part for part, page in both if part in unescape(page)]

    assert seen == SAID


# At once


def as_promised(order, *, seats, kept):
    """What becomes of who asks, one after the other; `None` is when seats begin to be kept."""
    taken, is_kept, found = 0, False, []
    for state in order:
        if state is None:
            is_kept = True
            found.append(None)
            continue
        free = seats - taken - (kept if is_kept else 0)
        gets_it = free > 0 and "waitlisted" not in found
        taken += gets_it
        found.append("booked" if gets_it else "waitlisted")
    return found


def test_from_the_moment_it_begins_strangers_leave_the_kept_seats(
    app, session, cast, course, begins
):
    """Whoever booked before took what was free, as is their right; nobody does so afterwards."""
    other = make_date(session, course, seats=3)
    people = [make_person(session, f"Stranger {number}").id for number in range(4)]
    first, other_id = session.scalars(select(Gathering.id).order_by(Gathering.id)).first(), other.id
    together = Barrier(5)
    session.commit()

    def act(do, *args, at):
        together.wait()
        with app.app_context(), unit_of_work() as own:
            do(own, *args, at=at)

    threads = [Thread(target=act, args=(bookings.keep, first), kwargs={"at": START})]
    threads += [
        Thread(target=act, args=(bookings.book, other_id, key), kwargs={"at": MORNING})
        for key in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    log = session.scalars(select(AuditEntry.detail).order_by(AuditEntry.id)).all()
    order = [
        None if detail["gathering"] == first else detail["state"]
        for detail in log
        if detail.get("gathering") == other_id or detail.get("state") == "expired"
    ]
    assert (len(order), order.count(None)) == (5, 1)
    assert order == as_promised(order, seats=3, kept=1)


def test_who_takes_a_kept_seat_afterwards_would_be_seen():
    order = [None, "booked", "booked", "booked", "waitlisted"]

    assert order != as_promised(order, seats=3, kept=1)

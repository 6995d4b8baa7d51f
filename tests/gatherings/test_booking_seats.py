"""Booking: a seat, a question to the lead, a place on the list; and giving it back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.agenda.models import Commitment, CommitmentKind
from app.audit.models import AuditEntry, AuditKind
from app.domain.seats import Approval, BookingState, GatheringState
from app.domain.seats.refusals import (
    BookingClosed,
    Clash,
    LeadsIt,
    NotBookable,
    NotForYou,
    NothingToCancel,
    NotOpenYet,
    NotThere,
    PrerequisiteMissing,
    TooLateToCancel,
)
from app.gatherings.models import Booking, BookingStep, CourseInterest, Gathering
from app.gatherings.queries.bookings import live_booking, place_of, queue_of, seats_of
from app.gatherings.services import bookings
from app.gatherings.services.bookings import Outcome
from app.outbox.models import Notice
from app.people.models import Side
from tests.factories import (
    NOW,
    StayCompany,
    make_department,
    make_lead,
    make_person,
    make_stay,
    make_team,
)
from tests.gatherings.makers import (
    START,
    make_booking,
    make_certificate,
    make_course,
    make_gathering,
    make_interest,
    make_trainer,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def rhine(session):
    return make_team(session, "Rhine")


@pytest.fixture
def ada(session, rhine):
    return make_person(session, "Ada", team=rhine)


@pytest.fixture
def bo(session, rhine):
    return make_person(session, "Bo", team=rhine)


def taken(session, gathering):
    return session.scalar(select(Gathering.taken).where(Gathering.id == gathering.id))


def history(session, booking_id):
    rows = session.execute(
        select(BookingStep.version, BookingStep.before, BookingStep.after)
        .where(BookingStep.booking_id == booking_id)
        .order_by(BookingStep.version)
    )
    return [tuple(row) for row in rows]


def told(session, person):
    rows = session.scalars(
        select(Notice.title).where(Notice.person_id == person.id).order_by(Notice.id)
    )
    return list(rows)


def held(session, person):
    rows = session.execute(
        select(Commitment.kind, Commitment.hard, Commitment.tentative)
        .where(Commitment.person_id == person.id, Commitment.active)
        .order_by(Commitment.starts_at)
    )
    return [tuple(row) for row in rows]


def test_who_books_a_free_seat_has_it_with_history_notice_log_and_time(session, ada):
    gathering = make_gathering(session, seats=1, meetings=2)

    outcome = bookings.book(session, gathering.id, ada.id, at=NOW)

    assert outcome == Outcome(outcome.booking_id, BookingState.BOOKED)
    assert taken(session, gathering) == 1
    assert history(session, outcome.booking_id) == [(1, None, BookingState.BOOKED)]
    assert held(session, ada) == [(CommitmentKind.SESSION, True, False)] * 2
    assert told(session, ada) == ["You have a seat: %(what)s"]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.actor_id, entry.subject) == (
        AuditKind.BOOKING_CHANGED,
        ada.id,
        f"booking:{outcome.booking_id}",
    )


def test_asking_again_gives_the_place_one_holds(session, ada, bo):
    gathering = make_gathering(session, seats=1)
    first = bookings.book(session, gathering.id, ada.id, at=NOW)
    waiting = bookings.book(session, gathering.id, bo.id, at=NOW)

    assert bookings.book(session, gathering.id, ada.id, at=LATER) == first
    assert bookings.book(session, gathering.id, bo.id, at=LATER) == waiting
    assert session.scalar(select(func.count()).select_from(Booking)) == 2


def test_person_beyond_the_last_seat_waits_with_a_place(session, ada, bo):
    gathering = make_gathering(session, seats=1)
    bookings.book(session, gathering.id, ada.id, at=NOW)

    outcome = bookings.book(session, gathering.id, bo.id, at=NOW)

    assert outcome == Outcome(outcome.booking_id, BookingState.WAITLISTED, place=1)
    assert (taken(session, gathering), held(session, bo)) == (1, [])


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": GatheringState.DRAFT}, NotThere),
        ({"state": GatheringState.CALLED_OFF}, NotBookable),
        ({"state": GatheringState.OVER}, NotBookable),
        ({"opens_at": LATER}, NotOpenYet),
        ({"closes_at": NOW}, BookingClosed),
        ({"starts_at": NOW - timedelta(hours=1), "closes_at": NOW + timedelta(1)}, BookingClosed),
    ],
)
def test_seats_are_given_away_in_their_window_only(session, ada, fields, refusal):
    gathering = make_gathering(session, **fields)

    with pytest.raises(refusal):
        bookings.book(session, gathering.id, ada.id, at=NOW)

    assert taken(session, gathering) == 0


def test_what_does_not_exist_cannot_be_booked(session, ada):
    with pytest.raises(NotThere):
        bookings.book(session, 4711, ada.id, at=NOW)


def test_course_for_other_departments_is_refused(session, ada):
    sales = make_department(session, "Sales", Side.SALES)
    gathering = make_gathering(session, course=make_course(session, audience=[sales]))
    dirk = make_person(session, "Dirk", team=make_team(session, "Elbe", department=sales))

    with pytest.raises(NotForYou):
        bookings.book(session, gathering.id, ada.id, at=NOW)

    assert bookings.book(session, gathering.id, dirk.id, at=NOW).state == BookingState.BOOKED


def test_guest_of_a_trip_comes_from_another_department_than_its_host(session, ada, bo):
    sales = make_team(session, "Elbe", department=make_department(session, "Sales", Side.SALES))
    host = make_person(session, "Hana", team=sales)
    colleague = make_person(session, "Cleo", team=sales)
    trip = make_gathering(session, host=host, seats=1)

    with pytest.raises(NotForYou):
        bookings.book(session, trip.id, colleague.id, at=NOW)
    with pytest.raises(LeadsIt):
        bookings.book(session, trip.id, host.id, at=NOW)
    bookings.book(session, trip.id, ada.id, at=NOW)

    claim = session.scalars(select(Commitment).where(Commitment.person_id == ada.id)).one()
    assert (claim.kind, claim.home_team_id, claim.host_team_id, claim.path) == (
        CommitmentKind.TRIP,
        ada.id and session.scalars(select(Booking.home_team_id)).one(),
        sales.id,
        f"/trips/{trip.id}",
    )


def test_guest_without_a_team_is_on_nobodys_side(session):
    host, guest = make_person(session, "Hana"), make_person(session, "Gil")
    trip = make_gathering(session, host=host, seats=1)

    assert bookings.book(session, trip.id, guest.id, at=NOW).state == BookingState.BOOKED


def test_trainers_take_no_seat_in_their_own_session(session, ada):
    gathering = make_gathering(session)
    session.refresh(gathering, ["meetings"])
    make_trainer(session, gathering.meetings[0], ada)

    with pytest.raises(LeadsIt):
        bookings.book(session, gathering.id, ada.id, at=NOW)


@pytest.mark.parametrize(
    ("valid_until", "is_let_in"),
    [(None, True), (START.date(), True), (START.date() - timedelta(days=1), False)],
)
def test_prerequisite_must_be_valid_on_the_first_day(session, ada, valid_until, is_let_in):
    basics = make_course(session, "Basics")
    earlier = make_booking(session, make_gathering(session, course=basics), ada)
    earlier.state = BookingState.CANCELLED
    session.flush()
    make_certificate(session, earlier, basics, valid_until=valid_until)
    gathering = make_gathering(session, course=make_course(session, requires=[basics]))

    if is_let_in:
        outcome = bookings.book(session, gathering.id, ada.id, at=NOW)
        assert outcome.state == BookingState.BOOKED
    else:
        with pytest.raises(PrerequisiteMissing, match="Basics"):
            bookings.book(session, gathering.id, ada.id, at=NOW)


def test_nobody_is_booked_into_two_places_at_once(session, ada):
    first = make_gathering(session)
    second = make_gathering(session, starts_at=START + timedelta(hours=1))
    after = make_gathering(session, starts_at=START + timedelta(hours=2))
    bookings.book(session, first.id, ada.id, at=NOW)

    with pytest.raises(Clash, match="Active listening"):
        bookings.book(session, second.id, ada.id, at=NOW)

    assert bookings.book(session, after.id, ada.id, at=NOW).state == BookingState.BOOKED


@pytest.mark.parametrize(("share", "clashes"), [(100, True), (40, False)])
def test_stays_block_only_where_they_are_full_time_on_site(session, share, clashes):
    company = StayCompany(session)
    company.short.share = share
    session.flush()
    make_stay(session, company.ada, company.short, company.home)
    during = NOW.replace(year=2027, month=3, day=9)
    gathering = make_gathering(session, starts_at=during)

    if clashes:
        with pytest.raises(Clash):
            bookings.book(session, gathering.id, company.ada.id, at=NOW)
    else:
        outcome = bookings.book(session, gathering.id, company.ada.id, at=NOW)
        assert outcome.state == BookingState.BOOKED


def test_seats_held_for_a_department_are_its_own_until_the_release_day(session, ada, bo):
    sales = make_department(session, "Sales", Side.SALES)
    dirk = make_person(session, "Dirk", team=make_team(session, "Elbe", department=sales))
    release = date(2026, 12, 7)
    gathering = make_gathering(session, seats=2, held=[(sales, 1)], release_on=release)
    midnight = NOW.replace(day=6, month=12, hour=23, minute=0)  # in Cologne the 7th begins

    states = [bookings.book(session, gathering.id, one.id, at=NOW).state for one in (ada, bo)]
    seen = seats_of(session, [gathering.id], at=NOW, department_id=sales.id)[gathering.id]
    before = bookings.promote(session, gathering.id, at=midnight - timedelta(seconds=1))
    after = bookings.promote(session, gathering.id, at=midnight)

    assert states == [BookingState.BOOKED, BookingState.WAITLISTED]
    assert (seen.free, seen.mine, seen.waiting, seen.held) == (1, 1, 1, {sales.id: 1})
    assert before == []
    assert [one.state for one in after] == [BookingState.BOOKED]
    assert bookings.book(session, gathering.id, dirk.id, at=midnight).is_waiting


def test_department_with_held_seats_moves_past_those_who_cannot_have_them(session, ada, bo):
    sales = make_department(session, "Sales", Side.SALES)
    dirk = make_person(session, "Dirk", team=make_team(session, "Elbe", department=sales))
    gathering = make_gathering(session, seats=2, held=[(sales, 1)], release_on=START.date())
    for one in (ada, bo):
        bookings.book(session, gathering.id, one.id, at=NOW)

    outcome = bookings.book(session, gathering.id, dirk.id, at=LATER)

    assert (outcome.state, taken(session, gathering)) == (BookingState.BOOKED, 2)
    assert history(session, outcome.booking_id) == [
        (1, None, BookingState.WAITLISTED),
        (2, BookingState.WAITLISTED, BookingState.BOOKED),
    ]


def test_cancelled_seat_goes_to_the_first_in_line_by_itself(session, ada, bo):
    cy = make_person(session, "Cy")
    gathering = make_gathering(session, seats=1)
    first, second, third = (
        bookings.book(session, gathering.id, one.id, at=NOW + timedelta(minutes=number))
        for number, one in enumerate((ada, bo, cy))
    )

    outcome = bookings.cancel(session, first.booking_id, at=LATER, by=ada.id)

    assert outcome == Outcome(first.booking_id, BookingState.CANCELLED)
    assert session.get(Booking, second.booking_id).state == BookingState.BOOKED
    assert place_of(session, session.get(Booking, third.booking_id)) == 1
    assert [one.person_id for one in queue_of(session, gathering.id)] == [cy.id]
    assert (taken(session, gathering), held(session, ada)) == (1, [])
    assert told(session, bo)[-1] == "A seat came free and is yours: %(what)s"


def test_who_was_moved_up_unasked_can_give_the_seat_back_for_a_day(session, ada, bo):
    gathering = make_gathering(session, seats=1, cancel_until=NOW)
    first = bookings.book(session, gathering.id, ada.id, at=NOW - timedelta(hours=2))
    second = bookings.book(session, gathering.id, bo.id, at=NOW - timedelta(hours=2))
    bookings.cancel(session, first.booking_id, at=NOW - timedelta(hours=1), by=ada.id)

    late = NOW + timedelta(hours=23)
    with pytest.raises(TooLateToCancel):
        bookings.cancel(session, second.booking_id, at=late, by=bo.id)
    outcome = bookings.cancel(session, second.booking_id, at=late - timedelta(1), by=bo.id)

    assert outcome.state == BookingState.CANCELLED


def test_after_the_last_moment_only_somebody_else_excuses(session, ada, rhine):
    lea = make_person(session, "Lea", team=rhine)
    gathering = make_gathering(session)
    booked = bookings.book(session, gathering.id, ada.id, at=NOW)
    late = gathering.cancel_until

    with pytest.raises(TooLateToCancel):
        bookings.cancel(session, booked.booking_id, at=late, by=ada.id)
    outcome = bookings.cancel(session, booked.booking_id, at=late, by=lea.id, reason="Ill-timed")

    booking = session.get(Booking, booked.booking_id)
    assert (outcome.state, booking.reason) == (BookingState.CALLED_OFF, "Ill-timed")
    assert told(session, ada)[-1] == "You are excused: %(what)s"


def test_once_it_runs_somebody_else_notes_who_is_excused(session, ada, bo):
    gathering = make_gathering(session)
    booked = bookings.book(session, gathering.id, ada.id, at=NOW)

    outcome = bookings.cancel(session, booked.booking_id, at=START, by=bo.id)

    assert (outcome.state, taken(session, gathering)) == (BookingState.EXCUSED, 1)


def test_waiting_people_leave_until_the_start_and_nothing_is_cancelled_twice(session, ada, bo):
    gathering = make_gathering(session, seats=1)
    booked = bookings.book(session, gathering.id, ada.id, at=NOW)
    waiting = bookings.book(session, gathering.id, bo.id, at=NOW)

    with pytest.raises(NothingToCancel):
        bookings.leave(session, booked.booking_id, at=NOW, by=ada.id)
    with pytest.raises(NothingToCancel):
        bookings.leave(session, waiting.booking_id, at=START, by=bo.id)
    with pytest.raises(NothingToCancel):
        bookings.cancel(session, waiting.booking_id, at=NOW, by=bo.id)
    left = bookings.leave(session, waiting.booking_id, at=START - timedelta(1), by=bo.id)

    assert left.state == BookingState.CANCELLED
    assert live_booking(session, gathering.id, bo.id) is None
    with pytest.raises(NothingToCancel):
        bookings.leave(session, waiting.booking_id, at=NOW, by=bo.id)


def test_who_left_comes_back_at_the_end_of_the_list(session, ada, bo):
    cy = make_person(session, "Cy")
    gathering = make_gathering(session, seats=1)
    bookings.book(session, gathering.id, ada.id, at=NOW)
    waiting = bookings.book(session, gathering.id, bo.id, at=NOW)
    bookings.book(session, gathering.id, cy.id, at=NOW + timedelta(minutes=1))
    bookings.leave(session, waiting.booking_id, at=LATER, by=bo.id)

    again = bookings.book(session, gathering.id, bo.id, at=LATER)

    assert (again.place, again.booking_id == waiting.booking_id) == (2, False)


def test_who_keeps_a_rank_stands_in_line_since_then(session, ada, bo):
    course = make_course(session)
    gathering = make_gathering(session, course=course, seats=0)
    make_interest(session, course, bo, rank_from=NOW - timedelta(days=90))
    bookings.book(session, gathering.id, ada.id, at=NOW)

    outcome = bookings.book(session, gathering.id, bo.id, at=LATER)
    bookings.change_seats(session, gathering.id, 1, by=ada.id, at=LATER)

    assert outcome.place == 1
    assert session.get(Booking, outcome.booking_id).state == BookingState.BOOKED
    assert session.scalars(select(CourseInterest)).all() == []


def test_request_keeps_its_seat_and_asks_the_lead(session, ada, bo, rhine):
    make_lead(session, bo, rhine)
    gathering = make_gathering(session, seats=1, needs_approval=True)

    outcome = bookings.book(session, gathering.id, ada.id, at=NOW)

    assert outcome == Outcome(
        outcome.booking_id,
        BookingState.REQUESTED,
        Approval.PENDING,
        expires_at=NOW + timedelta(days=7),
    )
    assert (taken(session, gathering), held(session, ada)) == (
        1,
        [(CommitmentKind.SESSION, True, True)],
    )
    assert told(session, bo) == ["%(person)s asks for a seat: %(what)s"]


def test_lead_who_books_for_a_member_agrees_by_that(session, ada, bo, rhine):
    make_lead(session, bo, rhine)
    gathering = make_gathering(session, needs_approval=True)

    outcome = bookings.book(session, gathering.id, ada.id, at=NOW, by=bo.id)

    assert (outcome.state, outcome.approval) == (BookingState.BOOKED, Approval.GIVEN)


@pytest.mark.parametrize("people", [1, 3])
def test_booking_takes_the_same_number_of_statements_however_many_have_booked(
    session, ada, rhine, people, count_statements
):
    gathering = make_gathering(session)
    key, person = gathering.id, ada.id
    for number in range(people):
        other = make_person(session, f"Other{number}", team=rhine)
        bookings.book(session, key, other.id, at=NOW)

    with count_statements() as statements:
        bookings.book(session, key, person, at=NOW)
        session.flush()

    assert len(statements) == 7, statements

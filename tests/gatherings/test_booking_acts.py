"""What leads, HR and time do with bookings: approve, refuse, offer, call off, keep."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.agenda.models import Commitment
from app.domain.seats import Approval, BookingState, GatheringState
from app.domain.seats.refusals import (
    Clash,
    ClosedByNow,
    DecidedByNow,
    NotADraft,
    NotBookable,
    NothingToDecide,
    OfferIsOver,
    ReasonMissing,
    SeatsOutOfRange,
)
from app.gatherings.models import Booking, BookingStep, CourseInterest, Meeting
from app.gatherings.queries.bookings import requests_for_lead
from app.gatherings.queries.bookings.due import due_for_keeping
from app.gatherings.services import bookings
from app.gatherings.services.bookings import Outcome
from app.outbox.models import Notice
from app.people.models import Side
from tests.factories import NOW, make_department, make_person, make_team
from tests.gatherings.acting import LATER, Cast, ask, seats, states, told
from tests.gatherings.makers import (
    START,
    make_booking,
    make_course,
    make_gathering,
    make_interest,
    make_room,
    make_trainer,
)

NEAR = START - timedelta(hours=48)  # within 72 hours, a day before booking closes


@pytest.fixture
def cast(session):
    return Cast(session)


def test_lead_agrees_to_several_at_once_and_those_who_wait_keep_their_place(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    asked = requests_for_lead(session, {cast.rhine.id})

    done = bookings.approve(
        session, [second.booking_id, first.booking_id], by=cast.lea.id, at=LATER
    )

    assert [one.person_id for one in asked] == [cast.ada.id, cast.bo.id]
    assert done == [
        Outcome(first.booking_id, BookingState.BOOKED, Approval.GIVEN),
        Outcome(second.booking_id, BookingState.WAITLISTED, Approval.GIVEN, place=1),
    ]
    assert requests_for_lead(session, {cast.rhine.id}) == []
    assert told(session, cast.ada)[-1] == "Your lead agreed, you have a seat: %(what)s"


def test_agreeing_is_all_or_none(session, cast):
    gathering = make_gathering(session, needs_approval=True)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    bookings.cancel(session, second.booking_id, at=LATER, by=cast.bo.id)

    with pytest.raises(NothingToDecide):
        bookings.approve(session, [first.booking_id, second.booking_id], by=1, at=LATER)
    with pytest.raises(NothingToDecide):
        bookings.approve(session, [first.booking_id, 4711], by=1, at=LATER)
    with pytest.raises(NothingToDecide):
        bookings.approve(session, [first.booking_id], by=1, at=first.expires_at)

    assert states(session, first) == [BookingState.REQUESTED]


def test_waiting_person_without_approval_is_passed_over_until_it_is_given(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    first, second, third = ask(session, gathering, cast.ada, cast.bo, cast.cy)
    bookings.approve(session, [third.booking_id], by=cast.lea.id, at=LATER)
    bookings.cancel(session, first.booking_id, at=LATER, by=cast.ada.id)

    before = states(session, second, third)
    bookings.change_seats(session, gathering.id, 2, by=cast.olga.id, at=LATER)
    bookings.approve(session, [second.booking_id], by=cast.lea.id, at=LATER)

    assert before == [BookingState.WAITLISTED, BookingState.BOOKED]
    assert states(session, second, third) == [BookingState.BOOKED, BookingState.BOOKED]


def test_refusal_needs_a_reason_and_frees_the_seat(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    bookings.approve(session, [second.booking_id], by=cast.lea.id, at=LATER)

    with pytest.raises(ReasonMissing):
        bookings.decline(session, first.booking_id, by=cast.lea.id, reason="  ", at=LATER)
    bookings.decline(session, first.booking_id, by=cast.lea.id, reason="Quarter end", at=LATER)
    with pytest.raises(NothingToDecide):
        bookings.decline(session, first.booking_id, by=cast.lea.id, reason="Again", at=LATER)

    declined = session.get(Booking, first.booking_id)
    assert (declined.approval, declined.reason) == (Approval.REFUSED, "Quarter end")
    assert states(session, first, second) == [BookingState.DECLINED, BookingState.BOOKED]


def test_request_nobody_answers_runs_out_and_its_seat_goes_on(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    bookings.approve(session, [second.booking_id], by=cast.lea.id, at=LATER)
    reminder = first.expires_at - timedelta(hours=24)

    nothing = bookings.keep(session, gathering.id, at=reminder - timedelta(seconds=1))
    for _ in range(2):
        bookings.keep(session, gathering.id, at=reminder)
    reminded = told(session, cast.lea)[-1]
    changed = bookings.keep(session, gathering.id, at=first.expires_at)

    assert (nothing, changed) == (0, 2)
    assert states(session, first, second) == [BookingState.EXPIRED, BookingState.BOOKED]
    assert reminded == "Your answer is missing: %(what)s for %(person)s"
    assert told(session, cast.lea).count(reminded) == 1
    assert bookings.keep(session, gathering.id, at=first.expires_at) == 0


def test_near_the_start_a_free_seat_is_offered_in_turn_until_the_close(session, cast):
    gathering = make_gathering(session, seats=1, cancel_until=START)
    first, second, third = ask(session, gathering, cast.ada, cast.bo, cast.cy)
    bookings.cancel(session, first.booking_id, at=NEAR, by=cast.ada.id)
    offered = session.get(Booking, second.booking_id)

    ends = offered.expires_at
    soft = session.scalars(select(Commitment).where(Commitment.person_id == cast.bo.id)).one()
    shown = (soft.hard, soft.tentative, soft.active)
    bookings.keep(session, gathering.id, at=ends)

    assert ends == NEAR + timedelta(hours=12)
    assert shown == (False, True, True)
    assert states(session, second, third) == [BookingState.EXPIRED, BookingState.OFFERED]
    with pytest.raises(OfferIsOver):
        bookings.accept_offer(session, second.booking_id, at=ends, by=cast.bo.id)
    last = session.get(Booking, third.booking_id).expires_at
    assert last == ends + timedelta(hours=6)
    taken = bookings.accept_offer(session, third.booking_id, at=ends, by=cast.cy.id)
    assert taken.state == BookingState.BOOKED


def test_offer_that_is_turned_down_goes_to_the_next(session, cast):
    gathering = make_gathering(session, seats=1, cancel_until=START)
    first, second, third = ask(session, gathering, cast.ada, cast.bo, cast.cy)
    bookings.cancel(session, first.booking_id, at=NEAR, by=cast.ada.id)

    bookings.turn_down_offer(session, second.booking_id, at=NEAR, by=cast.bo.id)

    assert states(session, second, third) == [BookingState.CANCELLED, BookingState.OFFERED]
    with pytest.raises(OfferIsOver):
        bookings.turn_down_offer(session, second.booking_id, at=NEAR, by=cast.bo.id)


def test_offer_cannot_be_taken_by_somebody_who_is_elsewhere_by_now(session, cast):
    gathering = make_gathering(session, seats=1, cancel_until=START)
    first, second = ask(session, gathering, cast.ada, cast.bo)
    bookings.cancel(session, first.booking_id, at=NEAR, by=cast.ada.id)
    other = make_gathering(session, closes_at=START)
    bookings.book(session, other.id, cast.bo.id, at=NEAR)

    with pytest.raises(Clash):
        bookings.accept_offer(session, second.booking_id, at=NEAR, by=cast.bo.id)


def test_after_the_close_a_seat_that_comes_free_stays_free(session, cast):
    gathering = make_gathering(session, seats=1, cancel_until=START)
    first, second = ask(session, gathering, cast.ada, cast.bo)

    bookings.cancel(session, first.booking_id, at=gathering.closes_at, by=cast.ada.id)

    assert states(session, second) == [BookingState.WAITLISTED]
    assert seats(session, gathering) == (0, 1, 1)


def test_who_is_elsewhere_is_passed_over_without_losing_the_place(session, cast):
    gathering = make_gathering(session, seats=1)
    _first, second, third = ask(session, gathering, cast.ada, cast.bo, cast.cy)
    elsewhere = make_gathering(session)
    other = bookings.book(session, elsewhere.id, cast.bo.id, at=NOW)

    bookings.change_seats(session, gathering.id, 2, by=cast.olga.id, at=LATER)
    passed = states(session, second, third)
    bookings.cancel(session, other.booking_id, at=LATER, by=cast.bo.id)
    bookings.change_seats(session, gathering.id, 3, by=cast.olga.id, at=LATER)

    assert passed == [BookingState.WAITLISTED, BookingState.BOOKED]
    assert states(session, second) == [BookingState.BOOKED]


def test_more_seats_let_exactly_that_many_move_up(session, cast):
    gathering = make_gathering(session, seats=0)
    waiting = ask(session, gathering, cast.ada, cast.bo, cast.cy)

    moved = bookings.change_seats(session, gathering.id, 2, by=cast.olga.id, at=LATER)

    assert [one.booking_id for one in moved] == [one.booking_id for one in waiting[:2]]
    assert seats(session, gathering) == (2, 2, 2)


def test_fewer_seats_throw_nobody_out_and_are_not_sold_again(session, cast):
    gathering = make_gathering(session, seats=3)
    booked = ask(session, gathering, cast.ada, cast.bo, cast.cy)

    bookings.change_seats(session, gathering.id, 1, by=cast.olga.id, at=LATER)
    lowered = seats(session, gathering)
    bookings.cancel(session, booked[0].booking_id, at=LATER, by=cast.ada.id)
    [again] = ask(session, gathering, cast.ada, at=LATER)

    assert lowered == (3, 3, 1)
    assert (seats(session, gathering), again.state) == ((2, 2, 1), BookingState.WAITLISTED)


@pytest.mark.parametrize("wanted", [-1, 501])
def test_number_of_seats_is_bounded(session, cast, wanted):
    with pytest.raises(SeatsOutOfRange):
        bookings.change_seats(session, make_gathering(session).id, wanted, by=1, at=NOW)


def test_calling_off_tells_everybody_frees_time_and_rooms_and_keeps_ranks(session, cast):
    course, room = make_course(session), make_room(session)
    gathering = make_gathering(session, course=course, seats=1)
    [meeting] = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id))
    meeting.room_id = room.id
    make_trainer(session, meeting, cast.lea)
    make_interest(session, course, cast.bo, since=NOW - timedelta(days=40))
    first, second = ask(session, gathering, cast.ada, cast.bo)

    with pytest.raises(ReasonMissing):
        bookings.call_off(session, gathering.id, by=cast.olga.id, reason="", at=LATER)
    people = bookings.call_off(
        session, gathering.id, by=cast.olga.id, reason="Too few people.", at=LATER
    )

    session.refresh(gathering)
    assert (people, gathering.state) == (3, GatheringState.CALLED_OFF)
    assert states(session, first, second) == [BookingState.CALLED_OFF] * 2
    assert seats(session, gathering) == (0, 1, 1)
    off = session.scalars(select(Commitment.called_off_at).where(~Commitment.active)).all()
    assert off == [LATER]
    waiting = session.execute(select(CourseInterest.person_id, CourseInterest.since))
    assert dict(waiting.all()) == {cast.ada.id: NOW, cast.bo.id: NOW - timedelta(days=40)}
    assert told(session, cast.ada)[-1] == told(session, cast.lea)[-1] == "Called off: %(what)s"
    again = make_gathering(session, course=course)
    moved = session.scalars(select(Meeting).where(Meeting.gathering_id == again.id)).one()
    moved.room_id = room.id
    session.flush()
    with pytest.raises(NotBookable):
        bookings.call_off(session, gathering.id, by=cast.olga.id, reason="Again", at=LATER)


def test_announcing_shows_a_draft_holds_its_trainers_and_tells_who_waited(session, cast):
    course = make_course(session)
    gathering = make_gathering(session, course=course, state=GatheringState.DRAFT)
    [meeting] = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id))
    make_trainer(session, meeting, cast.lea)
    wish = make_interest(session, course, cast.ada)

    people = bookings.announce(session, gathering.id, by=cast.olga.id, at=NOW)

    session.refresh(wish)
    claims = session.execute(select(Commitment.person_id, Commitment.kind, Commitment.hard))
    assert (people, wish.told_at) == (1, NOW)
    assert [tuple(row) for row in claims] == [(cast.lea.id, "teaching", True)]
    assert told(session, cast.ada) == ["A date for you: %(what)s"]
    with pytest.raises(NotADraft):
        bookings.announce(session, gathering.id, by=cast.olga.id, at=NOW)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"opens_at": NOW - timedelta(days=9), "closes_at": NOW}, ClosedByNow),
        ({"minimum": 3, "decide_on": NOW.date() - timedelta(days=1)}, DecidedByNow),
    ],
)
def test_draft_whose_days_are_over_is_announced_to_nobody(session, cast, days, why):
    course = make_course(session)
    make_interest(session, course, cast.ada)
    gathering = make_gathering(session, course=course, state=GatheringState.DRAFT, **days)

    with pytest.raises(why):
        bookings.announce(session, gathering.id, by=cast.olga.id, at=NOW)

    assert (gathering.state, told(session, cast.ada)) == (GatheringState.DRAFT, [])


def test_draft_is_announced_on_the_day_of_decision_and_shortly_before_its_close(session, cast):
    last = {"closes_at": NOW + timedelta(seconds=1), "minimum": 3, "decide_on": NOW.date()}
    gathering = make_gathering(session, state=GatheringState.DRAFT, **last)

    bookings.announce(session, gathering.id, by=cast.olga.id, at=NOW)

    assert gathering.state is GatheringState.ANNOUNCED


def test_trainer_who_is_elsewhere_stops_the_announcement(session, cast):
    busy = make_gathering(session)
    bookings.book(session, busy.id, cast.lea.id, at=NOW)
    gathering = make_gathering(session, state=GatheringState.DRAFT)
    [meeting] = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id))
    make_trainer(session, meeting, cast.lea)

    with pytest.raises(Clash):
        bookings.announce(session, gathering.id, by=cast.olga.id, at=NOW)


def minimum_gathering(session):
    """Three are needed, decided on Thursday 10 December; warned of from Monday 7 December on."""
    return make_gathering(session, minimum=3, decide_on=date(2026, 12, 10))


def on(day):
    return NOW.replace(month=12, day=day)


def test_too_few_people_are_warned_of_once_and_decided_on_once(session, cast):
    gathering = minimum_gathering(session)
    ask(session, gathering, cast.ada, cast.bo)

    for day in (4, 7, 8, 10, 10, 11):
        bookings.keep(session, gathering.id, at=on(day))

    assert told(session, cast.olga) == [
        "Too few people so far: %(what)s",
        "Please decide: does %(what)s take place?",
    ]
    assert gathering.state == GatheringState.ANNOUNCED


def test_enough_people_on_the_day_of_decision_make_it_certain(session, cast):
    gathering = minimum_gathering(session)
    ask(session, gathering, cast.ada, cast.bo, cast.cy)

    bookings.keep(session, gathering.id, at=on(7))
    bookings.keep(session, gathering.id, at=on(10))

    assert gathering.state == GatheringState.CONFIRMED
    assert told(session, cast.olga) == []
    assert told(session, cast.ada)[-1] == "It takes place for certain: %(what)s"


def test_hr_confirms_in_one_step_whatever_the_number(session, cast):
    gathering = minimum_gathering(session)
    ask(session, gathering, cast.ada)

    people = bookings.confirm(session, gathering.id, by=cast.olga.id, at=LATER)

    assert (people, gathering.state) == (1, GatheringState.CONFIRMED)
    with pytest.raises(NotBookable):
        bookings.confirm(session, gathering.id, by=cast.olga.id, at=LATER)


def test_waiting_ends_with_the_start_and_the_gathering_with_its_end(session, cast):
    course = make_course(session)
    gathering = make_gathering(session, course=course, seats=1)
    first, second = ask(session, gathering, cast.ada, cast.bo)

    due = [due_for_keeping(session, at=at) for at in (NOW, START, gathering.ends_at)]
    bookings.keep(session, gathering.id, at=START)
    begun = states(session, first, second), gathering.state
    bookings.keep(session, gathering.id, at=gathering.ends_at)

    assert due == [[], [gathering.id], [gathering.id]]
    assert begun == ([BookingState.BOOKED, BookingState.EXPIRED], GatheringState.ANNOUNCED)
    assert gathering.state == GatheringState.OVER
    assert states(session, first) == [BookingState.BOOKED]
    wish = session.scalars(select(CourseInterest)).one()
    assert (wish.person_id, wish.since) == (cast.bo.id, NOW + timedelta(minutes=1))


def test_history_and_notices_have_no_gap_and_no_double_after_all_of_it(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True, cancel_until=START)
    first, second, third = ask(session, gathering, cast.ada, cast.bo, cast.cy)
    bookings.approve(session, [first.booking_id, second.booking_id], by=cast.lea.id, at=LATER)
    bookings.cancel(session, first.booking_id, at=NEAR, by=cast.ada.id)
    bookings.accept_offer(session, second.booking_id, at=NEAR, by=cast.bo.id)
    bookings.decline(session, third.booking_id, by=cast.lea.id, reason="Not now", at=NEAR)
    bookings.keep(session, gathering.id, at=START)
    session.flush()

    for booking in session.scalars(select(Booking)):
        versions = session.scalars(
            select(BookingStep.version)
            .where(BookingStep.booking_id == booking.id)
            .order_by(BookingStep.version)
        ).all()
        assert versions == list(range(1, booking.version + 1))
        notices = select(func.count()).where(
            Notice.dedupe_key.like(f"booking:{booking.id}:v%:person:%")
        )
        assert session.scalar(notices) == booking.version


def test_trip_that_is_called_off_is_called_off_for_its_host_too(session, cast):
    sales = make_team(session, "Elbe", department=make_department(session, "Sales", Side.SALES))
    host = make_person(session, "Hana", team=sales)
    trip = make_gathering(session, host=host, seats=1, state=GatheringState.DRAFT)
    bookings.announce(session, trip.id, by=host.id, at=NOW)
    ask(session, trip, cast.ada)

    people = bookings.call_off(session, trip.id, by=host.id, reason="Customer ill", at=LATER)

    off = session.scalars(select(Commitment.person_id).where(Commitment.called_off_at == LATER))
    assert (people, set(off)) == (1, {host.id, cast.ada.id})


def test_booking_made_by_hand_is_kept_like_any_other(session, cast):
    gathering = make_gathering(session, seats=2)
    booking = make_booking(session, gathering, cast.ada)

    bookings.cancel(session, booking.id, at=LATER, by=cast.ada.id)

    assert (booking.state, booking.version) == (BookingState.CANCELLED, 2)


def test_who_has_left_the_company_keeps_no_seat_from_those_who_wait(session, cast):
    gathering = make_gathering(session, seats=1)
    gone, waits = ask(session, gathering, cast.ada, cast.bo)
    cast.ada.left_on = (NOW + timedelta(days=2)).date()
    session.flush()
    the_day_before, after = NOW + timedelta(days=1), NOW + timedelta(days=2)

    due = [due_for_keeping(session, at=at) for at in (the_day_before, after)]
    early = bookings.keep(session, gathering.id, at=the_day_before)
    changed = bookings.keep(session, gathering.id, at=after)

    assert (due, early, changed) == ([[], [gathering.id]], 0, 2)
    assert states(session, gone, waits) == ["cancelled", "booked"]
    held = session.scalars(select(Commitment.person_id).where(Commitment.active)).all()
    assert held == [cast.bo.id]
    assert due_for_keeping(session, at=after) == []

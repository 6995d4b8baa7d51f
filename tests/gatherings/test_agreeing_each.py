"""Agreeing to several requests: each has its own fate, whoever else decides at the same time."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.agenda.models import Commitment, CommitmentKind
from app.database import unit_of_work
from app.domain.booking_steps import Told
from app.domain.seats import Approval, BookingState
from app.domain.seats.refusals import ElsewhereByNow, NothingToDecide
from app.gatherings.models import Booking
from app.gatherings.queries.bookings.checks import broken_histories, untold_changes
from app.gatherings.queries.session_page import history
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.agenda.makers import make_commitment
from tests.factories import NOW
from tests.gatherings.makers import START, make_gathering

LATER = NOW + timedelta(hours=2)
GIVEN, PENDING = Approval.GIVEN, Approval.PENDING
REQUESTED, WAITLISTED = BookingState.REQUESTED, BookingState.WAITLISTED
APPROVED, BOOKED = BookingState.APPROVED, BookingState.BOOKED


def asked(session, gathering, *people):
    return [bookings.book(session, gathering.id, one.id, at=NOW).booking_id for one in people]


def standing(session, *keys):
    session.expire_all()
    rows = session.execute(select(Booking.id, Booking.state, Booking.approval))
    found = {key: (state, approval) for key, state, approval in rows}
    return [found[key] for key in keys]


def send_elsewhere(session, gathering, person):
    """Something else took the person's time since they asked."""
    for row in session.scalars(select(Commitment).where(Commitment.person_id == person.id)):
        row.hard = False  # as after a move onto a time when they are elsewhere
    session.flush()
    make_commitment(session, person, START, kind=CommitmentKind.STAY, hard=True)


def test_who_is_elsewhere_or_gone_stays_and_the_others_are_agreed_to(session, cast):
    gathering = make_gathering(session, seats=3, needs_approval=True)
    ada, ann, dan = asked(session, gathering, cast.ada, cast.ann, cast.dan)
    send_elsewhere(session, gathering, cast.ann)
    bookings.cancel(session, dan, at=LATER, by=cast.dan.id)

    done = bookings.approve_each(session, [ada, ann, dan, 4711], by=cast.lea.id, at=LATER)

    assert [one.booking_id for one in done.agreed] == [ada]
    assert [(one.booking_id, type(one.why)) for one in done.left] == [
        (4711, NothingToDecide),
        (ann, ElsewhereByNow),
        (dan, NothingToDecide),
    ]
    assert standing(session, ada, ann) == [(BOOKED, GIVEN), (REQUESTED, PENDING)]
    assert list(broken_histories(session)) == []
    assert list(untold_changes(session, since=NOW - timedelta(days=1))) == []


def test_all_or_none_raises_what_stood_in_the_way(session, cast):
    gathering = make_gathering(session, seats=3, needs_approval=True)
    ada, ann = asked(session, gathering, cast.ada, cast.ann)
    send_elsewhere(session, gathering, cast.ann)

    with pytest.raises(ElsewhereByNow):
        bookings.approve(session, [ada, ann], by=cast.lea.id, at=LATER)

    assert standing(session, ada, ann) == [(REQUESTED, PENDING)] * 2


def test_the_page_names_who_stays_and_why_and_keeps_the_list_as_it_was(session, cast, signed_in):
    gathering = make_gathering(session, seats=3, needs_approval=True)
    ada, ann = asked(session, gathering, cast.ada, cast.ann)
    send_elsewhere(session, gathering, cast.ann)
    visitor = signed_in(cast.lea)

    answer = visitor.post("/approvals/?sort=-name&q=a", booking=[str(ada), str(ann)])
    page = visitor.page(answer.location)

    assert (answer.status_code, answer.location) == (303, "/approvals/?q=a&sort=-name")
    assert "You agreed to 1 request." in page
    assert "Still open: Ann Test. By now there is something else at that time." in page
    assert standing(session, ada, ann) == [(BOOKED, GIVEN), (REQUESTED, PENDING)]


def test_when_nobody_can_be_agreed_to_nothing_is_saved_and_the_ticks_stay(session, cast, signed_in):
    gathering = make_gathering(session, needs_approval=True)
    (ann,) = asked(session, gathering, cast.ann)
    send_elsewhere(session, gathering, cast.ann)

    answer = signed_in(cast.lea).post("/approvals/", booking=str(ann))

    assert answer.status_code == 409
    assert "Still open: Ann Test. By now there is something else at that time." in answer.text
    assert f'id="booking-{ann}" checked' in answer.text


def test_two_deciders_at_once_agree_to_each_request_once(app, session, cast):
    gatherings = [make_gathering(session, needs_approval=True) for _ in range(2)]
    for gathering in gatherings[1:]:
        gathering.starts_at += timedelta(days=1)
        gathering.ends_at += timedelta(days=1)
        session.flush()
    keys = asked(session, gatherings[0], cast.ada, cast.ann)
    lea, dan = cast.lea.id, cast.dan.id
    session.commit()
    ready, found = Barrier(2), []

    def decide(by, order):
        with app.app_context():
            ready.wait()
            with unit_of_work() as own:
                done = bookings.approve_each(own, order, by=by, at=LATER)
                found.append(([one.booking_id for one in done.agreed], len(done.left)))

    both = [Thread(target=decide, args=args) for args in ((lea, keys), (dan, keys[::-1]))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sorted(found) == [([], 2), (keys, 0)]
    assert standing(session, *keys) == [(BOOKED, GIVEN)] * 2
    told = session.scalars(select(Notice.person_id).where(Notice.title.like("Your lead agreed%")))
    assert Counter(told) == Counter([cast.ada.id, cast.ann.id])


# -- approved is a state of its own ---------------------------------------------------------------


def told(session, gathering, person):
    session.expire_all()
    (booking,) = history(session, gathering.id, person.id)
    return booking.history


def test_history_says_who_approved_when_before_the_seat_is_booked(session, cast):
    gathering = make_gathering(session, needs_approval=True)
    (ada,) = asked(session, gathering, cast.ada)

    bookings.approve(session, [ada], by=cast.lea.id, at=LATER)

    assert told(session, gathering, cast.ada) == [
        Told(REQUESTED, NOW, cast.ada.id),
        Told(APPROVED, LATER, cast.lea.id),
        Told(BOOKED, LATER),
    ]


def test_who_is_approved_while_waiting_is_booked_later_without_a_second_question(session, cast):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    ada, ann = asked(session, gathering, cast.ada, cast.ann)
    bookings.approve(session, [ann], by=cast.lea.id, at=LATER)
    waits = standing(session, ann)

    bookings.cancel(session, ada, at=LATER, by=cast.ada.id)

    assert (waits, standing(session, ann)) == ([(WAITLISTED, GIVEN)], [(BOOKED, GIVEN)])
    assert told(session, gathering, cast.ann) == [
        Told(WAITLISTED, NOW, cast.ann.id),
        Told(APPROVED, LATER, cast.lea.id),
        Told(BOOKED, LATER),
    ]
    question = "%Please decide%"
    asked_for = session.scalar(
        select(func.count()).where(
            Notice.person_id == cast.lea.id,
            Notice.dedupe_key.like(f"booking:{ann}:%"),
            Notice.title.not_like(question),
        )
    )
    assert asked_for == 1


def test_fewer_seats_throw_no_request_out_and_it_is_booked_when_approved(session, cast):
    gathering = make_gathering(session, seats=2, needs_approval=True)
    ada, ann = asked(session, gathering, cast.ada, cast.ann)
    bookings.change_seats(session, gathering.id, 1, by=cast.olga.id, at=LATER)

    bookings.approve(session, [ada, ann], by=cast.lea.id, at=LATER)

    assert standing(session, ada, ann) == [(BOOKED, GIVEN)] * 2


def test_page_and_file_name_the_approval(session, cast, signed_in):
    gathering = make_gathering(session, seats=1, needs_approval=True)
    ada, ann = asked(session, gathering, cast.ada, cast.ann)
    bookings.approve(session, [ada, ann], by=cast.lea.id, at=LATER)

    page = signed_in(cast.ann).page(f"/sessions/{gathering.id}")
    own = signed_in(cast.ada).page("/my-bookings")
    file = signed_in(cast.ada).get("/my-bookings?format=csv").text.splitlines()

    assert "as soon as a seat is yours, nobody is asked again" in page
    assert "by Lea Test" in own
    assert "Lea Test" in file[1]
    assert "requested" in file[1].split("Lea Test")[1]
    assert "approved" in file[1].split("Lea Test")[1]

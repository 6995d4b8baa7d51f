"""What is asked of people afterwards: feedback on a session, promises of a joint day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import FeedbackMark, TripDebrief, TripPromise
from app.outbox.models import Notice
from tests.factories import NOW, make_person
from tests.gatherings.makers import make_booking, make_gathering

ASKED = "One minute, without your name"
PROMISED = "You promised “Send the price list” after “A day with customers”: say when it is kept"
DUE = "A promise is due: %(what)s"


def sat(session, person, *, ended=timedelta(hours=1), state=BookingState.ATTENDED):
    """A session that ended so long ago, with a booking of a person."""
    gathering = make_gathering(session, starts_at=NOW - ended - timedelta(hours=2))
    gathering.state = GatheringState.OVER
    make_booking(session, gathering, person, state=state)
    session.commit()
    return gathering


@pytest.fixture
def promise(session, cast, past):
    """Ada wrote down what Bo promised until 8 December."""
    debrief = TripDebrief(gathering_id=past.id, person_id=cast.ada.id, due_at=NOW, written_at=NOW)
    session.add(debrief)
    session.flush()
    due_on = date(2026, 12, 8)
    made = TripPromise(
        debrief_id=debrief.id, text="Send the price list", owner_id=cast.bo.id, due_on=due_on
    )
    session.add(made)
    session.commit()
    return made


def test_who_came_is_asked_on_today_until_they_spoke(session, cast, signed_in):
    gathering = sat(session, cast.ada)
    ada = signed_in(cast.ada)
    path = f"/sessions/{gathering.id}/feedback"
    before = ada.page("/today")

    ada.post(path, useful="4", task_helped="4", will_apply="5", words="")

    assert (ASKED in before, f'href="{path}"' in before) == (True, True)
    assert session.scalars(select(FeedbackMark.person_id)).all() == [cast.ada.id]
    assert ASKED not in ada.page("/today")


def test_an_answer_of_one_changes_the_page_of_nobody_else(session, cast, signed_in):
    gathering = sat(session, cast.ada)
    make_booking(session, gathering, cast.ann, state=BookingState.PARTLY_ATTENDED)
    session.commit()
    ann, olga = signed_in(cast.ann), signed_in(cast.olga)
    before = [who.page("/today").count(ASKED) for who in (ann, olga)]

    signed_in(cast.ada).post(f"/sessions/{gathering.id}/feedback", useful="4", words="")

    assert before == [1, 0]
    assert [who.page("/today").count(ASKED) for who in (ann, olga)] == before


@pytest.mark.parametrize(
    ("ended", "state", "asked"),
    [
        (timedelta(0), BookingState.ATTENDED, True),
        (timedelta(days=14) - timedelta(seconds=1), BookingState.ATTENDED, True),
        (timedelta(days=14), BookingState.ATTENDED, False),
        (timedelta(hours=1), BookingState.NO_SHOW, False),
        (timedelta(hours=1), BookingState.EXCUSED, False),
        (timedelta(hours=1), BookingState.BOOKED, False),  # the list is not kept yet
    ],
)
def test_feedback_is_asked_for_while_it_can_be_given(session, cast, signed_in, ended, state, asked):
    sat(session, cast.ada, ended=ended, state=state)

    assert (ASKED in signed_in(cast.ada).page("/today")) is asked


def test_the_owner_of_a_promise_finds_it_on_today_until_it_is_kept(
    session, cast, past, promise, signed_in
):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    before = [who.page("/today") for who in (bo, ada)]

    bo.post(f"/trips/promises/{promise.id}/kept", version="1")

    assert [PROMISED in page for page in before] == [True, False]
    assert f'href="/trips/{past.id}#promises"' in before[0]
    assert 'id="promises"' in bo.page(f"/trips/{past.id}")
    assert PROMISED not in bo.page("/today")


def test_the_owner_is_told_once_on_the_day_a_promise_is_due_and_can_still_say_it_is_kept(
    session, cast, promise, signed_in, clock, worker
):
    day = session.get_one(TripDebrief, promise.debrief_id).gathering_id

    def told():
        rows = session.execute(select(Notice.person_id, Notice.path).where(Notice.title == DUE))
        return [tuple(row) for row in rows]

    clock.move_to(NOW.replace(month=12, day=7))
    worker()
    before = told()
    clock.move_by(timedelta(days=1))
    worker()
    worker()

    assert (before, told()) == ([], [(cast.bo.id, f"/trips/{day}")])
    answer = signed_in(cast.bo).post(f"/trips/promises/{promise.id}/kept", version="1")
    session.refresh(promise)
    assert (answer.status_code, promise.kept_at is not None) == (303, True)


@pytest.mark.parametrize("change", ["kept", "no day", "long ago"])
def test_nobody_is_told_of_a_promise_that_needs_no_reminder(
    session, promise, clock, worker, change
):
    promise.kept_at = NOW if change == "kept" else None
    promise.due_on = None if change == "no day" else promise.due_on
    clock.move_to(NOW.replace(month=12, day=31 if change == "long ago" else 9))
    session.commit()

    worker()

    assert session.scalars(select(Notice).where(Notice.title == DUE)).all() == []


def test_three_sessions_and_promises_cost_as_many_statements_as_one(
    session, cast, promise, signed_in, count_statements
):
    bo, counts = signed_in(cast.bo), []
    for number in range(3):
        sat(session, cast.bo)
        text = f"Promise {number}"
        session.add(TripPromise(debrief_id=promise.debrief_id, text=text, owner_id=cast.bo.id))
        make_person(session, f"P{number}")
        session.commit()
        with count_statements() as statements:
            bo.page("/today")
        counts.append(len(statements))

    assert counts == [counts[0]] * 3

"""Feedback: once, in time, by those who were there, and leading back to nobody."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select, text

from app.database import Base
from app.domain.comments import BLACK
from app.domain.seats import BookingState
from app.domain.voices import NotYourTurn
from app.gatherings.models import FeedbackMark, FeedbackSheet
from app.gatherings.queries.feedback import of_session
from app.gatherings.services.feedback import forget_who_spoke, give_feedback
from app.people.models import Login
from tests.factories import NOW, make_person, make_team, sign_in
from tests.gatherings.makers import make_booking, make_gathering
from tests.people.door import csrf_token

FINE = {"useful": 4, "task_helped": 5, "will_apply": 4}
LATER = NOW + timedelta(days=15)


@pytest.fixture
def over(session):
    return make_gathering(session, starts_at=NOW - timedelta(days=1), seats=40)


def make_speakers(session, gathering, number):
    team = make_team(session, f"Team of {number}")
    people = [make_person(session, f"P{place}", team=team) for place in range(number)]
    for person in people:
        make_booking(session, gathering, person, state=BookingState.ATTENDED)
    return people


def speak(session, gathering, people, answers=FINE):
    for person in people:
        give_feedback(session, gathering, person.id, answers, f"word {person.id}", at=NOW)
        session.commit()  # each in a transaction of its own, as people do


def test_below_five_answers_nothing_but_the_number_is_told(app, session, over):
    speak(session, over, make_speakers(session, over, 4))

    found = of_session(session, over, at=LATER)

    assert (found.answers, found.means, found.words) == (4, (), ())


def test_five_answers_are_told_together_after_two_weeks(app, session, over):
    speak(session, over, make_speakers(session, over, 5))

    assert of_session(session, over, at=NOW) is None
    found = of_session(session, over, at=LATER)
    assert [one.mean for one in found.means] == [4.0, 5.0, 4.0]
    assert len(found.words) == 5


def test_names_of_colleagues_are_blacked_out_before_words_are_stored(app, session, over):
    (ada,) = make_speakers(session, over, 1)
    make_person(session, "Friederike", family_name="Müller-Thurgau")

    words = "Friederike was late, Müllers task was good, mail f.mueller@example.com"
    give_feedback(session, over, ada.id, FINE, words, at=NOW)

    stored = session.scalars(select(FeedbackSheet.words)).one()
    assert stored == f"{BLACK} was late, {BLACK} task was good, mail {BLACK}"


def test_a_question_that_few_answered_is_not_told(app, session, over):
    people = make_speakers(session, over, 5)
    speak(session, over, people[:1])
    speak(session, over, people[1:], {**FINE, "task_helped": None})

    means = [one.mean for one in of_session(session, over, at=LATER).means]

    assert means == [4.0, None, 4.0]


def test_nobody_speaks_twice_or_without_having_come(app, session, over):
    (ada,) = make_speakers(session, over, 1)
    speak(session, over, [ada])
    bo = make_person(session, "Bo")
    make_booking(session, over, bo, state=BookingState.NO_SHOW)

    for person, at in [(ada, NOW), (bo, NOW), (ada, LATER)]:
        with pytest.raises(NotYourTurn):
            give_feedback(session, over, person.id, FINE, "", at=at)
    assert session.scalar(select(func.count()).select_from(FeedbackSheet)) == 1


def in_stored_order(session, engine):
    """The words in the order a look into the file gives them, as far as there is one."""
    order = "key" if engine.dialect.name == "sqlite" else "xmin::text::bigint, ctid"
    rows = session.execute(text(f"SELECT words FROM feedback_sheet ORDER BY {order}"))  # noqa: S608
    return [row[0] for row in rows]


def linked(session, engine, people):
    """How many sheets stand where their writer spoke."""
    pairs = zip(in_stored_order(session, engine), people, strict=True)
    return sum(words == f"word {person.id}" for words, person in pairs)


def test_after_two_weeks_no_order_leads_back_to_who_spoke(app, session, engine, over):
    people = make_speakers(session, over, 40)
    speak(session, over, people)
    before = linked(session, engine, people)

    forget_who_spoke(session, at=LATER, random=Random(5))  # noqa: S311 - the same luck
    session.commit()

    assert linked(session, engine, people) <= 5
    assert session.scalar(select(func.count()).select_from(FeedbackMark)) == 0
    if engine.dialect.name == "postgresql":  # the control: before, the transactions told all
        assert before == 40


def test_who_came_hands_in_feedback_once_on_the_page(session, over, client, clock):
    (ada,) = make_speakers(session, over, 1)
    sign_in(client, session, ada)
    page = f"/sessions/{over.id}/feedback"
    sent = {"csrf_token": csrf_token(client, page), "useful": "5", "words": "More of it"}

    first = client.post(page, data=sent)

    sheet = session.scalars(select(FeedbackSheet)).one()
    assert first.status_code == 302
    assert (sheet.useful, sheet.task_helped, sheet.words) == (5, None, "More of it")
    assert client.get(page).status_code == 404


def test_feedback_leaves_neither_a_key_with_its_time_nor_a_moved_clock(
    app, session, over, client, clock
):
    (ada,) = make_speakers(session, over, 1)
    sign_in(client, session, ada)
    page = f"/sessions/{over.id}/feedback"
    sent = {"csrf_token": csrf_token(client, page), "useful": "5", "request_key": "x" * 24}
    client.get("/")
    before = session.scalar(select(Login.seen_at))
    clock.move_to(NOW + timedelta(hours=5))

    client.post(page, data=sent)

    assert session.scalar(select(func.count()).select_from(FeedbackSheet)) == 1
    assert session.scalar(select(Login.seen_at)) == before
    assert session.execute(select(Base.metadata.tables["request_key"])).all() == []

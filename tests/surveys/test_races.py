"""Two at once: a ballot counts once, and no ballot is lost between the last one and the close."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.domain.waves import EndedAlready, WaveState
from app.surveys.models import Answer, BallotMark, SealedBox, Wave
from app.surveys.services.closing import Opening, close_wave
from app.surveys.services.voting import enter, hand_in
from tests.surveys.makers import ENDED, FINE, OPENING, dice, make_open_wave, make_sides, vote

AT_ONCE = 8
LOST = (IntegrityError, OperationalError)


def together(engine, act, tries=AT_ONCE):
    """Let `act(session)` happen in so many threads at once; gives what each of them came to."""
    barrier = threading.Barrier(tries)

    def one(number):
        with Session(engine) as own:
            barrier.wait(30)
            try:
                found = act(own, number)
                own.commit()
            except LOST as lost:
                own.rollback()
                return type(lost).__name__
            return found

    with ThreadPoolExecutor(tries) as threads:
        return list(threads.map(one, range(tries)))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_the_same_ballot_sent_by_many_at_once_counts_once(app, session, engine):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    person, elbe = sides.members["Rhine"][0].id, sides.team("Elbe")
    wave_id = wave.id
    session.commit()

    found = together(
        engine,
        lambda own, _number: hand_in(own, enter(own, wave_id, at=OPENING), person, elbe, FINE),
    )

    assert sorted(found, key=str) == [False] * (AT_ONCE - 1) + [True]
    assert (count(session, BallotMark), count(session, SealedBox)) == (1, 1)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_the_key_of_marks_the_same_ballot_counts_more_than_once(app, session, engine):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    person, elbe = sides.members["Rhine"][0], sides.team("Elbe")
    session.execute(text("ALTER TABLE ballot_mark RENAME TO kept_mark"))
    session.execute(
        text("CREATE TABLE ballot_mark (wave_id integer, person_id integer, target_id integer)")
    )

    found = [vote(session, wave, person, elbe) for _ in range(3)]
    boxes = count(session, SealedBox)
    session.rollback()

    assert (found, boxes) == ([True] * 3, 3)


def test_a_ballot_either_comes_before_the_close_and_counts_or_is_refused(app, session, engine):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    wave_id, elbe = wave.id, sides.team("Elbe")
    people = [person.id for person in sides.members["Rhine"]]
    for person in sides.members["Rhine"][AT_ONCE:]:
        vote(session, wave, person, elbe)
    for person in sides.members["Elbe"]:
        vote(session, wave, person, sides.team("Rhine"))
    session.commit()

    def act(own, number):
        if number == AT_ONCE - 1:
            close_wave(own, wave_id, at=ENDED, opening=Opening(keys, dice(1)))
            return "closed"
        try:
            return hand_in(own, enter(own, wave_id, at=OPENING), people[number], elbe, FINE)
        except EndedAlready:
            return "refused"

    found = together(engine, act)

    taken = found.count(True)
    assert found.count("closed") == 1
    assert taken + found.count("refused") == AT_ONCE - 1
    kept = session.scalar(select(func.count()).select_from(Answer).where(Answer.target_id == elbe))
    assert session.scalar(select(Wave.state)) is WaveState.CLOSED
    assert kept in {taken + 4, 0}
    assert count(session, Answer) == 8 + kept
    assert count(session, SealedBox) == 0

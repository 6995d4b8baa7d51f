"""What the database itself refuses about surveys, and only because the guard is there."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.surveys.models import Answer, Tie, Wave
from migrations import guards
from tests.surveys.makers import close, make_open_wave, make_sides, vote_all


def tie(sides, first, last=None):
    return Tie(
        source_id=sides.team("Main"),
        target_id=sides.team("Rhine"),
        starts_on=date(2026, first, 1),
        ends_on=None if last is None else date(2026, last, 1),
    )


def without(session, name):
    """Take the guard away; what the test does is rolled back."""
    guards.drop(session.connection(), name)


def test_two_ties_of_a_pair_never_overlap(app, session):
    sides = make_sides(session)
    session.add_all([tie(sides, 1, 6), tie(sides, 6, 9)])
    session.flush()

    session.add(tie(sides, 8))
    with pytest.raises(IntegrityError):
        session.flush()


def test_without_the_guard_two_ties_of_a_pair_overlap(app, session):
    sides = make_sides(session)
    without(session, "ex_tie_once")

    session.add_all([tie(sides, 1, 6), tie(sides, 2, 9), tie(sides, 3)])
    session.flush()
    found = session.scalar(
        select(func.count()).select_from(Tie).where(Tie.source_id == sides.team("Main"))
    )
    session.rollback()

    assert found == 3


def test_without_the_guard_a_stored_answer_changes(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)
    without(session, "ao_answer")

    session.execute(text("UPDATE answer SET q01 = 1"))
    found = set(session.scalars(select(Answer.q01)))
    session.rollback()

    assert found == {1}


def add_answer(session, wave, source, target):
    """An answer as the close writes it, about whatever pair."""
    steps = {f"q{number:02}": 3 for number in range(1, 11)}
    ends = {"source_id": source, "target_id": target}
    session.add(Answer(key=bytes(16), wave_id=wave.id, **ends, **steps))
    session.flush()


def test_an_answer_is_about_a_pair_that_its_wave_asked(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)

    add_answer(session, wave, sides.team("Rhine"), sides.team("Elbe"))
    session.commit()

    with pytest.raises(IntegrityError):
        add_answer(session, session.scalar(select(Wave)), sides.team("Main"), sides.team("Elbe"))


def test_without_the_reference_an_answer_is_about_any_pair(app, session, engine):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)
    if engine.dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys=1"))  # looks at the end only, not reached
    else:
        session.execute(text("ALTER TABLE answer DROP CONSTRAINT fk_answer_wave_id_cell"))

    add_answer(session, wave, sides.team("Main"), sides.team("Elbe"))
    found = session.scalar(select(func.count()).select_from(Answer))
    session.rollback()

    assert found == 1

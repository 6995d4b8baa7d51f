"""What the database itself refuses about surveys, and only because the guard is there."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DataError, IntegrityError

from app.surveys.models import Answer, Tie, Wave
from migrations import guards
from tests.surveys.makers import close, make_draft, make_open_wave, make_sides, vote_all


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

    session.execute(text("UPDATE answer SET steps = '1111111111'"))
    found = set(session.scalars(select(Answer.steps)))
    session.rollback()

    assert found == {"1111111111"}


@pytest.mark.parametrize("steps", ["111111111", "11111111111", "1111111116", "111 111111", ""])
def test_an_answer_is_ten_steps(app, session, steps):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)
    session.commit()

    with pytest.raises((IntegrityError, DataError)):
        add_answer(session, wave, sides.team("Rhine"), sides.team("Elbe"), steps)


def add_answer(session, wave, source, target, steps="3333333330", key=bytes(16)):
    """An answer as the close writes it, about whatever pair."""
    ends = {"source_id": source, "target_id": target}
    session.add(Answer(key=key, wave_id=wave.id, **ends, steps=steps))
    session.flush()


def test_an_answer_is_about_a_pair_that_its_wave_asked(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)

    add_answer(session, wave, sides.team("Rhine"), sides.team("Elbe"))
    add_answer(session, wave, None, None, key=bytes([1] * 16))
    session.commit()

    with pytest.raises(IntegrityError):
        add_answer(session, session.scalar(select(Wave)), sides.team("Main"), sides.team("Elbe"))


def test_an_answer_that_names_no_pair_is_of_a_wave_that_asked(app, session):
    make_sides(session)
    draft = make_draft(session)
    session.commit()

    with pytest.raises(IntegrityError):
        add_answer(session, SimpleNamespace(id=draft.id + 1), None, None)


@pytest.mark.parametrize(
    "statement", ["UPDATE cell SET eligible = 99", "DELETE FROM cell WHERE published"]
)
def test_what_answers_refer_to_stays(app, session, statement):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)
    session.commit()

    with pytest.raises(IntegrityError, match="ao_cell"):
        session.execute(text(statement))


def test_without_the_reference_an_answer_is_about_any_pair(app, session, engine):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    close(session, wave, keys)
    if engine.dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys=1"))  # looks at the end only, not reached
    else:
        without(session, "tg_answer_pair_asked")

    add_answer(session, wave, sides.team("Main"), sides.team("Elbe"))
    found = session.scalar(select(func.count()).select_from(Answer))
    session.rollback()

    assert found == 1

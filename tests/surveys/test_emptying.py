"""After a close everything about persons is gone, however the tables are emptied."""

import pytest
from sqlalchemy import func, select, text

from app.domain.waves import WaveState
from app.surveys.models import (
    Asked,
    AskedAbout,
    BallotMark,
    CommentMark,
    SealedBox,
    Wave,
)
from tests.surveys.makers import MONDAY, close, make_draft, make_open_wave, make_sides, vote_all

PERSONAL = (SealedBox, BallotMark, CommentMark, AskedAbout, Asked)


def left(session):
    return {
        model.__tablename__: session.scalar(select(func.count()).select_from(model))
        for model in PERSONAL
    }


NOTHING_LEFT = {model.__tablename__: 0 for model in PERSONAL}


def closed(session):
    """Close a wave in which everybody voted."""
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    session.commit()
    return lambda: close(session, wave, keys)


def words(statements):
    return {text.split()[0] for text in statements}


def test_where_nobody_is_looking_the_tables_are_emptied_at_once(
    app, session, engine, count_statements
):
    end = closed(session)

    with count_statements() as statements:
        end()

    emptied = {"sqlite": "DELETE", "postgresql": "TRUNCATE"}[engine.dialect.name]
    assert emptied in words(statements)
    assert left(session) == NOTHING_LEFT
    session.commit()
    assert left(session) == NOTHING_LEFT


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_whoever_is_looking_is_not_waited_for(app, session, engine, count_statements):
    end = closed(session)

    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM asked_about"))
        with count_statements() as statements:
            end()
        session.commit()
        there = reader.execute(text("SELECT count(*) FROM asked")).scalar_one()

    assert "TRUNCATE" not in words(statements)
    assert there == 0
    assert left(session) == NOTHING_LEFT
    assert session.scalar(select(Wave.state)) is WaveState.CLOSED


def test_rows_of_another_wave_stay(app, session):
    end = closed(session)
    person = session.scalars(select(Asked)).first()
    other = make_draft(session, "Another", opens_on=MONDAY, ends_on=MONDAY.replace(day=30))
    session.add(Asked(wave_id=other.id, person_id=person.person_id, team_id=person.team_id))
    session.flush()

    end()

    assert left(session) == NOTHING_LEFT | {"asked": 1}

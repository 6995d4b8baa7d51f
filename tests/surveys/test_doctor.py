"""The doctor finds what a survey should not have left behind."""

import pytest
from sqlalchemy import func, select, update

from app.surveys.models import Asked, Wave
from tests.surveys.makers import ENDED, close, make_open_wave, make_sides, vote_all

pytestmark = pytest.mark.usefixtures("clock")


def test_a_closed_wave_is_healthy(app, session, runner, clock):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)
    wave.cleaned = True
    clock.move_to(ENDED)

    lines = runner.invoke(args=["doctor"]).output.splitlines()

    assert {"waves: ok", "closes: ok"} <= set(lines)


def test_rows_about_persons_after_the_close_are_named(app, session, runner, clock):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)
    session.add(
        Asked(
            wave_id=wave.id,
            person_id=sides.members["Rhine"][0].id,
            team_id=sides.team("Rhine"),
        )
    )
    session.flush()
    clock.move_to(ENDED.replace(hour=12))

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert [
        line for line in result.output.splitlines() if "wave" in line and "role" not in line
    ] == [
        "waves: 2 found",
        f"  wave {wave.id} is over and 1 rows about persons are still there",
        f"  the files of wave {wave.id} still wait to be rewritten: is the worker running?",
    ]


def test_a_wave_nobody_closes_is_named(app, session, runner, clock):
    make_sides(session)
    make_open_wave(session)
    clock.move_to(ENDED.replace(day=9))

    lines = runner.invoke(args=["doctor"]).output.splitlines()

    assert "closes: 1 found" in lines
    assert session.scalar(select(func.count()).select_from(Wave)) == 1
    session.execute(update(Wave).values(ends_on=ENDED.replace(day=20).date()))
    assert "closes: ok" in runner.invoke(args=["doctor"]).output.splitlines()

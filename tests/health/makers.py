"""Makers of published waves."""

from datetime import date, timedelta

from app.health.services.publishing import publish
from app.surveys.services.voting import Ticks
from tests.factories import NOW
from tests.surveys.makers import (
    MONDAY,
    booth_of,
    close,
    hand_in_all,
    make_open_wave,
    make_sides,
    make_ties,
)

QUARTER = timedelta(days=91)
RATES = {"Rhine": ("Elbe", "Main"), "Elbe": ("Rhine",)}


def steps(level):
    """Tick the same step for every question, friction turned."""
    return Ticks(2, (level,) * 9 + (6 - level,), 4)


EVERYBODY = {"Rhine": ("Elbe", "Main"), "Elbe": ("Rhine", "Main"), "Main": ("Rhine", "Elbe")}


def make_everybody_rate(session):
    """Make three teams of which each rates both others: six pairs, enough for estimates."""
    sides = make_sides(session)
    make_ties(session, sides, EVERYBODY)
    return sides


def make_published(session, sides, number=1, *, level=4, level_of=None, silent=(), rates=RATES):
    """Live through one wave, `number` counts quarters, and publish it; gives its snapshot.

    `level_of(person, team name)` says what each ticks; the `silent` hand nothing in.
    """
    voters = level_of or (lambda _person, _target: steps(level))
    wave_id = make_closed(session, sides, number, level_of=voters, silent=silent, rates=rates)
    return publish(session, wave_id, on=closed_on(number), at=NOW)


def make_closed(session, sides, number=1, *, level_of, silent=(), rates=RATES):
    """Live through one wave as `make_published` does and close it; gives its key."""
    opens_on = MONDAY + QUARTER * (number - 1)
    wave, keys = make_open_wave(session, f"Wave {number}", today=opens_on, opens_on=opens_on)
    ballots = [
        (person.id, sides.team(target), level_of(person, target))
        for source, targets in rates.items()
        for person in sides.members[source]
        for target in (targets if person not in silent else ())
    ]
    hand_in_all(session, booth_of(session, wave), ballots)
    close(session, wave, keys, seed=number)
    session.flush()
    return wave.id


def as_shown(snapshot, source, target):
    """A pair's figure with its interval, as pages write it."""
    mean, low, high, _grid = snapshot.body["pairs"][f"{source.id}|{target.id}"]["display"]
    return f"{mean} ({low} to {high})"


def closed_on(number=1) -> date:
    return MONDAY + QUARTER * (number - 1) + timedelta(days=15)

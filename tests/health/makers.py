"""Makers of published waves."""

from datetime import date, timedelta

from app.health.services.publishing import publish
from app.surveys.services.voting import Ticks, hand_in
from tests.factories import NOW
from tests.surveys.makers import MONDAY, booth_of, close, make_open_wave

QUARTER = timedelta(days=91)
RATES = {"Rhine": ("Elbe", "Main"), "Elbe": ("Rhine",)}


def steps(level):
    """Tick the same step for every question, friction turned."""
    return Ticks(2, (level,) * 9 + (6 - level,), 4)


def make_published(session, sides, number=1, *, level=4, level_of=None, silent=(), rates=RATES):
    """Live through one wave, `number` counts quarters, and publish it; gives its snapshot.

    `level_of(person, team name)` says what each ticks; the `silent` hand nothing in.
    """
    opens_on = MONDAY + QUARTER * (number - 1)
    wave, keys = make_open_wave(session, f"Wave {number}", today=opens_on, opens_on=opens_on)
    booth = booth_of(session, wave)
    for source, targets in rates.items():
        for person in sides.members[source]:
            for target in targets if person not in silent else ():
                ticks = level_of(person, target) if level_of else steps(level)
                hand_in(session, booth, person.id, sides.team(target), ticks)
    close(session, wave, keys, seed=number)
    session.flush()
    return publish(session, wave.id, on=closed_on(number), at=NOW)


def closed_on(number=1) -> date:
    return MONDAY + QUARTER * (number - 1) + timedelta(days=15)

"""Makers of surveys: a small company whose teams rate each other, and its waves."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from app.domain.waves import Terms
from app.people.models import Side
from app.surveys.models import Asked, BallotMark, SealedBox
from app.surveys.queries import switch
from app.surveys.services.closing import Opening, close_wave
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.opening import Hands, open_wave
from app.surveys.services.preparing import create
from app.surveys.services.sealing import Ballot, seal_ballot
from app.surveys.services.switch import Decision, decide
from app.surveys.services.ties import declare
from app.surveys.services.voting import KEY_BYTES, Ticks, enter, hand_in
from tests.factories import NOW, make_department, make_people, make_team

MONDAY = date(2026, 11, 23)
OPENING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ENDED = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
FINE = Ticks(2, (4, 4, 4, 4, 4, 4, 4, 4, 4, 2), 4)
NO_CONTACT = Ticks(0, (0,) * 10, 0)


def dice(seed):
    """Dice that fall the same way each time; the system's own are used outside of tests."""
    return Random(seed)  # noqa: S311


@dataclass
class Sides:
    """Teams by name with their members; Rhine rates Elbe and Main, Elbe rates Rhine."""

    teams: dict
    members: dict

    def team(self, name):
        return self.teams[name].id


def switch_on(session):
    """Let the company have agreed to surveys, once."""
    if not switch.is_on(session):
        follows = next((row.id for row in switch.history(session)), 0)
        agreed = Decision(is_on=True, agreed_on=MONDAY, note="Works agreement 7", follows=follows)
        decide(session, agreed, by=None, today=MONDAY, at=NOW)


def make_sides(session, *, rhine=12, elbe=8, main=6):
    """Make three teams of two departments that rate each other, in a company that agreed to it."""
    switch_on(session)
    sales = make_department(session, "Sales", Side.SALES)
    teams = {
        "Rhine": make_team(session, "Rhine"),
        "Elbe": make_team(session, "Elbe", department=sales),
        "Main": make_team(session, "Main", department=sales),
    }
    sizes = {"Rhine": rhine, "Elbe": elbe, "Main": main}
    members = {
        name: make_people(session, [f"{name}{n}" for n in range(size)], team=teams[name])
        for name, size in sizes.items()
    }
    sides = Sides(teams, members)
    make_ties(session, sides, {"Rhine": ["Elbe", "Main"], "Elbe": ["Rhine"]})
    return sides


def make_ties(session, sides, rates, *, day=date(2026, 1, 1)):
    for source, targets in rates.items():
        wanted = {sides.team(target): None for target in targets}
        declare(session, sides.team(source), wanted, by=None, day=day, at=NOW)


def make_draft(session, title="Autumn", *, opens_on=MONDAY, ends_on=date(2026, 12, 7), **limits):
    switch_on(session)
    return create(session, Terms(title, opens_on, ends_on, **limits), by=None, at=NOW)


def make_open_wave(session, title="Autumn", *, keys=None, today=MONDAY, at=OPENING, **terms):
    """Open a wave; without `keys` its key ends with the test."""
    keys = keys or KeysInMemory()
    terms = {"opens_on": today, "ends_on": today + timedelta(days=14), **terms}
    wave = make_draft(session, title, **terms)
    open_wave(session, wave, Hands(keys, random=dice(1)), today=today, at=at)
    return wave, keys


def vote(session, wave, person, team_id, ticks=FINE, *, at=None):
    """Let a person hand in a ballot an hour after the wave opened."""
    return hand_in(session, booth_of(session, wave, at=at), person.id, team_id, ticks)


def booth_of(session, wave, *, at=None):
    """Enter a wave an hour after it opened; many may vote there, as long as it is held open."""
    at = at or datetime.combine(wave.opens_on, datetime.min.time(), UTC) + timedelta(hours=10)
    return enter(session, wave.id, at=at)


def vote_all(session, wave, sides, ticks_of=lambda _person, _target: FINE):
    """Let everybody answer about every team they are asked about."""
    rates = {"Rhine": ["Elbe", "Main"], "Elbe": ["Rhine"]}
    ballots = [
        (person.id, sides.team(target), ticks_of(person, target))
        for source, targets in rates.items()
        for person in sides.members[source]
        for target in targets
    ]
    hand_in_all(session, booth_of(session, wave), ballots)


def hand_in_all(session, booth, ballots):
    """Leave behind what `hand_in` does for each (person, team, ticks), in three statements."""
    asked = select(Asked.person_id, Asked.team_id).where(Asked.wave_id == booth.wave_id)
    team_of = dict(session.execute(asked).all())
    marks, boxes = [], []
    for person_id, target_id, ticks in ballots:
        source = team_of[person_id]
        marks.append({"wave_id": booth.wave_id, "person_id": person_id, "target_id": target_id})
        said = (ticks.contact, ticks.answers, ticks.importance) if ticks.contact else (0,)
        content = seal_ballot(booth.public_key, Ballot(source, target_id, *said))
        key = secrets.token_bytes(KEY_BYTES)
        boxes.append({"key": key, "wave_id": booth.wave_id, "content": content})
    if ballots:
        session.execute(insert(BallotMark), marks)
        session.execute(insert(SealedBox), boxes)


def close(session, wave, keys, *, at=ENDED, seed=7):
    session.flush()
    return close_wave(session, wave.id, at=at, opening=Opening(keys, dice(seed)))

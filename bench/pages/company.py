"""A company with published waves: always the same teams, pairs and waves, any number of answers.

The close of a survey is not what is measured here, so what it leaves behind is written directly;
the snapshots are made from it by the product's own publishing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import clock
from app.database import insert_many
from app.domain.questionnaire import SCORED
from app.domain.roles import Role
from app.domain.waves import WaveState
from app.health.services.publishing import publish
from app.people.models import (
    Account,
    Department,
    LeadKind,
    Login,
    Membership,
    MembershipKind,
    Person,
    RoleGrant,
    Side,
    Site,
    Sponsor,
    Team,
    TeamLead,
)
from app.surveys.models import Answer, Cell, Question, Wave, WaveQuestion, WaveTeam
from app.surveys.services.closing import COLUMNS
from app.surveys.services.questions import begin

TEAMS, RATED = 12, 4  # every team is asked about the next four
PUBLISHED = 10  # of these pairs; ten records of each are a thousand answers
WAVES = 2
QUARTER = timedelta(days=91)
LAST_CLOSE = date(2026, 11, 2)
LONG_AGO = date(2026, 1, 5)
PART = 50_000  # rows written at once


@dataclass(frozen=True)
class Visitor:
    """A signed-in reader: what the role is called, and the session's secret."""

    role: str
    token: str


def fill(session: Session, answers: int) -> tuple[list[int], list[Visitor]]:
    """Publish waves of so many answers each; gives the teams and who reads about them."""
    teams = _teams(session)
    begin(session)
    pairs = [
        (teams[place].id, teams[(place + step) % TEAMS].id)
        for place in range(TEAMS)
        for step in range(1, RATED + 1)
    ]
    for number in range(1, WAVES + 1):
        _wave(session, number, teams, pairs, answers // len(SCORED) // PUBLISHED)
        publish(session, number, on=LAST_CLOSE, at=clock.now())
        session.commit()
    visitors = _visitors(session, teams)
    session.commit()
    return [team.id for team in teams], visitors


def _teams(session: Session) -> list[Team]:
    session.add(Site(id=1, name="Cologne", zone="Europe/Berlin", country="DE", subdivision="NW"))
    session.add(Department(id=1, name="Marketing", side=Side.MARKETING))
    session.add(Department(id=2, name="Sales", side=Side.SALES))
    session.flush()  # teams need their keys
    teams = [
        Team(id=1 + place, name=f"Team {place}", department_id=1 + place % 2, site_id=1)
        for place in range(TEAMS)
    ]
    session.add_all(teams)
    session.flush()  # so do waves
    return teams


def _wave(
    session: Session, number: int, teams: list[Team], pairs: list[tuple[int, int]], records: int
) -> None:
    """What the close of a wave leaves behind: `records` of every published pair."""
    closes_on = LAST_CLOSE - QUARTER * (WAVES - number)
    session.add(
        Wave(
            id=number,
            title=f"Wave {number}",
            state=WaveState.CLOSED,
            opens_on=closes_on - timedelta(days=14),
            ends_on=closes_on,
            asked=records * PUBLISHED,
            digest="0" * 64,
            protocol={},
            cleaned=True,
            created_at=clock.now(),
            closed_at=clock.now(),
        )
    )
    session.flush()  # all that follows names it
    session.add_all(
        WaveTeam(
            wave_id=number,
            team_id=team.id,
            name=team.name,
            department_id=team.department_id,
            department="Marketing" if place % 2 == 0 else "Sales",
            members=20,
            moved=0,
        )
        for place, team in enumerate(teams)
    )
    session.add_all(
        WaveQuestion(wave_id=number, question_id=key)
        for key in session.scalars(select(Question.id))
    )
    session.execute(
        insert(Cell),
        [_cell(number, pair, records if pair in pairs[:PUBLISHED] else 0) for pair in pairs],
    )
    session.flush()
    for place, pair in enumerate(pairs[:PUBLISHED]):
        _answers(session, number, place, pair, records)


def _cell(wave: int, pair: tuple[int, int], records: int) -> dict[str, object]:
    return {
        "wave_id": wave,
        "source_id": pair[0],
        "target_id": pair[1],
        "eligible": max(records, 1),
        "members": 20,
        "published": records > 0,
        "answers": records,
        "returned": records,
    }


def _answers(session: Session, wave: int, place: int, pair: tuple[int, int], records: int) -> None:
    """Answers of one pair around a level of its own, under keys that only need to differ."""
    luck = np.random.default_rng(wave * 100 + place)
    for begins in range(0, records, PART):
        size = min(PART, records - begins)
        level = luck.normal(2.5 + place * 0.2, 0.6, (size, 1))
        ticks = np.clip(np.rint(level + luck.normal(0.0, 0.6, (size, len(SCORED)))), 1, 5)
        rows: list[tuple[object, ...]] = [
            (wave, (place * records + begins + row).to_bytes(16, "big"), *pair, steps)
            for row, steps in enumerate(_as_digits(ticks))
        ]
        insert_many(session, Answer, COLUMNS, rows)


def _as_digits(ticks: NDArray[np.float64]) -> list[str]:
    """Each row of ticks as the table of answers holds it."""
    return ["".join(map(str, row)) for row in ticks.astype(np.int8).tolist()]


def _visitors(session: Session, teams: list[Team]) -> list[Visitor]:
    """HR, a lead, a sponsor of the first published pair, and somebody without an office."""
    found = {
        role: _visitor(session, role, teams[0]) for role in ("HR", "lead", "sponsor", "employee")
    }
    hr, lead, sponsor = (found[role][0] for role in ("HR", "lead", "sponsor"))
    since = {"starts_on": LONG_AGO}
    session.add(RoleGrant(person_id=hr, role=Role.HR, granted_at=clock.now()))
    session.add(TeamLead(team_id=teams[0].id, person_id=lead, kind=LeadKind.LEAD, **since))
    pair = {"low_team_id": teams[0].id, "high_team_id": teams[1].id}
    session.add(Sponsor(**pair, team_id=teams[0].id, person_id=sponsor, **since))
    session.flush()
    return [visitor for _person, visitor in found.values()]


def _visitor(session: Session, role: str, team: Team) -> tuple[int, Visitor]:
    """A person of the team who has signed in."""
    now, token = clock.now(), token_hex(16)
    person = Person(
        number=role,
        given_name=role,
        family_name="Bench",
        email=f"{role}@example.com",
        site_id=1,
        locale="en",
        joined_on=LONG_AGO,
    )
    session.add(person)
    session.flush()  # an account belongs to a person
    home = {"team_id": team.id, "kind": MembershipKind.HOME, "starts_on": LONG_AGO}
    session.add(Membership(person_id=person.id, **home))
    session.add(Account(person_id=person.id, epoch=0, created_at=now))
    session.flush()  # and a login to an account
    session.add(
        Login(
            person_id=person.id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            epoch=0,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
        )
    )
    return person.id, Visitor(role, token)

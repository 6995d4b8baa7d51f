"""Whom the figures of a pair of teams concern: those who answer for one side, sponsors and HR."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.health.queries.sponsors import on_day
from app.people.models import Person, Sponsor, TeamLead
from app.people.queries.answering import people_of_hr
from app.people.queries.circle import works_here

Pair = tuple[int, int]


def by_pairs(session: Session, pairs: Collection[Pair], *, today: date) -> dict[int, set[Pair]]:
    """Person -> the pairs (in either order of their teams) that concern them today.

    Three statements.
    """
    found: dict[int, set[Pair]] = defaultdict(set)
    for person_id in people_of_hr(session, today=today):
        found[person_id] |= set(pairs)
    teams = {team for pair in pairs for team in pair}
    leads = session.execute(
        select(TeamLead.person_id, TeamLead.team_id)
        .join(Person, Person.id == TeamLead.person_id)
        .where(TeamLead.team_id.in_(teams), *on_day(TeamLead, today), works_here(today))
    )
    for person_id, team_id in leads:
        found[person_id] |= {pair for pair in pairs if team_id in pair}
    sponsors = session.execute(
        select(Sponsor.person_id, Sponsor.low_team_id, Sponsor.high_team_id)
        .join(Person, Person.id == Sponsor.person_id)
        .where(Sponsor.low_team_id.in_(teams), *on_day(Sponsor, today), works_here(today))
    )
    for person_id, low, high in sponsors:
        found[person_id] |= {pair for pair in pairs if set(pair) == {low, high}}
    return {person_id: own for person_id, own in found.items() if own}

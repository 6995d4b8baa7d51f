"""Who may offer a joint day, how many they want to, and how many they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.joint_days import USUAL_PER_MONTH
from app.domain.seats import GatheringKind, GatheringState
from app.domain.timespan import Timespan
from app.gatherings.models import Gathering, TripHost
from app.people.models import Department, Membership, MembershipKind, Person, Side, Site, Team
from app.people.queries.circle import on_day

KINDS = {Side.SALES: GatheringKind.TRIP, Side.MARKETING: GatheringKind.JOINT_DAY}


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who can take others along: from which team and site, and to what."""

    person_id: int
    team_id: int
    site: Site
    kind: GatheringKind
    language: str


def host(session: Session, person_id: int, *, today: date) -> Host | None:
    """Who this person is as a host on a day; None for people of neither side. One statement."""
    row = session.execute(
        select(Team.id, Site, Department.side, Person.locale)
        .join(Membership, Membership.team_id == Team.id)
        .join(Department, Department.id == Team.department_id)
        .join(Site, Site.id == Team.site_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.HOME,
            *on_day(Membership, today),
        )
    ).one_or_none()
    if row is None or row[2] not in KINDS:
        return None
    team_id, site, side, locale = row
    return Host(person_id, team_id, site, KINDS[side], (locale or "de")[:2])


def limit(session: Session, person_id: int) -> TripHost | None:
    """What a host set; None while it is the usual number. One statement."""
    return session.get(TripHost, person_id, populate_existing=True)


def per_month(session: Session, person_id: int) -> int:
    """How many joint days a host offers in a month at most. One statement."""
    found = limit(session, person_id)
    return USUAL_PER_MONTH if found is None else found.per_month


def offered(session: Session, person_id: int, month: Timespan, *, but: int | None = None) -> int:
    """How many joint days of a host begin in a month and were not called off. One statement."""
    statement = select(func.count()).where(
        Gathering.host_id == person_id,
        Gathering.state != GatheringState.CALLED_OFF,
        Gathering.starts_at >= month.start,
        Gathering.starts_at < month.end,
    )
    if but is not None:
        statement = statement.where(Gathering.id != but)
    return session.scalar(statement) or 0

"""What the whole company shares: the zone its deadlines end in, its holidays, teams and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import in_order
from app.people.models import (
    Membership,
    MembershipKind,
    Person,
    PublicHoliday,
    Site,
    Skill,
    Team,
)
from app.people.queries.organisation import company_zone


def zone(session: Session) -> ZoneInfo:
    """The zone in which deadlines end: that of the first site. One statement."""
    return company_zone(session)


def holidays(session: Session, *, since: date, until: date) -> frozenset[date]:
    """Public holidays of the first site in `[since, until)`. One statement."""
    first = select(Site.id).order_by(Site.id).limit(1).scalar_subquery()
    rows = session.scalars(
        select(PublicHoliday.day).where(
            PublicHoliday.site_id == first, PublicHoliday.day >= since, PublicHoliday.day < until
        )
    )
    return frozenset(rows)


def teams(session: Session, *, today: date) -> list[Team]:
    """Teams that are not closed, by department and name, with both and the site. One statement."""
    rows = session.scalars(
        select(Team)
        .where(or_(Team.closed_on.is_(None), Team.closed_on > today))
        .options(joinedload(Team.department), joinedload(Team.site))
    ).all()
    return in_order(rows, lambda team: (team.department.name, team.name))


def sites(session: Session) -> list[Site]:
    """All sites by name. One statement."""
    return in_order(session.scalars(select(Site)).all(), lambda site: (site.name,))


def skills(session: Session) -> list[Skill]:
    """All skills by name. One statement."""
    return in_order(session.scalars(select(Skill)).all(), lambda skill: (skill.name,))


def members(session: Session, team_ids: Sequence[int], *, today: date) -> list[Person]:
    """Home members of some teams today, by name. One statement."""
    rows = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.team_id.in_(team_ids),
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on > today),
            or_(Person.left_on.is_(None), Person.left_on > today),
        )
    ).all()
    return _by_name(rows)


def colleagues(session: Session, *, today: date) -> list[Person]:
    """Everybody who works here today, by name. One statement."""
    rows = session.scalars(
        select(Person).where(
            Person.joined_on <= today, or_(Person.left_on.is_(None), Person.left_on > today)
        )
    ).all()
    return _by_name(rows)


def _by_name(rows: Sequence[Person]) -> list[Person]:
    return in_order(rows, lambda person: (person.family_name, person.given_name))


def members_by_team(
    session: Session, team_ids: Sequence[int], *, today: date
) -> dict[int, list[Person]]:
    """Team id -> its home members today, by name. One statement."""
    rows = session.execute(
        select(Membership.team_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(team_ids),
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on > today),
            or_(Person.left_on.is_(None), Person.left_on > today),
        )
    ).all()
    found: dict[int, list[Person]] = {}
    for team, person in rows:
        found.setdefault(team, []).append(person)
    return {team: _by_name(people) for team, people in found.items()}

"""Who looks after which pair of teams, and who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.people.models import Membership, MembershipKind, Person, Sponsor, Team, TeamLead
from app.people.queries.circle import works_here


def on_day(
    table: type[Sponsor] | type[Membership] | type[TeamLead], day: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that a dated row holds on a day."""
    return table.starts_on <= day, or_(table.ends_on.is_(None), table.ends_on > day)


def of_pair(session: Session, one: int, other: int, *, today: date) -> Sequence[Sponsor]:
    """The sponsors of a pair today, with their persons. One statement."""
    low, high = sorted((one, other))
    return session.scalars(
        select(Sponsor)
        .where(Sponsor.low_team_id == low, Sponsor.high_team_id == high, *on_day(Sponsor, today))
        .order_by(Sponsor.starts_on, Sponsor.id)
        .options(joinedload(Sponsor.person))
    ).all()


def through_time(session: Session, one: int, other: int) -> Sequence[Sponsor]:
    """All sponsors a pair had, has and will have, newest first, with persons. One statement."""
    low, high = sorted((one, other))
    return session.scalars(
        select(Sponsor)
        .where(Sponsor.low_team_id == low, Sponsor.high_team_id == high)
        .order_by(Sponsor.starts_on.desc(), Sponsor.id.desc())
        .options(joinedload(Sponsor.person), joinedload(Sponsor.team))
    ).all()


def find(session: Session, sponsor_id: int) -> Sponsor | None:
    """A sponsor with the person, or None. One statement."""
    return session.scalar(
        select(Sponsor).where(Sponsor.id == sponsor_id).options(joinedload(Sponsor.person))
    )


def clashing(session: Session, draft: Sponsor) -> bool:
    """Whether that side of the pair has somebody else in the time of `draft`. One statement."""
    is_later = () if draft.ends_on is None else (Sponsor.starts_on < draft.ends_on,)
    twin = session.scalar(
        select(Sponsor.id).where(
            Sponsor.low_team_id == draft.low_team_id,
            Sponsor.high_team_id == draft.high_team_id,
            Sponsor.team_id == draft.team_id,
            or_(Sponsor.ends_on.is_(None), Sponsor.ends_on > draft.starts_on),
            *is_later,
        )
    )
    return twin is not None


def candidates(session: Session, team_id: int, *, today: date) -> Sequence[Person]:
    """Who may look after a pair from the side of a team. One statement.

    Those who answer for the team, and those whose home is in its department.
    """
    department = select(Team.department_id).where(Team.id == team_id).scalar_subquery()
    colleagues = (
        select(Membership.person_id)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Team.department_id == department,
            Membership.kind == MembershipKind.HOME,
            *on_day(Membership, today),
        )
    )
    leads = select(TeamLead.person_id).where(TeamLead.team_id == team_id, *on_day(TeamLead, today))
    return session.scalars(
        select(Person).where(
            or_(Person.id.in_(colleagues), Person.id.in_(leads)), works_here(today)
        )
    ).all()

"""Insights: what should change, who answers, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.refusals import N_
from app.domain.roles import Actor
from app.people.models import Membership, MembershipKind, Person
from app.rotations.models import Debrief, Insight, InsightFate, Stay
from app.web.paging import Wish, ordered, page_of

FATE_LABELS = {
    InsightFate.OPEN: N_("Open"),
    InsightFate.USED: N_("Used"),
    InsightFate.AGREEMENT: N_("Became an agreement"),
    InsightFate.DECLINED: N_("Declined, with a reason"),
}
ORDERS = {
    "due": (Insight.due_on, Insight.id),
    "fate": (Insight.fate, Insight.due_on, Insight.id),
}


def listed(session: Session, actor: Actor, wish: Wish) -> tuple[Sequence[Insight], int]:
    """One page of the insights somebody may see, and how many there are. Two statements.

    Filters: fate, team and mine.
    """
    statement = _visible(actor)
    if wish.q:
        statement = statement.where(Insight.text.icontains(wish.q, autoescape=True))
    if fate := wish.filters.get("fate"):
        statement = statement.where(Insight.fate == InsightFate(fate))
    if (team := wish.key("team")) is not None:
        statement = statement.where(Insight.team_id == team)
    if wish.filters.get("mine"):
        statement = statement.where(Insight.owner_id == actor.person_id)
    return page_of(session, ordered(statement.options(*_whole()), wish, ORDERS), wish)


def find(session: Session, insight_id: int) -> Insight | None:
    """An insight with owner, team, debrief and stay. One statement."""
    return session.scalar(select(Insight).where(Insight.id == insight_id).options(*_whole()))


def nearly_due(session: Session, *, since: date, until: date) -> Sequence[Insight]:
    """Open insights whose last day lies in `[since, until]`. One statement."""
    return session.scalars(
        select(Insight).where(
            Insight.fate == InsightFate.OPEN, Insight.due_on >= since, Insight.due_on <= until
        )
    ).all()


def teams_that_answer(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The teams of visible insights, for the filter. One statement."""
    rows = session.scalars(_visible(actor).options(joinedload(Insight.team))).all()
    return sorted({(row.team_id, row.team.name) for row in rows}, key=lambda pair: pair[1])


def possible_owners(session: Session, insight: Insight, *, today: date) -> list[Person]:
    """Who may own an insight: the members of the answering team today. One statement."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.team_id == insight.team_id,
                Membership.kind == MembershipKind.HOME,
                Membership.starts_on <= today,
                or_(Membership.ends_on.is_(None), Membership.ends_on > today),
            )
        )
    )


def _visible(actor: Actor) -> Select[Insight]:
    statement = select(Insight).join(Insight.debrief).join(Debrief.stay)
    if actor.is_hr:
        return statement
    teams = sorted(actor.teams | actor.responsible_for)
    return statement.where(
        or_(
            Stay.home_team_id.in_(teams),
            Stay.host_team_id.in_(teams),
            Stay.person_id == actor.person_id,
            Insight.owner_id == actor.person_id,
            Debrief.written_by == actor.person_id,
        )
    )


def _whole() -> tuple[ExecutableOption, ...]:
    stay = joinedload(Insight.debrief).joinedload(Debrief.stay)
    return (
        joinedload(Insight.owner),
        joinedload(Insight.team),
        stay.joinedload(Stay.person),
        stay.joinedload(Stay.home),
        stay.joinedload(Stay.host),
    )

"""Insights: what should change, who answers, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.insights import InsightFate, InsightKind
from app.domain.roles import Actor
from app.insights.models import Insight
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day
from app.web.paging import Wish, ordered, page_of

Row = TypeVar("Row")
ORDERS = {
    "waiting": (Insight.fate != InsightFate.OPEN, Insight.due_on, Insight.id),
    "due": (Insight.due_on, Insight.id),
    "fate": (Insight.fate, Insight.due_on, Insight.id),
}


def listed(session: Session, actor: Actor, wish: Wish) -> tuple[Sequence[Insight], int]:
    """One page of the insights somebody may see, and how many there are. Two statements.

    What waits for an answer comes first unless another order is wished. Filters: kind, fate, team
    (that answers) and mine. The search looks into the words of the
    insight and the title of what it comes from.
    """
    statement = _visible(select(Insight), actor)
    if wish.q:
        words = (Insight.text, Insight.source_title)
        statement = statement.where(
            or_(*(column.icontains(wish.q, autoescape=True) for column in words))
        )
    if kind := wish.filters.get("kind"):
        statement = statement.where(Insight.kind == InsightKind(kind))
    if fate := wish.filters.get("fate"):
        statement = statement.where(Insight.fate == InsightFate(fate))
    if (team := wish.key("team")) is not None:
        statement = statement.where(Insight.team_id == team)
    if wish.filters.get("mine"):
        statement = statement.where(Insight.owner_id == actor.person_id)
    return page_of(session, ordered(statement.options(*_whole()), wish, ORDERS), wish)


def find(session: Session, insight_id: int) -> Insight | None:
    """An insight with its people and teams. One statement."""
    return session.scalar(select(Insight).where(Insight.id == insight_id).options(*_whole()))


def of_stay(session: Session, stay_id: int) -> Sequence[Insight]:
    """The insights of one stay with their people and teams. One statement."""
    return _of(session, Insight.stay_id == stay_id)


def of_joint_day(session: Session, gathering_id: int) -> Sequence[Insight]:
    """The insights of one joint day with their people and teams. One statement."""
    return _of(session, Insight.gathering_id == gathering_id)


def nearly_due(session: Session, *, since: date, until: date) -> Sequence[Insight]:
    """Open insights whose last day lies in `[since, until]`. One statement."""
    return session.scalars(
        select(Insight).where(
            Insight.fate == InsightFate.OPEN, Insight.due_on >= since, Insight.due_on <= until
        )
    ).all()


def waiting_for(session: Session, person_id: int) -> tuple[int, date | None]:
    """How many insights a person still has to answer, and the first day. One statement."""
    row = session.execute(
        select(func.count(), func.min(Insight.due_on)).where(
            Insight.owner_id == person_id, Insight.fate == InsightFate.OPEN
        )
    ).one()
    return row[0], row[1]


def open_and_late(session: Session, *, today: date) -> tuple[int, int]:
    """How many insights wait for an answer, and how many of them too long. One statement."""
    row = session.execute(
        select(func.count(), func.count().filter(Insight.due_on < today)).where(
            Insight.fate == InsightFate.OPEN
        )
    ).one()
    return row[0], row[1]


def teams_that_answer(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The teams of visible insights by name, for the filter. One statement."""
    keys = _visible(select(Insight.team_id), actor)
    rows = session.execute(select(Team.id, Team.name).where(Team.id.in_(keys)).order_by(Team.name))
    return [(row[0], row[1]) for row in rows]


def possible_owners(session: Session, insight: Insight, *, today: date) -> list[Person]:
    """Who may own an insight: the members of the answering team today. One statement."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.team_id == insight.team_id,
                Membership.kind == MembershipKind.HOME,
                *on_day(Membership, today),
            )
        )
    )


def _visible(statement: Select[Row], actor: Actor) -> Select[Row]:
    if actor.is_hr:
        return statement
    teams = sorted(actor.teams | actor.responsible_for)
    either = or_(Insight.team_id.in_(teams), Insight.from_team_id.in_(teams))
    return statement.where(
        or_(
            Insight.owner_id == actor.person_id,
            Insight.written_by == actor.person_id,
            Insight.person_id == actor.person_id,
            Insight.team_id.in_(sorted(actor.responsible_for)),
            and_(Insight.for_both_teams, either),
        )
    )


def _of(session: Session, condition: ColumnElement[bool]) -> Sequence[Insight]:
    statement = select(Insight).where(condition).order_by(Insight.id).options(*_whole())
    return session.scalars(statement).all()


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Insight.owner),
        joinedload(Insight.team),
        joinedload(Insight.person),
        joinedload(Insight.writer),
        joinedload(Insight.from_team),
    )

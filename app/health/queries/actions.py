"""What pairs of teams do about weak results, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.refusals import N_
from app.domain.roles import Actor
from app.domain.starts import NextStep, Stage, Started, next_step
from app.gatherings.models import Course
from app.health.models import Action, ActionState, RemedyKind, Snapshot
from app.health.queries import starts
from app.people.models import Membership, MembershipKind, Person, Sponsor, Team, TeamLead
from app.people.queries.organisation import company_zone
from app.surveys.models import Wave
from app.surveys.queries import switch
from app.surveys.queries.since import Happened, tellers


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of the list: order is due or state, "-" turns it."""

    order: str = "due"
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 25


SORTS = {"due": Action.due_on, "state": Action.state}


def listed(session: Session, actor: Actor, wish: Wish) -> tuple[Sequence[Action], int]:
    """Actions and how many there are. Two statements.

    HR sees all of them, leads and sponsors those of their pairs, everybody those they own.
    """
    statement = _visible(actor)
    if wish.q:
        statement = statement.where(Action.what.icontains(wish.q, autoescape=True))
    if "state" in wish.filters:
        statement = statement.where(Action.state == ActionState(wish.filters["state"]))
    if "mine" in wish.filters:
        statement = statement.where(Action.owner_id == actor.person_id)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.options(*_whole()).order_by(*_order(wish.order))
    return session.scalars(ordered.offset(wish.offset).limit(wish.limit)).all(), total


def _order(wanted: str) -> tuple[ColumnElement[Any], ...]:
    """By day: what is still planned before what is over, whichever way the days run."""
    column = SORTS[wanted.removeprefix("-")]
    turned = (column.desc() if wanted.startswith("-") else column.asc()).nulls_last()
    if column is Action.state:
        return turned, Action.due_on.asc().nulls_last(), Action.id.desc()
    return case((Action.state == ActionState.PLANNED, 0), else_=1), turned, Action.id.desc()


def find(session: Session, action_id: int) -> Action | None:
    """An action with teams, owner and remedy, or None. One statement."""
    return session.scalar(select(Action).where(Action.id == action_id).options(*_whole()))


def of_pair(session: Session, one: int, other: int) -> Sequence[Action]:
    """What a pair did and does, newest first. One statement."""
    low, high = sorted((one, other))
    return session.scalars(
        select(Action)
        .where(Action.low_team_id == low, Action.high_team_id == high)
        .order_by(Action.created_at.desc(), Action.id.desc())
        .options(*_whole())
    ).all()


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since the survey published last began, whichever survey it answers.

    `done` are in the order they were closed, `under_way` those still planned by day.
    """

    done: Sequence[Action]
    under_way: Sequence[Action]
    declined: int


def since_last_wave(session: Session) -> Since | None:
    """What was done and decided since the survey published last began; None before the first.

    It counts from the opening, so that what is closed while people answer is told by the next
    survey at the latest. Three statements.
    """
    opened_on = session.scalar(
        select(Wave.opens_on)
        .join(Snapshot, Snapshot.wave_id == Wave.id)
        .where(switch.holds())
        .order_by(Wave.opens_on.desc())
        .limit(1)
    )
    if opened_on is None:
        return None
    began = datetime.combine(opened_on, time(), company_zone(session)).astimezone(UTC)
    actions = session.scalars(
        select(Action)
        .where(or_(Action.state == ActionState.PLANNED, Action.closed_at >= began))
        .order_by(Action.closed_at, Action.due_on, Action.id)
        .options(*_whole())
    ).all()
    by_state = {
        state: [action for action in actions if action.state is state] for state in ActionState
    }
    return Since(
        by_state[ActionState.DONE],
        by_state[ActionState.PLANNED],
        len(by_state[ActionState.NO_ACTION]),
    )


MOST_TOLD = 8


TOOK_PLACE = {
    RemedyKind.ROTATION: N_("Somebody worked on the other side until %(day)s."),
    RemedyKind.TRIP: N_("They spent a day together on %(day)s."),
    RemedyKind.SESSION: N_("Both learned together, last on %(day)s."),
}
UNDER_WAY = N_("It is under way and to be done by %(day)s.")
BEGUN = frozenset({Stage.UNDER_WAY, Stage.TOOK_PLACE})


def done_lines(session: Session, at: datetime) -> list[Happened]:
    """What pairs of teams have done since the last wave, for its successor to begin with.

    What was done comes first, then what has begun for steps that are still planned. Nobody is
    named: what was decided, and that something took place for it. Four statements and one per
    source of what was started.
    """
    since = since_last_wave(session)
    if since is None:
        return []
    done, open_ones = since.done[-MOST_TOLD:], since.under_way
    ids = [action.id for action in (*done, *open_ones)]
    started = starts.of_actions(session, ids, reader=None, at=at)
    begun = [one for one in open_ones if any(it.stage in BEGUN for it in started[one.id])]
    told = [_happened(action, started[action.id]) for action in (*done, *begun)]
    return told[:MOST_TOLD]


def _happened(action: Action, started: Sequence[Started]) -> Happened:
    notes = [
        (TOOK_PLACE[RemedyKind(one.kind)], one.on)
        for one in started
        if one.stage is Stage.TOOK_PLACE and one.on is not None
    ]
    if action.state is ActionState.PLANNED and action.due_on is not None:
        notes.append((UNDER_WAY, action.due_on))
    return Happened(f"{action.low.name} / {action.high.name}: {action.what}", tuple(notes))


def set_up() -> None:
    """Let surveys open with what was done about the last one."""
    if done_lines not in tellers:
        tellers.append(done_lines)


def nearly_due(session: Session, *, today: date) -> Sequence[Action]:
    """Planned actions whose day has come and whose owner was not told. One statement."""
    return session.scalars(
        select(Action).where(
            Action.state == ActionState.PLANNED,
            Action.due_on <= today,
            Action.reminded_at.is_(None),
        )
    ).all()


@dataclass(frozen=True, slots=True)
class Standing:
    """A planned action with what was started for it, and what it asks of its owner."""

    action: Action
    started: Sequence[Started]
    step: NextStep


def planned(session: Session, *, at: datetime, owner_id: int | None = None) -> list[Standing]:
    """Planned actions, of everybody or of one owner, by day. One statement, one per source more."""
    statement = (
        select(Action)
        .where(Action.state == ActionState.PLANNED)
        .order_by(Action.due_on, Action.id)
        .options(*_whole())
    )
    if owner_id is not None:
        statement = statement.where(Action.owner_id == owner_id)
    found = session.scalars(statement).all()
    started = starts.of_actions(session, [one.id for one in found], reader=None, at=at)
    return [
        Standing(one, started[one.id], next_step(started[one.id], is_planned=True)) for one in found
    ]


def owners_for(session: Session, one: int, other: int, *, today: date) -> list[Person]:
    """Who may look after an action of a pair: its members, leads and sponsors. One statement."""
    low, high = sorted((one, other))

    def on(table: type[Membership] | type[TeamLead] | type[Sponsor]) -> Select[int]:
        return select(table.person_id).where(
            table.starts_on <= today, or_(table.ends_on.is_(None), table.ends_on > today)
        )

    members = on(Membership).where(
        Membership.team_id.in_((one, other)), Membership.kind == MembershipKind.HOME
    )
    leads = on(TeamLead).where(TeamLead.team_id.in_((one, other)))
    sponsors = on(Sponsor).where(Sponsor.low_team_id == low, Sponsor.high_team_id == high)
    return list(
        session.scalars(
            select(Person).where(
                or_(Person.id.in_(members), Person.id.in_(leads), Person.id.in_(sponsors)),
                or_(Person.left_on.is_(None), Person.left_on > today),
            )
        )
    )


def teams(session: Session, action: Action) -> list[Team]:
    """The two teams with their sites, in the order of the action. One statement."""
    pair = action.low_team_id, action.high_team_id
    return list(
        session.scalars(
            select(Team).where(Team.id.in_(pair)).order_by(Team.id).options(joinedload(Team.site))
        )
    )


def courses(session: Session, *, today: date) -> Sequence[Course]:
    """Courses that are offered on a day. One statement."""
    return session.scalars(
        select(Course)
        .where(or_(Course.retired_on.is_(None), Course.retired_on > today))
        .order_by(Course.id)
    ).all()


def _visible(actor: Actor) -> Select[Action]:
    statement = select(Action)
    if actor.is_hr:
        return statement
    teams = sorted(actor.responsible_for)
    pairs = [
        and_(Action.low_team_id == low, Action.high_team_id == high)
        for low, high in sorted(actor.sponsored)
    ]
    return statement.where(
        or_(
            Action.owner_id == actor.person_id,
            Action.low_team_id.in_(teams),
            Action.high_team_id.in_(teams),
            *pairs,
        )
    )


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Action.owner),
        joinedload(Action.remedy),
        joinedload(Action.low),
        joinedload(Action.high),
    )

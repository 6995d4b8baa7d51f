"""What was started for actions, and what exists already and could be named for one.

Sessions and joint days are told here; rooms above add theirs to `sources`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.roles import Actor
from app.domain.seats import BOOKABLE, GatheringKind, GatheringState
from app.domain.starts import Facts, Stage, Started, stage_of_date
from app.gatherings.models import Gathering, Meeting
from app.gatherings.queries.trips.hosts import KINDS as HOSTING_SIDES
from app.health.models import (
    Action,
    ActionGathering,
    ActionRequest,
    ActionState,
    RemedyKind,
    RequestState,
)
from app.people.models import Department, Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day, works_here

MOST_NAMED = 40
GATHERING = "gathering"
KIND_OF = {
    GatheringKind.SESSION: RemedyKind.SESSION,
    GatheringKind.TRIP: RemedyKind.TRIP,
    GatheringKind.JOINT_DAY: RemedyKind.TRIP,
}
Telling = Callable[[Session, Collection[int], Actor | None, datetime], list[tuple[int, Started]]]


@dataclass(frozen=True, slots=True)
class Existing:
    """Something of a pair that was not started for the action: `key` as in `Started`."""

    key: str
    kind: RemedyKind
    title: str
    on: date | None


Naming = Callable[[Session, Action, datetime], list[Existing]]


@dataclass(frozen=True, slots=True)
class Source:
    """A room's part: what was started for actions (one statement), and what could be named.

    `telling` gets the reader, or None, and gives what it found with the key of its action.
    """

    telling: Telling
    naming: Naming


def of_actions(
    session: Session, action_ids: Collection[int], *, reader: Actor | None, at: datetime
) -> dict[int, list[Started]]:
    """What was started for each action, oldest first; every action has its list.

    One statement per source, none without actions.
    """
    found: dict[int, list[Started]] = {action_id: [] for action_id in action_ids}
    if not found:
        return found
    for source in sources:
        for action_id, started in source.telling(session, action_ids, reader, at):
            found[action_id].append(started)
    return {key: sorted(many, key=lambda one: one.started_at) for key, many in found.items()}


def existing(session: Session, action: Action, *, at: datetime) -> list[Existing]:
    """What the pair has, or will have, that was not started for this action yet."""
    known = {one.key for one in of_actions(session, [action.id], reader=None, at=at)[action.id]}
    named = [one for source in sources for one in source.naming(session, action, at)]
    return [one for one in named if one.key not in known]


def requests(session: Session, action_id: int) -> Sequence[ActionRequest]:
    """Who was asked to start an action, in that order. One statement."""
    return session.scalars(
        select(ActionRequest)
        .where(ActionRequest.action_id == action_id)
        .order_by(ActionRequest.asked_at, ActionRequest.person_id)
        .options(joinedload(ActionRequest.person))
    ).all()


def asked_of(session: Session, person_id: int) -> Sequence[ActionRequest]:
    """What somebody is asked to start and has not answered. One statement."""
    return session.scalars(
        select(ActionRequest)
        .join(Action, Action.id == ActionRequest.action_id)
        .where(
            ActionRequest.person_id == person_id,
            ActionRequest.state == RequestState.OPEN,
            Action.state == ActionState.PLANNED,
        )
        .order_by(Action.due_on, Action.id)
        .options(joinedload(ActionRequest.action))
    ).all()


def possible_hosts(session: Session, action: Action, *, today: date) -> list[Person]:
    """Members of the two teams who may offer a field trip or a joint day. One statement."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .join(Team, Team.id == Membership.team_id)
            .join(Department, Department.id == Team.department_id)
            .where(
                *_at_home(action, today),
                Department.side.in_(list(HOSTING_SIDES)),
                works_here(today),
            )
        )
    )


def _at_home(action: Action, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.team_id.in_((action.low_team_id, action.high_team_id)),
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, today),
    )


@dataclass(frozen=True, slots=True)
class Picked:
    """A meeting that an action started: `wave_id` is the wave whose figures it answers."""

    wave_id: int
    gathering_id: int
    meeting_id: int


def picked_dates(session: Session) -> dict[tuple[int, int], list[Picked]]:
    """Meetings of what was started for actions, by pair of teams. One statement.

    The lower key of a pair comes first.
    """
    rows = session.execute(
        select(
            Action.low_team_id,
            Action.high_team_id,
            Action.wave_id,
            Meeting.gathering_id,
            Meeting.id,
        )
        .join(ActionGathering, ActionGathering.action_id == Action.id)
        .join(Meeting, Meeting.gathering_id == ActionGathering.gathering_id)
    )
    found: dict[tuple[int, int], list[Picked]] = defaultdict(list)
    for low, high, *rest in rows:
        found[low, high].append(Picked(*rest))
    return dict(found)


def _dates(
    session: Session, action_ids: Collection[int], reader: Actor | None, at: datetime
) -> list[tuple[int, Started]]:
    rows = session.execute(
        select(ActionGathering, Gathering)
        .join(Gathering, Gathering.id == ActionGathering.gathering_id)
        .where(ActionGathering.action_id.in_(sorted(action_ids)))
        .options(joinedload(Gathering.site))
    ).all()
    return [(row.action_id, _date(row, gathering, reader, at)) for row, gathering in rows]


def _date(
    row: ActionGathering, gathering: Gathering, reader: Actor | None, at: datetime
) -> Started:
    zone = gathering.site.timezone
    facts = Facts(
        gathering.state,
        gathering.starts_at.astimezone(zone).date(),
        gathering.ends_at.astimezone(zone).date(),
        gathering.taken,
    )
    stage, on = stage_of_date(facts, at.astimezone(zone).date())
    return Started(
        key=f"{GATHERING}:{gathering.id}",
        kind=KIND_OF[gathering.kind].value,
        title=gathering.title,
        stage=stage,
        on=on,
        path=_path(gathering, stage, reader),
        started_at=row.started_at,
    )


def _path(gathering: Gathering, stage: Stage, reader: Actor | None) -> str:
    """Its page; drafts are planned by HR, and nobody else opens them."""
    if stage is Stage.DRAFTED:
        is_hr = reader is not None and reader.is_hr
        return f"/courses/sessions/{gathering.id}" if is_hr else ""
    room = "sessions" if gathering.kind is GatheringKind.SESSION else "trips"
    return f"/{room}/{gathering.id}"


def _nameable(session: Session, action: Action, at: datetime) -> list[Existing]:
    """Joint days hosted by one of the two teams, and sessions, since the action.

    Sessions are those of the remedy's course; without one, all that are still to come.
    """
    hosts = select(Membership.person_id).where(*_at_home(action, at.date()))
    course_id = action.remedy.course_id if action.remedy else None
    to_come = and_(Gathering.course_id.is_not(None), Gathering.ends_at > at)
    of_course = Gathering.course_id == course_id if course_id else to_come
    rows = session.scalars(
        select(Gathering)
        .where(
            Gathering.state.in_([*BOOKABLE, GatheringState.OVER]),
            Gathering.ends_at > action.created_at,
            or_(of_course, Gathering.host_id.in_(hosts)),
        )
        .order_by(Gathering.starts_at, Gathering.id)
        .limit(MOST_NAMED)
        .options(joinedload(Gathering.site))
    ).all()
    return [
        Existing(
            f"{GATHERING}:{one.id}",
            KIND_OF[one.kind],
            one.title,
            one.starts_at.astimezone(one.site.timezone).date(),
        )
        for one in rows
    ]


sources: list[Source] = [Source(_dates, _nameable)]  # rooms above add theirs

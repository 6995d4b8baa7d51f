"""Move people by hand: in a scenario of one's own, never in a computed or published one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain import plan_keys as keys
from app.domain.breaches import Question, StayKey
from app.domain.plan_diff import figures
from app.domain.refusals import N_, Invalid, Stale
from app.planner.check import recomputed_score
from app.rotations.models import Assignment, Placement, Plan, PlanState, Round
from app.rotations.services.instances import export
from app.rotations.services.plans import StillComputing, dumped, plan_file, stays_of

LONGEST_NAME = 120


class NotInThisRound(Invalid):
    """The person or the placement does not belong to the round."""

    msgid = N_("This person or placement does not belong to the round.")


class BeyondTheRound(Invalid):
    """There is no such block."""

    msgid = N_("The round has no such block.")


@dataclass(frozen=True, slots=True)
class Move:
    """Put a person somewhere from block `start` on; `placement_id` None takes them out.

    `instead_of` is the placement they leave for it; None where they held none, or all they hold
    in a round of one stay each. `opened_on` is the version of the plan HR looked at, `copy_name`
    the name of the scenario a first move makes.
    """

    person_id: int
    placement_id: int | None
    opened_on: int
    copy_name: str
    start: int = 0
    instead_of: int | None = None


def move(
    session: Session,
    plan: Plan,
    wanted: Move,
    *,
    at: datetime,
    today: date,
    by: int,
) -> Plan:
    """Carry out a move and give the plan it was made in.

    `plan` comes with its round. The first move in a computed or published plan makes a copy.
    Rules may be broken: the board shows them, publishing refuses. Raises Stale when somebody
    changed the plan since the version it was opened on.
    """
    if plan.version != wanted.opened_on:
        raise Stale
    if plan.state is not PlanState.READY:
        raise StillComputing
    before = stays_of(session, plan.id)
    after = _moved(session, plan.round, before, wanted)
    mine = (
        plan if plan.moved_by_hand and not plan.in_force else _copy(plan, wanted.copy_name, at, by)
    )
    session.add(mine)
    session.flush()  # a copy gets its key
    _write(session, mine, before if mine is plan else [], after)
    _judge(session, mine, plan.round, after, today=today)
    mine.finished_at = at
    record(
        session,
        AuditKind.PLAN_CHANGED,
        actor_id=by,
        subject=f"plan:{mine.id}",
        at=at,
        change="moved by hand",
        person=wanted.person_id,
        placement=wanted.placement_id,
        start=wanted.start,
    )
    return mine


def _moved(session: Session, round_: Round, before: list[StayKey], wanted: Move) -> list[StayKey]:
    who = keys.person(wanted.person_id)
    gone = keys.placement(wanted.instead_of) if wanted.instead_of is not None else None
    single = round_.max_rotations == 1
    kept = [
        stay
        for stay in before
        if stay.person != who or not (stay.placement == gone or (gone is None and single))
    ]
    if wanted.placement_id is None:
        return kept
    _check_target(session, round_, wanted)
    where = keys.placement(wanted.placement_id)
    kept = [stay for stay in kept if (stay.person, stay.placement) != (who, where)]
    return [*kept, StayKey(who, where, wanted.start)]


def _check_target(session: Session, round_: Round, wanted: Move) -> None:
    owner = session.scalar(select(Placement.round_id).where(Placement.id == wanted.placement_id))
    if owner != round_.id:
        raise NotInThisRound
    if not 0 <= wanted.start < round_.blocks:
        raise BeyondTheRound


def _copy(plan: Plan, name: str, at: datetime, by: int) -> Plan:
    return Plan(
        round_id=plan.round_id,
        name=name[:LONGEST_NAME],
        state=PlanState.READY,
        based_on_id=plan.id,
        is_replan=plan.is_replan or plan.in_force,
        time_limit=plan.time_limit,
        settings=dict(plan.settings),
        instance=plan.instance,
        progress={},
        bound=plan.bound,
        moved_by_hand=True,
        created_at=at,
        created_by=by,
        started_at=at,
    )


def _write(session: Session, plan: Plan, before: list[StayKey], after: list[StayKey]) -> None:
    """Store the difference only, so that a move in a large plan writes two rows."""
    gone, come = set(before) - set(after), set(after) - set(before)
    if gone:
        rows = session.scalars(select(Assignment).where(Assignment.plan_id == plan.id)).all()
        for row in rows:
            stay = StayKey(keys.person(row.person_id), keys.placement(row.placement_id), row.start)
            if stay in gone:
                session.delete(row)
        session.flush()  # the same person may come back to the same placement
    session.add_all(
        Assignment(
            plan_id=plan.id,
            person_id=keys.number(stay.person),
            placement_id=keys.number(stay.placement),
            start=stay.start,
        )
        for stay in sorted(come)
    )


def _judge(
    session: Session, plan: Plan, round_: Round, stays: list[StayKey], *, today: date
) -> None:
    """Count anew with the facts of today; a bound proven for other facts is none any more."""
    instance = export(session, round_, today=today, settings=plan.settings)
    text = dumped(instance)
    if text != plan.instance:
        plan.instance, plan.bound = text, None
    file = plan_file(stays)
    plan.score = recomputed_score(instance, file)
    if plan.bound is not None and plan.score > plan.bound:
        plan.bound = None  # only a plan that breaks rules can pass a bound
    plan.proven = plan.bound == plan.score
    plan.best, plan.explanation = json.dumps(file), None
    plan.fairness = asdict(figures(Question(instance), stays))

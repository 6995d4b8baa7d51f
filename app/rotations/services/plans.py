"""Scenarios of a round: asked for by HR, computed by a worker under a lease, checked, stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session, selectinload

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain import plan_keys as keys
from app.domain.breaches import Question, StayKey
from app.domain.conflict_words import with_forbids
from app.domain.plan_diff import figures
from app.domain.refusals import N_, Refusal
from app.planner.check import check
from app.rotations.models import (
    Assignment,
    Plan,
    PlanState,
    Round,
    RoundState,
    Stay,
    StayState,
)
from app.rotations.services.instances import export

LEASE = timedelta(seconds=30)
PATIENCE = timedelta(minutes=2)  # the worker looks once a minute even when nobody rings
MOST_ATTEMPTS = 5
LONGEST_PROBLEM = 500
NOT_BEGUN = N_("Stopped before the computation began.")
GIVEN_UP = N_("The computation was interrupted too often.")
REJECTED = N_("The result broke a rule and was therefore not kept.")
NO_ANSWER = N_("The planner ended without a plan.")
TOO_SLOW = N_("The planner did not keep to its time limit and was ended.")
PLANNED_IN = (RoundState.PLANNING, RoundState.PUBLISHED, RoundState.RUNNING)


class NotInPlanning(Refusal):
    """The round is not at the point where plans are made."""

    msgid = N_("Plans can be computed once the round is in planning.")


class NobodyToPlan(Refusal):
    """Nobody's application is submitted and endorsed."""

    msgid = N_("Nobody can be planned yet: no application is submitted and endorsed.")


class NotRunning(Refusal):
    """Only a waiting or running computation can be stopped."""

    msgid = N_("This plan is not being computed any more.")


class StillComputing(Refusal):
    """A plan that is being computed cannot be changed or deleted."""

    msgid = N_("This plan is still being computed. Please stop it first.")


class InForce(Refusal):
    """The published plan stays."""

    msgid = N_("This plan is published. It cannot be deleted or changed by hand.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scenario HR asks for. `settings` go to the planner (see `plan_settings`)."""

    name: str
    time_limit: int  # seconds
    settings: Mapping[str, Any] = field(default_factory=dict)
    based_on_id: int | None = None
    is_replan: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to compute a plan until the lease ends; `attempt` tells one worker from another."""

    plan_id: int
    attempt: int
    instance: str
    start: str | None
    settings: Mapping[str, Any]
    time_limit: int  # seconds


@dataclass(frozen=True, slots=True)
class Computed:
    """What came out of a run: the plan file's text, and the explanation's or None."""

    plan: str
    explanation: str | None = None
    conflict: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What a worker hears when it reports: whether the plan is still its own and should stop."""

    is_ours: bool
    should_stop: bool


def ask_for(
    session: Session, round_: Round, wanted: Wanted, *, at: datetime, today: date, by: int
) -> Plan:
    """Queue a scenario; ring "plans" after the unit of work. About 20 statements.

    Raises NotInPlanning and NobodyToPlan.
    """
    if round_.state not in PLANNED_IN:
        raise NotInPlanning
    instance = export(session, round_, today=today, settings=wanted.settings)
    if not instance["employees"]:
        raise NobodyToPlan
    plan = Plan(
        round_id=round_.id,
        name=wanted.name,
        based_on_id=wanted.based_on_id,
        is_replan=wanted.is_replan,
        time_limit=wanted.time_limit,
        settings=dict(wanted.settings),
        instance=dumped(instance),
        progress={},
        best=_start_of(session, wanted.based_on_id),
        created_at=at,
        created_by=by,
    )
    session.add(plan)
    session.flush()  # its key names the entry in the log
    record(
        session,
        AuditKind.PLAN_REQUESTED,
        actor_id=by,
        subject=f"plan:{plan.id}",
        at=at,
        round=round_.id,
        time_limit=wanted.time_limit,
        replan=wanted.is_replan,
    )
    return plan


def _start_of(session: Session, plan_id: int | None) -> str | None:
    """The plan file of the scenario a new one builds on, from its stored stays."""
    if plan_id is None:
        return None
    return dumped(plan_file(stays_of(session, plan_id)))


def dumped(document: Mapping[str, Any]) -> str:
    """A document as the text that is stored."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def stays_of(session: Session, plan_id: int) -> list[StayKey]:
    """The stays of a plan by the planner's ids. One statement."""
    rows = session.execute(
        select(Assignment.person_id, Assignment.placement_id, Assignment.start)
        .where(Assignment.plan_id == plan_id)
        .order_by(Assignment.person_id, Assignment.start)
    )
    return [StayKey(keys.person(p), keys.placement(at), start) for p, at, start in rows]


def ended_early(session: Session, round_id: int) -> set[StayKey]:
    """The stays of a round that somebody ended before their time. One statement."""
    rows = session.execute(
        select(Stay.person_id, Stay.placement_id, Stay.start_block).where(
            Stay.round_id == round_id, Stay.state == StayState.ENDED_EARLY
        )
    )
    return {StayKey(keys.person(p), keys.placement(at), start) for p, at, start in rows}


def plan_file(stays: Iterable[StayKey]) -> dict[str, Any]:
    """Stays as a document of the format rotation-plan/1, claiming nothing about itself."""
    return {
        "format": "rotation-plan/1",
        "assignments": [
            {"employee": stay.person, "placement": stay.placement, "start": stay.start}
            for stay in stays
        ],
        "score": None,
        "bound": None,
        "status": "FEASIBLE",
    }


def stop(session: Session, plan: Plan, *, at: datetime, by: int) -> None:
    """Ask the worker to end with the best plan so far; one that has not begun ends at once."""
    if plan.state not in (PlanState.QUEUED, PlanState.RUNNING):
        raise NotRunning
    plan.stop_requested = True
    if plan.state is PlanState.QUEUED:
        plan.state, plan.finished_at = PlanState.FAILED, at
        plan.problem = NOT_BEGUN
    record(session, AuditKind.PLAN_STOPPED, actor_id=by, subject=f"plan:{plan.id}", at=at)


def delete(session: Session, plan: Plan, *, at: datetime, by: int) -> None:
    """Throw a scenario away. Raises InForce and StillComputing."""
    if plan.in_force:
        raise InForce
    if plan.state in (PlanState.QUEUED, PlanState.RUNNING):
        raise StillComputing
    session.execute(
        update(Plan)
        .where(Plan.based_on_id == plan.id)
        .values(based_on_id=None)
        .execution_options(synchronize_session=False)
    )
    record(
        session, AuditKind.PLAN_CHANGED, actor_id=by, subject=f"plan:{plan.id}", at=at,
        change="deleted",
    )  # fmt: skip
    session.delete(plan)


def is_overdue(plan: Plan, *, at: datetime) -> bool:
    """Whether a plan waits for a worker longer than a working one would let it."""
    return plan.state is PlanState.QUEUED and at - plan.created_at > PATIENCE


def claim(session: Session, *, at: datetime) -> Claim | None:
    """Take the oldest plan that waits, or whose worker has gone silent; None when there is none.

    The conditional UPDATE decides between workers: the one that changes the row has it. A plan
    whose workers died five times is given up.
    """
    _give_up(session, at=at)
    for plan_id in session.scalars(select(Plan.id).where(_is_open(at)).order_by(Plan.id)).all():
        took = session.execute(
            update(Plan)
            .where(Plan.id == plan_id, _is_open(at))
            .values(
                state=PlanState.RUNNING,
                attempts=Plan.attempts + 1,
                leased_until=at + LEASE,
                started_at=at,
                version=Plan.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", took).rowcount:
            return _claim(session, plan_id)
    return None


def _is_open(at: datetime) -> Any:
    return or_(
        Plan.state == PlanState.QUEUED,
        and_(Plan.state == PlanState.RUNNING, Plan.leased_until < at),
    )


def _give_up(session: Session, *, at: datetime) -> None:
    session.execute(
        update(Plan)
        .where(_is_open(at), Plan.attempts >= MOST_ATTEMPTS)
        .values(
            state=PlanState.FAILED,
            finished_at=at,
            problem=GIVEN_UP,
            version=Plan.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _claim(session: Session, plan_id: int) -> Claim:
    row = session.execute(
        select(Plan.attempts, Plan.instance, Plan.best, Plan.settings, Plan.time_limit).where(
            Plan.id == plan_id
        )
    ).one()
    return Claim(plan_id, row.attempts, row.instance, row.best, row.settings, row.time_limit)


def report(
    session: Session,
    ours: Claim,
    *,
    progress: Mapping[str, Any],
    best: str | None,
    at: datetime,
) -> Beat:
    """Note how far a run is and renew its lease. Two statements."""
    values: dict[str, Any] = {"progress": dict(progress), "leased_until": at + LEASE}
    if best is not None:
        values["best"] = best
    kept = session.execute(
        update(Plan)
        .where(_is_ours(ours))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    wants_stop = session.scalar(select(Plan.stop_requested).where(Plan.id == ours.plan_id))
    return Beat(bool(cast("CursorResult[Any]", kept).rowcount), bool(wants_stop))


def _is_ours(ours: Claim) -> Any:
    return and_(
        Plan.id == ours.plan_id,
        Plan.attempts == ours.attempt,
        Plan.state == PlanState.RUNNING,
    )


def _still_ours(session: Session, ours: Claim) -> Plan | None:
    return session.scalar(
        select(Plan)
        .where(_is_ours(ours))
        .options(selectinload(Plan.assignments))
        .with_for_update()
        .execution_options(populate_existing=True)  # our session may hold it as it was before
    )


def store(session: Session, ours: Claim, result: Computed, *, at: datetime) -> bool:
    """Keep what a run found, after the independent checker has agreed; says whether it was ours.

    A result the checker rejects is not stored: the plan fails with the first violation in words.
    """
    plan = _still_ours(session, ours)
    if plan is None:
        return False
    plan.finished_at, plan.leased_until = at, None
    found = json.loads(result.plan)
    if found["status"] == "INFEASIBLE":
        plan.state = PlanState.INFEASIBLE
        plan.conflict = with_forbids(result.conflict or [], json.loads(plan.instance))
        return True
    verdict = check(json.loads(plan.instance), found)
    if not verdict.is_valid:
        first = verdict.violations[0]
        _failed(plan, REJECTED, f"{first.code}: {first.words}")
        return True
    _keep(plan, found, result, score=verdict.score)
    return True


def _keep(plan: Plan, found: Mapping[str, Any], result: Computed, *, score: int) -> None:
    plan.state = PlanState.READY
    plan.score = score
    plan.bound = None if found.get("bound") is None else int(found["bound"])
    plan.proven = found["status"] == "OPTIMAL"
    plan.best = result.plan
    plan.explanation = result.explanation
    stays = [
        StayKey(row["employee"], row["placement"], row["start"]) for row in found["assignments"]
    ]
    plan.fairness = asdict(figures(Question(json.loads(plan.instance)), stays))
    plan.assignments = [_assignment(stay) for stay in stays]


def _assignment(stay: StayKey) -> Assignment:
    return Assignment(
        person_id=keys.number(stay.person),
        placement_id=keys.number(stay.placement),
        start=stay.start,
    )


def fail(session: Session, ours: Claim, problem: str, *, at: datetime, detail: str = "") -> bool:
    """Say why a run came to nothing; says whether the plan was still ours.

    `problem` is an English message id, `detail` what a technician wants to read.
    """
    plan = _still_ours(session, ours)
    if plan is None:
        return False
    plan.finished_at, plan.leased_until = at, None
    _failed(plan, problem, detail)
    return True


def _failed(plan: Plan, problem: str, detail: str) -> None:
    plan.state = PlanState.FAILED
    plan.problem = "|".join(part for part in (problem, detail) if part)[:LONGEST_PROBLEM]


def problem_of(plan: Plan) -> tuple[str, str]:
    """The message id of what went wrong and its technical detail; both may be empty."""
    words, _, detail = (plan.problem or "").partition("|")
    return words, detail

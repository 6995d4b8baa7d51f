"""Compute the plans that wait: one at a time per worker, under a lease, in a child process."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from pathlib import Path
from typing import Any

from app import clock
from app.database import unit_of_work
from app.rotations.jobs import planner_child
from app.rotations.jobs.planner_child import Child, PlannerFailedError
from app.rotations.services import plans
from app.rotations.services.plans import Claim, Computed

BEAT_SECONDS = 1.0
OVERTIME_SECONDS = 60
EXPLAIN_SECONDS = 60
log = logging.getLogger("tandem")
_at_work = threading.Lock()


def compute_due() -> None:
    """Compute every plan that waits or whose worker died.

    A second call while one is at work returns at once, so that a long plan takes one thread of
    the worker and mails go on in the other.
    """
    if not _at_work.acquire(blocking=False):
        return
    try:
        while (ours := _claim()) is not None:
            _compute(ours)
    finally:
        _at_work.release()


def _claim() -> Claim | None:
    with unit_of_work() as session:
        return plans.claim(session, at=clock.now())


def _compute(ours: Claim) -> None:
    with tempfile.TemporaryDirectory(prefix="plan-") as name:
        folder = Path(name)
        (folder / "instance.json").write_text(ours.instance, encoding="utf-8")
        if ours.start is not None:
            (folder / "start.json").write_text(ours.start, encoding="utf-8")
        try:
            result = _solve(ours, folder)
        except PlannerFailedError as failure:
            log.warning("plan %s: %s", ours.plan_id, failure)
            with unit_of_work() as session:
                plans.fail(session, ours, failure.problem, at=clock.now(), detail=failure.detail)
            return
        if result is not None:
            with unit_of_work() as session:
                plans.store(session, ours, result, at=clock.now())


def _solve(ours: Claim, folder: Path) -> Computed | None:
    """What the planner found; None when another worker has taken the plan over meanwhile.

    Raises PlannerFailedError when it ended without an answer.
    """
    child = Child(
        planner_child.solve_arguments(
            folder, ours.settings, time_limit=ours.time_limit, start=ours.start is not None
        )
    )
    try:
        if not _watch(child, ours, folder):
            return None
    finally:
        child.end()
    text = planner_child.read(folder / "plan.json")
    if text is None:
        said = child.words or f"it ended with status {child.status}"
        raise PlannerFailedError(plans.NO_ANSWER, said)
    return _explained(text, folder)


def _watch(child: Child, ours: Claim, folder: Path) -> bool:
    """Report about once a second until the child has ended; False when the plan is not ours."""
    beats, asked_to_stop, known = 0, False, ours.start
    while not child.wait(BEAT_SECONDS):
        beats += 1
        best = planner_child.read(folder / "plan.json")
        beat = _report(ours, child.latest, best if best != known else None)
        known = best or known
        if not beat.is_ours:
            return False
        late = beats * BEAT_SECONDS - ours.time_limit
        if late > OVERTIME_SECONDS + planner_child.GRACE_SECONDS:
            raise PlannerFailedError(plans.TOO_SLOW, "")
        if not asked_to_stop and (beat.should_stop or late > OVERTIME_SECONDS):
            child.stop()
            asked_to_stop = True
    return _report(ours, child.latest, None).is_ours


def _report(ours: Claim, progress: dict[str, Any], best: str | None) -> plans.Beat:
    with unit_of_work() as session:
        return plans.report(session, ours, progress=progress, best=best, at=clock.now())


def _explained(text: str, folder: Path) -> Computed:
    instance, plan = str(folder / "instance.json"), str(folder / "plan.json")
    if json.loads(text)["status"] == "INFEASIBLE":
        out = folder / "conflict.json"
        told = planner_child.answer(
            ["conflict", instance, "-o", str(out)], out, seconds=EXPLAIN_SECONDS
        )
        return Computed(text, conflict=_facts(told))
    out = folder / "explain.json"
    told = planner_child.answer(
        ["explain", instance, plan, "-o", str(out)], out, seconds=EXPLAIN_SECONDS
    )
    return Computed(text, explanation=told)


def _facts(told: str | None) -> list[Any]:
    """The named facts of a conflict document."""
    found: Any = json.loads(told) if told else {}
    return list(found.get("facts") or [])

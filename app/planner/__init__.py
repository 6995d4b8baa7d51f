"""The rotation planner: one instance in, one plan out.

The engine knows neither the web nor the database. Importing this package is cheap: numpy and the
solver are loaded by the first call that needs them. The formats and rules: docs/planner.md.

    instance = load_instance(text)                      # rotation-instance/1, UnreadableError
    plan = solve(instance, time_s=60)                   # Plan; plan.to_json() is rotation-plan/1
    check(json.loads(text), plan.as_dict()).is_valid    # the independent verifier
    explain(instance, plan)                             # rotation-explain/1, a dict
    conflict(instance)                                  # rotation-conflict/1, a dict
    changes(instance, plan)                             # the diff to the published plan
    fairness(instance, plan.assignments)                # figures of a plan, a dict
"""

from collections.abc import Callable
from typing import Any

from app.planner.changes import changes
from app.planner.check import CheckResult, Violation, check
from app.planner.conflict import conflict
from app.planner.explain import explain as _explain
from app.planner.fairness import fairness
from app.planner.instance import Instance, Stay, load_instance, read_instance
from app.planner.objective import Objective
from app.planner.plan import Plan, load_plan, read_plan
from app.planner.reading import Ident, UnreadableError
from app.planner.settings import NoPlanYetError, OnBetter, Progress, Settings, never

__all__ = [
    "CheckResult",
    "Instance",
    "NoPlanYetError",
    "Objective",
    "Plan",
    "Progress",
    "Stay",
    "UnreadableError",
    "Violation",
    "changes",
    "check",
    "conflict",
    "explain",
    "fairness",
    "load_instance",
    "load_plan",
    "read_instance",
    "read_plan",
    "solve",
]


def solve(  # noqa: PLR0913 - one keyword per thing a caller may wish
    instance: Instance,
    *,
    time_s: float = 60.0,
    gap_pct: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    start: Plan | None = None,
    max_changes: int | None = None,
    balanced: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] = never,
    on_better: OnBetter | None = None,
) -> Plan:
    """Plan within `time_s` seconds, until the proven gap is at most `gap_pct` per cent.

    The status is OPTIMAL (proven), FEASIBLE (stopped; `bound` is still true) or INFEASIBLE (the
    reason stands in `notes`). `should_stop` is asked about every 20 ms; the best plan is kept.
    `on_better` hears of every better plan. `start` is a plan to begin from. `max_changes` limits
    the published stays that may change, `balanced` weighs changes against gains instead of
    avoiding them at any price.
    Raises NoPlanYetError if stopped before pins and hard minimums could be met or refuted.
    Calls one at a time per process: the solver's threads are shared.
    """
    from app.planner.replan import replan  # noqa: PLC0415 - loads numpy and the solver

    settings = Settings(time_s, gap_pct, seed, workers, on_progress, should_stop, on_better)
    return replan(instance, settings, start=start, max_changes=max_changes, balanced=balanced)


def explain(instance: Instance, plan: Plan, *, employee: Ident | None = None) -> dict[str, Any]:
    """rotation-explain/1: why everybody (or only `employee`) is where they are, or nowhere.

    Raises KeyError where the instance knows no such employee.
    """
    return _explain(instance, plan.assignments, employee=employee)

"""Planning against a published plan, with the fewest changes or with changes that pay."""

from dataclasses import replace

from app.planner.changes import change_cost
from app.planner.instance import Instance
from app.planner.plan import Plan
from app.planner.settings import Settings
from app.planner.solver import fewest_changes, plan


def replan(
    instance: Instance,
    settings: Settings,
    *,
    start: Plan | None = None,
    max_changes: int | None = None,
    balanced: bool = False,
) -> Plan:
    """Plan with the wishes about changes applied; see `app.planner.solve`."""
    if max_changes is not None and instance.published is None:
        return _refused("there is no published plan whose changes could be limited")
    if start is None and instance.published:
        start = Plan(instance.published, 0, None, "FEASIBLE")
    if max_changes is not None:
        least = fewest_changes(instance, settings)
        if least is not None and least > max_changes:
            return _refused(f"at least {least} changes are needed, {max_changes} are allowed")
    if not balanced:
        return plan(instance, settings, start=start, max_changes=max_changes)
    softer = replace(instance, objective=instance.objective.balanced())
    found = plan(softer, settings, start=start, max_changes=max_changes)
    return _in_points_of(instance, found)


def _refused(reason: str) -> Plan:
    return Plan((), 0, None, "INFEASIBLE", {"reason": reason})


def _in_points_of(instance: Instance, found: Plan) -> Plan:
    """A balanced plan scored by the weights of the file, with its own score in the notes."""
    lost = change_cost(instance, found.assignments)
    gained = change_cost(
        replace(instance, objective=instance.objective.balanced()), found.assignments
    )
    balanced = {"score": found.score, "bound": found.bound, "status": found.status}
    status = "FEASIBLE" if found.status == "OPTIMAL" else found.status
    return Plan(
        found.assignments,
        found.score + gained - lost,
        None,
        status,
        {**found.notes, "balanced": balanced},
    )

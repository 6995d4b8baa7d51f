"""The difference between a plan and the published one, and what it costs."""

from app.planner.instance import Instance, Stay
from app.planner.plan import Plan


def changes(instance: Instance, plan: Plan) -> dict[str, list[dict[str, object]]]:
    """The difference to the published plan: removed, switched, moved and added stays."""
    fresh = [stay for stay in plan.assignments if stay not in set(instance.started)]
    diff: dict[str, list[dict[str, object]]] = {"removed": [], "switched": [], "moved": []}
    for old in instance.to_come:
        kind, new = _fate(instance, old, fresh)
        if kind != "kept":
            diff[kind].append({"from": old.as_dict(), "to": new.as_dict() if new else None})
    known = {stay.employee for stay in instance.to_come}
    diff["added"] = [
        {"from": None, "to": stay.as_dict()} for stay in fresh if stay.employee not in known
    ]
    return diff


def _fate(instance: Instance, old: Stay, fresh: list[Stay]) -> tuple[str, Stay | None]:
    mine = [stay for stay in fresh if stay.employee == old.employee]
    if old in mine:
        return "kept", old
    for stay in mine:
        if stay.placement == old.placement:
            return "moved", stay
    person = instance.employee_at.get(old.employee)
    if mine and person is not None and person.max_rotations == 1:
        return "switched", mine[0]
    return "removed", None


def change_cost(instance: Instance, stays: tuple[Stay, ...]) -> int:
    """What the changes to the published plan cost, in points."""
    weights = instance.objective
    cost = {
        "kept": 0,
        "moved": weights.moved_cost,
        "switched": weights.switched_cost,
        "removed": weights.removed_cost,
    }
    fresh = [stay for stay in stays if stay not in set(instance.started)]
    return sum(cost[_fate(instance, old, fresh)[0]] for old in instance.to_come)

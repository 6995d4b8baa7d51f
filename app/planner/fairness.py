"""How fairly a plan treats people: figures beside every plan."""

from collections import defaultdict
from typing import Any

from app.planner.instance import Instance, Stay
from app.planner.reading import Ident


def fairness(instance: Instance, stays: tuple[Stay, ...]) -> dict[str, Any]:
    """Share placed by rounds waited, mean and worst rank (1 = first wish), placed per team.

    Counted are people who applied (have wishes); started stays are left out.
    """
    started = set(instance.started)
    fresh = [stay for stay in stays if stay not in started]
    placed = {stay.employee for stay in fresh}
    applied = [person for person in instance.employees if person.preferences]
    waited: dict[int, list[bool]] = defaultdict(list)
    teams: dict[Ident, list[bool]] = defaultdict(list)
    for person in applied:
        waited[person.waiting].append(person.id in placed)
        teams[person.team].append(person.id in placed)
    ranks = _ranks(instance, fresh)
    return {
        "applied": len(applied),
        "placed": sum(person.id in placed for person in applied),
        "by_waiting": [
            {"waited": rounds, "applied": len(got), "placed": sum(got), "share": _share(got)}
            for rounds, got in sorted(waited.items())
        ],
        "mean_rank": round(sum(ranks) / len(ranks), 3) if ranks else None,
        "worst_rank": max(ranks, default=None),
        "by_rank": [{"rank": rank, "stays": ranks.count(rank)} for rank in sorted(set(ranks))],
        "by_team": [
            {"team": team, "applied": len(got), "placed": sum(got), "share": _share(got)}
            for team, got in sorted(teams.items(), key=lambda entry: str(entry[0]))
        ],
    }


def _share(got: list[bool]) -> float:
    return round(sum(got) / len(got), 4)


def _ranks(instance: Instance, fresh: list[Stay]) -> list[int]:
    ranks = []
    for stay in fresh:
        person = instance.employee_at.get(stay.employee)
        if person is not None and stay.placement in person.preferences:
            ranks.append(person.preferences.index(stay.placement) + 1)
    return ranks

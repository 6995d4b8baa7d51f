"""The points a scenario is computed with: the standard, changed by the round and the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import weighing

STANDARD: dict[str, Any] = {
    "place": 1000,
    "wait_bonus": 60,
    "wait_max": 5,
    "never_bonus": 200,
    "rank_cost": [0, 20, 80, 180, 320],
    "unlisted_cost": 500,
    "site_cost": 30,
    "delay_cost": 2,
    "second_cost": 800,
    "pair_cost": 25,  # a need has twenty steps
    "debt_percent": 50,
    "debt_cap": 700,
    "removed_cost": 100_000,
    "switched_cost": 40_000,
    "moved_cost": 20_000,
}
BALANCED = {"removed_cost": 1000, "switched_cost": 400, "moved_cost": 200}


def objective(of_round: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The points of a scenario by name.

    `of_round` holds the round's own points. `settings["answers"]` are the scenario's answers to
    the questions of app.domain.weighing, `settings["replan"]` "balanced" makes changes cheap
    enough to be traded for real gains.
    """
    known = {name: of_round[name] for name in STANDARD if of_round.get(name) is not None}
    points = {**STANDARD, **known}
    answers = settings.get("answers")
    if answers:
        points = weighing.weights(answers, before=points)
    if settings.get("replan") == "balanced":
        points.update(BALANCED)
    return points

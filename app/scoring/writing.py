"""A scored wave as JSON: the snapshot to store, and the report of `flask scoring run`."""

from __future__ import annotations

import json
from typing import Any

from app.domain.disclosure import may_show_dimensions, pair_name, rounded
from app.scoring.figures import WaveScore, names_of
from app.scoring.settings import FORMULA_VERSION, Settings

REPORTED_PAIR = (
    "B", "N", "V", "df", "dims", "display", "hi", "hi_nr", "lo", "lo_nr", "mean", "n", "need",
    "post_var", "s2mod", "score", "sd",
)  # fmt: skip
REPORTED_BOTH = (
    "asym_hi", "asym_lo", "asym_p", "asymmetry", "hi", "lo", "mean", "score", "weaker",
)  # fmt: skip
REPORTED_CHANGE = ("alert", "delta", "p", "z")


def snapshot(score: WaveScore) -> dict[str, Any]:
    """The wave as plain JSON values: what is stored once and served for ever."""
    pairs = names_of(score.pairs)
    for figures in pairs.values():
        if not may_show_dimensions(figures["n"]):
            figures["dims"] = {}
    return {
        "formula": FORMULA_VERSION,
        "wave": score.wave,
        "settings": score.settings,
        "dimensions": list(score.dimensions),
        "plan": _plan(score),
        "pooled": score.pooled.as_dict(),
        "pairs": pairs,
        "undirected": names_of(score.undirected),
        "totals": {name: total.as_dict() for name, total in sorted(score.totals.items())},
        "has_history": score.has_history,
        "changes": names_of(score.changes),
        "kappa": score.kappa,
        "company_median_change": score.company_median_change,
        "company_change": score.company_change.as_dict() if score.company_change else None,
        "alerts": [pair_name(pair) for pair in score.alerts],
        "watch": [pair_name(pair) for pair in score.watch],
        "weights": {pair_name(pair): weight for pair, weight in sorted(score.weights.items())},
    }


def _plan(score: WaveScore) -> dict[str, Any]:
    """The plan without the counts of its blocks, which would tell the size of small cells."""
    plan = score.plan
    return {
        "digest": plan.told_digest(),
        "published": [pair_name(pair) for pair in plan.published],
        "groups": [group.name for group in plan.groups],
        "refused": {refused.name: refused.reason.value for refused in plan.refused},
        "dropped": [pair_name(pair) for pair in plan.dropped],
        "leftover_used": plan.leftover_used,
    }


def to_json(score: WaveScore) -> str:
    """The snapshot as text on one line; equal scores give equal bytes."""
    return json.dumps(
        snapshot(score),
        sort_keys=True,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )


def report(scores: list[WaveScore], settings: Settings) -> dict[str, Any]:
    """All waves of a company, in the layout of `flask scoring run`."""
    waves = {score.wave: _reported_wave(score) for score in scores}
    return {"config": settings.as_dict(), "waves": waves}


def dumped(value: dict[str, Any]) -> str:
    """JSON text for readers. Raises ValueError for numbers that JSON does not know."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _reported_wave(score: WaveScore) -> dict[str, Any]:
    reported: dict[str, Any] = {
        "alerts": [pair_name(pair) for pair in score.alerts],
        "groups": [group.name for group in score.plan.groups],
        "leftover_used": score.plan.leftover_used,
        "meta": score.pooled.as_dict(),
        "pairs": _chosen(_with_exact_ends(names_of(score.pairs)), REPORTED_PAIR),
        "published": [pair_name(pair) for pair in score.plan.published],
        "refused": [refused.name for refused in score.plan.refused],
        "undirected": _chosen(names_of(score.undirected), REPORTED_BOTH),
    }
    if score.has_history:
        reported["changes"] = _chosen(names_of(score.changes), REPORTED_CHANGE)
        reported["company_median_change"] = score.company_median_change
        reported["kappa"] = score.kappa
    return reported


def _with_exact_ends(pairs: dict[str, Any]) -> dict[str, Any]:
    """Pairs with the interval's ends as they are: who runs the file holds the answers anyway."""
    for pair in pairs.values():
        pair["display"] = rounded(pair["mean"], pair["lo"], pair["hi"], pair["n"]).as_list()
    return pairs


def _chosen(figures: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {name: {key: values[key] for key in keys} for name, values in figures.items()}

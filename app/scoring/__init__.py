"""The scoring engine: the answers of one wave in, everything the wave may publish out.

The engine knows neither the web nor the database, the clock nor chance. Importing it is cheap:
numpy is loaded by the first call that needs it. Equal input gives the same bytes; the order of the
records does not matter. Formulas: docs/scoring.md; `FORMULA_VERSION` names their version.

    ballots = Ballots(pairs, pair_of, answers)     # per record the number of its pair, 10 items
    asked = [Asked("sales", "marketing", eligible=14, no_contact=2, tgt_members=9), …]
    history = [PastWave.from_snapshot(json.loads(stored)), …]   # oldest first
    result = score_wave("7", ballots, asked, departments, history=history)   # WaveScore

    result.plan                # ReleasePlan: published, groups, refused, blocks; plan.digest()
    result.pairs[src, tgt]     # PairFigures: mean, lo, hi, score, band, evidence, dims, display …
    result.undirected[a, b]    # UndirectedFigures, a < b: both views, their gap, marked or not
    result.totals["out|sales"] # TotalFigures: company, out|T, in|T, dept_out|D, dept_in|D
    result.changes[src, tgt]   # ChangeFigures: delta, interval, p, alert, fell or rose
    result.alerts, result.watch, result.company_change, result.kappa
    result.weights[src, tgt]   # need weights for the planner, every asked pair, steps of 0.05
    to_json(result)            # the snapshot: store it as it is, serve nothing else

Figures in a snapshot are exact; pages show `display` (mean, low, high, grid) and the ranges of
`app.domain.disclosure`. Dimension means are in the snapshot only from ten records on.

A pair across a new version of the questionnaire: score the waves again with
`Settings(dimensions=…)` of the unchanged dimensions; a history wave with other dimensions is not
used as a reference.

Effects of rotations, trips and trainings: `study(...)` and `compare_kinds(...)` in
`app.scoring.effect`; weights: `app.scoring.need`; files: `app.scoring.reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.scoring.figures import (
    Asked,
    Ballots,
    ChangeFigures,
    CompanyChange,
    PairFigures,
    PastPair,
    PastWave,
    Pooled,
    TotalFigures,
    UndirectedFigures,
    WaveScore,
)
from app.scoring.settings import DIMENSIONS, FORMULA_VERSION, ITEMS, Settings
from app.scoring.writing import snapshot, to_json

__all__ = [
    "DIMENSIONS",
    "FORMULA_VERSION",
    "ITEMS",
    "Asked",
    "Ballots",
    "ChangeFigures",
    "CompanyChange",
    "PairFigures",
    "PastPair",
    "PastWave",
    "Pooled",
    "Settings",
    "TotalFigures",
    "UndirectedFigures",
    "WaveScore",
    "score_wave",
    "snapshot",
    "to_json",
]


def score_wave(
    wave: str,
    ballots: Ballots,
    asked: Iterable[Asked],
    departments: Mapping[str, str],
    *,
    history: Sequence[PastWave] = (),
    settings: Settings | None = None,
) -> WaveScore:
    """Score one wave.

    `departments` names the department of every team (empty text: none). `history` holds the waves
    published before this one, oldest first. Records of pairs that the plan does not publish are
    counted and otherwise not looked at.
    Raises ValueError where a record belongs to a pair that was not asked, a pair is asked twice,
    a team rates itself, or an answer is not 0 to 5.
    """
    from app.scoring.wave import score  # noqa: PLC0415 - loads numpy

    return score(wave, ballots, tuple(asked), departments, tuple(history), settings or Settings())

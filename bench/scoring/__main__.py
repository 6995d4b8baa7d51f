"""How fast the scoring engine scores, beside plain numpy with the same formulas.

    python -m bench.scoring [--answers 1000000,10000000] [--runs 5]

Times are of the processor, the best of `runs` (both take turns, so that a busy machine strikes
both); the ratio is what counts. "snapshot" adds the JSON text that is stored.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from app.scoring import Asked, Ballots, score_wave, to_json
from bench.scoring import plain

ITEMS = 10
TEAMS = 100
RATED_PER_TEAM = 12
MISSING_SHARE = 0.02


def company(answers: int, seed: int = 1) -> tuple[Ballots, list[Asked], dict[str, str]]:
    """So many answers in one wave of a company of 100 teams that rate twelve others each."""
    luck = np.random.default_rng(seed)
    records = answers // ITEMS
    names = [f"team{number:02}" for number in range(TEAMS)]
    pairs = tuple(
        (names[src], names[(src + step) % TEAMS])
        for src in range(TEAMS)
        for step in range(1, RATED_PER_TEAM + 1)
    )
    pair_of = luck.integers(0, len(pairs), records).astype(np.int32)
    level = luck.normal(2.4, 0.5, len(pairs))[pair_of] + luck.normal(0.0, 0.7, records)
    ticks = np.rint(level[:, None] + luck.normal(1.0, 0.8, (records, ITEMS)))
    ticks = np.clip(ticks, 1, 5).astype(np.uint8)
    ticks[luck.random((records, ITEMS)) < MISSING_SHARE] = 0
    sheets = np.bincount(pair_of, minlength=len(pairs))
    asked = [
        Asked(*pair, eligible=int(n * 1.4) + 1, no_contact=int(n) % 3, tgt_members=30)
        for pair, n in zip(pairs, sheets, strict=True)
    ]
    departments = {name: f"department{place % 9}" for place, name in enumerate(names)}
    return Ballots(pairs, pair_of, ticks), asked, departments


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", default="1000000,10000000")
    parser.add_argument("--runs", type=int, default=5)
    asked_for = parser.parse_args()
    print("| answers | pairs | plain numpy | engine | ratio | with snapshot | ratio |")
    print("|---|---|---|---|---|---|---|")
    for answers in map(int, asked_for.answers.split(",")):
        print(row(answers, asked_for.runs), flush=True)


def row(answers: int, runs: int) -> str:
    """One line of the table."""
    ballots, asked, departments = company(answers)
    eligible = np.array([float(one.eligible) for one in asked])
    no_contact = np.array([float(one.no_contact) for one in asked])

    def floor() -> object:
        return plain.score(ballots.answers, ballots.pair_of, eligible, no_contact)

    def engine() -> object:
        return score_wave("1", ballots, asked, departments)

    def stored() -> object:
        return to_json(score_wave("1", ballots, asked, departments))

    agree(ballots, asked, departments, eligible, no_contact)
    best = turns([floor, engine, stored], runs)
    return (
        f"| {answers:,} | {len(asked):,} | {best[0]:.3f} s | {best[1]:.3f} s | "
        f"{best[1] / best[0]:.2f} | {best[2]:.3f} s | {best[2] / best[0]:.2f} |"
    )


def turns(calls: list[Callable[[], object]], runs: int) -> list[float]:
    """The best time of each call in seconds of the processor, taking turns."""
    best = [float("inf")] * len(calls)
    for _ in range(runs):
        for place, call in enumerate(calls):
            begin = time.process_time()
            call()
            best[place] = min(best[place], time.process_time() - begin)
    return best


def agree(
    ballots: Ballots,
    asked: list[Asked],
    departments: dict[str, str],
    eligible: plain.Floats,
    no_contact: plain.Floats,
) -> None:
    """Refuse to time two programs that do not compute the same."""
    own = score_wave("1", ballots, asked, departments)
    floor = plain.score(ballots.answers, ballots.pair_of, eligible, no_contact)
    in_order = [own.pairs[pair] for pair in ballots.pairs if pair in own.pairs]
    for name in ("mean", "V", "score", "post_var", "need"):
        np.testing.assert_allclose([getattr(one, name) for one in in_order], floor[name], 1e-7)


if __name__ == "__main__":
    main()

"""Whether intervals hold what they promise, and how often an alert is false.

    python -m bench.health_simulation [--companies 200] [--panels 25] [--seed 1]

Scored by the product's own code. Leaves with 1 where the coverage of the 95 % interval is not
95 ± 1.5 %, or where waves with any false alert are more than one in ten.
"""

import argparse
import sys
from math import sqrt

import numpy as np

from app.scoring import PastWave
from bench.health_simulation.worlds import COVERAGE, QUIET, Company, World

WANTED, MARGIN = 0.95, 0.015
MOST_ALERTS = 0.10
WAVES = 9


def coverage(world: World, companies: int, seed: int) -> tuple[int, int, float]:
    """Cells whose interval holds the truth, all cells, and the mean half width in points."""
    held, cells, widths = 0, 0, 0.0
    for number in range(companies):
        score, truth = Company(world, np.random.default_rng([seed, number])).score([])
        for pair, figures in score.pairs.items():
            held += figures.lo <= truth[pair] <= figures.hi
            widths += (figures.hi - figures.lo) / 2
            cells += 1
    return held, cells, widths / cells


def false_alerts(world: World, panels: int, seed: int) -> tuple[int, int, int]:
    """Waves with any alert although nothing happened to a pair, all compared waves, alerts."""
    waves, compared, alerts = 0, 0, 0
    for number in range(panels):
        company = Company(world, np.random.default_rng([seed, number]))
        history: list[PastWave] = []
        for _ in range(WAVES):
            score, _ = company.score(history)
            if score.has_history:
                compared += 1
                waves += bool(score.alerts)
                alerts += len(score.alerts)
    return waves, compared, alerts


def main() -> int:
    """Simulate and print; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--panels", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    kept = [show_coverage(asked.companies, asked.seed), show_alerts(asked.panels, asked.seed)]
    return 0 if all(kept) else 1


def show_coverage(companies: int, seed: int) -> bool:
    """Print the share of intervals that hold the truth, world by world."""
    print("| world | cells | coverage | ± luck | half width |\n|---|---|---|---|---|")
    kept = True
    for world in COVERAGE:
        held, cells, width = coverage(world, companies, seed)
        share, luck = held / cells, 1.96 * sqrt(0.95 * 0.05 / cells)
        kept &= abs(share - WANTED) <= MARGIN + luck
        print(f"| {world.name} | {cells:,} | {share:.1%} | {luck:.1%} | {width:.1f} |", flush=True)
    return kept


def show_alerts(panels: int, seed: int) -> bool:
    """Print the share of waves with any false alert, world by world."""
    print("\n| nothing happens | waves | with any alert | alerts |\n|---|---|---|---|")
    kept = True
    for world in QUIET:
        waves, compared, alerts = false_alerts(world, panels, seed)
        luck = 1.96 * sqrt(MOST_ALERTS * (1 - MOST_ALERTS) / compared)
        kept &= waves / compared <= MOST_ALERTS + luck
        print(f"| {world.name} | {compared} | {waves / compared:.1%} | {alerts} |", flush=True)
    return kept


if __name__ == "__main__":
    sys.exit(main())

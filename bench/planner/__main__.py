"""How fast the planner is, beside rank-greedy, plain HiGHS and plain CP-SAT.

    python -m bench.planner [--sizes 200x60x12,1000x200x12] [--runs 5] [--methods tandem,greedy]

Every run is a process of its own; the runs of one size use different seeds of the generator.
Printed are medians, a dash where fewer than half of the runs reached the mark in time.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.planner.generate import instance

SECONDS = {
    "50x20x12": 20,
    "200x60x12": 30,
    "1000x200x12": 60,
    "3000x500x26": 90,
    "10000x1500x26": 200,
}
METHODS = ("tandem", "greedy", "highs", "cpsat")
MARKS = ("valid", "gap1", "gap05", "proof")

Measured = dict[str, Any]


def measure(method: str, file: Path, seconds: float) -> Measured:
    """Run one method on one file in its own process."""
    command = [sys.executable, "-m", "bench.planner.one", method, str(file), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def replan_times(runs: int, folder: Path) -> list[float]:
    """Seconds to a proven replan at 1,000 x 200 x 12 after 1 to 10 drop-outs."""
    times = []
    for run in range(runs):
        document = instance(1000, 200, 12, seed=run + 1)
        first, second = folder / "before.json", folder / "plan.json"
        first.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "app.planner", "solve", str(first), "-o", str(second)]
        subprocess.run([*command, "--gap", "0.5"], check=True)
        published = json.loads(second.read_text(encoding="utf-8"))["assignments"]
        gone = {stay["employee"] for stay in published[:: len(published) // (2 * run + 1)]}
        document["published"] = published
        for person in document["employees"]:
            if person["id"] in gone:
                person["unavailable"] = list(range(12))
        first.write_text(json.dumps(document), encoding="utf-8")
        times.append(measure("tandem", first, 60)["times"].get("proof", float("inf")))
    return times


def median(runs: list[Measured], mark: str) -> str:
    """The median of a mark, a dash where fewer than half of the runs reached it."""
    reached = [run["times"].get(mark, float("inf")) for run in runs]
    middle = statistics.median(reached)
    return "–" if middle == float("inf") else f"{middle:.2f}"


def gap(runs: list[Measured], bound: float | None) -> str:
    """The median gap at the end, in per cent, against the best bound known for the first run."""
    gaps = [
        100 * ((run["bound"] or bound) - run["score"]) / abs(run["score"])
        for run in runs
        if run["score"] and (run["bound"] or bound)
    ]
    return f"{statistics.median(gaps):.2f}" if gaps else "–"


def row(size: str, method: str, runs: list[Measured], bound: float | None) -> str:
    """One line of the table."""
    marks = " | ".join(median(runs, mark) for mark in MARKS)
    peak = max(run["peak_mb"] for run in runs)
    imports = statistics.median(run["import_s"] for run in runs)
    return f"| {size} | {method} | {marks} | {gap(runs, bound)} | {peak} | {imports:.2f} |"


def table(sizes: list[str], methods: list[str], runs: int, folder: Path) -> None:
    """Measure and print line by line."""
    print("| size | method | valid s | <= 1 % s | <= 0.5 % s | proof s | gap % | MB | import s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        employees, placements, blocks = (int(part) for part in size.split("x"))
        bound = None
        for method in methods:
            measured = []
            for run in range(runs):
                file = folder / f"{size}-{run}.json"
                document = instance(employees, placements, blocks, seed=run + 1)
                file.write_text(json.dumps(document), encoding="utf-8")
                measured.append(measure(method, file, SECONDS.get(size, 60)))
            bound = bound or measured[0]["bound"]
            if any(run["valid"] is False for run in measured):
                raise RuntimeError(f"{size} {method}: the checker refuses the plan")
            print(row(size, method, measured, bound), flush=True)


def main() -> None:
    """Print the table and the times of replanning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(SECONDS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--replan", action="store_true", help="measure replanning as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table(asked.sizes.split(","), asked.methods.split(","), asked.runs, Path(folder))
        if asked.replan:
            times = replan_times(asked.runs, Path(folder))
            print(f"replan proven, seconds: {', '.join(f'{time:.2f}' for time in times)}")


if __name__ == "__main__":
    main()

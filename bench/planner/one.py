"""One measured run in a process of its own: `python -m bench.planner.one METHOD FILE SECONDS`.

Prints one JSON line. Seconds count from the moment the file is read; imports are told apart.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import planner
from app.planner.plan import Plan

STARTED = time.perf_counter()
UNKNOWN = 1e20  # what HiGHS reports for a score or bound it has not got


class Watch:
    """Notes when the score and the bound first came near enough to each other."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.times: dict[str, float] = {}
        self.score: float | None = None
        self.bound: float | None = None

    def note(self, score: float | None, bound: float | None) -> None:
        """Take in the best score and bound known now."""
        self.score = score if score is not None else self.score
        self.bound = bound if bound is not None else self.bound
        if self.score is not None:
            self._reach("valid")
        if self.score is None or self.bound is None:
            return
        gap = 100 * (self.bound - self.score) / max(1, abs(self.score))
        for name, limit in (("gap1", 1.0), ("gap05", 0.5), ("proof", 1e-9)):
            if gap <= limit:
                self._reach(name)

    def _reach(self, name: str) -> None:
        self.times.setdefault(name, round(time.perf_counter() - self.began, 3))


def ours(instance: planner.Instance, seconds: float, watch: Watch) -> Plan | None:
    """The planner of this repository."""
    return planner.solve(
        instance,
        time_s=seconds,
        on_progress=lambda progress: watch.note(progress.score, progress.bound),
    )


def greedy(instance: planner.Instance, _seconds: float, watch: Watch) -> Plan | None:
    """Everybody's dearest wish first, as long as it fits."""
    from app.planner.draft import Draft, Layout, by_points, fill  # noqa: PLC0415
    from app.planner.model import build_model  # noqa: PLC0415

    layout = Layout(build_model(instance))
    draft = Draft(layout)
    fill(draft, by_points(layout))
    watch.note(draft.points(), None)
    return None


def plain_highs(instance: planner.Instance, seconds: float, watch: Watch) -> Plan | None:
    """HiGHS on the same program, left alone."""
    import highspy  # noqa: PLC0415

    from app.planner.highs import as_highs  # noqa: PLC0415
    from app.planner.model import build_model  # noqa: PLC0415

    program = build_model(instance).program
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in {"time_limit": seconds, "mip_rel_gap": 0.0, "mip_abs_gap": 0.99}.items():
        solver.setOptionValue(name, value)
    solver.passModel(as_highs(program, whole=True))

    def hear(event: Any) -> None:
        score, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        known = abs(score) < UNKNOWN
        watch.note(
            score + program.constant if known else None,
            int(bound + 1e-6) + program.constant if abs(bound) < UNKNOWN else None,
        )

    solver.cbMipInterrupt.subscribe(hear)
    solver.cbMipImprovingSolution.subscribe(hear)
    solver.run()
    info = solver.getInfo()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    score = round(info.objective_function_value) + program.constant
    watch.note(score, score if proven else None)
    return None


def plain_cpsat(instance: planner.Instance, seconds: float, watch: Watch) -> Plan | None:
    """CP-SAT on the same program, left alone with its eight searchers."""
    from app.planner.model import build_model  # noqa: PLC0415

    program = build_model(instance).program
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    uppers = program.upper.tolist()
    variables = [model.new_int_var(0, upper, "") for upper in uppers]
    rows: list[list[tuple[int, int]]] = [[] for _ in program.most]
    for column in range(len(variables)):
        for entry in range(int(program.begin[column]), int(program.begin[column + 1])):
            rows[program.row[entry]].append((column, int(program.value[entry])))
    for row, entries in enumerate(rows):
        total = sum(value * variables[column] for column, value in entries)
        if entries:
            model.add_linear_constraint(total, int(program.least[row]), int(program.most[row]))
    model.maximize(sum(p * v for p, v in zip(program.points.tolist(), variables, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 8
    solver.parameters.max_time_in_seconds = seconds

    class Heard(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            watch.note(self.objective_value + program.constant, None)

    solver.best_bound_callback = lambda bound: watch.note(None, bound + program.constant)
    solver.solve(model, Heard())
    watch.note(solver.objective_value + program.constant, None)
    watch.note(None, solver.best_objective_bound + program.constant)
    return None


METHODS: dict[str, Callable[[planner.Instance, float, Watch], Plan | None]] = {
    "tandem": ours,
    "greedy": greedy,
    "highs": plain_highs,
    "cpsat": plain_cpsat,
}


def load_libraries(method: str) -> float:
    """Import what the method needs and say how many seconds that took."""
    began = time.perf_counter()
    import numpy as np  # noqa: F401, PLC0415

    if method == "cpsat":
        from ortools.sat.python import cp_model  # noqa: F401, PLC0415
    else:
        pass
    return time.perf_counter() - began


def main(method: str, file: str, seconds: float) -> None:
    """Run one method on one file and print what was measured."""
    imports = time.perf_counter() - STARTED
    imports += load_libraries(method)
    text = Path(file).read_bytes()
    watch = Watch()
    instance = planner.load_instance(text)
    plan = METHODS[method](instance, seconds, watch)
    valid = None if plan is None else planner.check(json.loads(text), plan.as_dict()).is_valid
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured = {
        "method": method,
        "times": watch.times,
        "score": watch.score,
        "bound": watch.bound,
        "valid": valid,
        "import_s": round(imports, 3),
        "peak_mb": round(peak),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))

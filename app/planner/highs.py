"""Runs HiGHS on a program, stoppable at any time, and never trusts more than it proves."""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from app.planner.model import FREE, Floats, Numbers, Program

Incumbent = Callable[[Floats], None]

_greeted: list[bool] = []


@dataclass(slots=True)
class Clock:
    """When to stop: a deadline in monotonic seconds or the caller's wish."""

    deadline: float
    should_stop: Callable[[], bool]
    stopped: bool = False

    def left(self) -> float:
        """Seconds until the deadline, never below zero."""
        return max(0.0, self.deadline - time.monotonic())

    def is_over(self) -> bool:
        """Whether the deadline has passed or the caller wants to stop."""
        if not self.stopped:
            self.stopped = self.left() <= 0 or self.should_stop()
        return self.stopped


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left: solution and duals where there are any, and whether it ended by proof."""

    proven: bool
    infeasible: bool
    x: Floats | None
    duals: Floats | None
    bound: float | None


@dataclass(slots=True)
class Run:
    """How to run: threads, seed, options of HiGHS, a start, and who hears of better solutions."""

    clock: Clock
    threads: int
    seed: int
    options: dict[str, Any] = field(default_factory=dict)
    start: Floats | None = None
    on_solution: Incumbent | None = None
    on_bound: Callable[[float], bool] | None = None


def as_highs(program: Program, *, whole: bool) -> Any:
    """The program in the arrays of HiGHS."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.points), len(program.most)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = program.points.astype(float)
    model.col_lower_ = np.zeros(len(program.points))
    model.col_upper_ = program.upper.astype(float)
    model.row_lower_ = _open(program.least)
    model.row_upper_ = _open(program.most)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = program.begin.astype(np.int32)
    model.a_matrix_.index_ = program.row.astype(np.int32)
    model.a_matrix_.value_ = program.value.astype(float)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(program.points)
    return model


def _quiet_solver() -> Any:
    """A solver that says nothing; the first of a process would greet on standard output."""
    if _greeted:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
    else:
        with _silence():
            solver = highspy.Highs()  # type: ignore[no-untyped-call]
            solver.silent()
            ctypes.CDLL(None).fflush(None)
        _greeted.append(True)
    solver.silent()
    return solver


@contextmanager
def _silence() -> Iterator[None]:
    """Send what C code writes to standard output nowhere for a moment."""
    sys.stdout.flush()
    saved, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(nowhere)


def _open(limits: Numbers) -> Floats:
    floats = limits.astype(float)
    floats[limits >= FREE] = np.inf
    floats[limits <= -FREE] = -np.inf
    return floats


def solve(program: Program, run: Run, *, whole: bool) -> Outcome:
    """Solve the program, as a linear one unless `whole`."""
    if not len(program.points):
        return _nothing_to_choose(program)
    solver = _quiet_solver()
    options = {
        "threads": run.threads,
        "random_seed": run.seed % (1 << 31),
        "time_limit": max(0.01, run.clock.left()),
        **run.options,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(as_highs(program, whole=whole))
    if run.start is not None:
        start = highspy.HighsSolution()
        start.col_value = run.start.tolist()
        solver.setSolution(start)
    _listen(solver, run, whole=whole)
    _run_aside(solver, run.clock)
    return _outcome(solver, whole=whole)


def _nothing_to_choose(program: Program) -> Outcome:
    """The answer for a program without columns, which HiGHS would not give."""
    holds = bool(np.all(program.least <= 0) and np.all(program.most >= 0))
    nothing = np.zeros(0) if holds else None
    return Outcome(holds, not holds, nothing, np.zeros(len(program.most)), 0.0 if holds else None)


def _listen(solver: Any, run: Run, *, whole: bool) -> None:
    def interrupt(event: Any) -> None:
        if run.clock.stopped:
            event.interrupt()

    def incumbent(event: Any) -> None:
        if run.on_solution is not None:
            run.on_solution(np.array(event.data_out.mip_solution))

    def bound(event: Any) -> None:
        if run.on_bound is not None and run.on_bound(event.data_out.mip_dual_bound):
            event.interrupt()
        interrupt(event)

    solver.cbSimplexInterrupt.subscribe(interrupt)
    solver.cbIpmInterrupt.subscribe(interrupt)
    solver.cbMipInterrupt.subscribe(bound if whole else interrupt)
    if whole:
        solver.cbMipImprovingSolution.subscribe(incumbent)


def _run_aside(solver: Any, clock: Clock) -> None:
    """Run in a thread of its own, so that a wish to stop is heard while HiGHS computes."""
    thread = threading.Thread(target=solver.run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.02)
        clock.is_over()


def _outcome(solver: Any, *, whole: bool) -> Outcome:
    status = solver.getModelStatus()
    info = solver.getInfo()
    kinds = highspy.HighsModelStatus
    solution = solver.getSolution()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    ended = status == kinds.kOptimal
    infeasible = status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible)
    bound = info.mip_dual_bound if whole and np.isfinite(info.mip_dual_bound) else None
    if whole and status in (
        kinds.kNotset,
        kinds.kSolveError,
        kinds.kPresolveError,
        kinds.kModelError,
    ):
        bound = None
    return Outcome(
        proven=ended,
        infeasible=infeasible,
        x=np.array(solution.col_value) if feasible or (ended and not whole) else None,
        duals=np.array(solution.row_dual) if solution.dual_valid and not whole else None,
        bound=bound,
    )

"""How long, how near and how to plan, and what a run tells while it goes on."""

from collections.abc import Callable
from dataclasses import dataclass

from app.planner.instance import Stay

OnBetter = Callable[[tuple[Stay, ...], int], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """One message of a running search; `gap` in per cent, `seconds` since it began."""

    score: int | None
    bound: int | None
    gap: float | None
    phase: str
    seconds: float


class NoPlanYetError(Exception):
    """Stopped before it was known whether pins and hard minimums can hold at all."""


def never() -> bool:
    """Nobody wishes to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of one run: `time_s` seconds, `gap_pct` per cent, `workers` threads of the solver.

    `on_better` hears of every better plan: its stays, started ones included, and its points.
    """

    time_s: float = 60.0
    gap_pct: float = 0.0
    seed: int = 0
    workers: int = 1
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] = never
    on_better: OnBetter | None = None

"""The constants of the formulas. They belong to a series: a change begins a new version."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.domain.disclosure import Limits

FORMULA_VERSION = "1"

DIMENSIONS = (
    "timeliness",
    "reliability",
    "joint_solving",
    "shared_goals",
    "mutual_insight",
    "respect",
    "speaking_up",
    "disagreement",
)
ITEMS = tuple(f"q{number:02}" for number in range(1, 11))
# The items of each dimension, by their place in ITEMS.
ITEMS_OF = ((0,), (1, 2), (3,), (4,), (5,), (6,), (7,), (8, 9))
REVERSED = 9  # q10 asks for friction
LARGEST_ANSWER = 5  # 1 never … 5 always; 0 cannot judge


@dataclass(frozen=True, slots=True)
class Settings:
    """What the formulas take as given; `docs/scoring.md` explains each where it is used.

    `dimensions` are the scored ones: all eight, or those unchanged on both sides of a new version
    of the questionnaire when two waves are compared across it (six at least).
    """

    d0: float = 8.0  # degrees of freedom lent to each cell's variance by all cells
    delta_nonresp: float = 5.0  # points by which those who did not answer may differ
    k: int = 5  # persons at least behind a figure
    k_target: int = 5  # members at least of a rated team
    kappa_guard: float = 2.0
    kappa_hi: float = 1.6
    kappa_lo: float = 0.6
    kappa_min_z: int = 40  # changes seen before the company's own jitter is used
    level: float = 0.95
    min_cells: int = 6  # published pairs before estimates are shrunken
    min_change: float = 5.0  # points a change has at least before it is an alert
    min_dims: int = 6  # answered dimensions of a record that counts
    q: float = 0.1  # accepted share of false marks (Benjamini–Hochberg)
    ref_waves: int = 3
    rel: float = 0.8  # reliability of one person's score
    target: float = 70.0  # below it a pair is in need
    tau_floor: float = 3.0
    dimensions: tuple[str, ...] = DIMENSIONS

    def __post_init__(self) -> None:
        if len(self.dimensions) < self.min_dims:
            raise ValueError(f"a score needs {self.min_dims} dimensions")
        if list(self.dimensions) != [name for name in DIMENSIONS if name in self.dimensions]:
            raise ValueError("dimensions are known, each once, in their order")

    @property
    def limits(self) -> Limits:
        """The limits of the release plan. Raises ValueError outside what is allowed."""
        return Limits(self.k, self.k_target)

    def as_dict(self) -> dict[str, float | int]:
        """The constants by name, without the dimensions."""
        return {name: value for name, value in asdict(self).items() if name != "dimensions"}

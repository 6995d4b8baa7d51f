"""The figures of a wave, as small typed records that turn into plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.disclosure import Pair, ReleasePlan, pair_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Asked:
    """One directed pair that a wave asked: the counts of its participation, frozen at the close.

    `eligible` members of `src` were asked about `tgt`; `no_contact` of them ended the sheet with
    the first question. `importance` is 0 to 1.
    """

    src: str
    tgt: str
    eligible: int
    no_contact: int
    tgt_members: int
    importance: float = 1.0

    @property
    def pair(self) -> Pair:
        """Who rates whom."""
        return self.src, self.tgt


@dataclass(frozen=True, slots=True)
class Ballots:
    """All answers of one wave, in any order.

    `pair_of[r]` is the number in `pairs` of record r; `answers[r]` its ten items as ticked: 1 to 5,
    0 for not answered or cannot judge (q10 is turned by the engine, not before).
    """

    pairs: tuple[Pair, ...]
    pair_of: NDArray[np.integer[Any]]
    answers: NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Base of records that are written into the snapshot."""

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class PairFigures(Figures):
    """One published directed pair. Points are 0 to 100; variances are squares of points."""

    n: int  # records that count
    N: float  # how many members have contact, as far as the sheets tell
    returned: int  # sheets returned, those without contact included
    eligible: int
    mean: float
    sd: float
    s2mod: float  # moderated variance of a record
    df: float
    V: float  # variance of the mean
    lo: float
    hi: float
    lo_nr: float  # the outer band: if those who did not answer differ
    hi_nr: float
    score: float  # shrunken, for order and planner; the mean where there are few cells
    B: float  # how much was shrunken
    post_var: float
    need: float  # 0 to 1, exact; the planner gets the rounded weights
    band: str
    evidence: str
    low_level: bool
    dims: dict[str, float]
    display: list[int]


@dataclass(frozen=True, slots=True)
class UndirectedFigures(Figures):
    """Both directions of a pair of which both are published; the names in alphabetical order."""

    mean: float
    lo: float
    hi: float
    score: float
    weaker: float  # the lower of the two shrunken scores
    weaker_direction: str
    asymmetry: float  # first's view of the second minus the second's view of the first
    asym_lo: float
    asym_hi: float
    asym_p: float
    asym_marked: bool
    display: list[int]


@dataclass(frozen=True, slots=True)
class TotalFigures(Figures):
    """A published group: the plain mean of its pairs."""

    pairs: int
    persons: int  # at least so many answered
    mean: float
    lo: float
    hi: float
    display: list[int]


@dataclass(frozen=True, slots=True)
class ChangeFigures(Figures):
    """A pair against its own last waves."""

    delta: float
    lo: float
    hi: float
    z: float
    z_centred: float  # against the company's median
    p: float
    alert: bool
    direction: str  # fell, rose, or none where nothing beyond noise is seen
    composition_changed: bool
    waves: int  # how many waves the reference rests on


@dataclass(frozen=True, slots=True)
class CompanyChange(Figures):
    """The company against its own last waves: the mean of its rating teams' mean changes."""

    delta: float
    lo: float
    hi: float
    p: float
    teams: int


@dataclass(frozen=True, slots=True)
class Pooled(Figures):
    """What all published pairs share."""

    cells: int
    dim_mean: list[float | None]
    mu: float | None
    s2_pooled: float | None
    tau2: float | None


@dataclass(frozen=True, slots=True)
class PastPair:
    """What later waves need of one published pair."""

    n: int
    mean: float
    s2mod: float
    response: float


@dataclass(frozen=True, slots=True)
class PastWave:
    """What later waves need of a published wave, oldest first in a history."""

    wave: str
    dimensions: tuple[str, ...]
    pairs: dict[Pair, PastPair]
    z_centred: tuple[float, ...]

    @classmethod
    def from_snapshot(cls, snapshot: dict[str, Any]) -> PastWave:
        """Read a stored snapshot back. Raises KeyError where it is none."""
        return cls(
            wave=snapshot["wave"],
            dimensions=tuple(snapshot["dimensions"]),
            pairs={
                _pair(name): PastPair(
                    pair["n"],
                    pair["mean"],
                    pair["s2mod"],
                    response(pair["returned"], pair["eligible"]),
                )
                for name, pair in snapshot["pairs"].items()
            },
            z_centred=tuple(change["z_centred"] for change in snapshot["changes"].values()),
        )


def _pair(name: str) -> Pair:
    src, _, tgt = name.partition("|")
    return src, tgt


def response(returned: int, eligible: int) -> float:
    """The share of eligible members who returned a sheet, 1 at most."""
    return min(1.0, returned / eligible) if eligible else 1.0


@dataclass(frozen=True, slots=True)
class WaveScore:
    """Everything one wave publishes, and nothing else."""

    wave: str
    plan: ReleasePlan
    dimensions: tuple[str, ...]
    settings: dict[str, float | int]
    pooled: Pooled
    pairs: dict[Pair, PairFigures]
    undirected: dict[Pair, UndirectedFigures]
    totals: dict[str, TotalFigures]
    changes: dict[Pair, ChangeFigures]
    has_history: bool
    kappa: float
    company_median_change: float
    company_change: CompanyChange | None
    watch: tuple[Pair, ...]
    weights: dict[Pair, float]

    @property
    def alerts(self) -> tuple[Pair, ...]:
        """The pairs whose change stands out from noise."""
        return tuple(pair for pair, change in self.changes.items() if change.alert)


def names_of(figures: dict[Pair, Any]) -> dict[str, Any]:
    """Figures by the names of their pairs."""
    return {pair_name(pair): value.as_dict() for pair, value in sorted(figures.items())}

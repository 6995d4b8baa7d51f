"""How many of a team are there while somebody is at a training."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CoverTone(StrEnum):
    """How it stands with a team's cover."""

    FINE = "good"
    TIGHT = "warn"  # exactly as many as are needed
    SHORT = "bad"


@dataclass(frozen=True, slots=True)
class TeamCover:
    """A team during one meeting: `here` of `size` members would be there without who asks.

    `minimum` must stay. `asking` others of the team have asked to be away then as well; they
    still count as here.
    """

    size: int
    here: int
    minimum: int
    asking: int = 0

    @property
    def tone(self) -> CoverTone:
        """Whether enough stay when this one goes."""
        return _tone(self.here, self.minimum)

    @property
    def here_without_all(self) -> int:
        """How many would be there if everybody who asks went."""
        return max(0, self.here - self.asking)

    @property
    def tone_without_all(self) -> CoverTone:
        """Whether enough stay when everybody who asks goes."""
        return _tone(self.here_without_all, self.minimum)


def _tone(here: int, minimum: int) -> CoverTone:
    if here < minimum:
        return CoverTone.SHORT
    return CoverTone.TIGHT if here == minimum else CoverTone.FINE


def tightest(covers: list[TeamCover]) -> TeamCover | None:
    """The one that leaves the fewest above what is needed; None of none."""
    return min(covers, key=lambda cover: cover.here - cover.minimum, default=None)

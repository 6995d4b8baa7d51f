"""Companies whose true opinions are known, so that figures can be held against the truth.

A person's opinion of another team is the pair's level plus a leaning of the person (partly the same
towards all teams). Ticks are noisy, rounded and cut to five steps; the true score of a person is
what the ticks would give on average. Spread of scores between persons of a pair: about 15 points,
of which a fifth is noise; between pairs: about 10.
"""

from dataclasses import dataclass, field
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring import Asked, Ballots, PastWave, WaveScore, score_wave, snapshot

Floats = NDArray[np.float64]
Chance = np.random.Generator

PERSON_SD, SHARED = 14.0, 0.4
PAIR_SD = 10.0
TICK_SD = 19.0
LIMITS = (12.5, 37.5, 62.5, 87.5)
FRICTION = 9
RATED = 4
NO_CONTACT = 0.1
FALL_AT = 5


@dataclass(frozen=True)
class World:
    """What is unusual about a world; all else is as in the main one."""

    name: str
    teams: int = 12
    response: tuple[float, float] = (0.4, 0.9)
    mean: float = 60.0
    pair_sd: float = PAIR_SD
    gaps: float = 0.02
    turnover: float = 0.1
    team_mood: float = 0.0
    pair_mood: float = 0.0
    falls_by: float = 0.0  # the whole company, from wave FALL_AT on


COVERAGE = (
    World("main"),
    World("few teams", teams=4),
    World("mean 75", mean=75.0),
    World("no differences between pairs", pair_sd=0.0),
    World("nearly all answer", response=(0.9, 1.0)),
    World("10 % of the items missing", gaps=0.1),
)
QUIET = (
    World("turnover 5 %", turnover=0.05),
    World("turnover 25 %", turnover=0.25),
    World("moods of teams, SD 2", team_mood=2.0),
    World("moods of teams, SD 4", team_mood=4.0),
    World("moods of pairs, SD 3", pair_mood=3.0),
    World("company falls by 8", falls_by=8.0),
    World("4 teams", teams=4),
    World("low response", response=(0.35, 0.6)),
)


STEPS = np.arange(-200.0, 301.0, 0.5)
MEANS = np.array(
    [
        sum(25.0 * 0.5 * (1 + erf((step - limit) / (TICK_SD * sqrt(2)))) for limit in LIMITS)
        for step in STEPS
    ]
)


def expected_points(opinion: Floats) -> Floats:
    """The points an opinion gives on average, after noise, rounding and cutting."""
    points: Floats = np.interp(opinion, STEPS, MEANS)
    return points


@dataclass
class Company:
    """A company over several waves."""

    world: World
    luck: Chance
    names: list[str] = field(default_factory=list)
    people: dict[str, Floats] = field(default_factory=dict)  # the leaning of each, by team
    levels: dict[tuple[str, str], float] = field(default_factory=dict)
    own: dict[tuple[str, str], Floats] = field(default_factory=dict)
    willing: dict[str, float] = field(default_factory=dict)
    wave: int = 0

    def __post_init__(self) -> None:
        self.names = [f"t{number:02}" for number in range(self.world.teams)]
        for name in self.names:
            self.people[name] = self._leaning(int(self.luck.integers(5, 31)))
            self.willing[name] = float(self.luck.uniform(*self.world.response))
        for src in self.names:
            others = [name for name in self.names if name != src]
            for tgt in self.luck.permutation(others)[:RATED]:
                pair = src, str(tgt)
                self.levels[pair] = float(self.luck.normal(self.world.mean, self.world.pair_sd))
                self.own[pair] = self._particular(len(self.people[src]))

    def _leaning(self, people: int) -> Floats:
        return self.luck.normal(0.0, PERSON_SD * sqrt(SHARED), people)

    def _particular(self, people: int) -> Floats:
        return self.luck.normal(0.0, PERSON_SD * sqrt(1 - SHARED), people)

    def next_wave(self) -> tuple[Ballots, list[Asked], dict[tuple[str, str], float]]:
        """Ballots, counts, and the true mean of everybody with contact for each pair."""
        if self.wave:
            self._replace_people()
        self.wave += 1
        there = {
            name: self.luck.random(len(people)) < self.willing[name]
            for name, people in self.people.items()
        }
        moods = self._moods()
        asked, truth, rows, numbers = [], {}, [], []
        for number, pair in enumerate(self.levels):
            in_contact = self.luck.random(len(self.people[pair[0]])) >= NO_CONTACT
            points = expected_points(self._opinions(pair) + moods[pair])
            truth[pair] = float(points[in_contact].mean()) if in_contact.any() else 0.0
            ticks = self._ticks((self._opinions(pair) + moods[pair])[there[pair[0]] & in_contact])
            rows.append(ticks)
            numbers.append(np.full(len(ticks), number))
            asked.append(self._asked(pair, there[pair[0]], in_contact))
        ballots = Ballots(tuple(self.levels), np.concatenate(numbers), np.concatenate(rows))
        return ballots, asked, truth

    def _asked(
        self, pair: tuple[str, str], there: NDArray[np.bool_], in_contact: NDArray[np.bool_]
    ) -> Asked:
        without = int((there & ~in_contact).sum())
        return Asked(*pair, len(there), without, len(self.people[pair[1]]))

    def _replace_people(self) -> None:
        for name, people in self.people.items():
            new = self.luck.random(len(people)) < self.world.turnover
            people[new] = self._leaning(int(new.sum()))
            for pair, own in self.own.items():
                if pair[0] == name:
                    own[new] = self._particular(int(new.sum()))

    def _opinions(self, pair: tuple[str, str]) -> Floats:
        return self.levels[pair] + self.people[pair[0]] + self.own[pair]

    def _moods(self) -> dict[tuple[str, str], float]:
        """What this wave adds to everybody's opinion of a pair."""
        falls = self.world.falls_by if self.wave >= FALL_AT else 0.0
        of_team = {name: self.luck.normal(0.0, self.world.team_mood) for name in self.names}
        return {
            pair: float(of_team[pair[0]] + self.luck.normal(0.0, self.world.pair_mood) - falls)
            for pair in self.levels
        }

    def _ticks(self, opinion: Floats) -> NDArray[np.uint8]:
        raw = opinion[:, None] + self.luck.normal(0.0, TICK_SD, (len(opinion), 10))
        ticks = 1 + np.searchsorted(LIMITS, raw)
        ticks[:, FRICTION] = 6 - ticks[:, FRICTION]
        ticks[self.luck.random(ticks.shape) < self.world.gaps] = 0
        return ticks.astype(np.uint8)

    def score(self, history: list[PastWave]) -> tuple[WaveScore, dict[tuple[str, str], float]]:
        """Score the next wave with the product's own code; its past is added to `history`."""
        ballots, asked, truth = self.next_wave()
        departments = dict.fromkeys(self.names, "one")
        score = score_wave(str(self.wave), ballots, asked, departments, history=history)
        stored: dict[str, Any] = snapshot(score)
        history.append(PastWave.from_snapshot(stored))
        return score, truth

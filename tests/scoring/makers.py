"""Companies by chance: small, uneven, with gaps, as real ones are."""

from dataclasses import dataclass

import numpy as np

from app.domain.disclosure import Count
from app.scoring import Asked, Ballots, PastWave, WaveScore, score_wave, snapshot

FULL = (5, 5, 5, 5, 5, 5, 5, 5, 5, 1)


@dataclass(frozen=True)
class Company:
    sizes: dict[str, int]
    departments: dict[str, str]
    waves: dict[str, tuple[Ballots, tuple[Asked, ...]]]


def ballots_of(answers: dict[tuple[str, str], list[tuple[int, ...]]]) -> Ballots:
    pairs = tuple(answers)
    rows = [(place, row) for place, pair in enumerate(pairs) for row in answers[pair]]
    return Ballots(
        pairs,
        np.array([place for place, _ in rows], dtype=np.int64),
        np.array([row for _, row in rows], dtype=np.uint8).reshape(-1, 10),
    )


def sheet(step: int) -> tuple[int, ...]:
    """All items answered alike; with 1 to 5 the score is 0, 25, 50, 75, 100."""
    return (*[step] * 9, 6 - step)


def company(seed: int, waves: int = 1, teams: int = 7, gaps: float = 0.08) -> Company:
    luck = np.random.default_rng(seed)
    names = [f"t{number}" for number in range(teams)]
    sizes = {name: int(luck.integers(3, 18)) for name in names}
    departments = {name: f"d{luck.integers(0, 3)}" for name in names}
    asked_pairs = [
        (src, tgt) for src in names for tgt in names if src != tgt and luck.random() < 0.55
    ]
    level = {pair: luck.normal(2.5, 0.5) for pair in asked_pairs}
    return Company(
        sizes,
        departments,
        {
            str(number): _wave(luck, sizes, asked_pairs, level, gaps)
            for number in range(1, waves + 1)
        },
    )


def _wave(luck, sizes, asked_pairs, level, gaps):
    answers, asked = {}, []
    willing = {name: luck.random(size) < luck.uniform(0.3, 1.0) for name, size in sizes.items()}
    for pair in asked_pairs:
        there = int(willing[pair[0]].sum())
        no_contact = int(luck.binomial(there, 0.1))
        own = level[pair] + luck.normal(0, 0.7, (there - no_contact, 1))
        ticks = np.clip(np.rint(own + luck.normal(1, 0.8, (len(own), 10))), 1, 5).astype(int)
        ticks[:, 9] = 6 - ticks[:, 9]
        ticks[luck.random(ticks.shape) < gaps] = 0
        answers[pair] = [tuple(int(tick) for tick in row) for row in ticks]
        asked.append(
            Asked(
                *pair,
                eligible=sizes[pair[0]],
                no_contact=no_contact,
                tgt_members=sizes[pair[1]],
                importance=float(luck.choice([0.25, 0.5, 0.75, 1.0])),
            )
        )
    return ballots_of(answers), tuple(asked)


def scored(made: Company) -> list[WaveScore]:
    history, scores = [], []
    for wave, (ballots, asked) in made.waves.items():
        scores.append(score_wave(wave, ballots, asked, made.departments, history=history))
        history.append(PastWave.from_snapshot(snapshot(scores[-1])))
    return scores


@dataclass(frozen=True)
class Crowd:
    """Who answered about whom, by person, for attacks: a person is (team, number)."""

    departments: dict[str, str]
    sizes: dict[str, int]
    attribute: dict[tuple[str, int], str]
    behind: dict[tuple[str, str, str], set[tuple[str, int]]]

    def counts(self) -> list[Count]:
        return [
            Count(src, tgt, len(people), self.sizes[tgt], attribute)
            for (src, tgt, attribute), people in self.behind.items()
        ]


def crowd(seed: int, values: tuple[str, ...] = ("",)) -> Crowd:
    luck = np.random.default_rng(seed)
    names = [f"t{number}" for number in range(int(luck.integers(2, 9)))]
    sizes = {name: int(luck.integers(3, 16)) for name in names}
    people = [(name, number) for name, size in sizes.items() for number in range(size)]
    attribute = {person: str(luck.choice(values)) for person in people}
    ties = {(src, tgt) for src in names for tgt in names if src != tgt and luck.random() < 0.6}
    behind: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    for person in people:
        if luck.random() < 0.3:
            continue
        for src, tgt in sorted(ties):
            if src == person[0] and luck.random() < 0.8:
                behind.setdefault((src, tgt, attribute[person]), set()).add(person)
    departments = {name: f"d{luck.integers(0, 3)}" for name in names}
    return Crowd(departments, sizes, attribute, behind)

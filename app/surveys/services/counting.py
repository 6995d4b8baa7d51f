"""What the boxes of a wave brought, pair by pair, and what of it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import insert_many
from app.domain.disclosure import Count, Limits, ReleasePlan, release_plan
from app.domain.waves import importance_of
from app.surveys.models import Asked, AskedAbout, Cell, Tie, Wave, WaveTeam
from app.surveys.queries import waves as queries

if TYPE_CHECKING:
    from app.scoring.sheets import Brought

Pair = tuple[int, int]
CELL = (
    "wave_id", "source_id", "target_id", "eligible", "members", "published",
    "answers", "returned", "no_contact", "importance",
)  # fmt: skip
NOTHING = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """The frozen chart, how many were asked by pair, what came of it, and the release plan."""

    teams: Mapping[int, WaveTeam]
    asked: Mapping[Pair, int]
    tally: Mapping[Pair, Brought]
    plan: ReleasePlan

    @property
    def published(self) -> set[Pair]:
        """Pairs whose records are kept with their teams."""
        return {(int(source), int(target)) for source, target in self.plan.published}

    @property
    def heard(self) -> dict[Pair, int]:
        """How many people with contact answered."""
        return {pair: brought.returned - brought.no_contact for pair, brought in self.tally.items()}


def count(session: Session, wave: Wave, tally: Mapping[Pair, Brought]) -> Counted:
    """Put what came beside what was asked, and plan from counts alone. Two statements."""
    return planned(wave, queries.frozen_teams(session, wave.id), _asked(session, wave.id), tally)


def planned(
    wave: Wave,
    teams: Mapping[int, WaveTeam],
    asked: Mapping[Pair, int],
    tally: Mapping[Pair, Brought],
) -> Counted:
    """What came beside what was asked, and the plan that follows from the counts alone."""
    counts = [
        Count(
            str(source), str(target), _answers(tally.get((source, target))), teams[target].members
        )
        for source, target in asked
    ]
    departments = {str(team): str(frozen.department_id) for team, frozen in teams.items()}
    return Counted(
        teams, asked, tally, release_plan(counts, departments, Limits(wave.k, wave.k_target))
    )


def _answers(brought: Brought | None) -> int:
    return brought.answers if brought else 0


def _asked(session: Session, wave_id: int) -> dict[Pair, int]:
    """Directed pair -> people asked."""
    rows = session.execute(
        select(Asked.team_id, AskedAbout.target_id, func.count())
        .join(
            AskedAbout,
            (AskedAbout.wave_id == Asked.wave_id) & (AskedAbout.person_id == Asked.person_id),
        )
        .where(Asked.wave_id == wave_id)
        .group_by(Asked.team_id, AskedAbout.target_id)
    )
    return {(source, target): people for source, target, people in rows}


def store_cells(session: Session, wave: Wave, counted: Counted) -> None:
    """Counts of published pairs; of the others only what the chart told beforehand.

    Two statements (on PostgreSQL a copy stands for one of them).
    """
    insert_many(session, Cell, CELL, cells(wave, counted, _settled_importance(session, wave)))


def cells(wave: Wave, counted: Counted, settled: Mapping[Pair, float]) -> list[tuple[object, ...]]:
    """A row of `CELL` for each pair that was asked; `settled` is what management says."""
    published = counted.published
    rows: list[tuple[object, ...]] = []
    for pair, eligible in sorted(counted.asked.items()):
        brought = counted.tally[pair] if pair in published else None
        counts = (brought.answers, brought.returned, brought.no_contact) if brought else NOTHING
        importance = importance_of(brought.importance if brought else None, settled.get(pair))
        members = counted.teams[pair[1]].members
        rows.append((wave.id, *pair, eligible, members, pair in published, *counts, importance))
    return rows


def _settled_importance(session: Session, wave: Wave) -> dict[Pair, float]:
    """What management says about the weight of pairs, on the day the wave opened."""
    rows = session.execute(
        select(Tie.source_id, Tie.target_id, Tie.importance).where(
            Tie.importance.is_not(None),
            Tie.starts_on <= wave.opens_on,
            (Tie.ends_on.is_(None)) | (Tie.ends_on > wave.opens_on),
        )
    )
    return {(source, target): importance for source, target, importance in rows if importance}

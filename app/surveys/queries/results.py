"""What a closed wave left behind, for whoever scores it. Nothing of an open wave is told here.

All of it is frozen at the close. Teams are keys throughout; what they were called and where they
belonged then stands in `teams`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.waves import WaveState
from app.surveys.models import Answer, Cell, Wave, WaveTeam
from app.surveys.queries import waves

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FrozenTeam:
    """A team when the wave opened.

    `moved` is how many people had joined or left since the wave before, None for the first one.
    """

    team_id: int
    name: str
    department_id: int
    department: str
    members: int
    moved: int | None


@dataclass(frozen=True, slots=True)
class CellCount:
    """Counts of a directed pair; of unpublished ones only `eligible` and `members` are known.

    `importance` in quarters, `members` of the rated team.
    """

    eligible: int
    members: int
    published: bool
    answers: int
    returned: int
    no_contact: int
    importance: float


@dataclass(frozen=True, slots=True)
class Results:
    """A closed wave: settings, frozen chart, counts and answers.

    `answers` maps a pair to the steps of all its records in a row, ten digits each, in no order:
    q01 to q10 as ticked, 0 unanswered. All records tell enough to be scored, and are about
    published pairs. `editions` maps each item to the wording that was asked. `number` counts closed
    waves from 1, oldest first.
    """

    wave: Wave
    number: int
    editions: Mapping[str, int]
    teams: Mapping[int, FrozenTeam]
    cells: Mapping[Pair, CellCount]
    answers: Mapping[Pair, str]


def closed_waves(session: Session) -> list[Wave]:
    """Closed waves, oldest first. One statement."""
    return list(
        session.scalars(
            select(Wave).where(Wave.state == WaveState.CLOSED).order_by(Wave.opens_on, Wave.id)
        )
    )


def results(session: Session, wave_id: int) -> Results | None:
    """Everything a score needs; None unless the wave is closed. Five statements."""
    order = [wave.id for wave in closed_waves(session)]
    if wave_id not in order:
        return None
    wave = session.get_one(Wave, wave_id)
    asked = waves.questions(session, wave_id)
    return Results(
        wave=wave,
        number=order.index(wave_id) + 1,
        editions={item: question.edition for item, question in sorted(asked.items())},
        teams=_teams(session, wave_id),
        cells=_cells(session, wave_id),
        answers=_answers(session, wave_id),
    )


def _teams(session: Session, wave_id: int) -> dict[int, FrozenTeam]:
    return {
        key: FrozenTeam(
            key, team.name, team.department_id, team.department, team.members, team.moved
        )
        for key, team in waves.frozen_teams(session, wave_id).items()
    }


def moves(session: Session) -> dict[int, dict[int, int | None]]:
    """Wave -> team -> how many had joined or left it since the wave before. One statement."""
    found: dict[int, dict[int, int | None]] = {}
    for wave, team, moved in session.execute(
        select(WaveTeam.wave_id, WaveTeam.team_id, WaveTeam.moved)
    ):
        found.setdefault(wave, {})[team] = moved
    return found


def _cells(session: Session, wave_id: int) -> dict[Pair, CellCount]:
    rows = session.execute(
        select(
            Cell.source_id,
            Cell.target_id,
            Cell.eligible,
            Cell.members,
            Cell.published,
            Cell.answers,
            Cell.returned,
            Cell.no_contact,
            Cell.importance,
        )
        .where(Cell.wave_id == wave_id)
        .order_by(Cell.source_id, Cell.target_id)
    )
    return {(row[0], row[1]): CellCount(*row[2:]) for row in rows}


def _answers(session: Session, wave_id: int) -> dict[Pair, str]:
    """The database puts the records of a pair together, so that there are no rows to walk."""
    rows = session.execute(
        select(Answer.source_id, Answer.target_id, func.aggregate_strings(Answer.steps, ""))
        .where(Answer.wave_id == wave_id)
        .group_by(Answer.source_id, Answer.target_id)
    )
    return {(source, target): steps for source, target, steps in rows}

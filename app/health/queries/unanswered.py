"""Weak results of the wave published last that nobody has answered yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.weak import Weak, weak_results
from app.health.access.actions import may_answer
from app.health.models import Action, ActionState
from app.health.queries import snapshots


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Weak results somebody may answer, lowest figure first; `names` are those of the wave."""

    title: str
    results: Sequence[Weak]
    names: dict[int, str]


def of_actor(session: Session, actor: Actor) -> Unanswered | None:
    """What still waits for an answer of this person; None before the first wave.

    HR sees all of it, leads and sponsors what is theirs, everybody else nothing. A pair is
    answered by any action or no about this wave, and by one of an earlier wave that is still
    planned. Two statements, none for those who answer for nobody.
    """
    if not (actor.is_hr or actor.is_lead or actor.is_sponsor):
        return None
    waves = snapshots.published(session, limit=1)
    if not waves:
        return None
    newest = waves[0]
    weak = weak_results(newest.body, answered=_answered(session, newest.wave_id))
    return Unanswered(
        newest.title,
        [one for one in weak if may_answer(actor, *one.pair)],
        {int(key): team["name"] for key, team in newest.body["teams"].items()},
    )


def _answered(session: Session, wave_id: int) -> set[tuple[int, int]]:
    rows = session.execute(
        select(Action.low_team_id, Action.high_team_id)
        .where(or_(Action.wave_id == wave_id, Action.state == ActionState.PLANNED))
        .distinct()
    )
    return {(low, high) for low, high in rows}

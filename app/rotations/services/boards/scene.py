"""A plan against the facts of today: what the board, its panels and the publishing look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domain.breach_words import NameBook
from app.domain.breaches import Breach, Crowd, Question, StayKey, breaches
from app.rotations.models import Plan, PlanRule, Round
from app.rotations.queries import plans as queries
from app.rotations.queries.plans import Cast
from app.rotations.services.instances import asked
from app.rotations.services.plans import ended_early, stays_of


@dataclass(frozen=True, slots=True)
class Scene:
    """A plan with everything that judges it.

    `instance` is the question as of today, not as of the computation: what has changed since
    (an absence, a booked training, a withdrawn application) shows as a broken rule.
    """

    round: Round
    instance: dict[str, Any]
    question: Question
    stays: list[StayKey]
    cast: Cast
    names: NameBook
    rules: Sequence[PlanRule]
    breaches: list[Breach]
    crowd: Crowd


def scene_of(session: Session, plan: Plan, *, today: date) -> Scene:
    """A plan that came with its round, as things stand `today`. 25 statements.

    Stays that ended early are over: they are neither shown nor judged, and their seats are free.
    """
    found = asked(session, plan.round, today=today, settings=plan.settings)
    question = Question(found.instance, found.diary)
    over = ended_early(session, plan.round_id)
    stays = [stay for stay in stays_of(session, plan.id) if stay not in over]
    cast = queries.cast_of(session, plan.round)
    return Scene(
        round=plan.round,
        instance=found.instance,
        question=question,
        stays=stays,
        cast=cast,
        names=replace(cast.names(plan.round), booked=found.diary.by_key),
        rules=queries.rules_of(session, plan.round_id),
        breaches=breaches(question, stays),
        crowd=Crowd(question, stays),
    )

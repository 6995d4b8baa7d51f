"""What the works council and everybody else may read about the survey, from live settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.comments import ENOUGH_COMMENTS, ENOUGH_RESPONDENTS
from app.domain.disclosure import (
    BAND_ONLY_BELOW,
    BAND_WIDTH,
    FEW,
    MOST_NEWCOMERS,
    USUAL_K,
)
from app.domain.waves import COMMENTS_AFTER, FORMULA, MOST_RATED, WaveState, share_from
from app.surveys.models import Question, SurveySwitch, Wave
from app.surveys.queries import questions, switch, waves


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers that decide who sees what. `k` and `k_target` are those of the next figures."""

    wave: Wave | None
    k: int
    k_target: int
    formula: int
    most_rated: int
    comment_days: int
    comment_people: int
    comments_apart: int
    dimensions_from: int
    share_from: int
    band_below: int
    band_newcomers: int
    band_width: int
    closed: int
    switched: SurveySwitch | None
    questions: list[Question]


def facts(session: Session) -> Facts:
    """The settings of the open wave, else of the next or last one. Three statements."""
    every = waves.every(session)
    living = (WaveState.OPEN, WaveState.PLANNED, WaveState.CLOSED)
    wave = next((wave for state in living for wave in every if wave.state is state), None)
    return Facts(
        wave=wave,
        k=wave.k if wave else USUAL_K,
        k_target=wave.k_target if wave else USUAL_K,
        formula=wave.formula if wave else FORMULA,
        most_rated=MOST_RATED,
        comment_days=COMMENTS_AFTER.days,
        comment_people=ENOUGH_RESPONDENTS,
        comments_apart=ENOUGH_COMMENTS,
        dimensions_from=FEW,
        share_from=share_from(wave.k if wave else USUAL_K),
        band_below=BAND_ONLY_BELOW,
        band_newcomers=MOST_NEWCOMERS,
        band_width=BAND_WIDTH,
        switched=next(iter(switch.history(session)), None),
        closed=sum(one.state is WaveState.CLOSED for one in every),
        questions=questions.current(session),
    )


def protocol(wave: Wave) -> dict[str, Any]:
    """The counts of a wave's close; empty before it."""
    return wave.protocol or {}

"""Whether surveys and figures of collaboration are switched on, and since when."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session, aliased

from app.surveys.models import SurveySwitch


def holds() -> ColumnElement[bool]:
    """A condition for any statement: true while they are switched on. It asks nothing by itself."""
    newest = aliased(SurveySwitch)
    last = select(newest.is_on).order_by(newest.id.desc()).limit(1).scalar_subquery()
    return func.coalesce(last, false())


def is_on(session: Session) -> bool:
    """Whether they are switched on; off until somebody did. One statement."""
    return bool(session.scalar(select(holds())))


def history(session: Session) -> Sequence[SurveySwitch]:
    """Every decision, newest first. One statement."""
    return session.scalars(select(SurveySwitch).order_by(SurveySwitch.id.desc())).all()

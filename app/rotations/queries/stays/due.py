"""Which stays may need something today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.domain.consent import ConsentState
from app.domain.stays import BEFORE_START, OVER, StayState
from app.rotations.models import CheckIn, Consent, Stay

ONE_ZONE = timedelta(days=1)  # somewhere it is already tomorrow
LOOK_AHEAD = timedelta(days=3)
LOOK_BACK = timedelta(days=21)


def due_for_keeping(session: Session, *, today: date) -> Sequence[int]:
    """Keys of stays in which something may begin, end, be asked or be due. One statement.

    `today` is the UTC day; a day of slack covers every zone. Services decide what is really due.
    """
    asked = exists().where(
        Consent.stay_id == Stay.id,
        Consent.state == ConsentState.ASKED,
        Consent.due_on <= today + LOOK_AHEAD,
    )
    open_check_in = exists().where(
        CheckIn.stay_id == Stay.id,
        CheckIn.done_at.is_(None),
        CheckIn.due_on <= today + ONE_ZONE,
        CheckIn.due_on >= today - LOOK_BACK,
    )
    statement = (
        select(Stay.id)
        .where(
            or_(
                and_(Stay.state.in_(BEFORE_START), Stay.starts_on <= today + ONE_ZONE),
                and_(Stay.state == StayState.RUNNING, Stay.ends_on <= today + ONE_ZONE),
                and_(Stay.state == StayState.PROPOSED, asked),
                and_(Stay.state.in_((StayState.RUNNING, *OVER)), open_check_in),
            )
        )
        .order_by(Stay.id)
    )
    return session.scalars(statement).all()

"""Tells the room below which action a date was planned for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.roles import Actor
from app.gatherings.queries.origins import Origin, tellers
from app.health.access.actions import may_see
from app.health.models import Action, ActionGathering


def origins(session: Session, actor: Actor, gathering_id: int) -> Sequence[Origin]:
    """The actions a date was started for, as far as this reader sees them. One statement."""
    rows = session.scalars(
        select(Action)
        .join(ActionGathering, ActionGathering.action_id == Action.id)
        .where(ActionGathering.gathering_id == gathering_id)
        .order_by(ActionGathering.started_at, Action.id)
        .options(joinedload(Action.low), joinedload(Action.high))
    )
    return [
        Origin(action.what, (action.low.name, action.high.name), f"/actions/{action.id}")
        for action in rows
        if may_see(actor, action)
    ]


def set_up() -> None:
    """Let the pages of dates say so; asked once when the app is built."""
    if origins not in tellers:
        tellers.append(origins)

"""Say for which action of a pair of teams a placement is offered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.health.models import Action
from app.health.services import starts
from app.health.services.starts import Act
from app.rotations.models import ActionPlacement
from app.rotations.queries.action_starts import PLACEMENT


def offered_for(session: Session, action: Action, placement_id: int, act: Act) -> None:
    """Name a new placement for an action. Raises Stale and AnsweredAlready."""
    starts.claim(action, act)
    link(session, action, placement_id, act)


def link(session: Session, action: Action, placement_id: int, act: Act) -> None:
    """Keep which placement an action, claimed before, is about, and tell its owner."""
    session.add(
        ActionPlacement(
            action_id=action.id, placement_id=placement_id, started_by=act.by, started_at=act.at
        )
    )
    session.flush()  # the rule that only planned actions are started speaks now
    starts.begin(session, action, f"{PLACEMENT}:{placement_id}", act)


def forget(session: Session, action: Action, placement_id: int) -> None:
    """Take back that a placement belongs to an action; the placement itself stays."""
    session.delete(session.get_one(ActionPlacement, (action.id, placement_id)))


def set_up() -> None:
    """Let the room of health know; asked once when the app is built."""
    starts.ways[PLACEMENT] = starts.Way(link, forget)

"""Tables of health: published figures, remedies, actions, draws."""

from app.health.models.remedies import Action, ActionState, Draw, Remedy, RemedyKind
from app.health.models.snapshots import PairFigure, Snapshot

__all__ = [
    "Action",
    "ActionState",
    "Draw",
    "PairFigure",
    "Remedy",
    "RemedyKind",
    "Snapshot",
]

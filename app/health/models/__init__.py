"""Tables of health: published figures, effects, remedies, actions, draws."""

from app.health.models.remedies import Action, ActionState, Draw, Remedy, RemedyKind
from app.health.models.snapshots import EffectStudy, PairFigure, Snapshot

__all__ = [
    "Action",
    "ActionState",
    "Draw",
    "EffectStudy",
    "PairFigure",
    "Remedy",
    "RemedyKind",
    "Snapshot",
]

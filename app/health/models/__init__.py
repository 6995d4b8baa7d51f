"""Tables of health: published figures, effects, remedies, actions, draws."""

from app.health.models.remedies import (
    Action,
    ActionGathering,
    ActionRequest,
    ActionState,
    Draw,
    Remedy,
    RemedyKind,
    RequestState,
)
from app.health.models.snapshots import ContactStep, EffectStudy, PairFigure, Snapshot

__all__ = [
    "Action",
    "ActionGathering",
    "ActionRequest",
    "ActionState",
    "ContactStep",
    "Draw",
    "EffectStudy",
    "PairFigure",
    "Remedy",
    "RemedyKind",
    "RequestState",
    "Snapshot",
]

"""Publish a plan: what it would do, the act itself, and the answer to everybody who applied."""

from app.rotations.services.publishing.acting import (
    Broken,
    NothingToPublish,
    Seen,
    StillBooked,
    TakenMeanwhile,
    publish,
)
from app.rotations.services.publishing.previewing import Preview, preview

__all__ = [
    "Broken",
    "NothingToPublish",
    "Preview",
    "Seen",
    "StillBooked",
    "TakenMeanwhile",
    "preview",
    "publish",
]

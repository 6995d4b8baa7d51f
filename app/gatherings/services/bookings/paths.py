"""Where the pages of gatherings are."""

from __future__ import annotations

from app.domain.seats import GatheringKind
from app.domain.seats.occasion import Occasion


def path_of(gathering: Occasion) -> str:
    """The page of a session, or of a trip or joint day, from the first slash on."""
    room = "sessions" if gathering.kind is GatheringKind.SESSION else "trips"
    return f"/{room}/{gathering.id}"

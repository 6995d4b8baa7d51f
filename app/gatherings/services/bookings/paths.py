"""Where the pages of gatherings are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.domain.seats import GatheringKind
from app.gatherings.models import Gathering


def path_of(gathering: Gathering) -> str:
    """The page of a session, or of a trip or joint day, from the first slash on."""
    room = "sessions" if gathering.kind is GatheringKind.SESSION else "trips"
    return f"/{room}/{gathering.id}"


def path_to(session: Session, gathering_id: int) -> str:
    """The page of a gathering by its key; no statement for one that was just acted on."""
    return path_of(session.get_one(Gathering, gathering_id))

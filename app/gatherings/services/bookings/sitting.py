"""Where and when a meeting shall be from now on."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Sitting:
    """The new time and place of one meeting, by its key; a place is a room, a text or a link."""

    meeting_id: int
    span: Timespan
    room_id: int | None = None
    place: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many were told, and the person ids of those who are elsewhere at the new time."""

    told: int
    elsewhere: tuple[int, ...] = ()

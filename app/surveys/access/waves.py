"""Who may see and steer waves, and who may answer."""

from __future__ import annotations

from app.domain.roles import Actor
from app.domain.waves import WaveState
from app.surveys.models import Wave


def may_see(actor: Actor, wave: Wave) -> bool:
    """HR sees every wave; the works council every one past its draft."""
    return actor.is_hr or (actor.is_council and wave.state is not WaveState.DRAFT)


def may_steer(actor: Actor, _wave: Wave) -> bool:
    """Only HR prepares, extends and cancels."""
    return actor.is_hr

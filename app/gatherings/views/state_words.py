"""States of sessions and joint days in words."""

from __future__ import annotations

from app.domain.refusals import N_
from app.domain.seats import GatheringKind, GatheringState

STATE_LABELS = {
    GatheringState.DRAFT: N_("Draft"),
    GatheringState.ANNOUNCED: N_("Announced"),
    GatheringState.CONFIRMED: N_("Takes place"),
    GatheringState.CALLED_OFF: N_("Called off"),
    GatheringState.OVER: N_("Over"),
}
KIND_LABELS = {GatheringKind.TRIP: N_("Field trip"), GatheringKind.JOINT_DAY: N_("Joint day")}

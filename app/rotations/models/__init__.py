"""Tables of the rotations, in the order in which a round lives through them."""

from app.domain.consent import ConsentParty, ConsentState
from app.domain.stays import LIVE, CheckInKind, StayState
from app.rotations.models.applications import (
    Application,
    ApplicationState,
    Avoidance,
    Choice,
    Endorsement,
    EndorsementState,
    Outcome,
)
from app.rotations.models.placements import (
    ActionPlacement,
    Placement,
    PlacementSkill,
    PlacementState,
)
from app.rotations.models.plans import Assignment, Plan, PlanRule, PlanState, RuleKind
from app.rotations.models.rounds import Blackout, PairWish, Round, RoundState
from app.rotations.models.stays import (
    CheckIn,
    Consent,
    CouncilRule,
    Debrief,
    DebriefSide,
    Goal,
    PracticalSheet,
    Stay,
)

__all__ = [
    "LIVE",
    "ActionPlacement",
    "Application",
    "ApplicationState",
    "Assignment",
    "Avoidance",
    "Blackout",
    "CheckIn",
    "CheckInKind",
    "Choice",
    "Consent",
    "ConsentParty",
    "ConsentState",
    "CouncilRule",
    "Debrief",
    "DebriefSide",
    "Endorsement",
    "EndorsementState",
    "Goal",
    "Outcome",
    "PairWish",
    "Placement",
    "PlacementSkill",
    "PlacementState",
    "Plan",
    "PlanRule",
    "PlanState",
    "PracticalSheet",
    "Round",
    "RoundState",
    "RuleKind",
    "Stay",
    "StayState",
]

"""What a home team answers to an application, and whether it can spare the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.refusals import N_, Invalid, Refusal
from app.domain.rounds import RoundState


class EndorsementState(StrEnum):
    """Silence escalates to HR; it never approves by itself."""

    ASKED = "asked"
    ESCALATED = "escalated"
    ENDORSED = "endorsed"
    REFUSED = "refused"


STATE_LABELS = {
    EndorsementState.ASKED: N_("Waiting for the home team"),
    EndorsementState.ESCALATED: N_("With HR"),
    EndorsementState.ENDORSED: N_("Endorsed"),
    EndorsementState.REFUSED: N_("Not endorsed"),
}
OPEN = frozenset({EndorsementState.ASKED, EndorsementState.ESCALATED})


class ReasonMissing(Invalid):
    """A no needs its reason."""

    msgid = N_("Please give a reason; the person will read it.")


class NothingToDecide(Refusal):
    """The application is not waiting for anybody."""

    msgid = N_("This application was withdrawn, so there is nothing to decide.")


class TooLateToDecide(Refusal):
    """Once the plan is out the endorsement cannot change."""

    msgid = N_("The plan of this round is published, so the answer cannot change any more.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: endorsed with a cover plan, or refused with a reason."""

    endorses: bool
    cover_plan: str = ""
    reason: str = ""

    @property
    def state(self) -> EndorsementState:
        """The state the endorsement takes."""
        return EndorsementState.ENDORSED if self.endorses else EndorsementState.REFUSED


def check(verdict: Verdict, *, submitted: bool, round_state: RoundState) -> None:
    """Raise the Refusal that stands against this verdict; return when it may be given."""
    if not submitted:
        raise NothingToDecide
    if round_state not in (RoundState.OPEN, RoundState.PLANNING):
        raise TooLateToDecide
    if not verdict.endorses and not verdict.reason:
        raise ReasonMissing


@dataclass(frozen=True, slots=True)
class Cover:
    """One team in one block: `members` belong to it, `away` of them are absent or on a stay.

    `minimum` must stay. `blackout` says that nobody may leave at all.
    """

    block: int
    members: int
    away: int
    minimum: int
    blackout: bool = False

    @property
    def can_leave(self) -> int:
        """How many more may be away at the same time, never below 0."""
        return 0 if self.blackout else max(0, self.members - self.away - self.minimum)


def tightest(covers: list[Cover]) -> int:
    """The number that can leave in the tightest block; 0 for no blocks."""
    return min((cover.can_leave for cover in covers), default=0)

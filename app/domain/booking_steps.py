"""The history of a booking as it is told: each state it had, the lead's yes among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.seats.words import Approval, BookingState


class Step(Protocol):
    """One stored change: the state from then on, and what the lead had answered by then."""

    @property
    def after(self) -> BookingState:
        """The state from then on."""

    @property
    def approval(self) -> Approval:
        """What the lead had answered by then."""

    @property
    def at(self) -> datetime:
        """When it happened (UTC)."""

    @property
    def actor_id(self) -> int | None:
        """Who did it; None for what happened by itself."""

    @property
    def reason(self) -> str:
        """Why, or empty."""


@dataclass(frozen=True, slots=True)
class Told:
    """One state a booking was in from `at` (UTC) on; `by` is None for what happened by itself."""

    state: BookingState
    at: datetime
    by: int | None = None
    reason: str = ""


def told(
    steps: Iterable[Step], *, person_id: int, off_at: datetime | None = None
) -> Iterator[Told]:
    """The states of a booking of this person in order, from its stored steps.

    A lead's yes and what follows from it are one change, but two states: first approved, by the
    lead, then booked or still waiting. Who waits and is agreed to keeps the place, so waiting is
    not told a second time. A seat that somebody else gave back was excused; `off_at` is when the
    whole date was called off, None where it was not.
    """
    before: Step | None = None
    for step in steps:
        was_given = before is not None and before.approval is Approval.GIVEN
        is_new = step.approval is Approval.GIVEN and not was_given
        if is_new:
            yield Told(BookingState.APPROVED, step.at, step.actor_id)
        goes_on = is_new and before is not None and before.after is step.after
        if not goes_on:
            by = None if is_new else step.actor_id
            yield Told(_as_told(step, person_id, off_at), step.at, by, step.reason)
        before = step


def _as_told(step: Step, person_id: int, off_at: datetime | None) -> BookingState:
    """Stored like a date that was called off, since the seat is free again; told as excused."""
    by_another = step.actor_id not in {None, person_id}
    was_on = off_at is None or step.at < off_at
    if step.after is BookingState.CALLED_OFF and by_another and was_on:
        return BookingState.EXCUSED
    return step.after

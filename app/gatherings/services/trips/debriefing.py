"""Look back at a joint day: what was seen, what follows for either side, what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.joint_days import (
    DEBRIEF_WITHIN,
    MOST_PROMISES,
    NotYetOver,
    ObservationMissing,
    WrittenAlready,
)
from app.domain.refusals import Invalid, Stale
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import (
    Booking,
    Gathering,
    TripDebrief,
    TripPromise,
)
from app.gatherings.queries.trips.debriefs import debrief_of
from app.gatherings.queries.trips.finding import there
from app.gatherings.services.bookings.lines import hold_gathering
from app.gatherings.services.bookings.recording import Act, log_bookings, step
from app.gatherings.services.trips.passing_on import pass_on
from app.gatherings.services.trips.privacy import keep_secret, put_away_customer
from app.people.models import Side


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that was promised, who keeps it and until when."""

    text: str
    owner_id: int
    due_on: date | None = None
    row: int = 1  # its place in the form


@dataclass(frozen=True, slots=True)
class LookBack:
    """One person's debrief; empty parts say nothing. Never a word about the host as a person."""

    observations: tuple[str, str, str]
    for_marketing: str = ""
    for_sales: str = ""
    promises: Sequence[Promise] = ()
    to: Mapping[Side, int] = field(default_factory=dict)  # the teams the writer picked
    means_else: bool = False  # words of the customer's name mean something else here

    @property
    def texts(self) -> dict[str, str]:
        """All that was written, by the name of its field."""
        seen = {f"observation_{number}": text for number, text in enumerate(self.observations, 1)}
        promised = {f"promise_{promise.row}": promise.text for promise in self.promises}
        return {
            **seen,
            "for_marketing": self.for_marketing,
            "for_sales": self.for_sales,
            **promised,
        }


def write_debrief(
    session: Session, gathering_id: int, said: LookBack, *, by: int, at: datetime
) -> TripDebrief:
    """Write what one of host and guests brought home; what a side should know goes to that side.

    A guest was there by that. The customer's name is put away, and deleted with the last of them.
    Raises NotYetOver, WrittenAlready, ObservationMissing, CustomerNamed, NobodyAnswers, Invalid
    for a promise of somebody who was not there.
    """
    gathering = hold_gathering(session, gathering_id)
    if gathering.state is GatheringState.CALLED_OFF or gathering.ends_at > at:
        raise NotYetOver
    debrief = debrief_of(session, gathering_id, by) or _new(session, gathering, by)
    if debrief.written_at is not None:
        raise WrittenAlready
    guests = there(session, gathering_id)
    _refuse(session, gathering, said, {*guests, gathering.host_id or 0})
    _write(session, debrief, said, at=at)
    number = pass_on(session, gathering, debrief, said.to, at=at)
    put_away_customer(session, gathering, guests, at=at)
    _was_there(session, gathering, by, at=at)
    subject = f"gathering:{gathering_id}"
    numbers = {"insights": number, "promises": len(said.promises)}
    record(session, AuditKind.TRIP_DEBRIEFED, actor_id=by, subject=subject, at=at, **numbers)
    return debrief


def keep_promise(
    session: Session, promise: TripPromise, *, opened_on: int, by: int, at: datetime
) -> None:
    """Say that a promise is kept; saying it again changes nothing. Raises Stale."""
    if promise.kept_at is not None:
        return
    if promise.version != opened_on:
        raise Stale
    promise.kept_at = at
    subject = f"gathering:{promise.debrief.gathering_id}"
    record(session, AuditKind.TRIP_CHANGED, actor_id=by, subject=subject, at=at, change="kept")


def _new(session: Session, gathering: Gathering, person_id: int) -> TripDebrief:
    due_at = gathering.ends_at + DEBRIEF_WITHIN
    made = TripDebrief(gathering_id=gathering.id, person_id=person_id, due_at=due_at)
    session.add(made)
    session.flush()  # promises and insights need its key
    return made


def _refuse(session: Session, gathering: Gathering, said: LookBack, people: set[int]) -> None:
    if not any(said.observations):
        raise ObservationMissing
    strangers = {promise.owner_id for promise in said.promises} - people
    if strangers or len(said.promises) > MOST_PROMISES:
        raise Invalid
    keep_secret(session, gathering.id, said.texts, means_else=said.means_else)


def _write(session: Session, debrief: TripDebrief, said: LookBack, *, at: datetime) -> None:
    debrief.observation_1, debrief.observation_2, debrief.observation_3 = said.observations
    debrief.for_marketing, debrief.for_sales = said.for_marketing, said.for_sales
    debrief.written_at = at
    session.add_all(
        TripPromise(
            debrief_id=debrief.id, text=each.text, owner_id=each.owner_id, due_on=each.due_on
        )
        for each in said.promises
    )
    session.flush()


def _was_there(session: Session, gathering: Gathering, person_id: int, *, at: datetime) -> None:
    booking = session.scalar(
        select(Booking)
        .where(
            Booking.gathering_id == gathering.id,
            Booking.person_id == person_id,
            Booking.state == BookingState.BOOKED,
        )
        .execution_options(populate_existing=True)
    )
    if booking is not None:
        act = Act(at, person_id)
        step(session, booking, BookingState.ATTENDED, act)
        log_bookings(session, act)

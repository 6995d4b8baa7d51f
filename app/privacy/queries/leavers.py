"""People who left, what is decided about their data, and what keeps it here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.erasing import Standing, due_on, hindrances
from app.domain.insights import InsightFate
from app.domain.seats import LIVE as LIVE_BOOKING
from app.domain.seats import GatheringState
from app.domain.stays import LIVE as LIVE_STAY
from app.gatherings.models import Booking, Gathering, Meeting, MeetingTrainer
from app.health.models import Action, ActionState
from app.insights.models import Insight
from app.people.models import Person
from app.privacy.models import Erasure, ErasureRule
from app.rotations.models import Stay
from app.surveys.models import Asked


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left on `left_on`, as the overview shows it.

    `due_on` is the day of the erasure by itself, None where there is none. `hindrances` are
    English message ids. `is_wanted` says that the worker is to do it now.
    """

    id: int
    name: str
    sorted_name: str
    left_on: date
    due_on: date | None
    hindrances: tuple[str, ...]
    is_held: bool
    reason: str
    is_wanted: bool
    version: int

    @property
    def is_ready(self) -> bool:
        """Whether an erasure could be done now."""
        return not self.hindrances

    @property
    def state(self) -> str:
        """`held`, `wanted`, `waits` for something to end, or `ready`."""
        if self.is_held:
            return "held"
        if self.is_wanted:
            return "wanted"
        return "ready" if self.is_ready else "waits"


def rule(session: Session) -> ErasureRule:
    """The rule in force; one that erases nobody where none was written. One statement."""
    return session.get(ErasureRule, 1) or ErasureRule(id=1, term=None, files_due=False, version=0)


def leavers(
    session: Session, *, today: date, now: datetime, person_id: int | None = None
) -> list[Leaver]:
    """Everybody who has left by a day, in order of leaving. Two statements.

    `person_id` asks for one of them.
    """
    term = rule(session).term
    counted = [_number(model, where) for model, where in _open_things(now).values()]
    statement = (
        select(Person, Erasure, *counted)
        .outerjoin(Erasure, Erasure.person_id == Person.id)
        .where(Person.stands_for.is_(None), Person.left_on <= today)
        .order_by(Person.left_on, Person.id)
    )
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    return [
        _leaver(person, decided, numbers, term=term, today=today)
        for person, decided, *numbers in session.execute(statement)
    ]


def _leaver(
    person: Person,
    decided: Erasure | None,
    numbers: Sequence[int],
    *,
    term: int | None,
    today: date,
) -> Leaver:
    asked, bookings, hosted, taught, stays, actions, insights = numbers
    is_held = decided is not None and decided.held_at is not None
    standing = Standing(
        left_on=person.left_on,
        is_held=is_held,
        is_asked=asked > 0,
        bookings=bookings + hosted + taught,
        stays=stays,
        tasks=actions + insights,
    )
    return Leaver(
        id=person.id,
        name=person.name,
        sorted_name=f"{person.family_name}, {person.given_name}",
        left_on=person.left_on or today,
        due_on=due_on(person.left_on, term),
        hindrances=hindrances(standing, today=today),
        is_held=is_held,
        reason=decided.reason if decided else "",
        is_wanted=decided is not None and decided.wanted_at is not None,
        version=decided.version if decided else 0,
    )


def ready(found: Iterable[Leaver], *, today: date) -> list[Leaver]:
    """Who is to be erased now: wanted by HR, or due by the rule, and nothing keeps the data."""
    return [
        one
        for one in found
        if one.is_ready and (one.is_wanted or (one.due_on is not None and one.due_on <= today))
    ]


def _open_things(
    now: datetime,
) -> dict[str, tuple[InstrumentedAttribute[Any], ColumnElement[bool]]]:
    to_come = select(Gathering.id).where(
        Gathering.ends_at > now, Gathering.state != GatheringState.CALLED_OFF
    )
    meetings = select(Meeting.id).where(Meeting.active, Meeting.ends_at > now)
    return {
        "asked": (Asked.person_id, Asked.person_id.is_not(None)),
        "bookings": (
            Booking.person_id,
            Booking.state.in_(LIVE_BOOKING) & Booking.gathering_id.in_(to_come),
        ),
        "hosted": (Gathering.host_id, Gathering.id.in_(to_come)),
        "taught": (MeetingTrainer.person_id, MeetingTrainer.meeting_id.in_(meetings)),
        "stays": (Stay.person_id, Stay.state.in_(LIVE_STAY)),
        "actions": (Action.owner_id, Action.state == ActionState.PLANNED),
        "insights": (Insight.owner_id, Insight.fate == InsightFate.OPEN),
    }


def _number(column: InstrumentedAttribute[Any], where: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count()).where(column == Person.id, where).correlate(Person).scalar_subquery()
    )

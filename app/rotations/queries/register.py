"""The works council's register: what it was asked, when, and what it answered. Facts only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.consent import ConsentParty, ConsentState
from app.people.models import Person
from app.rotations.models import Consent, Placement, Stay

ORDERS = {
    "asked": (Consent.asked_at, Consent.id),
    "due": (Consent.due_on, Consent.id),
    "state": (Consent.state, Consent.asked_at, Consent.id),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the register is asked for. `filters` knows year (of the request) and state."""

    order: str = "-asked"
    filters: Mapping[str, str] | None = None
    offset: int = 0
    limit: int = 25


def listed(session: Session, wish: Wish) -> tuple[Sequence[Consent], int]:
    """One page of requests to the works council and how many there are. Two statements."""
    statement = _requests()
    filters = wish.filters or {}
    if filters.get("state"):
        statement = statement.where(Consent.state == ConsentState(filters["state"]))
    if filters.get("year", "").isdecimal():
        year = min(max(int(filters["year"]), 2000), 9000)
        first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        statement = statement.where(Consent.asked_at >= first, Consent.asked_at < after)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    columns = ORDERS.get(wish.order.removeprefix("-"), ORDERS["asked"])
    falling = wish.order.startswith("-")
    ordered = statement.options(*_whole()).order_by(
        *(column.desc() if falling else column.asc() for column in columns)
    )
    return session.scalars(ordered.offset(wish.offset).limit(wish.limit)).all(), total


def find(session: Session, stay_id: int) -> Consent | None:
    """The request about one stay, once it was made. One statement."""
    return session.scalar(_requests().where(Consent.stay_id == stay_id).options(*_whole()))


def years(session: Session) -> list[int]:
    """Years in which the works council was asked, latest first. One statement."""
    asked = session.scalars(
        select(Consent.asked_at).where(
            Consent.party == ConsentParty.COUNCIL, Consent.asked_at.is_not(None)
        )
    )
    return sorted({at.year for at in asked if at is not None}, reverse=True)


def _requests() -> Select[Consent]:
    return select(Consent).where(
        Consent.party == ConsentParty.COUNCIL, Consent.asked_at.is_not(None)
    )


def _whole() -> tuple[ExecutableOption, ...]:
    stay = joinedload(Consent.stay)
    return (
        stay.joinedload(Stay.person).joinedload(Person.site),
        stay.joinedload(Stay.home),
        stay.joinedload(Stay.host),
        stay.joinedload(Stay.placement).load_only(Placement.title, Placement.task),
        joinedload(Consent.answerer),
    )

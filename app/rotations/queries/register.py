"""The works council's register: what it was asked, when, and what it answered. Facts only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.consent import ConsentParty, ConsentState
from app.people.models import Person
from app.rotations.models import Consent, Placement, Stay
from app.web.paging import Wish, ordered, page_of

ORDERS = {
    "asked": (Consent.asked_at, Consent.id),
    "due": (Consent.due_on, Consent.id),
    "state": (Consent.state, Consent.asked_at, Consent.id),
}


def listed(session: Session, wish: Wish) -> tuple[Sequence[Consent], int]:
    """One page of requests to the works council and how many there are. Two statements.

    Filters: year (of the request) and state.
    """
    statement = _requests()
    if state := wish.filters.get("state"):
        statement = statement.where(Consent.state == ConsentState(state))
    if (asked_in := wish.key("year")) is not None:
        year = min(max(asked_in, 2000), 9000)
        first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        statement = statement.where(Consent.asked_at >= first, Consent.asked_at < after)
    return page_of(session, ordered(statement.options(*_whole()), wish, ORDERS), wish)


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

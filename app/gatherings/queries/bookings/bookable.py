"""People who have nothing to do with a date yet, for those who book for others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.collation import sort_key
from app.domain.seats import LIVE
from app.gatherings.models import Booking
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day, works_here


@dataclass(frozen=True, slots=True)
class Bookable:
    """Somebody who could be booked for, with the home team."""

    person_id: int
    name: str
    team_id: int | None
    team: str


def people_without_seat(
    session: Session, gathering_id: int, *, teams: Collection[int] | None, today: date
) -> list[Bookable]:
    """Members of some home teams (None: everybody) without a live booking, by family name.

    One statement.
    """
    home = and_(
        Membership.person_id == Person.id,
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, today),
    )
    has_one = select(Booking.person_id).where(
        Booking.gathering_id == gathering_id, Booking.state.in_(LIVE)
    )
    wanted = (
        select(Person, Team)
        .outerjoin(Membership, home)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(works_here(today), Person.stands_for.is_(None), Person.id.not_in(has_one))
    )
    if teams is not None:
        wanted = wanted.where(Team.id.in_(sorted(teams)))
    rows: list[tuple[Person, Team | None]] = [(row[0], row[1]) for row in session.execute(wanted)]
    rows.sort(key=lambda row: sort_key(row[0].family_name, row[0].name))
    return [
        Bookable(person.id, person.name, team.id if team else None, team.name if team else "")
        for person, team in rows
    ]

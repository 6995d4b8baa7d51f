"""What leads are asked: requests that hold a seat, and waiting people without approval."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.seats import Approval, BookingState
from app.gatherings.models import Booking
from app.gatherings.queries.bookings.finding import with_gathering


def requests_for_lead(
    session: Session, team_ids: Collection[int], *, without_team: bool = False
) -> Sequence[Booking]:
    """Open requests of members of these teams, the most urgent first. Two statements.

    With person, gathering, course, site and meetings. `without_team` adds people without a home
    team, whom HR decides on.
    """
    return session.scalars(
        select(Booking)
        .where(
            Booking.approval == Approval.PENDING,
            Booking.state.in_((BookingState.REQUESTED, BookingState.WAITLISTED)),
            _of(team_ids, without_team=without_team),
        )
        .options(joinedload(Booking.person), *with_gathering())
        .order_by(Booking.expires_at.is_(None), Booking.expires_at, Booking.id)
    ).all()


def _of(team_ids: Collection[int], *, without_team: bool) -> ColumnElement[bool]:
    theirs = Booking.home_team_id.in_(sorted(team_ids))
    return or_(theirs, Booking.home_team_id.is_(None)) if without_team else theirs

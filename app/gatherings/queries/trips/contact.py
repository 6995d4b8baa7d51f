"""Between which two teams a day together was, for somebody who was there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.voices import TIME_TO_SPEAK, Contact
from app.gatherings.models import Booking, Gathering, Meeting
from app.gatherings.queries.trips.finding import THERE


def name_of(gathering_id: int) -> str:
    """The name of a joint day among contacts."""
    return f"gathering:{gathering_id}"


def contact_of(
    session: Session, gathering_id: int, person_id: int, *, at: datetime
) -> Contact | None:
    """A day that ended in the last two weeks, seen from one who was there; None for others.

    One statement.
    """
    wanted = name_of(gathering_id)
    found = (contact for contact, _title in recent(session, person_id, at=at))
    return next((contact for contact in found if contact.name == wanted), None)


def recent(session: Session, person_id: int, *, at: datetime) -> list[tuple[Contact, str]]:
    """Somebody's days together of the last two weeks with their titles, in order. One statement.

    Guests carry both teams in their commitment; the host's own team is the hosting one, and the
    other that of the first guest.
    """
    rows = session.execute(
        select(
            Commitment.person_id,
            Commitment.home_team_id,
            Commitment.host_team_id,
            Gathering.id,
            Gathering.ends_at,
            Gathering.title,
        )
        .join(Meeting, Meeting.id == Commitment.source_id)
        .join(Gathering, Gathering.id == Meeting.gathering_id)
        .join(
            Booking,
            (Booking.gathering_id == Gathering.id) & (Booking.person_id == Commitment.person_id),
        )
        .where(
            Commitment.kind == CommitmentKind.TRIP,
            Commitment.active,
            Commitment.home_team_id != Commitment.host_team_id,
            Booking.state.in_(THERE),
            Gathering.ends_at <= at,
            Gathering.ends_at > at - TIME_TO_SPEAK,
            or_(Commitment.person_id == person_id, Gathering.host_id == person_id),
        )
        .order_by(Gathering.ends_at, Gathering.id, Commitment.id)
    )
    found: dict[int, tuple[Contact, str]] = {}
    for guest, home, host, gathering_id, ended_at, title in rows:
        if home is None or host is None:
            continue
        own, other = (home, host) if guest == person_id else (host, home)
        seen = Contact(name_of(gathering_id), own, other, ended_at, title)
        found.setdefault(gathering_id, (seen, title))
    return list(found.values())

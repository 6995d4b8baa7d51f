"""Between which two teams a day together was, for somebody who was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.gatherings.models import Gathering, Meeting


@dataclass(frozen=True, slots=True)
class Day:
    """The own team, the other one, and when the day ended (UTC)."""

    own: int
    other: int
    ended_at: datetime


def teams_of_day(session: Session, gathering_id: int, person_id: int) -> Day | None:
    """The two teams of a joint day, seen from one who was there; None for others.

    Guests carry both teams in their commitment; the host's own team is the hosting one.
    One statement.
    """
    rows = session.execute(
        select(
            Commitment.person_id,
            Commitment.home_team_id,
            Commitment.host_team_id,
            Gathering.host_id,
            Gathering.ends_at,
        )
        .join(Meeting, Meeting.id == Commitment.source_id)
        .join(Gathering, Gathering.id == Meeting.gathering_id)
        .where(
            Commitment.kind == CommitmentKind.TRIP,
            Commitment.active,
            Gathering.id == gathering_id,
            Commitment.home_team_id != Commitment.host_team_id,
        )
        .order_by(Commitment.id)
    ).all()
    for person, home, host, _host_id, ended_at in rows:
        if person == person_id and home is not None and host is not None:
            return Day(home, host, ended_at)
    for _person, home, host, host_id, ended_at in rows:
        if host_id == person_id and home is not None and host is not None:
            return Day(host, home, ended_at)
    return None

"""Those who lead a gathering: who leads which meeting, and whether they can be there."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats.refusals import Clash, LeaderElsewhere
from app.gatherings.models import Gathering, Meeting
from app.gatherings.queries.bookings.clashes import clashes
from app.gatherings.services.bookings.claims import kind_of, trainers_of, where
from app.people.models import Person

Leading = Sequence[tuple[Meeting, int]]


def leaders_of(session: Session, gathering: Gathering) -> Leading:
    """Which person leads which meeting: the host all of them, else their trainers."""
    if gathering.host_id is not None:
        return [(meeting, gathering.host_id) for meeting in gathering.meetings]
    return trainers_of(session, gathering)


def require_leaders_free(session: Session, gathering: Gathering, leading: Leading) -> None:
    """Raise LeaderElsewhere, or Clash for a host, when somebody cannot lead a meeting of theirs.

    Their own meetings of this gathering are no clash. One statement per meeting and leader.
    """
    kind = CommitmentKind.TEACHING if gathering.host_id is None else kind_of(gathering)
    own = kind, [meeting.id for meeting in gathering.meetings]
    for meeting, person_id in leading:
        hard = clashes(session, person_id, [meeting.span], besides=own).hard
        if not hard:
            continue
        if gathering.host_id is not None:
            raise Clash(what=hard[0].title)
        raise _elsewhere(session.get_one(Person, person_id), hard[0], gathering.site.timezone)


def about_first(gathering: Gathering, meetings: Sequence[Meeting]) -> dict[str, object]:
    """When and where the first of somebody's meetings is, and how many there are, for a notice."""
    first = min(meetings, key=lambda one: one.starts_at)
    place = where(first) or gathering.site.name
    return {"when": first.starts_at, "where": place, "count": len(meetings)}


def _elsewhere(person: Person, taken: Commitment, zone: ZoneInfo) -> LeaderElsewhere:
    start, end = taken.starts_at.astimezone(zone), taken.ends_at.astimezone(zone)
    return LeaderElsewhere(
        name=person.name,
        title=taken.title,
        day=start.date().isoformat(),
        start=f"{start:%H:%M}",
        end=f"{end:%H:%M}",
    )

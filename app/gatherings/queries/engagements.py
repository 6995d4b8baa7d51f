"""What stands in a person's calendar: places to be, and days away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.agenda.queries.busy import BusyKind, imported
from app.domain.timespan import Days, Timespan
from app.gatherings.models import Meeting
from app.people.models import Absence, Person, Site

OF_MEETINGS = (CommitmentKind.SESSION, CommitmentKind.TEACHING, CommitmentKind.TRIP)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Engagement:
    """A time that is taken. `hard` ones cannot be doubled, others only warn.

    `title` is empty for days away and for what only the person's own calendar knows of
    (`is_imported`). Soft times of our own, such as a part-time stay, leave room (`leaves_room`); a
    day off and what one's own calendar is certain of do not. `meeting_id` is set where it stands
    for a meeting of ours.
    """

    span: Timespan
    hard: bool
    title: str = ""
    path: str = ""
    meeting_id: int | None = None
    is_imported: bool = False
    leaves_room: bool = False


def engagements(session: Session, person_id: int, meetings: Sequence[Meeting]) -> list[Engagement]:
    """What the person has between the first and the last of these meetings. Three statements."""
    if not meetings:
        return []
    span = Timespan(
        min(each.starts_at for each in meetings), max(each.ends_at for each in meetings)
    )
    return [
        *_committed(session, person_id, span),
        *_days_away(session, person_id, span),
        *_of_own_calendar(session, person_id, span),
    ]


def _committed(session: Session, person_id: int, span: Timespan) -> list[Engagement]:
    found = session.scalars(
        select(Commitment)
        .where(
            Commitment.person_id == person_id,
            Commitment.active,
            Commitment.starts_at < span.end,
            Commitment.ends_at > span.start,
        )
        .order_by(Commitment.starts_at, Commitment.id)
    )
    return [_of_commitment(row) for row in found]


def _of_commitment(row: Commitment) -> Engagement:
    meeting = row.source_id if row.kind in OF_MEETINGS else None
    return Engagement(
        Timespan(row.starts_at, row.ends_at),
        row.hard,
        row.title,
        row.path,
        meeting_id=meeting,
        leaves_room=not row.hard,
    )


def _days_away(session: Session, person_id: int, span: Timespan) -> list[Engagement]:
    """Absences as instants on the person's own wall clock."""
    rows = session.execute(
        select(Absence, Site.zone)
        .join(Person, Person.id == Absence.person_id)
        .join(Site, Site.id == Person.site_id)
        .where(
            Absence.person_id == person_id,
            Absence.starts_on <= (span.end + A_DAY).date(),
            Absence.ends_on >= (span.start - A_DAY).date(),
        )
        .order_by(Absence.starts_on)
    )
    return [
        Engagement(Timespan.from_days(Days(row.starts_on, row.ends_on), ZoneInfo(zone)), hard=False)
        for row, zone in rows
    ]


def _of_own_calendar(session: Session, person_id: int, span: Timespan) -> list[Engagement]:
    """What the person's own calendar is certain of."""
    times = imported(session, [person_id], span).get(person_id, ())
    return [
        Engagement(each.span, hard=False, is_imported=True)
        for each in times
        if each.kind is BusyKind.OWN
    ]


def meeting_clashes(
    meetings: Iterable[Meeting], engagements: Iterable[Engagement]
) -> list[Engagement]:
    """Those engagements that overlap one of the meetings and do not stand for one of them."""
    wanted = list(meetings)
    own = {each.id for each in wanted}
    return [
        each
        for each in engagements
        if each.meeting_id not in own
        and any(each.span.overlaps(meeting.span) for meeting in wanted)
    ]

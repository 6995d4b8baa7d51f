"""Who or what is elsewhere at a planned time: rooms, trainers, public holidays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.agenda.models import Commitment, CommitmentKind
from app.agenda.queries.busy import BusyKind, imported
from app.domain.seats import GatheringState
from app.domain.timespan import Days, Timespan
from app.gatherings.models import Gathering, Meeting, MeetingTrainer, Room
from app.people.models import Absence, Person, PublicHoliday

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which somebody or something is wanted elsewhere; soft ones only warn.

    `title` is empty for days away, and for what only the person's own calendar knows of
    (`is_imported`): both are time only.
    """

    span: Timespan
    title: str
    hard: bool = True
    is_imported: bool = False


def rooms(session: Session, room_ids: Collection[int]) -> dict[int, Room]:
    """Rooms by key. One statement."""
    rows = session.scalars(select(Room).where(Room.id.in_(room_ids)))
    return {room.id: room for room in rows}


def room_times(
    session: Session, room_ids: Collection[int], whole: Timespan, *, but: int | None
) -> dict[int, list[Taken]]:
    """When rooms are taken within `whole` by other gatherings than `but`. One statement."""
    rows = session.scalars(
        select(Meeting)
        .where(
            Meeting.room_id.in_(room_ids),
            Meeting.active,
            Meeting.starts_at < whole.end,
            Meeting.ends_at > whole.start,
            Meeting.gathering_id != (but or 0),
        )
        .options(joinedload(Meeting.gathering))
        .order_by(Meeting.starts_at)
    )
    found: dict[int, list[Taken]] = {}
    for meeting in rows:
        if meeting.room_id is not None:
            taken = Taken(meeting.span, meeting.gathering.title)
            found.setdefault(meeting.room_id, []).append(taken)
    return found


def people_times(
    session: Session, person_ids: Collection[int], whole: Timespan, *, but: int | None
) -> dict[int, list[Taken]]:
    """Where people have to be within `whole`, apart from the gathering `but`. Four statements.

    Commitments, meetings of drafts that they are to lead, days away and what their own calendars
    are certain of; the last two are soft.
    """
    found: dict[int, list[Taken]] = {}
    for person_id, taken in (
        *_commitments(session, person_ids, whole, but),
        *_drafts(session, person_ids, whole, but),
        *_days_away(session, person_ids, whole),
        *_of_own_calendars(session, person_ids, whole),
    ):
        found.setdefault(person_id, []).append(taken)
    return found


def _commitments(
    session: Session, person_ids: Collection[int], whole: Timespan, but: int | None
) -> Iterable[tuple[int, Taken]]:
    own = select(Meeting.id).where(Meeting.gathering_id == (but or 0))
    rows = session.scalars(
        select(Commitment)
        .where(
            Commitment.person_id.in_(person_ids),
            Commitment.active,
            Commitment.starts_at < whole.end,
            Commitment.ends_at > whole.start,
            (Commitment.kind != CommitmentKind.TEACHING) | Commitment.source_id.not_in(own),
        )
        .order_by(Commitment.starts_at)
    )
    for row in rows:
        yield row.person_id, Taken(Timespan(row.starts_at, row.ends_at), row.title, row.hard)


def _drafts(
    session: Session, person_ids: Collection[int], whole: Timespan, but: int | None
) -> Iterable[tuple[int, Taken]]:
    rows = session.execute(
        select(MeetingTrainer.person_id, Meeting.starts_at, Meeting.ends_at, Gathering.title)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .join(Gathering, Gathering.id == Meeting.gathering_id)
        .where(
            MeetingTrainer.person_id.in_(person_ids),
            Gathering.state == GatheringState.DRAFT,
            Gathering.id != (but or 0),
            Meeting.starts_at < whole.end,
            Meeting.ends_at > whole.start,
        )
        .order_by(Meeting.starts_at)
    )
    for person_id, starts_at, ends_at, title in rows:
        yield person_id, Taken(Timespan(starts_at, ends_at), title)


def _days_away(
    session: Session, person_ids: Collection[int], whole: Timespan
) -> Iterable[tuple[int, Taken]]:
    rows = session.scalars(
        select(Absence)
        .where(
            Absence.person_id.in_(person_ids),
            Absence.starts_on <= (whole.end + A_DAY).date(),
            Absence.ends_on >= (whole.start - A_DAY).date(),
        )
        .options(joinedload(Absence.person).joinedload(Person.site))
        .order_by(Absence.starts_on)
    )
    for row in rows:
        days = Timespan.from_days(Days(row.starts_on, row.ends_on), row.person.site.timezone)
        yield row.person_id, Taken(days, "", hard=False)


def _of_own_calendars(
    session: Session, person_ids: Collection[int], whole: Timespan
) -> Iterable[tuple[int, Taken]]:
    for person_id, times in imported(session, sorted(person_ids), whole).items():
        for each in times:
            if each.kind is BusyKind.OWN:
                yield person_id, Taken(each.span, "", hard=False, is_imported=True)


def holidays(
    session: Session, site_id: int, *, first: date, after: date
) -> dict[date, PublicHoliday]:
    """Public holidays of a site within `[first, after)`, by day. One statement."""
    rows = session.scalars(
        select(PublicHoliday).where(
            PublicHoliday.site_id == site_id,
            PublicHoliday.day >= first,
            PublicHoliday.day < after,
        )
    )
    return {row.day: row for row in rows}


def people(session: Session, person_ids: Collection[int]) -> Sequence[Person]:
    """People by their keys. One statement."""
    return session.scalars(select(Person).where(Person.id.in_(person_ids))).all()


def whole_of(spans: Sequence[Timespan]) -> Timespan:
    """From the first instant of some spans to the last."""
    return Timespan(min(span.start for span in spans), max(span.end for span in spans))


def met(span: Timespan, times: Iterable[Taken]) -> Taken | None:
    """The first of these times that a span overlaps, or None."""
    return next((taken for taken in times if taken.span.overlaps(span)), None)

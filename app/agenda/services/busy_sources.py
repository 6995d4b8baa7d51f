"""Bring busy times from outside calendars here, keep them fresh, and forget them again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import BusyTime, CalendarSource, Firmness, SourceKind, SourceState
from app.agenda.services.sealing import BrokenSealError, seal, unseal
from app.audit.models import AuditKind
from app.audit.services import record
from app.calendars.fetching import UNKNOWN, Validators
from app.calendars.reading.merging import BusySpans, busy_spans
from app.calendars.reading.reader import Reading
from app.domain.refusals import N_, Refusal
from app.people.models import Person, Site

MOST_SOURCES = 5
MOST_AT_ONCE = 20
LEASE = timedelta(minutes=5)
AGAIN_AFTER = timedelta(minutes=2)  # between two looks somebody asks for
HORIZON_KEPT = timedelta(days=370)  # with less ahead, "nothing changed" is no answer
PAST_KEPT = timedelta(days=30)
ENTER_AGAIN = N_("Please enter the address again: it can no longer be decrypted.")


class TooManySources(Refusal):
    """More calendars than one person has."""

    msgid = N_("You can bring up to %(most)s calendars. Please remove one first.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading gives: when its owner is busy, how far ahead that is known, and what to say.

    `note` counts what could not be read: {skipped: {reason: number}, remarks: [sentence]}.
    """

    spans: BusySpans
    known_until: datetime
    note: dict[str, Any]
    validators: Validators = UNKNOWN


@dataclass(frozen=True, slots=True)
class Due:
    """A calendar to look at: `url` is None when its seal is broken."""

    source_id: int
    url: str | None
    validators: Validators
    zone: ZoneInfo
    all_day_counts: bool
    failures: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose calendar it is, what pages show of where it comes from, and whether days count."""

    person_id: int
    shown: str
    all_day_counts: bool = field(default=False, kw_only=True)


def taken(
    reading: Reading,
    zone: ZoneInfo,
    *,
    all_day_counts: bool,
    known_until: datetime,
    validators: Validators = UNKNOWN,
) -> Taken:
    """Make the busy times of a reading that was not refused; titles never got this far."""
    reasons = Counter(one.reason for one in reading.skipped)
    return Taken(
        spans=busy_spans(reading.occurrences, zone, all_day_counts=all_day_counts),
        known_until=known_until,
        note={"skipped": dict(reasons.most_common(10)), "remarks": list(reading.remarks)},
        validators=validators,
    )


def add_address(
    session: Session, origin: Origin, url: str, *, secret: str, at: datetime
) -> CalendarSource:
    """Follow a calendar at an address; a worker looks soon. Raises TooManySources.

    `url` was judged by `calendars.addresses.parse`; `secret` is the installation's.
    """
    source = _new(session, origin, SourceKind.URL, at)
    source.sealed_address, source.next_due_at = seal(url, secret=secret), at
    return _added(session, source, at)


def add_file(session: Session, origin: Origin, found: Taken, *, at: datetime) -> CalendarSource:
    """Keep the busy times of a file; the file itself is not kept. Raises TooManySources."""
    source = _added(session, _new(session, origin, SourceKind.FILE, at), at)
    _replace(session, source, found, at)
    return source


def remove(session: Session, source: CalendarSource, *, at: datetime) -> None:
    """Forget a calendar with all its busy times."""
    _record(session, source, at, "removed")
    session.delete(source)


def count_days(session: Session, source: CalendarSource, *, counts: bool, at: datetime) -> None:
    """Let whole days count or not; an address is read anew for it."""
    source.all_day_counts = counts
    source.etag = source.last_modified = None
    source.next_due_at = at
    _record(session, source, at, "days")


def look_soon(source: CalendarSource, *, at: datetime) -> bool:
    """Make an address due now, unless it was looked at a moment ago; says whether it is."""
    if source.last_tried_at is not None and at < source.last_tried_at + AGAIN_AFTER:
        return False
    source.next_due_at = at
    return True


def claim_due(session: Session, *, secret: str, at: datetime) -> list[Due]:
    """Take the addresses that are due, at most 20, and let nobody else look for five minutes."""
    rows = session.execute(
        select(CalendarSource, Site.zone)
        .join(Person, Person.id == CalendarSource.person_id)
        .join(Site, Site.id == Person.site_id)
        .where(
            CalendarSource.next_due_at <= at,
            or_(Person.left_on.is_(None), Person.left_on > at.date()),
        )
        .order_by(CalendarSource.next_due_at, CalendarSource.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True, of=CalendarSource)
    ).all()
    for source, _zone in rows:
        source.next_due_at = at + LEASE
    return [_due(source, zone, secret, at) for source, zone in rows]


def take_in(
    session: Session, source_id: int, found: Taken, *, at: datetime, next_at: datetime
) -> None:
    """Replace the busy times of an address by those just read; nothing when it is gone."""
    source = _locked(session, source_id)
    if source is None:
        return
    _replace(session, source, found, at)
    source.next_due_at = next_at


def note_unchanged(session: Session, source_id: int, *, at: datetime, next_at: datetime) -> None:
    """Its server says that nothing changed: what is stored is as good as new."""
    source = _locked(session, source_id)
    if source is None:
        return
    source.state, source.problem, source.failures = SourceState.GOOD, None, 0
    source.last_tried_at = source.last_good_at = at
    source.next_due_at = next_at


def note_failure(
    session: Session, source_id: int, problem: str, *, at: datetime, next_at: datetime
) -> None:
    """Say what went wrong, an English sentence; the busy times of the last good time stay."""
    source = _locked(session, source_id)
    if source is None:
        return
    source.state, source.problem = SourceState.FAILING, problem
    source.failures += 1
    source.last_tried_at, source.next_due_at = at, next_at


def forget_past(session: Session, *, at: datetime) -> None:
    """Drop busy times that are long over, and all calendars of people who left. Two statements."""
    session.execute(delete(BusyTime).where(BusyTime.ends_at < at - PAST_KEPT))
    left = select(Person.id).where(Person.left_on <= at.date())
    session.execute(delete(CalendarSource).where(CalendarSource.person_id.in_(left)))


def _new(session: Session, origin: Origin, kind: SourceKind, at: datetime) -> CalendarSource:
    owned = session.scalar(
        select(func.count())
        .select_from(CalendarSource)
        .where(CalendarSource.person_id == origin.person_id)
    )
    if (owned or 0) >= MOST_SOURCES:
        raise TooManySources(most=MOST_SOURCES)
    return CalendarSource(
        person_id=origin.person_id,
        kind=kind,
        shown=origin.shown[:255],
        state=SourceState.NEW,
        all_day_counts=origin.all_day_counts,
        failures=0,
        created_at=at,
    )


def _added(session: Session, source: CalendarSource, at: datetime) -> CalendarSource:
    session.add(source)
    session.flush()  # its key names the entry in the log
    _record(session, source, at, "added")
    return source


def _replace(session: Session, source: CalendarSource, found: Taken, at: datetime) -> None:
    session.execute(delete(BusyTime).where(BusyTime.source_id == source.id))
    rows = [
        {
            "source_id": source.id,
            "person_id": source.person_id,
            "starts_at": start,
            "ends_at": end,
            "kind": kind,
        }
        for kind, spans in (
            (Firmness.HARD, found.spans.firm),
            (Firmness.SOFT, found.spans.uncertain),
        )
        for start, end in spans
    ]
    if rows:
        session.execute(insert(BusyTime), rows)
    source.state, source.problem, source.failures = SourceState.GOOD, None, 0
    source.last_tried_at = source.last_good_at = at
    source.known_until, source.note = found.known_until, found.note
    source.etag, source.last_modified = found.validators.etag, found.validators.last_modified


def _locked(session: Session, source_id: int) -> CalendarSource | None:
    return session.get(CalendarSource, source_id, with_for_update=True)


def _due(source: CalendarSource, zone: str, secret: str, at: datetime) -> Due:
    try:
        url = unseal(source.sealed_address or b"", secret=secret)
    except BrokenSealError:
        url = None
    is_fresh = source.known_until is not None and source.known_until > at + HORIZON_KEPT
    known = Validators(source.etag, source.last_modified) if is_fresh else UNKNOWN
    return Due(source.id, url, known, ZoneInfo(zone), source.all_day_counts, source.failures)


def _record(session: Session, source: CalendarSource, at: datetime, what: str) -> None:
    record(
        session,
        AuditKind.BUSY_SOURCE_CHANGED,
        actor_id=source.person_id,
        subject=f"calendar_source:{source.id}",
        at=at,
        what=what,
        source_kind=source.kind.value,
    )

"""The catalogue as one reader browses it: courses, their next dates, who waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.domain.collation import sort_key
from app.gatherings.models import (
    Certificate,
    Course,
    CourseAudience,
    CourseInterest,
    Gathering,
    Topic,
)
from app.gatherings.queries.offers import Offer, Reader, offers, upcoming_sessions


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks for; empty values narrow nothing. Dates begin before `before`."""

    text: str = ""
    topic: Topic | None = None
    site_id: int | None = None
    language: str = ""
    before: datetime | None = None
    fits: bool = False

    @property
    def asks_for_dates(self) -> bool:
        """Whether courses without a fitting date are left out."""
        return bool(self.site_id or self.language or self.before or self.fits)


@dataclass(frozen=True, slots=True)
class Entry:
    """A course of the catalogue, its fitting dates, and how many wait for one (the reader too).

    `is_certified` says that the reader holds a valid certificate of it.
    """

    course: Course
    offers: list[Offer]
    waiting: int = 0
    is_waiting: bool = False
    is_certified: bool = False


def entries(session: Session, reader: Reader, wanted: Wanted, locale: str) -> list[Entry]:
    """Courses with their dates: those with the next date first, undated ones by title.

    Fifteen statements whatever the number of courses and dates.
    """
    courses = [each for each in _offered(session, reader.today) if _speaks_of(each, wanted, locale)]
    dates = upcoming_sessions(session, [each.id for each in courses], at=reader.at)
    found: dict[int, list[Offer]] = {each.id: [] for each in courses}
    for offer in offers(session, dates, reader):
        if offer.gathering.course_id is not None and _fits(offer, wanted):
            found[offer.gathering.course_id].append(offer)
    waiting = interest(session, reader.person_id)
    held = own_certificates(session, reader.person_id)
    valid = {key for key, row in held.items() if is_valid(row, reader.today)}
    listed = [
        Entry(each, found[each.id], *waiting.get(each.id, (0, False)), each.id in valid)
        for each in courses
        if found[each.id] or not wanted.asks_for_dates
    ]
    return sorted(listed, key=lambda entry: _order(entry, locale))


def _order(entry: Entry, locale: str) -> tuple[bool, float, object]:
    first = entry.offers[0].gathering.starts_at.timestamp() if entry.offers else 0.0
    return not entry.offers, first, sort_key(entry.course.title(locale))


def _offered(session: Session, today: date) -> Sequence[Course]:
    return session.scalars(
        select(Course)
        .where(or_(Course.retired_on.is_(None), Course.retired_on > today))
        .options(selectinload(Course.audience).joinedload(CourseAudience.department))
        .order_by(Course.id)
    ).all()


def _speaks_of(course: Course, wanted: Wanted, locale: str) -> bool:
    if wanted.topic is not None and course.topic is not wanted.topic:
        return False
    texts = (course.title(locale), course.summary(locale), *course.goals(locale))
    return _folded(wanted.text) in " ".join(_folded(text) for text in texts)


def _folded(text: str) -> str:
    return sort_key(text)[0][0]


def _fits(offer: Offer, wanted: Wanted) -> bool:
    gathering = offer.gathering
    return (
        wanted.site_id in {None, gathering.site_id}
        and wanted.language in {"", gathering.language}
        and (wanted.before is None or gathering.starts_at < wanted.before)
        and (offer.fits or not wanted.fits)
    )


def interest(session: Session, person_id: int) -> dict[int, tuple[int, bool]]:
    """Course id -> how many wait for a date, and whether this person does. One statement."""
    rows = session.execute(
        select(
            CourseInterest.course_id,
            func.count(),
            func.count().filter(CourseInterest.person_id == person_id),
        ).group_by(CourseInterest.course_id)
    )
    return {course_id: (every, bool(own)) for course_id, every, own in rows}


def own_certificates(session: Session, person_id: int) -> dict[int, Certificate]:
    """Course id -> the person's certificate that is valid longest. One statement."""
    rows = session.scalars(
        select(Certificate).where(
            Certificate.person_id == person_id, Certificate.withdrawn_at.is_(None)
        )
    )
    return {
        row.course_id: row
        for row in sorted(rows, key=lambda row: (row.valid_until or date.max, row.id))
    }


def is_valid(certificate: Certificate | None, day: date) -> bool:
    """Whether somebody holds a certificate that has not run out on a day."""
    if certificate is None:
        return False
    return certificate.valid_until is None or certificate.valid_until >= day


def languages(session: Session, *, at: datetime) -> list[str]:
    """The languages in which something is still to come. One statement."""
    return list(
        session.scalars(
            select(Gathering.language).where(Gathering.ends_at > at).distinct().order_by("language")
        )
    )


def of_course(session: Session, course: Course, reader: Reader) -> list[Offer]:
    """The dates of one course to come, as the reader sees them. Eleven statements."""
    return offers(session, upcoming_sessions(session, [course.id], at=reader.at), reader)

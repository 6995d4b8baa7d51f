"""HR keeps the catalogue: writes courses, changes them, retires them and brings them back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.circles import way_back
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.gatherings.models import Course, CourseAudience, CoursePrerequisite, Topic
from app.gatherings.queries import course_list as queries
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify


class TitleTaken(Invalid):
    """Titles tell courses apart, in each language."""

    msgid = N_("Another course already has this title.")


class AsksForItself(Invalid):
    """Prerequisites that lead back to the course could never be met."""

    msgid = N_("This does not work: “%(first)s” in turn asks for this course (%(way)s).")

    def __init__(self, way: list[Course], locale: str) -> None:
        titles = [course.title(locale) for course in way]
        super().__init__(first=titles[0], way=" → ".join(titles))
        self.way = way

    def told_in(self, locale: str) -> AsksForItself:
        """The same in the language of `locale`."""
        return AsksForItself(self.way, locale)


class AlreadyRetired(Refusal):
    """It is no longer offered anyway."""

    msgid = N_("This course is no longer offered.")


class NotRetired(Refusal):
    """It is offered anyway."""

    msgid = N_("This course is offered already.")


@dataclass(frozen=True, slots=True)
class CourseFields:
    """What is entered for a course; `validity_months` None means that it never runs out."""

    topic: Topic
    title_de: str
    title_en: str
    summary_de: str
    summary_en: str
    goals_de: str
    goals_en: str
    joint_task_de: str
    joint_task_en: str
    minutes: int
    validity_months: int | None
    needs_approval: bool
    departments: frozenset[int] = field(default=frozenset())
    required: frozenset[int] = field(default=frozenset())

    def columns(self) -> dict[str, object]:
        """What stands in the course's own row."""
        values = asdict(self)
        del values["departments"], values["required"]
        return values


def write(session: Session, fields: CourseFields, *, by: int | None, at: datetime) -> Course:
    """Add a course to the catalogue. Raises TitleTaken."""
    _refuse_taken_titles(session, fields, but=None)
    course = Course(**fields.columns(), created_at=at, audience=[], prerequisites=[])
    session.add(course)
    _relate(course, fields)
    session.flush()  # the audit entry needs the key
    _record(session, course, by, at, change="written")
    return course


def change(
    session: Session,
    course: Course,
    fields: CourseFields,
    *,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """Change a course found by `course_list.find`. Sessions keep the title they were booked by.

    Raises Stale, TitleTaken and AsksForItself.
    """
    _refuse_stale(course, opened_on)
    _refuse_taken_titles(session, fields, but=course.id)
    _refuse_circle(session, course, fields)
    changed = [name for name, value in fields.columns().items() if getattr(course, name) != value]
    for name in changed:
        setattr(course, name, getattr(fields, name))
    if _relations(course) != (fields.departments, fields.required):
        course.version += 0 if changed else 1  # another audience is another version as well
        _relate(course, fields)
        changed.append("relations")
    if changed:
        _record(session, course, by, at, change="changed", fields=sorted(changed))


def retire(
    session: Session, course: Course, *, opened_on: int, today: date, by: int, at: datetime
) -> None:
    """Take a course out of the catalogue; sessions that are announced still take place.

    Who waits for a date is told, and keeps the rank should it come back. Raises Stale and
    AlreadyRetired.
    """
    _refuse_stale(course, opened_on)
    if course.retired_on is not None:
        raise AlreadyRetired
    course.retired_on = today
    session.flush()  # the notice names this version of the course
    _tell_waiting(session, course, at)
    _record(session, course, by, at, change="retired")


def bring_back(session: Session, course: Course, *, opened_on: int, by: int, at: datetime) -> None:
    """Offer a retired course again. Raises Stale and NotRetired."""
    _refuse_stale(course, opened_on)
    if course.retired_on is None:
        raise NotRetired
    course.retired_on = None
    _record(session, course, by, at, change="brought back")


def _tell_waiting(session: Session, course: Course, at: datetime) -> None:
    """Tell everybody who waits for a date, with the title in their own language."""
    waiting = queries.waiting_for(session, course.id, today=at.date())
    for locale in ("de", "en"):
        people = [one.person.id for one in waiting if (one.person.locale or "de") == locale]
        message = Message(
            topic=NoticeTopic.BOOKINGS,
            title=N_("No longer offered: %(course)s"),
            text=N_("You wait for a date of it. There will be none for now; your rank is kept."),
            path="/trainings",
            action=N_("Look at other courses"),
            params={"course": course.title(locale)},
        )
        key = f"course:{course.id}:v{course.version}:retired"
        notify(session, message, to=people, key=key, at=at)


def _refuse_stale(course: Course, opened_on: int) -> None:
    if course.version != opened_on:
        raise Stale


def _refuse_taken_titles(session: Session, fields: CourseFields, *, but: int | None) -> None:
    rows = session.execute(select(Course.id, Course.title_de, Course.title_en))
    wanted = (fields.title_de.casefold(), fields.title_en.casefold())
    for key, german, english in rows:
        taken = german.casefold() == wanted[0] or english.casefold() == wanted[1]
        if taken and key != but:
            raise TitleTaken


def _refuse_circle(session: Session, course: Course, fields: CourseFields) -> None:
    way = way_back(queries.asks_for(session), course.id, sorted(fields.required))
    if not way:
        return
    known = queries.titled(session, way)
    raise AsksForItself([known[key] for key in way], "en")


def _relations(course: Course) -> tuple[frozenset[int], frozenset[int]]:
    return (
        frozenset(row.department_id for row in course.audience),
        frozenset(row.required_id for row in course.prerequisites),
    )


def _relate(course: Course, fields: CourseFields) -> None:
    kept_audience = [row for row in course.audience if row.department_id in fields.departments]
    kept_needs = [row for row in course.prerequisites if row.required_id in fields.required]
    departments, required = _relations(course)
    course.audience = kept_audience + [
        CourseAudience(department_id=key) for key in sorted(fields.departments - departments)
    ]
    course.prerequisites = kept_needs + [
        CoursePrerequisite(required_id=key) for key in sorted(fields.required - required)
    ]


def _record(
    session: Session, course: Course, by: int | None, at: datetime, **detail: object
) -> None:
    subject = f"course:{course.id}"
    record(session, AuditKind.COURSE_CHANGED, actor_id=by, subject=subject, at=at, **detail)

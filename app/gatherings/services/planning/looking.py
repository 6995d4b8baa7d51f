"""What stands against a plan, what should be known before it is kept, and until when to cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.planned import Fault, PlannedMeeting, SessionPlan, faults
from app.domain.refusals import N_, Invalid
from app.domain.seats import cancel_until
from app.domain.seats.refusals import OnAHoliday
from app.domain.timespan import ONE_DAY, Timespan
from app.gatherings.models import Room
from app.gatherings.queries.planning import clashes
from app.gatherings.queries.planning.clashes import Taken
from app.people.models import Person, PublicHoliday, Site

BACK = timedelta(days=120)  # holidays that notice may have to leap over
SATURDAY = 6
WHOLE_DAY = timedelta(hours=20)  # longer ones are told by their days


class RoomTakenThen(Invalid):
    """Another session meets there."""

    msgid = N_("%(room)s is taken on %(day)s from %(start)s to %(end)s: “%(title)s”.")


class TrainerElsewhere(Invalid):
    """A trainer has to be somewhere else."""

    msgid = N_("%(name)s is elsewhere on %(day)s from %(start)s to %(end)s: “%(title)s”.")


class TrainerElsewhereForDays(Invalid):
    """A trainer has to be somewhere else for some days."""

    msgid = N_("%(name)s is elsewhere from %(first)s to %(last)s: “%(title)s”.")


class TrainerLeft(Invalid):
    """Nobody leads anything after the last day of their employment."""

    msgid = N_("%(name)s will have left the company on %(day)s.")


class RoomOfAnotherSite(Invalid):
    """A room stands where it stands."""

    msgid = N_("%(room)s is at another site.")


class RoomTooSmall(Invalid):
    """Nobody stands."""

    msgid = N_("%(room)s has %(seats)s seats only.")


class RoomClosed(Invalid):
    """Rooms come to an end."""

    msgid = N_("%(room)s is closed on that day.")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth knowing that forbids nothing; `msgid` with the values of its sentence."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


ON_A_WEEKEND = N_("%(day)s is on a weekend.")
TRAINER_AWAY = N_("%(name)s has days off on %(day)s.")
TRAINER_BUSY = N_("%(name)s is engaged on %(day)s, though not for certain: “%(title)s”.")
TRAINER_OWN_CALENDAR = N_("%(name)s is busy on %(day)s according to their own calendar.")
OF_TRAINERS = frozenset({TRAINER_AWAY, TRAINER_BUSY, TRAINER_OWN_CALENDAR})
OTHER_LENGTH = N_("The meetings last %(planned)s, the course %(course)s.")
NO_NOTICE = N_("With this notice nobody could cancel any more.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a plan; `cancel_until` is a UTC instant, `minutes` all meetings added.

    `zone` is that of the site.
    """

    faults: tuple[Fault, ...]
    hints: tuple[Hint, ...] = ()
    cancel_until: datetime | None = None
    minutes: int = 0
    zone: str = "UTC"

    @property
    def of_trainers(self) -> list[Hint]:
        """What trainers have beside it, which is told also to whoever did not ask first."""
        return [hint for hint in self.hints if hint.msgid in OF_TRAINERS]


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and when a plan is looked at; `but` is the gathering that is planned anew."""

    at: datetime
    locale: str
    course_minutes: int
    but: int | None = None


def look(session: Session, plan: SessionPlan, asked: Asked) -> Preview:
    """Judge a plan whole. Eight statements, whatever it holds."""
    site = session.get_one(Site, plan.site_id)
    own = faults(plan, zone=site.timezone, at=asked.at)
    if not plan.meetings:
        return Preview(tuple(own))
    holidays = _holidays(session, plan, site)
    in_rooms = _of_rooms(session, plan, site, asked)
    of_people, hints = _of_people(session, plan, site, asked)
    on_holidays = list(_on_holidays(plan, site, holidays, asked.locale))
    until = cancel_until(
        plan.starts_at, plan.cancel_days, zone=site.timezone, holidays=set(holidays)
    )
    minutes = _minutes(plan)
    more = _hints(plan, site, asked, until, minutes)
    return Preview(
        (*own, *on_holidays, *in_rooms, *of_people), (*more, *hints), until, minutes, site.zone
    )


def _holidays(session: Session, plan: SessionPlan, site: Site) -> dict[date, PublicHoliday]:
    first = (plan.starts_at - BACK).date()
    after = plan.ends_at.astimezone(site.timezone).date() + ONE_DAY
    return clashes.holidays(session, site.id, first=first, after=after)


def _minutes(plan: SessionPlan) -> int:
    lasting = (meeting.span.end - meeting.span.start for meeting in plan.meetings)
    return int(sum(lasting, timedelta()).total_seconds()) // 60


def _hints(
    plan: SessionPlan, site: Site, asked: Asked, until: datetime, minutes: int
) -> Iterable[Hint]:
    for meeting in plan.meetings:
        day = meeting.span.start.astimezone(site.timezone).date()
        if day.isoweekday() >= SATURDAY:
            yield Hint(ON_A_WEEKEND, {"day": day.isoformat()})
    if minutes != asked.course_minutes:
        yield Hint(
            OTHER_LENGTH,
            {
                "planned": timedelta(minutes=minutes),
                "course": timedelta(minutes=asked.course_minutes),
            },
        )
    if until <= asked.at:
        yield Hint(NO_NOTICE)


def _on_holidays(
    plan: SessionPlan, site: Site, holidays: Mapping[date, PublicHoliday], locale: str
) -> Iterable[Fault]:
    for number, meeting in enumerate(plan.meetings):
        day = meeting.span.start.astimezone(site.timezone).date()
        if day in holidays:
            found = holidays[day]
            name = found.name_de if locale.startswith("de") else found.name_en
            yield Fault("day", OnAHoliday(day=day.isoformat(), holiday=name), number)


def _of_rooms(session: Session, plan: SessionPlan, site: Site, asked: Asked) -> list[Fault]:
    wanted = {one.room_id for one in plan.meetings if one.room_id is not None}
    rooms = clashes.rooms(session, wanted)
    whole = clashes.whole_of([one.span for one in plan.meetings])
    times = clashes.room_times(session, wanted, whole, but=asked.but)
    return [
        Fault("room_id", refusal, number)
        for number, meeting in enumerate(plan.meetings)
        if meeting.room_id is not None
        for refusal in _against_room(plan, meeting, rooms[meeting.room_id], site, times)
    ]


def _against_room(
    plan: SessionPlan,
    meeting: PlannedMeeting,
    room: Room,
    site: Site,
    times: Mapping[int, Sequence[Taken]],
) -> Iterable[Invalid]:
    if room.site_id != site.id:
        yield RoomOfAnotherSite(room=room.name)
    if room.seats < plan.capacity:
        yield RoomTooSmall(room=room.name, seats=room.seats)
    day = meeting.span.end.astimezone(site.timezone).date()
    if room.closed_on is not None and day >= room.closed_on:
        yield RoomClosed(room=room.name)
    taken = clashes.met(meeting.span, times.get(room.id, ()))
    if taken is not None:
        when = _wall(taken.span, site.timezone)
        yield RoomTakenThen(room=room.name, title=taken.title, **when)


def _of_people(
    session: Session, plan: SessionPlan, site: Site, asked: Asked
) -> tuple[list[Fault], list[Hint]]:
    if not plan.trainers:
        return [], []
    whole = clashes.whole_of([one.span for one in plan.meetings])
    times = clashes.people_times(session, plan.trainers, whole, but=asked.but)
    people = clashes.people(session, plan.trainers)
    found: list[Fault] = []
    hints: list[Hint] = []
    for number, meeting in enumerate(plan.meetings):
        for person in sorted(people, key=lambda one: one.id):
            if person.id not in meeting.trainers:
                continue
            taken = times.get(person.id, ())
            refusals = _against_trainer(person, meeting, taken, site.timezone)
            found += [Fault("trainers", refusal, number) for refusal in refusals]
            hints += _hints_of_trainer(person, meeting, taken, site.timezone)
    return found, hints


def _against_trainer(
    person: Person, meeting: PlannedMeeting, times: Sequence[Taken], zone: ZoneInfo
) -> Iterable[Invalid]:
    day = meeting.span.start.astimezone(zone).date()
    if person.left_on is not None and day >= person.left_on:
        yield TrainerLeft(name=person.name, day=day.isoformat())
    against = clashes.met(meeting.span, (taken for taken in times if taken.hard))
    if against is not None:
        yield _elsewhere(person.name, against, zone)


def _hints_of_trainer(
    person: Person, meeting: PlannedMeeting, times: Sequence[Taken], zone: ZoneInfo
) -> Iterable[Hint]:
    """What warns of a meeting, each kind of thing once."""
    found: dict[str, Hint] = {}
    for taken in times:
        if not taken.hard and taken.span.overlaps(meeting.span):
            hint = _beside(person.name, taken, meeting, zone)
            found.setdefault(hint.msgid, hint)
    return found.values()


def _elsewhere(name: str, taken: Taken, zone: ZoneInfo) -> Invalid:
    if taken.span.end - taken.span.start < WHOLE_DAY:
        return TrainerElsewhere(name=name, title=taken.title, **_wall(taken.span, zone))
    first = taken.span.start.astimezone(zone).date()
    last = (taken.span.end - timedelta(microseconds=1)).astimezone(zone).date()
    return TrainerElsewhereForDays(
        name=name, title=taken.title, first=first.isoformat(), last=last.isoformat()
    )


def _beside(name: str, taken: Taken, meeting: PlannedMeeting, zone: ZoneInfo) -> Hint:
    day = meeting.span.start.astimezone(zone).date().isoformat()
    if taken.is_imported:
        return Hint(TRAINER_OWN_CALENDAR, {"name": name, "day": day})
    if not taken.title:
        return Hint(TRAINER_AWAY, {"name": name, "day": day})
    return Hint(TRAINER_BUSY, {"name": name, "day": day, "title": taken.title})


def _wall(span: Timespan, zone: ZoneInfo) -> dict[str, str]:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return {"day": start.date().isoformat(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}

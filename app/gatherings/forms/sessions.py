"""Forms of planned sessions: the whole plan, other times, other seats, calling off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app.domain.planned import Fault, PlannedMeeting, SessionPlan
from app.domain.timespan import (
    ONE_DAY,
    EndsBeforeItStarts,
    SkippedHour,
    Timespan,
    from_local,
    start_of,
)
from app.gatherings.forms.fields import NEEDED, Boxes, offer, pick, whole
from app.gatherings.models import Gathering, Room
from app.gatherings.services.planning import Terms
from app.people.models import Department, Person, Site
from app.web.form import Day, Form, LongText, Text, VersionedForm

MOST_MEETINGS = 20
LANGUAGES = {"de": _l("German"), "en": _l("English")}
OF_A_MEETING = ("day", "starts", "ends", "room_id", "place", "link")


def web_address(_form: object, field: Any) -> None:
    """Only links that a browser opens as a page."""
    try:
        parts = urlsplit(field.data or "")
    except ValueError as error:
        raise ValidationError(
            _l("Please enter a whole address, beginning with https://.")
        ) from error
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValidationError(_l("Please enter a whole address, beginning with https://."))


class MeetingsForm(VersionedForm):
    """Numbered rows of meetings; `with_meetings` makes the class that has them.

    Times are wall-clock times of the site.
    """

    count = HiddenField()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each meeting by their short names."""
        return [
            {name: self[f"{name}_{number}"] for name in OF_A_MEETING}
            for number in range(int(self.count.data))
        ]

    def offer_rooms(self, rooms: Sequence[Room]) -> None:
        """Fill the rooms of every row."""
        options = [(room.id, f"{room.name} · {room.site.name} ({room.seats})") for room in rooms]
        for row in self.rows:
            offer(row["room_id"], options, empty=_("no room"))

    def meetings(self, zone: ZoneInfo) -> list[PlannedMeeting] | None:
        """What was entered; None with errors beside the fields where a time cannot be."""
        found = [_meeting(row, zone) for row in self.rows]
        return [one for one in found if one is not None] if None not in found else None

    def show(self, faults: Iterable[Fault], said: Any) -> None:
        """Put each fault beside its field; `said` writes a refusal in the reader's language."""
        for fault in faults:
            name = fault.field if fault.meeting is None else f"{fault.field}_{fault.meeting}"
            field = self[name] if name in self else self["day_0"]
            field.errors = [*field.errors, said(fault.refusal)]


def _meeting(row: Mapping[str, Any], zone: ZoneInfo) -> PlannedMeeting | None:
    span = _span(row, zone)
    if span is None:
        return None
    return PlannedMeeting(span, row["room_id"].data, row["place"].data, row["link"].data)


def _span(row: Mapping[str, Any], zone: ZoneInfo) -> Timespan | None:
    instants = []
    for name in ("starts", "ends"):
        wall = datetime.combine(row["day"].data, row[name].data)
        try:
            instants.append(from_local(wall, zone))
        except SkippedHour as refusal:
            row[name].errors = [*row[name].errors, _(refusal.msgid)]
            return None
    try:
        return Timespan(*instants)
    except EndsBeforeItStarts as refusal:
        row["ends"].errors = [*row["ends"].errors, _(refusal.msgid)]
        return None


class SessionForm(MeetingsForm):
    """A session of a course before it is announced."""

    language = SelectField(_l("Language"))
    site_id = pick(_l("Site"), [InputRequired(NEEDED)])
    trainers = Boxes(_l("Trainers"), description=_l("They lead all of its meetings."))
    capacity = whole(_l("Seats"), 1, 500)
    minimum = whole(
        _l("Needed at least"), 0, 500, description=_l("0 when it takes place in any case.")
    )
    decide_on = Day(
        _l("Decided on"),
        [Optional()],
        description=_l("HR is warned before, and confirms or calls off."),
    )
    opens_on = Day(_l("Booking opens on"), [InputRequired(NEEDED)])
    closes_on = Day(_l("Last day to book"), [InputRequired(NEEDED)])
    cancel_days = whole(
        _l("Notice to cancel, in working days"),
        0,
        30,
        description=_l("Holidays of the site do not count. “Check” shows until when."),
    )
    needs_approval = BooleanField(_l("The participant's lead has to approve"))
    release_on = Day(
        _l("Held seats are free for all from"),
        [Optional()],
        description=_l("Until then departments keep the seats below."),
    )
    note = LongText(
        _l("For participants"), description=_l("What to bring, to read before, how to get there.")
    )

    def offer_options(self, sites: Iterable[Site], trainers: Iterable[Person]) -> None:
        """Fill what can be chosen."""
        offer(self.language, [(code, str(label)) for code, label in LANGUAGES.items()])
        offer(self.site_id, [(site.id, site.name) for site in sites])
        offer(self.trainers, [(person.id, person.name) for person in trainers])

    def plan(self, zone: ZoneInfo) -> SessionPlan | None:
        """What was entered, None with errors beside the fields. Call it after `validate`."""
        meetings = self.meetings(zone)
        if meetings is None:
            return None
        starts_at = min(one.span.start for one in meetings)
        plain = (
            *("language", "site_id", "note", "capacity", "minimum", "decide_on"),
            *("cancel_days", "needs_approval", "release_on"),
        )
        return SessionPlan(
            meetings=tuple(meetings),
            trainers=frozenset(self.trainers.data or ()),
            opens_at=start_of(self.opens_on.data, zone),
            closes_at=closing(self.closes_on.data, starts_at, zone),
            held=self._held(),
            **{name: self[name].data for name in plain},
        )

    def _held(self) -> dict[int, int]:
        names = [name for name in self._fields if name.startswith("held_")]
        return {int(name[5:]): self[name].data for name in names if self[name].data}


def with_meetings(base: type[MeetingsForm], count: int) -> type[Any]:
    """The class of a form with so many rows of meetings."""
    fields: dict[str, Any] = {}
    for number in range(count):
        fields |= {
            f"day_{number}": Day(_l("Day"), [InputRequired(NEEDED)]),
            f"starts_{number}": TimeField(_l("Begins"), [InputRequired(NEEDED)]),
            f"ends_{number}": TimeField(_l("Ends"), [InputRequired(NEEDED)]),
            f"room_id_{number}": pick(_l("Room")),
            f"place_{number}": Text(_l("Or a place"), most=200),
            f"link_{number}": Text(_l("Link"), [Optional(), web_address], most=500),
        }
    return type(f"{base.__name__}{count}", (base,), fields)


def session_form(count: int, departments: Iterable[Department]) -> type[Any]:
    """The class of the whole plan's form: rows of meetings, and seats held per department."""
    held: dict[str, Any] = {
        f"held_{row.id}": whole(row.name, 0, 500, required=False) for row in departments
    }
    return type("PlanForm", (with_meetings(SessionForm, count),), held)


def counted(text: str | None) -> int:
    """How many rows a form was sent with, within bounds."""
    fine = text is not None and text.isascii() and text.isdecimal() and len(text) < 4  # noqa: PLR2004
    return min(max(int(text), 1), MOST_MEETINGS) if fine and text else 1


def one_more(values: Mapping[str, str]) -> dict[str, str]:
    """What changes in a sent form by another meeting, like the last one and a day later."""
    count = counted(values.get("count"))
    if count == MOST_MEETINGS:
        return {}
    more = {f"{name}_{count}": values.get(f"{name}_{count - 1}", "") for name in OF_A_MEETING}
    more["count"] = str(count + 1)
    with suppress(ValueError, OverflowError):  # no day yet, or none there is
        more[f"day_{count}"] = (date.fromisoformat(more[f"day_{count}"]) + ONE_DAY).isoformat()
    return more


def one_less(values: Mapping[str, str], gone: int) -> dict[str, str]:
    """What changes without the meeting numbered `gone` (from 0); one meeting always stays."""
    count = counted(values.get("count"))
    if count == 1 or gone >= count:
        return {}
    moved = {
        f"{name}_{number}": values.get(f"{name}_{number + 1}", "")
        for number in range(gone, count - 1)
        for name in OF_A_MEETING
    }
    return {**moved, "count": str(count - 1)}


def stored_meetings(gathering: Gathering) -> dict[str, Any]:
    """The rows of a form as they are stored, on the wall clock of the site."""
    zone = gathering.site.timezone
    found: dict[str, Any] = {"count": str(len(gathering.meetings))}
    for number, meeting in enumerate(gathering.meetings):
        starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
        found |= {
            f"day_{number}": starts.date(),
            f"starts_{number}": starts.time(),
            f"ends_{number}": ends.time(),
            f"room_id_{number}": meeting.room_id,
            f"place_{number}": meeting.place,
            f"link_{number}": meeting.link,
        }
    return found


def stored(gathering: Gathering) -> dict[str, Any]:
    """The whole plan as it is stored."""
    zone = gathering.site.timezone
    plain = ("language", "site_id", "note", "minimum", "decide_on", "cancel_days")
    return {
        **stored_meetings(gathering),
        **{name: getattr(gathering, name) for name in (*plain, "needs_approval", "release_on")},
        **{f"held_{row.department_id}": row.seats for row in gathering.held_seats},
        "version": str(gathering.version),
        "capacity": gathering.wanted_capacity,
        "opens_on": gathering.opens_at.astimezone(zone).date(),
        "closes_on": last_day_to_book(gathering, zone),
        "trainers": sorted(
            {row.person_id for meeting in gathering.meetings for row in meeting.trainers}
        ),
    }


def last_day_to_book(gathering: Gathering, zone: ZoneInfo) -> date:
    """The last day on which booking is open, at least for a part of it."""
    return (gathering.closes_at - timedelta(microseconds=1)).astimezone(zone).date()


def moved_by(values: Mapping[str, Any], days: timedelta) -> dict[str, Any]:
    """A stored plan, every day of it later by so many days, as the beginning of a copy."""
    return {
        name: value + days if isinstance(value, date) else value for name, value in values.items()
    }


def usual(first: date, course_minutes: int, *, needs_approval: bool) -> dict[str, Any]:
    """What a new session begins with: one meeting that ends before midnight."""
    ends = min(9 * 60 + course_minutes, 17 * 60)
    return {
        "count": "1",
        "day_0": first,
        "starts_0": time(9),
        "ends_0": time(ends // 60, ends % 60),
        "capacity": 12,
        "minimum": 0,
        "cancel_days": 3,
        "needs_approval": needs_approval,
    }


class TermsForm(VersionedForm):
    """What may still change after a session was announced."""

    trainers = Boxes(_l("Trainers"), description=_l("They lead all of its meetings."))
    minimum = whole(
        _l("Needed at least"), 0, 500, description=_l("0 when it takes place in any case.")
    )
    decide_on = Day(
        _l("Decided on"),
        [Optional()],
        description=_l("HR is warned before, and confirms or calls off."),
    )
    closes_on = Day(_l("Last day to book"), [InputRequired(NEEDED)])

    def offer_trainers(self, trainers: Iterable[Person], gathering: Gathering) -> None:
        """Fill the trainers: those of today, and those who lead it already."""
        leading = {row.person: None for one in gathering.meetings for row in one.trainers}
        known = {person.id: person.name for person in (*trainers, *leading)}
        offer(self.trainers, list(known.items()))

    def terms(self, gathering: Gathering) -> Terms:
        """What was entered. Call it after `validate`."""
        return Terms(
            frozenset(self.trainers.data or ()),
            self.minimum.data,
            self.decide_on.data,
            closing(self.closes_on.data, gathering.starts_at, gathering.site.timezone),
        )


def closing(last_day: date, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """When booking closes: with the end of its last day, on the first day with the start."""
    is_first_day = last_day == starts_at.astimezone(zone).date()
    return starts_at if is_first_day else start_of(last_day + ONE_DAY, zone)


class SeatsForm(VersionedForm):
    """Another number of seats."""

    seats = whole(_l("Seats"), 0, 500)


class NoteForm(VersionedForm):
    """What participants should know."""

    note = LongText(
        _l("For participants"), description=_l("What to bring, to read before, how to get there.")
    )


class CallOffForm(Form):
    """Why a session does not take place."""

    reason = Text(
        _l("Reason"),
        [DataRequired(NEEDED)],
        most=300,
        description=_l("Everybody who booked or waits reads it."),
    )

"""Forms of planned sessions: the whole plan, other times, other seats, calling off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app.domain.planned import Fault, PlannedMeeting, SessionPlan
from app.domain.timespan import (
    ONE_DAY,
    EndsBeforeItStarts,
    Timespan,
    start_of,
)
from app.gatherings.forms.fields import NEEDED, offer, pick, whole
from app.gatherings.forms.hours import WallClockForm, stored_hour
from app.gatherings.forms.leading import (
    EACH,
    LeadingForm,
    joined,
    split,
    stored_leading,
    trainers_of_meetings,
)
from app.gatherings.models import Gathering, Room
from app.gatherings.services.planning import Needs, Terms
from app.people.models import Department, Person, Site
from app.web.form import Day, Form, LongText, Text, VersionedForm

MOST_MEETINGS = 20
LANGUAGES = {"de": _l("German"), "en": _l("English")}
OF_A_MEETING = ("day", "starts", "ends", "room_id", "place", "link")
OF_A_ROW = (*OF_A_MEETING, "trainers")
ROWS = {str(number) for number in range(MOST_MEETINGS)}


def web_address(_form: object, field: Any) -> None:
    """Only links that a browser opens as a page, and that hold nobody's password."""
    text = field.data or ""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValidationError(
            _l("Please enter a whole address, beginning with https://.")
        ) from error
    is_page = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    if not is_page or any(character.isspace() for character in text):
        raise ValidationError(_l("Please enter a whole address, beginning with https://."))


class MeetingsForm(WallClockForm):
    """Numbered rows of meetings; `with_meetings` makes the class that has them.

    Times are wall-clock times of the site.
    """

    count = HiddenField()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each meeting by their short names."""
        names = [name for name in OF_A_ROW if f"{name}_0" in self]
        return [
            {name: self[f"{name}_{number}"] for name in names}
            for number in range(int(self.count.data))
        ]

    def offer_rooms(self, rooms: Sequence[Room]) -> None:
        """Fill the rooms of every row."""
        options = [(room.id, f"{room.name} · {room.site.name} ({room.seats})") for room in rooms]
        for row in self.rows:
            offer(row["room_id"], options, empty=_("no room"))

    def meetings(self, zone: ZoneInfo) -> list[PlannedMeeting] | None:
        """What was entered; None with errors beside the fields where a time cannot be."""
        found = [self._meeting(row, zone) for row in self.rows]
        return [one for one in found if one is not None] if None not in found else None

    def show(self, faults: Iterable[Fault], said: Any) -> None:
        """Put each fault to its meeting; `said` writes a refusal in the reader's language."""
        for fault in faults:
            name = f"{fault.field}_{fault.meeting}"
            field = self[name] if name in self else self[f"day_{fault.meeting or 0}"]
            field.errors = [*field.errors, said(fault.refusal)]

    def _meeting(self, row: Mapping[str, Any], zone: ZoneInfo) -> PlannedMeeting | None:
        first, last = (
            self.instant(row["day"].data, row[name], zone) for name in ("starts", "ends")
        )
        if first is None or last is None:
            return None
        try:
            span = Timespan(first, last)
        except EndsBeforeItStarts as refusal:
            row["ends"].errors = [*row["ends"].errors, _(refusal.msgid)]
            return None
        return PlannedMeeting(span, row["room_id"].data, row["place"].data, row["link"].data)


class SessionForm(LeadingForm, MeetingsForm):
    """A session of a course before it is announced."""

    language = SelectField(_l("Language"))
    site_id = pick(_l("Site"), [InputRequired(NEEDED)])
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
        self.offer_trainers(trainers)

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
            meetings=tuple(
                replace(one, trainers=self.leading(number)) for number, one in enumerate(meetings)
            ),
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
    fields = trainers_of_meetings(range(count)) | held
    return type("PlanForm", (with_meetings(SessionForm, count),), fields)


def counted(text: str | None) -> int:
    """How many rows a form was sent with, within bounds."""
    fine = text is not None and text.isascii() and text.isdecimal() and len(text) < 4  # noqa: PLR2004
    return min(max(int(text), 1), MOST_MEETINGS) if fine and text else 1


def reshaped(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """A sent form with the row that was asked for or without it, or led in the other way."""
    wish, _dash, number = sent.get("do", "").partition("-")
    rows = range(counted(sent.get("count")))
    changes: dict[str, list[str]] = {}
    if wish == "add":
        changes = one_more(sent)
    elif wish == "remove":
        changes = one_less(sent, int(number) if number in ROWS else 0)
    elif wish == "split":
        changes = split(sent, rows)
    elif wish == "join":
        changes = joined(sent, rows)
    new = sent.copy()
    for name, values in changes.items():
        new.setlist(name, values)
    return new


def one_more(sent: MultiDict[str, str]) -> dict[str, list[str]]:
    """What changes in a sent form by another meeting, like the last one and a day later."""
    count = counted(sent.get("count"))
    if count == MOST_MEETINGS:
        return {}
    more = {f"{name}_{count}": sent.getlist(f"{name}_{count - 1}") for name in OF_A_ROW}
    more["count"] = [str(count + 1)]
    with suppress(ValueError, OverflowError, IndexError):  # no day yet, or none there is
        last = date.fromisoformat(more[f"day_{count}"][0])
        more[f"day_{count}"] = [(last + ONE_DAY).isoformat()]
    return more


def one_less(sent: MultiDict[str, str], gone: int) -> dict[str, list[str]]:
    """What changes without the meeting numbered `gone` (from 0); one meeting always stays."""
    count = counted(sent.get("count"))
    if count == 1 or gone >= count:
        return {}
    moved = {
        f"{name}_{number}": sent.getlist(f"{name}_{number + 1}")
        for number in range(gone, count - 1)
        for name in OF_A_ROW
    }
    alone = joined(sent, [1 - gone]) if count == 2 and sent.get("led") == EACH else {}  # noqa: PLR2004
    return {**moved, **alone, "count": [str(count - 1)]}


def stored_meetings(gathering: Gathering) -> dict[str, Any]:
    """The rows of a form as they are stored, on the wall clock of the site."""
    zone = gathering.site.timezone
    instants = [each for one in gathering.meetings for each in (one.starts_at, one.ends_at)]
    found: dict[str, Any] = {"count": str(len(gathering.meetings)), **stored_hour(instants, zone)}
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
        **stored_leading(gathering),
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


class TermsForm(LeadingForm):
    """What may still change after a session was announced, until it begins."""

    minimum = whole(
        _l("Needed at least"), 0, 500, description=_l("0 when it takes place in any case.")
    )
    decide_on = Day(
        _l("Decided on"),
        [Optional()],
        description=_l("HR is warned before, and confirms or calls off."),
    )
    closes_on = Day(_l("Last day to book"), [InputRequired(NEEDED)])

    def needs(self, gathering: Gathering) -> Needs:
        """What was entered. Call it after `validate`."""
        closes_at = closing(self.closes_on.data, gathering.starts_at, gathering.site.timezone)
        release_on = self.release_on.data if "release_on" in self else None
        return Needs(self.minimum.data, self.decide_on.data, closes_at, release_on)


class HeldTermsForm(TermsForm):
    """As `TermsForm`, of a session that holds seats for departments."""

    release_on = Day(
        _l("Held seats are free for all from"),
        [Optional()],
        description=_l("Until then departments keep the seats held for them."),
    )


def terms_form(gathering: Gathering, at: datetime) -> type[Any]:
    """The class of the terms' form; once it has begun, only coming meetings' trainers are left."""
    to_come = [number for number, one in enumerate(gathering.meetings) if one.starts_at > at]
    whole_terms = HeldTermsForm if gathering.held_seats else TermsForm
    base = whole_terms if gathering.starts_at > at else LeadingForm
    return type("TermsOfSession", (base,), trainers_of_meetings(to_come))


def terms(form: LeadingForm, gathering: Gathering) -> Terms:
    """What was entered in a form of `terms_form`. Call it after `validate`."""
    led = {gathering.meetings[number].id: form.leading(number) for number in form.numbers}
    return Terms(led, form.needs(gathering) if isinstance(form, TermsForm) else None)


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

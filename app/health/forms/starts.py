"""Forms that start an action: a drafted date, a person to ask, something that exists already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app.domain.collation import sort_key
from app.domain.planned import Fault, PlannedMeeting, SessionPlan
from app.domain.starts import shared, sittings, terms
from app.domain.timespan import ONE_DAY, SkippedHour, Timespan, from_local, start_of
from app.gatherings.forms.fields import NEEDED, offer, pick, whole
from app.gatherings.models import Course
from app.health.models import RemedyKind
from app.health.queries.starts import Existing
from app.people.models import Person, Site, Team
from app.web.form import Day, Text, VersionedForm
from app.web.locale import chosen_locale
from app.web.locale import day as day_words

EARLIEST, LATEST = time(6), time(20)
AHEAD = timedelta(weeks=6)
USUAL_SEATS = 12
FIELD_OF = {"day": "first", "starts": "starts", "room_id": "place", "release_on": "first"}


def by_day(_form: object, field: Any) -> None:
    """Courses begin in the daytime."""
    if field.data is not None and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(_l("Please choose a time from 6:00 to 20:00."))


class SessionForm(VersionedForm):
    """A first draft of a date; HR knows rooms and trainers and completes it."""

    course = pick(
        _l("Course"),
        [InputRequired(NEEDED)],
        description=_l("Long ones go on at the same hour on the working days that follow."),
    )
    site = pick(_l("Site"), [InputRequired(NEEDED)])
    first = Day(_l("First day"), [InputRequired(NEEDED)])
    starts = TimeField(_l("Begins"), [InputRequired(NEEDED), by_day])
    seats = whole(_l("Seats"), 2, 500, description=_l("Half of them are kept for each side."))
    place = Text(_l("Place"), [DataRequired(NEEDED)], most=200)

    def offer_options(self, courses: Iterable[Course], sites: Iterable[Site]) -> SessionForm:
        """Fill what can be chosen."""
        locale = chosen_locale()
        titles = [(course.id, course.title(locale)) for course in courses]
        offer(self.course, sorted(titles, key=lambda one: sort_key(one[1])))
        offer(self.site, [(site.id, site.name) for site in sites])
        return self

    def plan(
        self, course: Course, site: Site, teams: Sequence[Team], today: date
    ) -> SessionPlan | None:
        """The whole plan, None with an error beside a missing hour. Call it after `validate`."""
        zone, first = site.timezone, self.first.data
        meetings = self._meetings(course, zone)
        if meetings is None:
            return None
        until = terms(first, today)
        return SessionPlan(
            language="de" if chosen_locale().startswith("de") else "en",
            site_id=site.id,
            note="",
            meetings=tuple(meetings),
            capacity=self.seats.data,
            minimum=0,
            decide_on=None,
            opens_at=start_of(today, zone),
            closes_at=start_of(until.closes_on + ONE_DAY, zone),
            cancel_days=3,
            needs_approval=course.needs_approval,
            release_on=until.release_on,
            held=shared(self.seats.data, [team.department_id for team in teams]),
        )

    def _meetings(self, course: Course, zone: ZoneInfo) -> list[PlannedMeeting] | None:
        found = []
        for one in sittings(self.first.data, self.starts.data, course.minutes):
            try:
                first, last = (
                    from_local(datetime.combine(one.day, hour), zone)
                    for hour in (one.starts, one.ends)
                )
            except SkippedHour as refusal:
                self.starts.errors = [*self.starts.errors, _(refusal.msgid)]
                return None
            found.append(PlannedMeeting(Timespan(first, last), place=self.place.data))
        return found

    def show(self, faults: Iterable[Fault], said: Any) -> None:
        """Put each fault beside the field it comes from."""
        for fault in faults:
            field = self[FIELD_OF.get(fault.field, "first")]
            field.errors = [*field.errors, said(fault.refusal)]


def usual_session(teams: Sequence[Team], course_id: int | None, today: date) -> dict[str, Any]:
    """What a draft begins with: a Tuesday six weeks ahead, at the site of the first team."""
    monday = today + AHEAD - timedelta(days=today.weekday())
    return {
        "course": course_id,
        "site": teams[0].site_id,
        "first": monday + ONE_DAY,
        "starts": time(9),
        "seats": USUAL_SEATS,
        "place": teams[0].site.name,
    }


class AskForm(VersionedForm):
    """Whom to ask."""

    person = SelectField(_l("Whom to ask"), [InputRequired()], coerce=int)

    def offer(self, people: Iterable[Person]) -> AskForm:
        """Fill the names."""
        named = sorted(people, key=lambda person: sort_key(person.name))
        self.person.choices = [SelectChoice(person.id, person.name) for person in named]
        return self


class NameForm(VersionedForm):
    """Something the two teams have already."""

    key = RadioField(_l("What is it?"), [InputRequired(NEEDED)])

    def offer(self, existing: Iterable[Existing], kinds: Mapping[RemedyKind, str]) -> NameForm:
        """Fill what can be named; `kinds` are English names of the kinds."""
        self.key.choices = [
            SelectChoice(one.key, _entry(one, _(kinds[one.kind]))) for one in existing
        ]
        return self


class ForgetForm(VersionedForm):
    """Take back what was named by mistake."""

    key = Text("", [DataRequired()], most=40)


def _entry(one: Existing, kind: str) -> str:
    if one.on is None:
        return f"{kind}: {one.title}"
    return str(
        _("%(kind)s on %(day)s: %(title)s", kind=kind, day=day_words(one.on), title=one.title)
    )

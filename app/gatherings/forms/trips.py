"""Forms of joint days: the offer and the preparation, the limit and another host."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TimeField
from wtforms.validators import DataRequired, InputRequired

from app.domain.customer_names import CustomerNamed
from app.domain.joint_days import (
    MOST_PER_MONTH,
    MOST_SEATS,
    LiesInThePast,
    LimitReached,
)
from app.domain.refusals import Refusal
from app.domain.seats.refusals import Clash, OnAHoliday
from app.domain.timespan import EndsBeforeItStarts, Timespan
from app.gatherings.forms.fields import NEEDED, offer, pick, whole
from app.gatherings.forms.hours import WallClockForm, stored_hour
from app.gatherings.forms.naming import NamesNobody
from app.gatherings.queries.trips.finding import JointDay
from app.gatherings.services.trips import Sheet, TripFields
from app.people.models import Person
from app.web.form import Day, Form, LongText, Text, VersionedForm

AHEAD = timedelta(weeks=3)
FIELD_OF: dict[type[Refusal], str] = {
    LiesInThePast: "day",
    OnAHoliday: "day",
    LimitReached: "day",
    Clash: "starts",
}
REFUSED: tuple[type[Refusal], ...] = (*FIELD_OF, CustomerNamed)


class TripForm(NamesNobody, WallClockForm):
    """A joint day as its host offers it; times are wall-clock times of the site."""

    label = Text(
        _l("What is it about?"),
        [DataRequired(NEEDED)],
        most=160,
        description=_l("Everybody reads this, so please leave the customer's name out."),
    )
    region = Text(_l("Region"), [DataRequired(NEEDED)], description=_l("Also in calendars."))
    segment = Text(_l("Segment"), description=_l("For example food retail, or trade."))
    day = Day(_l("Day"), [InputRequired(NEEDED)])
    starts = TimeField(_l("Begins"), [InputRequired(NEEDED)])
    ends = TimeField(_l("Ends"), [InputRequired(NEEDED)])
    seats = whole(_l("Seats"), 1, MOST_SEATS, description=_l("Usually one."))
    cancel_days = whole(
        _l("Notice to cancel, in working days"),
        0,
        30,
        description=_l("Until then guests give their seat back without saying why."),
    )
    needs_approval = BooleanField(_l("The guest's lead has to approve"))
    customer = Text(
        _l("Customer"),
        most=160,
        description=_l(
            "Optional. You and your guests see it, nobody else; it is deleted after the debrief."
        ),
    )
    meeting_point = Text(
        _l("Meeting point"),
        most=200,
        description=_l("You and your guests see it, nobody else."),
    )

    def fields(self, zone: ZoneInfo, *, locale: str) -> TripFields | None:
        """What was entered, None with an error beside a time that cannot be."""
        span = self._span(zone)
        if span is None:
            return None
        plain = ("label", "region", "segment", "seats", "cancel_days", "customer", "meeting_point")
        asks = self.needs_approval.data if "needs_approval" in self else False
        return TripFields(
            span=span,
            needs_approval=asks,
            locale=locale,
            means_else=self.means_else.data,
            **{name: self[name].data for name in plain},
        )

    def _span(self, zone: ZoneInfo) -> Timespan | None:
        first, last = (self.instant(self.day.data, one, zone) for one in (self.starts, self.ends))
        if first is None or last is None:
            return None
        try:
            return Timespan(first, last)
        except EndsBeforeItStarts as refusal:
            self.ends.errors = [*self.ends.errors, _(refusal.msgid)]
            return None


def stored_trip(joint: JointDay) -> dict[str, Any]:
    """The offer as it is stored, on the wall clock of its site."""
    gathering, trip = joint.gathering, joint.trip
    zone = gathering.site.timezone
    starts, ends = gathering.starts_at.astimezone(zone), gathering.ends_at.astimezone(zone)
    return {
        **{name: getattr(trip, name) for name in ("label", "region", "segment", "meeting_point")},
        "customer": trip.customer or "",
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "seats": gathering.wanted_capacity,
        "cancel_days": gathering.cancel_days,
        "version": str(trip.version),
        **stored_hour([gathering.starts_at, gathering.ends_at], zone),
    }


def field_of(refusal: Refusal) -> str:
    """The field of an offer that a rule's no is about."""
    return refusal.field if isinstance(refusal, CustomerNamed) else FIELD_OF[type(refusal)]


def first_day(today: date) -> date:
    """The day a new offer begins with: three weeks ahead, on a working day."""
    day = today + AHEAD
    return day - timedelta(days=max(0, day.isoweekday() - 5))


def usual_trip(day: date) -> dict[str, Any]:
    """What a new offer begins with."""
    return {
        "day": day,
        "starts": time(9),
        "ends": time(15),
        "seats": 1,
        "cancel_days": 3,
        "needs_approval": True,
    }


class LimitForm(VersionedForm):
    """How many joint days one offers in a month."""

    per_month = whole(
        _l("Joint days in a calendar month at most"),
        0,
        MOST_PER_MONTH,
        description=_l("0 while you cannot take anybody along. What you offer already stays."),
    )


class SheetForm(VersionedForm):
    """The preparation, written by host and guest."""

    purpose = LongText(_l("What is the visit for?"), most=2000)
    question_1 = Text(_l("First question a guest brings along"), most=300)
    question_2 = Text(_l("Second question a guest brings along"), most=300)
    guest_role = Text(
        _l("What guests do there"),
        most=300,
        description=_l("How you introduce them, and whether they speak or listen."),
    )
    not_to_promise = LongText(_l("What must not be promised"), most=2000)

    def sheet(self) -> Sheet:
        """What was entered."""
        return Sheet(**{name: self[name].data for name in Sheet.__dataclass_fields__})


class NewHostForm(Form):
    """Who takes over a day whose host has left."""

    host = pick(_l("New host"), [InputRequired(NEEDED)])

    def offer_people(self, people: Iterable[Person]) -> None:
        """Let the host be one of these, by name."""
        offer(self.host, [(person.id, person.name) for person in people], empty=_("Please choose"))

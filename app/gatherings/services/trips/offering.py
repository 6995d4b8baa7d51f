"""Offer a joint day, change it, and set how many one offers in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.customer_names import refuse_names
from app.domain.joint_days import LiesInThePast, LimitReached, booking_closes, month_around
from app.domain.refusals import Stale
from app.domain.seats import BOOKABLE, GatheringState, cancel_until
from app.domain.seats.refusals import NotBookable, OnAHoliday
from app.domain.timespan import Timespan
from app.gatherings.models import Gathering, Meeting, Trip, TripHost
from app.gatherings.queries.bookings.holidays import holiday_in, holidays_before
from app.gatherings.queries.trips import hosts
from app.gatherings.queries.trips.hosts import Host
from app.gatherings.services import bookings
from app.gatherings.services.bookings.lines import hold_gathering, hold_people
from app.gatherings.services.trips.privacy import hold_trip


@dataclass(frozen=True, slots=True)
class TripFields:
    """What a host says about a joint day; `span` is UTC, the label is read by everybody.

    `locale` is the language in which a public holiday is named to the host.
    """

    label: str
    region: str
    segment: str
    span: Timespan
    seats: int
    cancel_days: int
    needs_approval: bool = True
    customer: str = ""
    meeting_point: str = ""
    locale: str = "en"
    means_else: bool = False  # words of the customer's name mean something else here

    @property
    def read_by_all(self) -> dict[str, str]:
        """What everybody may read, by the name of its field."""
        return {"label": self.label, "region": self.region, "segment": self.segment}


def offer(session: Session, host: Host, fields: TripFields, *, at: datetime) -> Gathering:
    """Offer a joint day to people of other departments; it can be booked at once.

    Raises LiesInThePast, OnAHoliday, CustomerNamed, LimitReached, and Clash when the host is
    elsewhere then.
    """
    zone = host.site.timezone
    hold_people(session, [], [host.person_id])  # the month is counted by one act at a time
    _refuse(session, fields, host.person_id, zone, at=at)
    _refuse_holidays(session, host.site.id, fields, zone)
    gathering = _draft(session, host, fields, at=at)
    session.add(gathering)
    session.flush()  # the trip and the log need the key
    session.add(Trip(gathering_id=gathering.id, **_described(fields)))
    session.flush()
    bookings.announce(session, gathering.id, by=host.person_id, at=at)
    _record(session, gathering.id, host.person_id, at, change="offered")
    return gathering


def change(
    session: Session,
    gathering_id: int,
    fields: TripFields,
    *,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """Change a joint day that is to come; who booked hears of another time or place.

    Whether leads are asked stays as it was offered. Raises NotBookable, Stale and what `offer` and
    `bookings.reschedule` raise.
    """
    gathering = hold_gathering(session, gathering_id)
    trip = hold_trip(session, gathering_id)
    if gathering.state not in BOOKABLE:
        raise NotBookable
    if trip.version != opened_on:
        raise Stale
    hold_people(session, [], [by])
    _refuse(session, fields, by, gathering.site.timezone, at=at, but=gathering_id)
    if gathering.span != fields.span:  # what was offered before the day became a holiday stays
        _refuse_holidays(session, gathering.site_id, fields, gathering.site.timezone)
    moves = _moves(gathering, trip, fields)
    gathering.title, gathering.cancel_days = fields.label, fields.cancel_days
    for name, value in _described(fields).items():
        setattr(trip, name, value)
    flag_modified(trip, "label")  # another time is another version of the trip
    session.flush()
    if moves:
        sitting = bookings.Sitting(gathering.meetings[0].id, fields.span, place=fields.region)
        bookings.reschedule(session, gathering_id, [sitting], by=by, at=at)
    if fields.seats != gathering.wanted_capacity:
        bookings.change_seats(session, gathering_id, fields.seats, by=by, at=at)
    _record(session, gathering_id, by, at, change="changed")


def set_limit(
    session: Session, person_id: int, number: int, *, opened_on: int, at: datetime
) -> None:
    """Say how many joint days one offers in a month at most; what is offered stays. Raises Stale.

    `opened_on` is 0 while nothing was set.
    """
    found = hosts.limit(session, person_id)
    if (found.version if found else 0) != opened_on:
        raise Stale
    if found is None:
        session.add(TripHost(person_id=person_id, per_month=number))
    else:
        found.per_month = number
    session.flush()
    subject = f"person:{person_id}"
    record(
        session, AuditKind.TRIP_CHANGED, actor_id=person_id, subject=subject, at=at, limit=number
    )


def _refuse(
    session: Session,
    fields: TripFields,
    host_id: int,
    zone: ZoneInfo,
    *,
    at: datetime,
    but: int | None = None,
) -> None:
    if fields.span.start <= at:
        raise LiesInThePast
    refuse_names(fields.customer, fields.read_by_all, means_else=fields.means_else)
    month = month_around(fields.span.start, zone)
    most = hosts.per_month(session, host_id)
    if hosts.offered(session, host_id, month, but=but) >= most:
        raise LimitReached(limit=most)


def _refuse_holidays(session: Session, site_id: int, fields: TripFields, zone: ZoneInfo) -> None:
    found = holiday_in(session, site_id, fields.span, zone)
    if found is not None:
        raise OnAHoliday(day=found.day.isoformat(), holiday=found.name(fields.locale))


def _draft(session: Session, host: Host, fields: TripFields, *, at: datetime) -> Gathering:
    span, zone = fields.span, host.site.timezone
    day = span.start.astimezone(zone).date()
    holidays = holidays_before(session, host.site.id, day)
    return Gathering(
        kind=host.kind,
        state=GatheringState.DRAFT,
        host_id=host.person_id,
        title=fields.label,
        language=host.language,
        site_id=host.site.id,
        starts_at=span.start,
        ends_at=span.end,
        capacity=fields.seats,
        wanted_capacity=fields.seats,
        opens_at=at,
        closes_at=booking_closes(span.start, zone, at=at),
        cancel_days=fields.cancel_days,
        cancel_until=cancel_until(span.start, fields.cancel_days, zone=zone, holidays=holidays),
        needs_approval=fields.needs_approval,
        created_by=host.person_id,
        created_at=at,
        meetings=[
            Meeting(
                number=1, starts_at=span.start, ends_at=span.end, place=fields.region, trainers=[]
            )
        ],
        held_seats=[],
    )


def _described(fields: TripFields) -> dict[str, str | None]:
    return {
        "label": fields.label,
        "region": fields.region,
        "segment": fields.segment,
        "customer": fields.customer or None,
        "meeting_point": fields.meeting_point,
    }


def _moves(gathering: Gathering, trip: Trip, fields: TripFields) -> bool:
    """Whether calendars have to follow."""
    before = (gathering.span, gathering.title, trip.region, gathering.cancel_days)
    return before != (fields.span, fields.label, fields.region, fields.cancel_days)


def _record(session: Session, gathering_id: int, by: int, at: datetime, **detail: object) -> None:
    subject = f"gathering:{gathering_id}"
    record(session, AuditKind.TRIP_CHANGED, actor_id=by, subject=subject, at=at, **detail)

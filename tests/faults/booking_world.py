"""Six dates that eight people want, and all that can be done with them, while days go by.

`PLACES` are the dates: plain with a minimum, another at the same time that closes soon, one with
approval, one near its start, one with seats held for Sales, and one more of the same course as the
near one. People with odd numbers are of Sales.
"""

import threading
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, select, update

from app import database
from app.domain.seats import LIVE, Approval, BookingState
from app.domain.timespan import Timespan
from app.gatherings.models import Booking, Gathering, Meeting
from app.gatherings.services import bookings
from app.people.models import Side
from migrations import guards
from tests.factories import NOW, make_department, make_lead, make_person, make_team
from tests.faults.booking_dates import Gathering as Promised
from tests.gatherings.makers import START, make_course, make_gathering

PEOPLE = 8
PLACES = ("plain", "same_time", "asks", "near", "joint", "another")
A_TICK, LATE, A_DAY = timedelta(milliseconds=1), timedelta(hours=6), timedelta(days=1)
SOON = NOW + timedelta(hours=96)  # from the first day on its seats are offered
IN_A_WEEK = NOW + timedelta(days=6)
FRIDAY = date(2026, 11, 27)  # of the week that begins with NOW
IN_WEEKS = [START + timedelta(days=each) for each in (0, 1, 7, 9)]
IN_HOURS = [SOON + timedelta(hours=each) for each in (0, -20, 6, 12)]
BOOKED_THINGS = (
    *("notice", "mail", "commitment", "course_interest", "booking_step", "booking", "audit_entry"),
)


class Times:
    """The clock of one sequence: each act has an instant of its own, and some days go by."""

    def __init__(self):
        self._now, self._lock = NOW, threading.Lock()

    def now(self, *, after=timedelta()):
        with self._lock:
            self._now += A_TICK + after
            return self._now


@dataclass
class World:
    """The dates by their key in the order of `PLACES`, and what their rows looked like at first."""

    engine: object
    gatherings: list
    people: list
    lead: int
    sales: int
    rows: dict
    times: Times = field(default_factory=Times)

    def key(self, place):
        return self.gatherings[PLACES.index(place)]

    def promised(self):
        """The dates as the second account knows them."""
        made = {
            "plain": Promised(2, START, START - A_DAY, START, minimum=2, decide_on=FRIDAY),
            "same_time": Promised(2, START, IN_A_WEEK, START),
            "asks": Promised(2, START + A_DAY, START, IN_A_WEEK, asks=True),
            "near": Promised(2, SOON, SOON - LATE, SOON, length=A_DAY, course="Listening"),
            "joint": Promised(
                *(3, START + 7 * A_DAY, START + 6 * A_DAY, START + 2 * A_DAY),
                held={self.sales: 2},
                release_on=FRIDAY,
            ),
            "another": Promised(
                2, START + 14 * A_DAY, START + 13 * A_DAY, START, course="Listening"
            ),
        }
        return {self.key(place): made[place] for place in PLACES}


def make_world(engine, session):
    """Make the dates and the people, all of them led by one person, and commit them."""
    sales = make_department(session, "Sales", Side.SALES)
    rhine, elbe = make_team(session, "Rhine"), make_team(session, "Elbe", department=sales)
    lead = make_person(session, "Lea", team=rhine)
    for team in (rhine, elbe):
        make_lead(session, lead, team)
    teams = [rhine, elbe] * (PEOPLE // 2)
    people = [make_person(session, f"Client{key}", team=one).id for key, one in enumerate(teams)]
    listening, two = make_course(session), {"seats": 2}
    near = {"starts_at": SOON, "closes_at": SOON - LATE, "cancel_until": SOON, "hours": 24}
    later = {"starts_at": START + 14 * A_DAY, "cancel_until": START}
    asks = {"starts_at": START + A_DAY, "cancel_until": IN_A_WEEK, "needs_approval": True}
    held = {"held": [(sales, 2)], "release_on": FRIDAY, "starts_at": START + 7 * A_DAY}
    made = {
        "plain": make_gathering(session, cancel_until=START, minimum=2, decide_on=FRIDAY, **two),
        "same_time": make_gathering(session, cancel_until=START, closes_at=IN_A_WEEK, **two),
        "asks": make_gathering(session, **asks, **two),
        "near": make_gathering(session, course=listening, **near, **two),
        "joint": make_gathering(session, seats=3, **held),
        "another": make_gathering(session, course=listening, **later, **two),
    }
    rows = {
        table: session.execute(select(table)).mappings().all()
        for table in (Gathering.__table__, Meeting.__table__)
    }
    keys = [made[place].id for place in PLACES]
    world = World(engine, keys, people, lead.id, sales.id, rows)
    session.commit()
    return world


def forget(world):
    """Begin the next sequence with nothing booked, nothing moved, and the clock set back."""
    world.times = Times()
    with world.engine.begin() as connection:
        for guard in ("ao_booking_step", "ao_audit_entry"):
            guards.drop(connection, guard)
        for table in BOOKED_THINGS:
            connection.execute(delete(database.Base.metadata.tables[table]))
        connection.exec_driver_sql("DELETE FROM audit_head")
        for table, rows in world.rows.items():
            for row in rows:
                connection.execute(update(table).where(table.c.id == row["id"]).values(**row))


@dataclass(frozen=True)
class Wish:
    """What a client wants of a date, for whom, at an instant of its own."""

    world: World
    gathering_id: int
    person_id: int
    number: int
    at: datetime


def act(session, world, step, *, after=timedelta()):
    """One step of one client, when some time has gone by; a wait is one of the worker.

    `step` is what is done, the number of a person, the number of a place, and a number more.
    """
    kind, person, place, number = step
    at = world.times.now(after=after)
    wish = Wish(world, world.gatherings[place], world.people[person], number, at)
    if kind in ABOUT_GATHERINGS:
        return ABOUT_GATHERINGS[kind](session, wish)
    found = session.execute(
        select(Booking.id, Booking.state, Booking.person_id)
        .where(Booking.state.in_(LIVE), about_which(kind, wish))
        .order_by(Booking.id)
    ).first()
    session.rollback()  # what was seen on a page is old when the form is sent
    return None if found is None else ABOUT_BOOKINGS[kind](session, found, wish)


def about_which(kind, wish):
    """Offers are answered wherever they are, requests by the lead, all else is one's own."""
    if kind == "answer":
        return Booking.state == BookingState.OFFERED
    pending, own = Booking.approval == Approval.PENDING, Booking.person_id == wish.person_id
    return and_(Booking.gathering_id == wish.gathering_id, pending if kind == "lead" else own)


def book(session, wish):
    return bookings.book(session, wish.gathering_id, wish.person_id, at=wish.at)


def keep(session, wish):
    return bookings.keep(session, wish.gathering_id, at=wish.at)


def change_seats(session, wish):
    by = wish.world.lead
    return bookings.change_seats(session, wish.gathering_id, wish.number, by=by, at=wish.at)


def call_off(session, wish):
    """Seldom, or little would be left to do."""
    if wish.number or wish.person_id not in wish.world.people[::2]:
        return None
    by = wish.world.lead
    return bookings.call_off(session, wish.gathering_id, by=by, reason="Too few", at=wish.at)


def move(session, wish):
    """Only two of them move: the plain one also over others, the near one by hours."""
    plain, near = wish.world.key("plain"), wish.world.key("near")
    if wish.gathering_id not in {plain, near}:
        return None
    is_near = wish.gathering_id == near
    starts, length = (IN_HOURS, A_DAY) if is_near else (IN_WEEKS, timedelta(hours=2))
    own = Meeting.gathering_id == wish.gathering_id
    meeting_id = session.scalar(select(Meeting.id).where(own))
    session.rollback()
    start = starts[wish.number % len(starts)]
    sitting = bookings.Sitting(meeting_id, Timespan(start, start + length))
    by = wish.world.lead
    return bookings.reschedule(session, wish.gathering_id, [sitting], by=by, at=wish.at)


def decide(session, found, wish):
    by, at = wish.world.lead, wish.at
    if wish.number % 3:
        return bookings.approve(session, [found.id], by=by, at=at)
    return bookings.decline(session, found.id, by=by, reason="Needed", at=at)


def excuse(session, found, wish):
    return bookings.excuse(session, found.id, by=wish.world.lead, reason="Needed", at=wish.at)


def answer(session, found, wish):
    if wish.number % 2:
        return bookings.accept_offer(session, found.id, at=wish.at, by=found.person_id)
    return bookings.turn_down_offer(session, found.id, at=wish.at, by=found.person_id)


def give_back(session, found, wish):
    by, at = found.person_id, wish.at
    if found.state == BookingState.WAITLISTED:
        return bookings.leave(session, found.id, at=at, by=by)
    if found.state == BookingState.OFFERED:
        return bookings.turn_down_offer(session, found.id, at=at, by=by)
    return bookings.cancel(session, found.id, at=at, by=by)


ABOUT_GATHERINGS = {
    "book": book,
    "keep": keep,
    "wait": keep,
    "seats": change_seats,
    "move": move,
    "call_off": call_off,
}
ABOUT_BOOKINGS = {"lead": decide, "answer": answer, "excuse": excuse, "give_back": give_back}

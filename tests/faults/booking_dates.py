"""Dates and places on them as the second account of bookings knows them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Berlin")  # the wall clock of the site
SOME_DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
FAR = SOME_DAY + timedelta(days=28)
LONG_AGO = SOME_DAY - timedelta(days=365)

HOLDING = {"requested", "offered", "booked", "excused"}
ENDS = {"cancelled", "called_off", "declined", "expired"}


@dataclass(frozen=True)
class Change:
    """One step of one booking at an instant, or something about the gathering itself.

    That is another number of `seats`, another start (`moved_to`), or a `state`: confirmed, called
    off, over. `by` is who did it, None for what happened by itself.
    """

    gathering: int
    booking: int | None = None
    person: int | None = None
    rank: tuple = ()
    version: int = 0
    before: str | None = None
    after: str = ""
    at: datetime = SOME_DAY
    by: int | None = None
    reason: str = ""
    department: int | None = None
    seats: int | None = None
    moved_to: datetime | None = None
    state: str = ""


@dataclass
class Place:
    """A claim on a seat. `firm` when nothing else may be at that time, as far as it holds one."""

    person: int
    rank: tuple
    state: str
    version: int
    agreed: bool
    department: int | None = None
    firm: bool = False
    expires_at: datetime | None = None
    leave_until: datetime = LONG_AGO
    first: bool = False  # keeps a rank from another date of the course

    @property
    def turn(self):
        """What the line is ordered by."""
        return not self.first, self.rank[1:]


@dataclass
class Gathering:
    """`wanted` seats, `held` of them for departments until `release_on`; `asks` for a lead's yes.

    From the day `decide_on` on it is certain once `minimum` people are sure of their seat. Until
    `first_until` free seats are kept for those who were given a rank at `first_from` or later.
    """

    wanted: int
    starts_at: datetime = FAR
    closes_at: datetime = FAR
    cancel_until: datetime = FAR
    asks: bool = False
    length: timedelta = timedelta(hours=2)
    held: dict = field(default_factory=dict)  # department -> seats
    release_on: date | None = None
    minimum: int = 0
    decide_on: date | None = None
    state: str = "announced"
    course: str | None = None
    first_until: datetime | None = None
    first_from: datetime | None = None
    places: dict = field(default_factory=dict)

    @property
    def holding(self):
        return [place for place in self.places.values() if place.state in HOLDING]

    @property
    def line(self):
        waiting = [place for place in self.places.values() if place.state == "waitlisted"]
        return sorted(waiting, key=lambda place: place.turn)

    @property
    def list_is_open(self):
        return any(place.state in {"waitlisted", "offered"} for place in self.places.values())

    @property
    def is_on(self):
        return self.state in {"announced", "confirmed"}

    def is_open(self, at):
        return self.is_on and at < min(self.closes_at, self.starts_at)

    def free_for(self, department, at):
        """Free seats but those held for other departments."""
        free = self.wanted - len(self.holding)
        if self.release_on is not None and day_of(at) >= self.release_on:
            return free
        used = [place.department for place in self.holding]
        others = (each for each in self.held if each != department)
        return free - sum(max(0, self.held[each] - used.count(each)) for each in others)

    def overlaps(self, other):
        ends = self.starts_at + self.length, other.starts_at + other.length
        return self.starts_at < ends[1] and other.starts_at < ends[0]

    def keep_first(self, at):
        """For three working days, or half of the time until the close where that is less."""
        half = at + (min(self.closes_at, self.starts_at) - at) / 2
        until = min(working_days_from(at, 3), half)
        if self.first_until is None or self.first_until <= at:
            self.first_from = at
        self.first_until = max(self.first_until or until, until)

    def move(self, to):
        """What hangs on the start moves along; who has a seat may leave until the new one."""
        by = to - self.starts_at
        days = day_of(to) - day_of(self.starts_at)
        self.starts_at, self.closes_at = to, self.closes_at + by
        self.decide_on = self.decide_on and self.decide_on + days
        self.release_on = self.release_on and self.release_on + days
        self.cancel_until = working_days_from(to, -3)
        for place in self.holding:
            place.leave_until = to


def working_days_from(at, days):
    """The same time on the wall clock some working days later, or earlier; nobody has holidays."""
    local, step = at.astimezone(HERE), timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        local += step
        left -= local.isoweekday() <= 5
    return local.astimezone(UTC)


def day_of(at):
    return at.astimezone(HERE).date()

"""Lets the demo company plan, book, miss and take part in trainings, with the product's services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product
from random import Random

from sqlalchemy import select

from app.domain.planned import PlannedMeeting, SessionPlan
from app.domain.refusals import Refusal
from app.domain.seats import SEATED, BookingState
from app.domain.timespan import ONE_DAY, Timespan, from_local, start_of
from app.gatherings.models import Booking, Course, Gathering, Room
from app.gatherings.services import bookings, interests, planning, rooms
from app.gatherings.services import courses as course_services
from app.gatherings.services.courses import CourseFields
from app.gatherings.services.planning import BadPlan, Maker
from app.gatherings.services.rooms import RoomFields
from app.people.models import Department, Person, PublicHoliday
from seed.agenda_of_trainings import PAST, ROOMS, TO_COME, WANTED, Fate, Run
from seed.catalogue import CoursePlan
from seed.catalogue_talking import TALKING
from seed.catalogue_working import WORKING
from seed.presence import mark_all
from seed.rounds import monday, noon
from seed.story import Story

BEGAN = timedelta(days=430)  # since then the company has its catalogue
ANNOUNCED = timedelta(weeks=6)
LATEST = 15  # days by which a session is put off
LEADER_TEAMS = ("Digital und Kampagnen", "Außendienst Nord", "Produktmarketing", "Innendienst")
HELD_FOR = ("Marketing", "Vertrieb")
REASON = "Leider sind zu wenige Anmeldungen eingegangen. Wer dabei sein wollte, behält den Rang für den nächsten Termin."
NOTE = "Bitte bringen Sie ein Beispiel aus Ihrem Alltag mit. Getränke und ein Mittagessen gibt es im Haus."
COULD_NOT = "Ein Kundentermin wurde auf diesen Tag gelegt."


@dataclass
class Trainings:
    """The story with its own dice, and what was made so far."""

    story: Story
    random: Random
    rooms: dict[str, Room] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    holidays: dict[int, set[date]] = field(default_factory=dict)
    taken: set[date] = field(default_factory=set)  # days of sessions; who plans spreads them

    def member(self, place: tuple[str, int]) -> Person:
        """Somebody by team and place in it."""
        team, number = place
        return self.story.company.members[team][number]

    def trainers(self) -> list[Person]:
        """Who leads sessions, in turn."""
        members = self.story.company.members
        return [members["Personal"][3], members["Personal"][4], members["Finanzen"][4]]


def expect(story: Story, *, seed: int) -> None:
    """Put everything that has to do with trainings into the story, to be lived through in order."""
    trainings = Trainings(story, Random(f"trainings {seed}"))
    began = noon(story.company.today) - BEGAN
    story.later(began, _furnishing(trainings))
    for run in (*PAST, *TO_COME):
        starts_at = _start(story, run)
        planned = min(starts_at - ANNOUNCED, story.company.now - timedelta(days=9))
        story.later(planned, _planning(trainings, run, starts_at))
    for title, number in WANTED:
        for place in range(number):
            at = story.company.now - timedelta(days=3 * place + 1, hours=2)
            story.later(at, _waiting(trainings, title, place))


def _start(story: Story, run: Run) -> datetime:
    """The start as it is meant; a public holiday moves it on once the site is known."""
    if run.fate is Fate.SEAT_CAME_FREE:
        soon = (story.company.today + timedelta(days=days) for days in (2, 1, 3))
        return noon(next(day for day in soon if day.weekday() < 5))
    return noon(monday(story.company.today) + timedelta(weeks=run.week, days=run.weekday))


def _furnishing(trainings: Trainings) -> Callable[[datetime], None]:
    """Rooms and courses, long ago."""

    def act(at: datetime) -> None:
        session, company = trainings.story.session, trainings.story.company
        for site, name, seats in ROOMS:
            fields = RoomFields(company.sites[site].id, name, seats, None)
            trainings.rooms[name] = rooms.add(session, fields, by=company.hr.id, at=at)
        for department in session.scalars(select(Department)):
            trainings.departments[department.name] = department.id
        for holiday in session.scalars(select(PublicHoliday)):
            trainings.holidays.setdefault(holiday.site_id, set()).add(holiday.day)
        for plan in (*TALKING, *WORKING):
            fields_of = _fields(trainings, plan)
            made = course_services.write(session, fields_of, by=company.hr.id, at=at)
            trainings.courses[plan.de.title] = made

    return act


def _fields(trainings: Trainings, plan: CoursePlan) -> CourseFields:
    return CourseFields(
        topic=plan.topic,
        title_de=plan.de.title,
        title_en=plan.en.title,
        summary_de=plan.de.summary,
        summary_en=plan.en.summary,
        goals_de="\n".join(plan.de.goals),
        goals_en="\n".join(plan.en.goals),
        joint_task_de=plan.de.joint_task,
        joint_task_en=plan.en.joint_task,
        minutes=plan.minutes,
        validity_months=plan.validity_months,
        needs_approval=plan.needs_approval,
        departments=frozenset(trainings.departments[name] for name in plan.departments),
        required=frozenset(trainings.courses[title].id for title in plan.requires),
    )


def _planning(trainings: Trainings, run: Run, meant: datetime) -> Callable[[datetime], None]:
    """HR plans and announces a session, and everything that follows is expected."""

    def act(at: datetime) -> None:
        session, hr = trainings.story.session, trainings.story.company.hr
        gathering = _create(trainings, run, meant.date(), at)
        if run.fate is Fate.DRAFT:
            return
        bookings.announce(session, gathering.id, by=hr.id, at=at)
        _expect_bookings(trainings, run, gathering)
        _expect_the_day(trainings, run, gathering)

    return act


def _plan(trainings: Trainings, run: Run, day: date, at: datetime) -> SessionPlan:
    company = trainings.story.company
    site, course = company.sites[run.site], trainings.courses[run.course]
    first = _workday(trainings, site.id, day)
    days = [_workday(trainings, site.id, first + timedelta(weeks=n)) for n in range(run.meetings)]
    meetings = tuple(_meeting(trainings, run, each) for each in days)
    zone = site.timezone
    closes_at = min(start_of(days[0], zone), meetings[0].span.start)
    return SessionPlan(
        language="de",
        site_id=site.id,
        note=NOTE,
        meetings=meetings,
        capacity=run.seats,
        minimum=run.minimum,
        decide_on=days[0] - timedelta(days=run.decide_before) if run.minimum else None,
        opens_at=start_of(at.astimezone(zone).date(), zone),
        closes_at=closes_at,
        cancel_days=2,
        needs_approval=course.needs_approval,
        release_on=days[0] - timedelta(days=9) if run.held else None,
        held={trainings.departments[name]: run.held for name in HELD_FOR if run.held},
    )


def _workday(trainings: Trainings, site_id: int, day: date) -> date:
    while day in trainings.holidays.get(site_id, ()) or day.weekday() > 4 or _between_years(day):
        day += ONE_DAY
    return day


def _between_years(day: date) -> bool:
    """Nobody plans a training from Christmas Eve to Epiphany."""
    return (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 6)


def _meeting(trainings: Trainings, run: Run, day: date) -> PlannedMeeting:
    site, course = trainings.story.company.sites[run.site], trainings.courses[run.course]
    start = from_local(datetime.combine(day, time(run.hour)), site.timezone)
    length = timedelta(minutes=course.minutes // run.meetings)
    return PlannedMeeting(Timespan(start, start + length), trainings.rooms[run.room].id)


def _create(trainings: Trainings, run: Run, day: date, at: datetime) -> Gathering:
    """On the first day of its own with a free room, with the first trainer who is free, or without.

    The first of several meetings is led by two.
    """
    session, maker = trainings.story.session, Maker(trainings.story.company.hr.id, "de")
    first = _workday(trainings, trainings.story.company.sites[run.site].id, day)
    for days, leading in product(range(LATEST), _who_could_lead(trainings, run)):
        plan = _plan(trainings, run, first + timedelta(days=days), at)
        own = {meeting.span.start.date() for meeting in plan.meetings}
        if own & trainings.taken:
            continue
        led = _led_by(plan, *leading)
        with suppress(BadPlan):
            made = planning.create(session, trainings.courses[run.course], led, maker, at=at)
            trainings.taken |= own
            return made
    raise ValueError(f"no date for {run.course}")


def _who_could_lead(trainings: Trainings, run: Run) -> list[list[Person]]:
    """In turn: two of them for several meetings, one, nobody."""
    people = trainings.trainers()
    first = abs(run.week) % len(people)
    turn = people[first:] + people[:first]
    pairs = [[one, other] for one, other in pairwise([*turn, turn[0]])] if run.meetings > 1 else []
    return [*pairs, *([one] for one in turn), []]


def _led_by(plan: SessionPlan, trainer: Person | None = None, *others: Person) -> SessionPlan:
    """The trainer leads every meeting, the others help with the first."""
    if trainer is None:
        return plan
    first, *rest = plan.meetings
    together = frozenset({trainer.id, *(other.id for other in others)})
    meetings = (
        replace(first, trainers=together),
        *(replace(one, trainers=frozenset({trainer.id})) for one in rest),
    )
    return replace(plan, meetings=meetings)


def _expect_bookings(trainings: Trainings, run: Run, gathering: Gathering) -> None:
    """People book over some weeks; those of `surely` first, the others as the dice fall."""
    story, random = trainings.story, trainings.random
    people = [trainings.member(place) for place in run.surely]
    others = [person for person in _pool(trainings, run) if person not in people]
    wanted = min(max(0, run.wanted - len(people)), len(others))
    people += random.sample(others, k=wanted)
    until = min(gathering.starts_at - timedelta(days=8), story.company.now - timedelta(hours=6))
    since = gathering.created_at + timedelta(hours=3)
    if run.fate is Fate.JUST_ASKED:
        since = story.company.now - timedelta(days=2)
    step = (until - since) / (len(people) + 1)
    for number, person in enumerate(people, start=1):
        at = since + number * step
        at = min(at.replace(hour=7 + random.randrange(9), minute=random.randrange(60)), until)
        story.later(max(at, since), _booking(trainings, run, gathering, person))


def _pool(trainings: Trainings, run: Run) -> list[Person]:
    """Whom a session attracts: people of its teams and site, without their leads."""
    company = trainings.story.company
    if run.course == "Führen über Abteilungsgrenzen":
        return [company.members[team][1] for team in LEADER_TEAMS]
    site = company.sites[run.site]
    return [
        person
        for name, team in company.members.items()
        for person in team[2:]
        if (name in run.teams if run.teams else company.teams[name].site_id == site.id)
    ]


def _booking(
    trainings: Trainings, run: Run, gathering: Gathering, person: Person
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        story = trainings.story
        try:
            outcome = bookings.book(story.session, gathering.id, person.id, at=at)
        except Refusal:  # elsewhere at the time, or a certificate is missing
            return
        lead = story.company.members[story.company.team_of[person.id]][0]
        if outcome.state is BookingState.REQUESTED and run.fate is not Fate.JUST_ASKED:
            story.later(at + timedelta(hours=30), _agreeing(trainings, outcome.booking_id, lead))
        is_sure = person in map(trainings.member, run.surely)
        if trainings.random.random() < 0.08 and not is_sure:
            later = at + timedelta(days=trainings.random.randrange(1, 6))
            story.later(later, _cancelling(trainings, outcome.booking_id, person))

    return act


def _agreeing(trainings: Trainings, booking_id: int, lead: Person) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        bookings.approve(trainings.story.session, [booking_id], by=lead.id, at=at)

    return act


def _cancelling(
    trainings: Trainings, booking_id: int, person: Person
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        booking = trainings.story.session.get_one(Booking, booking_id)
        if booking.state in SEATED:
            bookings.cancel(trainings.story.session, booking_id, at=at, by=person.id)

    return act


def _waiting(trainings: Trainings, title: str, place: int) -> Callable[[datetime], None]:
    """Somebody wants a course that has no date."""

    def act(at: datetime) -> None:
        people: Sequence[Person] = _pool(trainings, PAST[0])
        person = people[(7 * place + len(title)) % len(people)]
        course = trainings.courses[title]
        interests.wait_for_a_date(trainings.story.session, course, person.id, at=at)

    return act


def _expect_the_day(trainings: Trainings, run: Run, gathering: Gathering) -> None:
    """The day of decision, the start, the end, and who was there."""
    story = trainings.story
    if gathering.decide_on is not None:
        warned = noon(gathering.decide_on) - timedelta(days=4, hours=5)
        story.later(warned, _keeping(trainings, gathering.id))
        decided = noon(gathering.decide_on) - timedelta(hours=4)
        calls_off = run.fate is Fate.CALLED_OFF
        act = _calling_off if calls_off else _keeping
        story.later(decided, act(trainings, gathering.id))
    if run.fate is Fate.SEAT_CAME_FREE:
        just_now = story.company.now - timedelta(minutes=30)
        story.later(just_now, _excusing(trainings, gathering.id))
    story.later(gathering.starts_at + timedelta(minutes=1), _keeping(trainings, gathering.id))
    story.later(gathering.ends_at + timedelta(hours=1), _keeping(trainings, gathering.id))
    story.later(gathering.ends_at + timedelta(hours=2), _marking(trainings, run, gathering.id))


def _keeping(trainings: Trainings, gathering_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        bookings.keep(trainings.story.session, gathering_id, at=at)

    return act


def _marking(trainings: Trainings, run: Run, gathering_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        reliable = {trainings.member(place).id for place in run.surely}
        session = trainings.story.session
        mark_all(session, gathering_id, reliable, trainings.random, at=at)

    return act


def _calling_off(trainings: Trainings, gathering_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        session, hr = trainings.story.session, trainings.story.company.hr
        bookings.call_off(session, gathering_id, by=hr.id, reason=REASON, at=at)

    return act


def _excusing(trainings: Trainings, gathering_id: int) -> Callable[[datetime], None]:
    """HR excuses somebody two days before; the seat is offered to the next in line."""

    def act(at: datetime) -> None:
        session, hr = trainings.story.session, trainings.story.company.hr
        seated = select(Booking.id).where(
            Booking.gathering_id == gathering_id, Booking.state.in_(SEATED)
        )
        booking_id = session.scalar(seated.order_by(Booking.id).limit(1))
        if booking_id is not None:
            bookings.cancel(session, booking_id, at=at, by=hr.id, reason=COULD_NOT)

    return act

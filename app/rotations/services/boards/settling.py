"""What people have booked inside a stay of a plan, and the ways out of it.

Another start, asking the person, excusing them: HR decides, and a plan is published only when
nobody would be in two places (I3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain import plan_keys as keys
from app.domain.breach_words import Told, in_the_way
from app.domain.breaches import BOOKED, Breach, Crowd, StayKey
from app.domain.breaches import in_the_way as obstacles
from app.domain.diary import Activity, Booked
from app.domain.refusals import N_
from app.domain.timespan import Days
from app.gatherings.services.bookings import Outcome, cancel
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.rotations.models import Plan
from app.rotations.queries import seats_inside
from app.rotations.services.boards.scene import Scene

MOST_STARTS = 4
SEATS = frozenset({Activity.TRAINING, Activity.GUEST})  # somebody else can excuse from these
QUESTION = Message(
    topic=NoticeTopic.BOOKINGS,
    title=N_("“%(what)s” and a possible stay"),
    text=N_(
        "HR is planning “%(round)s”. What you have on %(on)s would lie inside a possible stay of"
        " yours, and nobody can be in two places. If you can do without it, please give it back or"
        " hand it over; if not, you need not do anything, and HR looks for another time."
    ),
    path="",
    action=N_("Look at it"),
)


@dataclass(frozen=True, slots=True)
class Inside:
    """One booking inside a stay. `asked_at` is when HR asked the person about it, if ever."""

    booking: Booked
    told: Told
    asked_at: datetime | None = None

    @property
    def ident(self) -> int:
        """The key of the commitment."""
        return keys.number(self.booking.key)

    @property
    def is_seat(self) -> bool:
        """Whether HR can excuse the person from it."""
        return self.booking.activity in SEATS


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A stay of a plan with what its person has booked inside it.

    `other_starts` are blocks from which the same placement would fit without breaking a rule, the
    first MOST_STARTS of them.
    """

    person_id: int
    person: str
    placement_id: int
    placement: str
    start: int
    inside: tuple[Inside, ...]
    other_starts: tuple[int, ...]


def meanwhile(session: Session, scene: Scene, person_id: int | None = None) -> list[Meanwhile]:
    """Every stay with bookings inside it, or those of one person, in the order of names.

    One statement beside the scene's, or none where nothing is booked.
    """
    found: dict[StayKey, list[Breach]] = defaultdict(list)
    who = None if person_id is None else keys.person(person_id)
    for breach in scene.breaches:
        if breach.rule == BOOKED and who in (None, breach.person):
            for stay in _stays_of(scene, breach):
                found[stay].append(breach)
    asked = seats_inside.asked(session, [_question_key(scene, b) for b in _flat(found.values())])
    order = {keys.person(ident): place for place, ident in enumerate(scene.cast.people)}
    stays = sorted(found, key=lambda stay: (order.get(stay.person, 0), stay))
    return [_meanwhile(scene, stay, found[stay], asked) for stay in stays]


def _flat(lists: Iterable[list[Breach]]) -> list[Breach]:
    return [breach for one in lists for breach in one]


def _stays_of(scene: Scene, breach: Breach) -> list[StayKey]:
    return [
        stay
        for stay in scene.stays
        if (stay.person, stay.placement) == (breach.person, breach.placement)
        and breach.block in scene.question.span(stay)
    ]


def _meanwhile(
    scene: Scene, stay: StayKey, breaches: list[Breach], asked: dict[str, datetime]
) -> Meanwhile:
    booked = scene.names.booked
    inside = [
        Inside(
            booked[breach.detail],
            in_the_way(breach, scene.names),
            asked.get(_question_key(scene, breach)),
        )
        for breach in breaches
    ]
    return Meanwhile(
        person_id=keys.number(stay.person),
        person=scene.names.people.get(stay.person, stay.person),
        placement_id=keys.number(stay.placement),
        placement=scene.names.placements.get(stay.placement, stay.placement),
        start=stay.start,
        inside=tuple(sorted(inside, key=lambda one: one.booking.span)),
        other_starts=_other_starts(scene, stay),
    )


def _other_starts(scene: Scene, stay: StayKey) -> tuple[int, ...]:
    """Where else the stay would fit with everybody else staying where they are."""
    others = Crowd(scene.question, (each for each in scene.stays if each != stay))
    starts = scene.question.placements[stay.placement]["starts"]
    wanted = (StayKey(stay.person, stay.placement, start) for start in starts)
    fits = [each.start for each in wanted if not obstacles(scene.question, others, each)]
    return tuple(fits[:MOST_STARTS])


def beside(scene: Scene, person_id: int) -> list[Booked]:
    """What a person has during their stays that only warns, by time.

    Offered seats, seats of a session moved over something else, and bookings beside a stay that
    leaves time for them.
    """
    key = keys.person(person_id)
    diary = scene.question.diary
    clashing = {breach.detail for breach in scene.breaches if breach.rule == BOOKED}
    days = [_days_of(scene, stay) for stay in scene.stays if stay.person == key]
    times = [*diary.booked.get(key, ()), *diary.soft.get(key, ())]
    found = [
        one
        for one in times
        if one.key not in clashing and any(each and one.days.overlaps(each) for each in days)
    ]
    return sorted(found, key=lambda one: one.span)


def _days_of(scene: Scene, stay: StayKey) -> Days | None:
    """The days of a stay; None for a placement that is gone."""
    if stay.placement not in scene.question.placements:
        return None
    begins = scene.round.block_starts_on
    return Days(begins(stay.start), begins(scene.question.end(stay)))


def booked_by(scene: Scene, person_id: int, commitment_id: int) -> Booked | None:
    """One booking of a person who is on the board, or None."""
    times = scene.question.diary.booked.get(keys.person(person_id), ())
    if person_id not in scene.cast.people:
        return None
    return next((one for one in times if one.key == keys.commitment(commitment_id)), None)


def ask(
    session: Session, plan: Plan, booking: Booked, *, person_id: int, by: int, at: datetime
) -> bool:
    """Ask a person whether they could do without a booking; False when they were asked before.

    Neither host nor placement are named: nothing is decided yet.
    """
    message = Message(
        topic=QUESTION.topic,
        title=QUESTION.title,
        text=QUESTION.text,
        path=booking.path,
        action=QUESTION.action,
        params={"what": booking.title, "round": plan.round.name, "on": booking.days.start},
    )
    key = _key_of(plan.round_id, booking)
    told = notify(session, message, to=[person_id], key=key, at=at)
    if told:
        _record(session, plan, person_id, by, at, change="asked about a booking")
    return bool(told)


def excuse(
    session: Session, plan: Plan, booking: Booked, *, person_id: int, by: int, at: datetime
) -> Outcome | None:
    """Excuse a person from a seat, with all its meetings; the next in line gets it.

    None when it is no seat any more. Raises NothingToCancel.
    """
    seat = seats_inside.seat_behind(session, keys.number(booking.key))
    if seat is None or booking.activity not in SEATS:
        return None
    done = cancel(session, seat, at=at, by=by, reason=plan.round.name)
    _record(session, plan, person_id, by, at, change="excused from a booking")
    return done


def _question_key(scene: Scene, breach: Breach) -> str:
    booking = scene.names.booked[breach.detail]
    return f"{_key_of(scene.round.id, booking)}:{keys.number(breach.person)}"


def _key_of(round_id: int, booking: Booked) -> str:
    """One question per seat, also where it has several meetings."""
    return f"round:{round_id}:booked:{booking.path or booking.key}"


def _record(
    session: Session, plan: Plan, person_id: int, by: int, at: datetime, *, change: str
) -> None:
    record(
        session,
        AuditKind.PLAN_CHANGED,
        actor_id=by,
        subject=f"plan:{plan.id}",
        at=at,
        change=change,
        person=person_id,
    )

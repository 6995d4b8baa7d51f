"""What people are told about their bookings and about gatherings.

The person hears of every change of their booking under the key `booking:<id>:v<version>:person`,
exactly once (I4). What, when, where, until when, and one action.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.domain.seats.occasion import Occasion
from app.gatherings.models import Booking
from app.gatherings.services.bookings.claims import where
from app.gatherings.services.bookings.paths import path_of
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Words:
    """English message ids of one notice; `path` overrides the page of the gathering.

    `key` tells several notices to those who decide apart.
    """

    title: str
    text: str
    action: str
    must_know: bool = False
    path: str = ""
    key: str = "lead"


BOOKED = Words(
    N_("You have a seat: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You can cancel by yourself until %(until)s."),
    N_("Look at my booking"),
)
REQUESTED = Words(
    N_("Your lead is asked: %(what)s"),
    N_("Your seat for %(when)s is kept until %(until)s. You hear as soon as there is an answer."),
    N_("Look at my booking"),
)
WAITING = Words(
    N_("You are on the waiting list: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You hear as soon as a seat is yours."),
    N_("Look at my place"),
)
BOOKED_BY = Words(
    N_("%(by)s booked a seat for you: %(what)s"),
    N_(
        "It begins on %(when)s (%(where)s). If it does not suit you, you can cancel by yourself "
        "until %(until)s."
    ),
    N_("Look at my booking"),
    must_know=True,
)
REQUESTED_BY = Words(
    N_("%(by)s asked for a seat for you: %(what)s"),
    N_("Your seat for %(when)s is kept until %(until)s. You hear as soon as there is an answer."),
    N_("Look at my booking"),
    must_know=True,
)
WAITING_BY = Words(
    N_("%(by)s put you on the waiting list: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You hear as soon as a seat is yours."),
    N_("Look at my place"),
    must_know=True,
)
APPROVED = Words(
    N_("Your lead agreed, you have a seat: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You can cancel by yourself until %(until)s."),
    N_("Look at my booking"),
    must_know=True,
)
APPROVED_WAITING = Words(
    N_("Your lead agreed, you wait for a seat: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You hear as soon as a seat is yours."),
    N_("Look at my place"),
)
DECLINED = Words(
    N_("Your lead did not agree: %(what)s"),
    N_("The reason: “%(reason)s”. It was to begin on %(when)s."),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
HOST_DECLINED = Words(
    N_("The host cannot take you along: %(what)s"),
    N_("The reason: “%(reason)s”. It was to begin on %(when)s."),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
REQUEST_EXPIRED = Words(
    N_("Your request ran out: %(what)s"),
    N_("Nobody answered in time, so the seat for %(when)s went on. You can ask again."),
    N_("Ask again"),
    must_know=True,
)
MOVED_UP = Words(
    N_("A seat came free and is yours: %(what)s"),
    N_(
        "It begins on %(when)s (%(where)s). If it does not suit you any more, please give it back"
        " until %(until)s."
    ),
    N_("Look at my booking"),
    must_know=True,
)
OFFERED = Words(
    N_("A seat is kept for you: %(what)s"),
    N_(
        "It begins on %(when)s (%(where)s). Please take it or turn it down until %(until)s;"
        " afterwards it goes to the next in line."
    ),
    N_("Answer"),
    must_know=True,
)
ACCEPTED = Words(
    N_("You took the seat: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You can cancel by yourself until %(until)s."),
    N_("Look at my booking"),
)
OFFER_EXPIRED = Words(
    N_("The seat went to the next in line: %(what)s"),
    N_("Your offer for %(when)s ran out. Thank you for leaving the seat to somebody else."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
TURNED_DOWN = Words(
    N_("You turned the seat down: %(what)s"),
    N_("It goes to the next in line. It begins on %(when)s (%(where)s)."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
CANCELLED = Words(
    N_("Your booking is cancelled: %(what)s"),
    N_("Your seat for %(when)s (%(where)s) is free for somebody else."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
EXCUSED = Words(
    N_("You are excused: %(what)s"),
    N_("You are not expected on %(when)s (%(where)s) any more."),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
EXCUSED_BY = Words(
    N_("You are excused: %(what)s"),
    N_(
        "You are not expected on %(when)s (%(where)s) any more. The reason: “%(reason)s”. You need"
        " not do anything."
    ),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
LEFT = Words(
    N_("You left the waiting list: %(what)s"),
    N_("It begins on %(when)s (%(where)s). You can join again at the end of the list."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
LIST_OVER_DAY = Words(  # a joint day has no next date to keep a rank for
    N_("No seat came free: %(what)s"),
    N_("It has begun (%(when)s). You do not wait for it any more."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
LIST_OVER = Words(
    N_("No seat came free: %(what)s"),
    N_("It has begun (%(when)s). For the next date of this course you keep your rank."),
    N_("Look at my bookings"),
    path="/my-bookings",
)
LIST_OVER_NEXT = Words(
    N_("No seat came free: %(what)s"),
    N_(
        "It has begun (%(when)s). Another date begins on %(next)s (%(there)s). You keep your rank:"
        " until %(until)s its free seats go to you and others who come first."
    ),
    N_("Look at the next date"),
)
LIST_OVER_DATES = Words(
    N_("No seat came free: %(what)s"),
    N_(
        "It has begun (%(when)s). There are %(number)s other dates for you, the first begins on"
        " %(next)s (%(there)s). You keep your rank: until %(until)s its free seats go to you and"
        " others who come first."
    ),
    N_("Look at the dates"),
)
CALLED_OFF = Words(
    N_("Called off: %(what)s"),
    N_(
        "%(when)s (%(where)s) will not take place. The reason: “%(reason)s”. You need not do"
        " anything; if another date follows, you keep your rank."
    ),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
CALLED_OFF_NEXT = Words(
    N_("Called off: %(what)s"),
    N_(
        "%(when)s (%(where)s) will not take place. The reason: “%(reason)s”. Another date begins"
        " on %(next)s (%(there)s). You keep your rank: until %(until)s its free seats go to you and"
        " others of the date called off."
    ),
    N_("Look at the next date"),
    must_know=True,
)
CALLED_OFF_DATES = Words(
    N_("Called off: %(what)s"),
    N_(
        "%(when)s (%(where)s) will not take place. The reason: “%(reason)s”. There are %(number)s"
        " other dates for you, the first begins on %(next)s (%(there)s). You keep your rank: until"
        " %(until)s its free seats go to you and others of the date called off."
    ),
    N_("Look at the dates"),
    must_know=True,
)
CALLED_OFF_DAY = Words(  # a joint day has no next date to keep a rank for
    N_("Called off: %(what)s"),
    N_(
        "%(when)s (%(where)s) will not take place. The reason: “%(reason)s”. Your time is free"
        " again."
    ),
    N_("Look at my bookings"),
    must_know=True,
    path="/my-bookings",
)
CALLED_OFF_LEADER = Words(
    N_("Called off: %(what)s"),
    N_(
        "%(when)s (%(where)s) will not take place. The reason: “%(reason)s”. Your time is free"
        " again."
    ),
    N_("Look at it"),
    must_know=True,
)
CONFIRMED = Words(
    N_("It takes place for certain: %(what)s"),
    N_("It begins on %(when)s (%(where)s)."),
    N_("Look at it"),
)
NEW_DATE_FIRST = Words(
    N_("A date for you: %(what)s"),
    N_(
        "It begins on %(when)s (%(where)s). You can book from %(until)s on. You keep your rank from"
        " an earlier date: until %(first)s free seats go to you and the others first."
    ),
    N_("Look at the date"),
)
NEW_DATE = Words(
    N_("A date for you: %(what)s"),
    N_(
        "It begins on %(when)s (%(where)s). You waited for this course; you can book from"
        " %(until)s on."
    ),
    N_("Look at the date"),
)
MOVED = Words(
    N_("New time or place: %(what)s"),
    N_(
        "It now begins on %(when)s (%(where)s). If that does not suit you, you can give your seat"
        " back until it begins."
    ),
    N_("Look at it"),
    must_know=True,
)
MOVED_ELSEWHERE = Words(
    N_("New time, and you are elsewhere then: %(what)s"),
    N_(
        "It now begins on %(when)s (%(where)s), while you already have something else. Please"
        " decide for one; you can give your seat back until it begins."
    ),
    N_("Decide"),
    must_know=True,
)
MOVED_LEADER = Words(
    N_("New time or place: %(what)s"),
    N_("It now begins on %(when)s (%(where)s)."),
    N_("Look at it"),
    must_know=True,
)
LEAD_ASKED = Words(
    N_("%(person)s asks for a seat: %(what)s"),
    N_("It begins on %(when)s. Please answer until %(until)s. Silence never approves."),
    N_("Decide"),
    path="/approvals",
)
LEAD_REMINDED = Words(
    N_("Your answer is missing: %(what)s for %(person)s"),
    N_("It begins on %(when)s. The request runs out on %(until)s. Silence never approves."),
    N_("Decide"),
    path="/approvals",
    key="remind",
)
LEAD_SEAT_FREE = Words(
    N_("Only your yes is missing: %(what)s for %(person)s"),
    N_(
        "A seat is free for %(person)s as soon as you agree; until then others on the list go"
        " first. It begins on %(when)s. Silence never approves."
    ),
    N_("Decide"),
    path="/approvals",
    key="seat-free",
)
TOO_FEW_SOON = Words(
    N_("Too few people so far: %(what)s"),
    N_(
        "%(booked)s of at least %(minimum)s have booked for %(when)s. The day of decision is"
        " %(until)s."
    ),
    N_("Look at it"),
)
DECIDE_NOW = Words(
    N_("Please decide: does %(what)s take place?"),
    N_(
        "%(booked)s of at least %(minimum)s have booked for %(when)s. Today is the day to confirm"
        " or to call off."
    ),
    N_("Confirm or call off"),
    must_know=True,
)


def tell_person(
    session: Session,
    booking: Booking,
    gathering: Occasion,
    words: Words,
    *,
    at: datetime,
    **more: object,
) -> None:
    """Tell the person of this version of their booking, once.

    `more` are further values of the words, among them `until`, which ends what they can do; None
    counts as left out.
    """
    given = {name: value for name, value in more.items() if value is not None}
    known = about(gathering, gathering.cancel_until)
    params = {**known, "reason": booking.reason, **given}
    message = _message(gathering, words, params)
    key = f"booking:{booking.id}:v{booking.version}:person"
    notify(session, message, to={booking.person_id}, key=key, at=at)


def tell_leads(
    session: Session,
    booking: Booking,
    gathering: Occasion,
    words: Words,
    *,
    to: Iterable[int],
    at: datetime,
) -> None:
    """Tell those who decide on a booking, once per version and key of the words."""
    until = booking.expires_at or gathering.starts_at
    name = session.get_one(Person, booking.person_id).name
    params = {**about(gathering, until), "person": name}
    message = _message(gathering, words, params)
    notify(
        session, message, to=to, key=f"booking:{booking.id}:v{booking.version}:{words.key}", at=at
    )


def tell_all(
    session: Session,
    gathering: Occasion,
    words: Words,
    *,
    to: Iterable[int],
    key: str,
    at: datetime,
    **more: object,
) -> int:
    """Tell people of the gathering itself, once per `key`; gives how many that were."""
    params = {**about(gathering, gathering.opens_at), **more}
    message = _message(gathering, words, params)
    return notify(session, message, to=to, key=f"gathering:{gathering.id}:{key}", at=at)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One message by what comes next: for joint days, with no next date, with one, with many."""

    of_day: Words
    none: Words
    one: Words
    many: Words


def naming(
    outlook: Outlook, gathering: Occasion, dates: Sequence[Occasion]
) -> tuple[Words, dict[str, object]]:
    """The words for somebody who could come on these other dates, soonest first, and their values.

    They lead to the one date, or to the course where there are several.
    """
    if gathering.course_id is None:
        return outlook.of_day, {}
    if not dates:
        return outlook.none, {}
    first = dates[0]
    known = about(first, first.first_until or first.opens_at)
    more = {"next": known["when"], "there": known["where"], "until": known["until"]}
    if len(dates) == 1:
        return replace(outlook.one, path=path_of(first)), more
    path = f"/trainings/{gathering.course_id}"
    return replace(outlook.many, path=path), {**more, "number": len(dates)}


def about(gathering: Occasion, until: datetime) -> dict[str, object]:
    """What every notice can name."""
    meetings = gathering.meetings
    place = where(meetings[0]) if meetings else ""
    return {
        "what": gathering.title,
        "when": gathering.starts_at,
        "where": place or gathering.site.name,
        "until": until,
    }


def _message(gathering: Occasion, words: Words, params: dict[str, object]) -> Message:
    return Message(
        topic=NoticeTopic.BOOKINGS,
        title=words.title,
        text=words.text,
        path=words.path or path_of(gathering),
        action=words.action,
        params=params,
        must_know=words.must_know,
    )

"""Trainings and joint days on Today: offers and requests that wait, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.database import UnitOfWork
from app.domain.refusals import N_, NN_
from app.domain.roles import Actor
from app.domain.tasks import Task
from app.gatherings.models import Gathering
from app.gatherings.queries import approvals, my_bookings
from app.gatherings.queries.session_page import leading_soon
from app.web.locale import chosen_locale, moment

AHEAD = timedelta(weeks=4)


def seats_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """Seats that are offered to somebody, and requests of their teams. At most three statements."""
    for booking in my_bookings.offered(session, actor.person_id, at=at):
        yield Task(
            "stars",
            N_(
                "A seat in “%(title)s” is kept for you until %(moment)s: accept it or leave it to "
                "the next"
            ),
            "sessions.show",
            params={
                "title": approvals.title(booking.gathering, chosen_locale()),
                "moment": moment(booking.expires_at, "weekday"),
            },
            values={"gathering_id": booking.gathering_id},
            due_on=_day(booking.expires_at, actor),
        )
    if actor.is_lead or actor.is_hr:
        yield from _requests(session, actor, at)


def _requests(session: UnitOfWork, actor: Actor, at: datetime) -> Iterator[Task]:
    decider = approvals.Decider(actor.person_id, actor.responsible_for, is_hr=actor.is_hr)
    pile = approvals.pile(session, decider, today=at.astimezone(actor.zone).date())
    if pile.count:
        yield Task(
            "check2-square",
            NN_(
                "%(num)d request for a seat waits for your answer",
                "%(num)d requests for seats wait for your answer",
            ),
            "approvals.index",
            count=pile.count,
            due_on=_day(pile.first_at, actor),
        )


def _day(instant: datetime | None, actor: Actor) -> date | None:
    return None if instant is None else instant.astimezone(actor.zone).date()


@dataclass(frozen=True, slots=True)
class Coming:
    """A gathering in the near future, with its next meeting; `days_ahead` is 0 today."""

    gathering: Gathering
    title: str
    starts_at: datetime
    days_ahead: int
    leads: bool = False


def coming_up(session: UnitOfWork, actor: Actor, *, at: datetime) -> list[Coming]:
    """What somebody takes part in or leads within four weeks, soonest first. Five statements."""
    booked = my_bookings.coming_up(session, actor.person_id, at=at, before=at + AHEAD)
    led = leading_soon(session, actor.person_id, at=at, before=at + AHEAD)
    found = [_coming(each.gathering, _next_of(each.gathering, at), actor, at) for each in booked]
    found += [
        _coming(each.gathering, each.next_one(at).starts_at, actor, at, leads=True) for each in led
    ]
    return sorted(found, key=lambda each: (each.starts_at, each.gathering.id))


def _next_of(gathering: Gathering, at: datetime) -> datetime:
    """When the next meeting that is not over begins."""
    begins = [each.starts_at for each in gathering.meetings if each.active and each.ends_at > at]
    return min(begins, default=gathering.starts_at)


def _coming(
    gathering: Gathering, first: datetime, actor: Actor, at: datetime, *, leads: bool = False
) -> Coming:
    """A gathering whose next meeting begins at an instant; of a long one, today."""
    today, day = (instant.astimezone(actor.zone).date() for instant in (at, first))
    ahead = max(0, (day - today).days)
    return Coming(gathering, approvals.title(gathering, chosen_locale()), first, ahead, leads)

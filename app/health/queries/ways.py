"""How a reader can start what an action needs: each remedy has one way that is open to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.domain.roles import Actor
from app.gatherings.queries.trips import hosts
from app.health.models import Action, RemedyKind
from app.health.queries import starts
from app.people.models import Person

STARTABLE = (RemedyKind.SESSION, RemedyKind.TRIP, RemedyKind.ROTATION)


@dataclass(frozen=True, slots=True)
class Way:
    """One next step: what it is called (an English message id), why, and where it leads."""

    kind: RemedyKind
    label: str
    note: str
    path: str


@dataclass(frozen=True, slots=True)
class Rotations:
    """What the room of rotations knows: the reader's way, and who may be asked to go it."""

    way: Callable[[Session, Actor, Action, date], Way]
    able: Callable[[Session, Action, date], list[Person]]


rotations: list[Rotations] = []  # filled by the room above


def kind_of(action: Action) -> RemedyKind | None:
    """What the action's remedy leads to; None for what cannot be started from here."""
    kind = action.remedy.kind if action.remedy else None
    return kind if kind in STARTABLE else None


def ways(session: Session, actor: Actor, action: Action, *, today: date) -> list[Way]:
    """Every way of this reader, that of the action's remedy first. At most five statements."""
    found = [_session_way(action), _trip_way(session, actor, action, today)]
    found += [room.way(session, actor, action, today) for room in rotations]
    wanted = kind_of(action)
    return sorted(found, key=lambda way: way.kind is not wanted)


def able(session: Session, action: Action, kind: RemedyKind, *, today: date) -> list[Person]:
    """Who may be asked to start it in this way."""
    if kind is RemedyKind.TRIP:
        return starts.possible_hosts(session, action, today=today)
    return [person for room in rotations for person in room.able(session, action, today)]


def hosts_for(session: Session, actor: Actor, action: Action, *, today: date) -> hosts.Host | None:
    """The reader as a host of one of the two teams, or None. One statement."""
    host = hosts.host(session, actor.person_id, today=today)
    pair = {action.low_team_id, action.high_team_id}
    return host if host is not None and host.team_id in pair else None


def _session_way(action: Action) -> Way:
    return Way(
        RemedyKind.SESSION,
        N_("Draft a date"),
        N_("Choose course and day; seats are kept for both sides, and HR announces it."),
        f"/actions/{action.id}/session",
    )


def _trip_way(session: Session, actor: Actor, action: Action, today: date) -> Way:
    if hosts_for(session, actor, action, today=today) is not None:
        return Way(
            RemedyKind.TRIP,
            N_("Offer a joint day"),
            N_("The form is prepared; somebody of the other side books the seat."),
            f"/actions/{action.id}/trip",
        )
    return Way(
        RemedyKind.TRIP,
        N_("Ask for a joint day"),
        N_("Name somebody of the two teams who takes the other side along."),
        f"/actions/{action.id}/ask/trip",
    )

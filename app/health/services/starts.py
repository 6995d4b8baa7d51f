"""Start what an action needs: draft a session, offer a trip, name what exists, or ask somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.planned import SessionPlan
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.gatherings.models import Course, Gathering
from app.gatherings.queries.trips.hosts import Host
from app.gatherings.services import planning, trips
from app.gatherings.services.planning import Maker
from app.gatherings.services.trips import TripFields
from app.health.models import (
    Action,
    ActionGathering,
    ActionRequest,
    ActionState,
    RemedyKind,
    RequestState,
)
from app.health.queries import starts as queries
from app.health.services.actions import AnsweredAlready
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.people.queries.answering import people_of_hr


class NotOfThisPair(Invalid):
    """Only what the two teams have together can be named."""

    msgid = N_("Please choose something these two teams have.")


class AskedAlready(Refusal):
    """Asking twice does not help."""

    msgid = N_("This person was asked already.")


class CannotStart(Invalid):
    """Who is asked must be able to do it."""

    msgid = N_("Please choose somebody who can do this.")


class NothingAsked(Refusal):
    """There is nothing left to answer."""

    msgid = N_("You were not asked, or it was answered already.")


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts on an action, when (UTC), and the version their form was opened on."""

    by: int
    at: datetime
    opened_on: int


@dataclass(frozen=True, slots=True)
class Way:
    """How something of one kind is kept with an action, and taken back, by its key."""

    link: Callable[[Session, Action, int, Act], None]
    forget: Callable[[Session, Action, int], None]


ways: dict[str, Way] = {}  # by the word before the colon of a key; rooms above add theirs


def draft_session(
    session: Session, action: Action, course: Course, plan: SessionPlan, maker: Maker, act: Act
) -> Gathering:
    """Draft a date of a course for an action; HR is told, and announces it.

    Raises Stale, AnsweredAlready, and what `planning.create` raises.
    """
    claim(action, act)
    made = planning.create(session, course, plan, maker, at=act.at)
    _link_date(session, action, made.id, act)
    announcers = set(people_of_hr(session, today=act.at.date())) - {act.by}
    path = f"/courses/sessions/{made.id}"
    message = _to_announce(made, action, path)
    notify(session, message, to=announcers, key=f"action:{action.id}:date:{made.id}", at=act.at)
    return made


def offer_trip(
    session: Session, action: Action, host: Host, fields: TripFields, act: Act
) -> Gathering:
    """Offer a joint day for an action.

    Raises Stale, AnsweredAlready, and what `trips.offer` raises.
    """
    claim(action, act)
    made = trips.offer(session, host, fields, at=act.at)
    _link_date(session, action, made.id, act)
    return made


def name_existing(session: Session, action: Action, key: str, act: Act) -> None:
    """Say that something of the pair that exists already is what the action needs.

    Raises Stale, AnsweredAlready and NotOfThisPair.
    """
    if key not in {one.key for one in queries.existing(session, action, at=act.at)}:
        raise NotOfThisPair
    claim(action, act)
    source, _colon, number = key.partition(":")
    ways[source].link(session, action, int(number), act)


def forget(session: Session, action: Action, key: str, act: Act) -> None:
    """Take back that something was started for an action; the thing itself stays.

    Raises Stale, AnsweredAlready and NotOfThisPair.
    """
    started = queries.of_actions(session, [action.id], reader=None, at=act.at)[action.id]
    if key not in {one.key for one in started}:
        raise NotOfThisPair
    claim(action, act)
    source, _colon, number = key.partition(":")
    ways[source].forget(session, action, int(number))
    _note(session, action, act, forgotten=key)


def begin(session: Session, action: Action, key: str, act: Act) -> None:
    """Note that something was started for an action: who was asked is done, the owner is told.

    Rooms above call it after `claim` and their own row.
    """
    for request in queries.requests(session, action.id):
        if request.state is RequestState.OPEN:
            request.state, request.answered_at = RequestState.TAKEN, act.at
    _note(session, action, act, started=key)
    if action.owner_id not in {None, act.by}:
        notify(
            session,
            _begun(action),
            to=[action.owner_id or 0],
            key=f"action:{action.id}:{key}",
            at=act.at,
        )


def claim(action: Action, act: Act) -> None:
    """Hold a planned action as its form showed it, so that two people do not start it at once."""
    if action.version != act.opened_on:
        raise Stale
    if action.state is not ActionState.PLANNED:
        raise AnsweredAlready
    flag_modified(action, "what")  # what was started makes another version of it


def ask(
    session: Session, action: Action, person_id: int, kind: RemedyKind, able: set[int], act: Act
) -> None:
    """Ask one of those who are able to start what the action needs.

    Raises Stale, AnsweredAlready, CannotStart and AskedAlready.
    """
    if person_id not in able:
        raise CannotStart
    if any(one.person_id == person_id for one in queries.requests(session, action.id)):
        raise AskedAlready
    claim(action, act)
    session.add(
        ActionRequest(
            action_id=action.id,
            person_id=person_id,
            kind=kind,
            state=RequestState.OPEN,
            asked_by=act.by,
            asked_at=act.at,
        )
    )
    _note(session, action, act, asked=person_id, remedy=kind.value)
    key = f"action:{action.id}:asked"
    notify(session, _asked_for(action, kind), to=[person_id], key=key, at=act.at)


def decline(session: Session, action: Action, *, by: int, at: datetime) -> None:
    """Say that one cannot start it; who looks after the action is told. Raises NothingAsked."""
    asked = {one.person_id: one for one in queries.requests(session, action.id)}
    request = asked.get(by)
    if request is None or request.state is not RequestState.OPEN:
        raise NothingAsked
    request.state, request.answered_at = RequestState.DECLINED, at
    _note(session, action, Act(by, at, action.version), declined=by)
    people = {action.owner_id, request.asked_by} - {None, by}
    key = f"action:{action.id}:declined:{by}"
    to = [person_id for person_id in people if person_id is not None]
    notify(session, _declined(action, request.person.name), to=to, key=key, at=at)


def _link_date(session: Session, action: Action, gathering_id: int, act: Act) -> None:
    session.add(
        ActionGathering(
            action_id=action.id,
            gathering_id=gathering_id,
            started_by=act.by,
            started_at=act.at,
        )
    )
    session.flush()
    begin(session, action, f"{queries.GATHERING}:{gathering_id}", act)


def _forget_date(session: Session, action: Action, gathering_id: int) -> None:
    session.delete(session.get_one(ActionGathering, (action.id, gathering_id)))


ways[queries.GATHERING] = Way(_link_date, _forget_date)


def _note(session: Session, action: Action, act: Act, **detail: object) -> None:
    subject = f"action:{action.id}"
    record(session, AuditKind.ACTION_CHANGED, actor_id=act.by, subject=subject, at=act.at, **detail)


def _to_announce(made: Gathering, action: Action, path: str) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("A date to announce: %(title)s"),
        text=N_("It was drafted for %(one)s and %(other)s: %(what)s"),
        path=path,
        action=N_("Look at the draft"),
        params={"title": made.title, **_named(action)},
    )


def _begun(action: Action) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("Started: %(what)s"),
        text=N_("Somebody has started what you look after for %(one)s and %(other)s."),
        path=f"/actions/{action.id}",
        action=N_("See where it stands"),
        params=_named(action),
    )


ASKING = {
    RemedyKind.TRIP: N_("Please offer a joint day: %(what)s"),
    RemedyKind.ROTATION: N_("Please offer a placement: %(what)s"),
}


def _asked_for(action: Action, kind: RemedyKind) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=ASKING[kind],
        text=N_(
            "%(one)s and %(other)s answer a result of the last survey, and you can start it, by"
            " %(day)s. The form is prepared; you may also say that you cannot."
        ),
        path=f"/actions/{action.id}",
        action=N_("Look at it"),
        params={**_named(action), "day": action.due_on or date.max},
        must_know=True,
    )


def _declined(action: Action, name: str) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("%(name)s cannot start it: %(what)s"),
        text=N_("Please ask somebody else of %(one)s and %(other)s, or choose another way."),
        path=f"/actions/{action.id}",
        action=N_("Choose another way"),
        params={"name": name, **_named(action)},
        must_know=True,
    )


def _named(action: Action) -> dict[str, object]:
    return {"what": action.what, "one": action.low.name, "other": action.high.name}

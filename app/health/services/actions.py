"""Answer a weak result: an action with owner and day, or a recorded no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.starts import NextStep, Stage, Started
from app.health.models import Action, ActionState
from app.health.queries.actions import Standing
from app.outbox.models import Notice, NoticeTopic
from app.outbox.services import Message, notify


class ReasonMissing(Invalid):
    """A no without a reason helps nobody."""

    msgid = N_("Please say why.")


class DayIsPast(Invalid):
    """An action lies ahead."""

    msgid = N_("Please choose a day that is still to come.")


class AnsweredAlready(Refusal):
    """Done, dropped or declined stays so."""

    msgid = N_("This action is closed already.")


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """What a pair means to do: `dimension` may be empty, `remedy_id` None for something else."""

    what: str
    owner_id: int
    due_on: date
    dimension: str = ""
    remedy_id: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The weak result: a pair of teams in a published wave."""

    wave_id: int
    one: int
    other: int

    @property
    def low(self) -> int:
        """The team with the smaller key."""
        return min(self.one, self.other)

    @property
    def high(self) -> int:
        """The team with the larger key."""
        return max(self.one, self.other)


def plan(
    session: Session, about: About, draft: ActionDraft, *, by: int, today: date, at: datetime
) -> Action:
    """Write down what is done about a weak result, and tell its owner. Raises DayIsPast."""
    if draft.due_on < today:
        raise DayIsPast
    action = Action(
        wave_id=about.wave_id,
        low_team_id=about.low,
        high_team_id=about.high,
        dimension=draft.dimension,
        remedy_id=draft.remedy_id,
        what=draft.what,
        state=ActionState.PLANNED,
        owner_id=draft.owner_id,
        due_on=draft.due_on,
        because="",
        created_by=by,
        created_at=at,
    )
    session.add(action)
    session.flush()  # its key names the notice
    _note(session, action, by, at)
    if draft.owner_id != by:
        notify(session, _asked(action), to=[draft.owner_id], key=_key(action), at=at)
    return action


def leave_it(session: Session, about: About, because: str, *, by: int, at: datetime) -> Action:
    """Record that nothing is done about a weak result, and why. Raises ReasonMissing."""
    if not because.strip():
        raise ReasonMissing
    action = Action(
        wave_id=about.wave_id,
        low_team_id=about.low,
        high_team_id=about.high,
        dimension="",
        what="",
        state=ActionState.NO_ACTION,
        because=because.strip(),
        created_by=by,
        created_at=at,
        closed_at=at,
    )
    session.add(action)
    session.flush()
    _note(session, action, by, at)
    return action


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action, said on a form that was opened on a version of it."""

    state: ActionState
    because: str
    opened_on: int


def close(session: Session, action: Action, said: Outcome, *, by: int, at: datetime) -> None:
    """Say that an action is done, or dropped and why.

    Raises Stale, AnsweredAlready, ReasonMissing.
    """
    if action.version != said.opened_on:
        raise Stale
    if action.state is not ActionState.PLANNED:
        raise AnsweredAlready
    because = said.because.strip()
    if said.state is ActionState.DROPPED and not because:
        raise ReasonMissing
    action.state, action.because, action.closed_at = said.state, because, at
    _note(session, action, by, at)


def remind(session: Session, action: Action, *, at: datetime) -> None:
    """Tell the owner once that the day has come."""
    action.reminded_at = at
    if action.owner_id is not None:
        message = Message(
            topic=NoticeTopic.COLLABORATION,
            title=N_("Due: %(what)s"),
            text=N_("You took this on for two teams. Please say whether it is done, by %(day)s."),
            path=f"/actions/{action.id}",
            action=N_("Say what became of it"),
            params={"what": action.what, "day": action.due_on or at.date()},
        )
        key = f"action:{action.id}:due"
        notify(session, message, to=[action.owner_id], key=key, at=at)


def tell_what_became(session: Session, standing: Standing, *, at: datetime) -> int:
    """Tell an owner, once each, what was called off and that all of it took place.

    Gives how many notices were written. One statement where the owner knows already.
    """
    action = standing.action
    news = dict(_news(standing))
    if action.owner_id is None or not news:
        return 0
    wanted = {f"{key}:{action.owner_id}": key for key in news}
    known = set(session.scalars(select(Notice.dedupe_key).where(Notice.dedupe_key.in_(wanted))))
    untold = [key for whole, key in wanted.items() if whole not in known]
    return sum(notify(session, news[key], to=[action.owner_id], key=key, at=at) for key in untold)


def _news(standing: Standing) -> Iterator[tuple[str, Message]]:
    """What there is to tell about an action, each with the key it is told once by."""
    action = standing.action
    for one in standing.started:
        if one.stage is Stage.CALLED_OFF:
            yield f"action:{action.id}:{one.key}:off", _called_off(action, one)
    if standing.step is NextStep.SAY_WHAT_CAME:
        live = sum(one.is_live for one in standing.started)
        yield f"action:{action.id}:took-place:{live}", _took_place(action)


def _called_off(action: Action, started: Started) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("Called off: %(title)s"),
        text=N_("It was meant for: %(what)s. Please choose another way, or say why not."),
        path=f"/actions/{action.id}",
        action=N_("Choose another way"),
        params={"title": started.title, "what": action.what},
    )


def _took_place(action: Action) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("It took place: %(what)s"),
        text=N_("Please say what came of it, or start something more. The next survey tells it."),
        path=f"/actions/{action.id}#outcome",
        action=N_("Say what came of it"),
        params={"what": action.what},
    )


def _asked(action: Action) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("You look after: %(what)s"),
        text=N_("It answers a result of the last survey. Please see to it by %(day)s."),
        path=f"/actions/{action.id}",  # pages of pairs are for leads, sponsors and HR only
        action=N_("Look at it"),
        params={"what": action.what, "day": action.due_on or action.created_at.date()},
        must_know=True,
    )


def _key(action: Action) -> str:
    return f"action:{action.id}:planned"


def _note(session: Session, action: Action, by: int, at: datetime) -> None:
    record(
        session,
        AuditKind.ACTION_CHANGED,
        actor_id=by,
        subject=f"action:{action.id}",
        at=at,
        state=action.state.value,
        pair=[action.low_team_id, action.high_team_id],
    )

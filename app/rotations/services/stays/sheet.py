"""What must be settled before the first day, the learning goals, and the check-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.stays import MOST_GOALS
from app.rotations.models import CheckIn, Goal, PracticalSheet, Stay
from app.rotations.services.stays.chain import touch

SHEET_FIELDS = PracticalSheet.__personal__.words  # every text of the sheet


class TooManyGoals(Invalid):
    """Two or three goals are worth following."""

    msgid = N_("A stay has at most three learning goals.")


class AlreadyHeld(Refusal):
    """A check-in is written once."""

    msgid = N_("This check-in was already written by somebody else. Please look again.")


@dataclass(frozen=True, slots=True)
class HowItGoes:
    """The two answers of a check-in; either may be empty, never both."""

    going_well: str
    needs: str


def save_sheet(
    session: Session,
    stay: Stay,
    texts: Mapping[str, str],
    *,
    opened_on: int,
    by: int,
    at: datetime,
) -> PracticalSheet:
    """Write the practical sheet; only fields of SHEET_FIELDS in `texts` are touched.

    Raises Stale when somebody saved it since version `opened_on`.
    """
    sheet = stay.sheet or PracticalSheet(stay_id=stay.id)
    if stay.sheet is None:
        session.add(sheet)
    elif sheet.version != opened_on:
        raise Stale
    changed = [
        name for name in SHEET_FIELDS if name in texts and texts[name] != getattr(sheet, name)
    ]
    for name in changed:
        setattr(sheet, name, texts[name])
    if changed:
        sheet.updated_at = at
        record(
            session,
            AuditKind.STAY_CHANGED,
            actor_id=by,
            subject=f"stay:{stay.id}",
            at=at,
            change="sheet",
            fields=changed,
        )
    return sheet


def set_goals(
    session: Session,
    stay: Stay,
    wished: Sequence[str],
    *,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """Write the learning goals in order; empty lines fall away, known ones keep their tick.

    Raises TooManyGoals, and Stale when the stay changed since version `opened_on`.
    """
    if stay.version != opened_on:
        raise Stale
    texts = list(dict.fromkeys(text for text in wished if text))
    if len(texts) > MOST_GOALS:
        raise TooManyGoals
    known = {goal.text: goal for goal in stay.goals}
    for goal in stay.goals:
        if goal.text not in texts:
            session.delete(goal)
    for text in texts:
        if text not in known:
            session.add(Goal(stay_id=stay.id, text=text))
    stay.goals_set_at = at
    touch(stay)
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="goals",
        number=len(texts),
    )


def tick_goal(stay: Stay, goal_id: int, *, reached: bool) -> None:
    """The person says whether a goal was reached. LookupError for a goal of another stay."""
    for goal in stay.goals:
        if goal.id == goal_id:
            goal.reached = reached
            touch(stay)
            return
    raise LookupError(f"stay {stay.id} has no goal {goal_id}")


def hold_check_in(
    session: Session, stay: Stay, check_in: CheckIn, said: HowItGoes, *, by: int, at: datetime
) -> None:
    """Write a check-in down, once; whoever wrote it may correct it. Raises AlreadyHeld."""
    if check_in.done_at is not None and check_in.done_by != by:
        raise AlreadyHeld
    check_in.going_well, check_in.needs = said.going_well, said.needs
    check_in.done_at, check_in.done_by = at, by
    touch(stay)  # two people at once: the second is told instead of overwriting the first
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="check-in",
        when=check_in.kind.value,
    )

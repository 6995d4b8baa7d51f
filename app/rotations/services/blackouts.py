"""Close a team for some days, and open it again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.refusals import N_, Invalid
from app.domain.roles import Actor
from app.domain.timespan import Days
from app.rotations.models import Blackout

LONGEST = timedelta(days=366)


class TooLong(Invalid):
    """Nobody closes a team for good this way."""

    msgid = N_("A blackout time can last a year at most.")


class AlreadyThere(Invalid):
    """The same days were entered before."""

    msgid = N_("This team already has a blackout time on exactly these days.")


def add(
    session: Session, team_id: int, days: Days, reason: str, actor: Actor, *, at: datetime
) -> Blackout:
    """Let nobody go and take nobody in on `days`. Raises TooLong, AlreadyThere."""
    if days.end - days.start > LONGEST:
        raise TooLong
    if _exists(session, team_id, days.start, days.end):
        raise AlreadyThere
    made = Blackout(team_id=team_id, starts_on=days.start, ends_on=days.end, reason=reason)
    session.add(made)
    session.flush()  # the audit entry names its key
    _record(session, made, actor, at, change="added")
    return made


def remove(session: Session, blackout: Blackout, actor: Actor, *, at: datetime) -> None:
    """Open the team again on these days."""
    _record(session, blackout, actor, at, change="removed")
    session.delete(blackout)


def _exists(session: Session, team_id: int, starts_on: date, ends_on: date) -> bool:
    found = session.scalar(
        select(Blackout.id).where(
            Blackout.team_id == team_id,
            Blackout.starts_on == starts_on,
            Blackout.ends_on == ends_on,
        )
    )
    return found is not None


def _record(
    session: Session, blackout: Blackout, actor: Actor, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        AuditKind.BLACKOUT_CHANGED,
        actor_id=actor.person_id,
        subject=f"blackout:{blackout.id}",
        at=at,
        team=blackout.team_id,
        starts_on=blackout.starts_on.isoformat(),
        ends_on=blackout.ends_on.isoformat(),
        **detail,
    )

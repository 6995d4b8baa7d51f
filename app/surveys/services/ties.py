"""Declare which teams rate each other, dated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.surveys.models import Tie

Wanted = Mapping[int, float | None]


def declare(
    session: Session, source_id: int, wanted: Wanted, *, by: int | None, day: date, at: datetime
) -> int:
    """From `day` on team `source_id` rates exactly these teams; gives how many ties changed.

    `wanted` maps the rated team to its importance in quarters, or None where the answers shall
    say it. Ties that go end on `day`; those that stay keep their first day.
    """
    standing = {tie.target_id: tie for tie in _standing(session, source_id, day)}
    changed = 0
    for target, tie in standing.items():
        if target not in wanted:
            _end(session, tie, day)
            changed += 1
        elif tie.importance != wanted[target]:
            tie.importance = wanted[target]
            changed += 1
    new = [target for target in wanted if target not in standing]
    session.flush()  # what ends makes room before anything begins
    session.add_all(
        Tie(source_id=source_id, target_id=target, starts_on=day, importance=wanted[target])
        for target in new
    )
    session.flush()  # the guard against overlaps speaks now
    if changed or new:
        _record(session, source_id, wanted, by, at)
    return changed + len(new)


def _standing(session: Session, source_id: int, day: date) -> list[Tie]:
    rows = session.scalars(
        select(Tie)
        .where(Tie.source_id == source_id, or_(Tie.ends_on.is_(None), Tie.ends_on > day))
        .with_for_update()
    )
    return list(rows)


def _end(session: Session, tie: Tie, day: date) -> None:
    """End a tie; one that would never have held a day is taken back."""
    if tie.starts_on >= day:
        session.delete(tie)
    else:
        tie.ends_on = day


def _record(session: Session, source_id: int, wanted: Wanted, by: int | None, at: datetime) -> None:
    record(
        session,
        AuditKind.TIES_CHANGED,
        actor_id=by,
        subject=f"team:{source_id}",
        at=at,
        rates=sorted(wanted),
    )

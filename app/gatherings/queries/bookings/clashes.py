"""What a person has to do at a time: hard commitments forbid, soft ones warn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Clashes:
    """Active commitments that overlap, by time.

    Hard: bookings, teaching, trips and stays that are full-time on site. Soft: other stays and
    seats that are only offered.
    """

    hard: tuple[Commitment, ...] = ()
    soft: tuple[Commitment, ...] = ()


def clashes(
    session: Session,
    person_id: int,
    spans: Sequence[Timespan],
    *,
    besides: tuple[CommitmentKind, Collection[int]] | None = None,
) -> Clashes:
    """What overlaps any of these spans in a person's time. One statement, or none.

    `besides` leaves out a kind with its source ids: what is asked for cannot clash with itself.
    """
    if not spans:
        return Clashes()
    statement = (
        select(Commitment)
        .where(Commitment.person_id == person_id, Commitment.active, _overlaps(spans))
        .order_by(Commitment.starts_at, Commitment.id)
    )
    if besides is not None:
        kind, sources = besides
        own = and_(Commitment.kind == kind, Commitment.source_id.in_(sorted(sources)))
        statement = statement.where(~own)
    found = session.scalars(statement).all()
    return Clashes(
        hard=tuple(row for row in found if row.hard),
        soft=tuple(row for row in found if not row.hard),
    )


def who_is_elsewhere(
    session: Session, person_ids: Collection[int], spans: Sequence[Timespan]
) -> set[int]:
    """Who of these people has a hard commitment in one of the spans. At most one statement."""
    if not spans or not person_ids:
        return set()
    rows = session.scalars(
        select(Commitment.person_id).where(
            Commitment.person_id.in_(sorted(person_ids)),
            Commitment.active,
            Commitment.hard,
            _overlaps(spans),
        )
    )
    return set(rows)


def _overlaps(spans: Sequence[Timespan]) -> ColumnElement[bool]:
    return or_(
        *(and_(Commitment.starts_at < span.end, Commitment.ends_at > span.start) for span in spans)
    )

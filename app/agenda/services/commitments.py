"""Hold and release people's time: the one place where commitments are written.

Each change also tells the mailboxes of those who chose that, which takes one or two more
statements than those named here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind, ShownAs
from app.agenda.services.invitations import tell
from app.database import insert_rows
from app.domain.timespan import Timespan

OF_SEATS = (CommitmentKind.SESSION, CommitmentKind.TRIP)
UID_DOMAIN = "tandem.invalid"  # fixed for ever, so that no move of the server renames an entry


@dataclass(frozen=True, slots=True)
class Claim:
    """What a room asks of a person's time.

    `source_id` is the key of the stay or meeting it stands for. A hard claim never overlaps
    another hard one (I3); a soft one only warns. `zone` is the IANA name of the wall clock it was
    planned on; an `all_day` claim runs from midnight to midnight there. `path` is its page.
    """

    kind: CommitmentKind
    source_id: int
    person_id: int
    title: str
    span: Timespan
    hard: bool
    zone: str
    home_team_id: int | None = None
    host_team_id: int | None = None
    all_day: bool = False
    shown_as: ShownAs = ShownAs.BUSY
    tentative: bool = False
    location: str = ""
    note: str = ""
    path: str = ""


def hold(session: Session, claim: Claim, *, at: datetime) -> Commitment:
    """Write or renew the commitment behind a claim, active. Two statements.

    A time that was let go before is a new calendar entry: another UID, sequence 0. A hard overlap
    raises IntegrityError (`ex_commitment_one_place`) at the flush done here.
    """
    held = _find(session, claim.kind, claim.source_id, claim.person_id)
    held = _renewed(session, held, claim, at)
    session.flush()  # the rule against two places speaks now, not at commit
    tell(session, [held], at=at)
    return held


def hold_all(
    session: Session,
    claims: Sequence[Claim],
    *,
    at: datetime,
    are_new: bool = False,
    by_feed: bool = False,
) -> None:
    """Write or renew several claims of one kind at once, in as many statements as one.

    A hard overlap raises IntegrityError (`ex_commitment_one_place`) here. None of them may move
    into a time that another one of the same person leaves. Whoever knows that they `are_new` saves
    the look for what was held before, and whoever knows that these people's calendars come
    `by_feed` the look for mailboxes.
    """
    if not claims:
        return
    if are_new:
        held = [_written(Commitment(), claim, at) for claim in claims]
        insert_rows(session, held)
    else:
        known = _known(session, claims)
        held = [
            _renewed(session, known.get((claim.source_id, claim.person_id)), claim, at)
            for claim in claims
        ]
        session.flush()  # the rule against two places speaks now, not at commit
    if not by_feed:
        tell(session, held, at=at)


def _known(session: Session, claims: Sequence[Claim]) -> dict[tuple[int, int], Commitment]:
    rows = session.scalars(
        select(Commitment).where(
            Commitment.kind == claims[0].kind,
            Commitment.source_id.in_({claim.source_id for claim in claims}),
            Commitment.person_id.in_({claim.person_id for claim in claims}),
        )
    )
    return {(row.source_id, row.person_id): row for row in rows}


def _renewed(session: Session, held: Commitment | None, claim: Claim, at: datetime) -> Commitment:
    if held is None:
        held = _written(Commitment(), claim, at)
        session.add(held)
        return held
    if not held.active:
        _begin_anew(held, at)
    elif _moves(held, claim):
        held.sequence += 1
    _write(held, claim)
    if session.is_modified(held):
        held.changed_at = at
    return held


def _written(held: Commitment, claim: Claim, at: datetime) -> Commitment:
    """A commitment as it begins."""
    held.kind, held.source_id, held.person_id = claim.kind, claim.source_id, claim.person_id
    _begin_anew(held, at)
    _write(held, claim)
    return held


def release(
    session: Session, kind: CommitmentKind, source_id: int, person_id: int, *, at: datetime
) -> None:
    """Let go of a person's time; the row stays as history and leaves their calendar."""
    release_all(session, kind, [source_id], [person_id], at=at)


def release_all(
    session: Session,
    kind: CommitmentKind,
    source_ids: Collection[int],
    person_ids: Collection[int],
    *,
    at: datetime,
) -> None:
    """Let go of the time of several people for several sources at once. At most two statements.

    Seats that were kept beside it (their session was moved over it) are certain again.
    """
    gone = _active(session, kind, source_ids, person_ids)
    for held in gone:
        held.active, held.changed_at = False, at
        held.sequence += 1
    _make_certain(session, gone, at=at)
    tell(session, gone, at=at)


def call_off(
    session: Session, kind: CommitmentKind, source_id: int, person_id: int, *, at: datetime
) -> None:
    """Let go of time because the organiser cancelled; calendars show that until its end."""
    call_off_all(session, kind, [source_id], [person_id], at=at)


def call_off_all(
    session: Session,
    kind: CommitmentKind,
    source_ids: Collection[int],
    person_ids: Collection[int],
    *,
    at: datetime,
) -> None:
    """Call off the time of several people for several sources at once. At most two statements.

    Seats that were kept beside it are certain again, as in `release_all`.
    """
    gone = _active(session, kind, source_ids, person_ids)
    for held in gone:
        held.active, held.changed_at, held.called_off_at = False, at, at
        held.sequence += 1
    _make_certain(session, gone, at=at)
    tell(session, gone, at=at)


def _make_certain(session: Session, gone: Sequence[Commitment], *, at: datetime) -> None:
    """Let seats that were kept beside these times be hard again, where nothing else is there.

    The rule against two places decides; where it says no, the seat stays as it is.
    """
    freed = [
        and_(
            Commitment.person_id == held.person_id,
            Commitment.starts_at < held.ends_at,
            Commitment.ends_at > held.starts_at,
        )
        for held in gone
        if held.hard
    ]
    if not freed:
        return
    kept_beside = select(Commitment).where(
        Commitment.active,
        ~Commitment.hard,
        ~Commitment.tentative,
        Commitment.kind.in_(OF_SEATS),
        or_(*freed),
    )
    for held in session.scalars(kept_beside.order_by(Commitment.id)).all():
        try:
            with session.begin_nested():
                held.hard, held.changed_at = True, at
        except IntegrityError:
            continue


def relocate(
    session: Session,
    kinds: Collection[CommitmentKind],
    places: Mapping[int, str],
    *,
    at: datetime,
) -> None:
    """Say anew where sources take place, by their key: to everybody who has to be there.

    As when a room gets another name. One statement.
    """
    moved = []
    for held in session.scalars(
        select(Commitment)
        .where(
            Commitment.kind.in_(kinds),
            Commitment.source_id.in_(sorted(places)),
            Commitment.active,
        )
        .order_by(Commitment.id)
    ):
        place = places[held.source_id][:300]
        if held.location != place:
            held.location, held.changed_at = place, at
            held.sequence += 1
            moved.append(held)
    tell(session, moved, at=at)


def _active(
    session: Session,
    kind: CommitmentKind,
    source_ids: Collection[int],
    person_ids: Collection[int],
) -> Sequence[Commitment]:
    return session.scalars(
        select(Commitment)
        .where(
            Commitment.kind == kind,
            Commitment.source_id.in_(sorted(source_ids)),
            Commitment.person_id.in_(sorted(person_ids)),
            Commitment.active,
        )
        .order_by(Commitment.id)
    ).all()


def _begin_anew(held: Commitment, at: datetime) -> None:
    held.uid = f"{uuid4()}@{UID_DOMAIN}"
    held.sequence = 0
    held.created_at = held.changed_at = at
    held.called_off_at = None


def _moves(held: Commitment, claim: Claim) -> bool:
    there = (held.starts_at, held.ends_at, held.location, held.tentative)
    return there != (claim.span.start, claim.span.end, claim.location[:300], claim.tentative)


def _write(held: Commitment, claim: Claim) -> None:
    held.title = claim.title[:200]
    held.starts_at, held.ends_at = claim.span.start, claim.span.end
    held.hard, held.active = claim.hard, True
    held.home_team_id, held.host_team_id = claim.home_team_id, claim.host_team_id
    held.all_day, held.zone = claim.all_day, claim.zone
    held.shown_as, held.tentative = claim.shown_as, claim.tentative
    held.location, held.note, held.path = claim.location[:300], claim.note, claim.path


def _find(
    session: Session, kind: CommitmentKind, source_id: int, person_id: int
) -> Commitment | None:
    return session.scalar(
        select(Commitment).where(
            Commitment.kind == kind,
            Commitment.source_id == source_id,
            Commitment.person_id == person_id,
        )
    )

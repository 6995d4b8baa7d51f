"""Tell mailboxes of what happens to people's time: REQUEST and CANCEL, each step once.

Written in the transaction of the change. Who chose the feed hears nothing here; who was asked
once hears of the end in any case, also after the account is closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import (
    CalendarPreference,
    Channel,
    Commitment,
    CommitmentKind,
    Invitation,
    Method,
)
from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.people.models import Account, Person

MOST_MEETINGS = 5  # of one thing by mail; what has more comes by feed only
BATCH = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A mailbox that has an entry in its calendar because we asked for it."""

    uid: str
    attendee: str
    sequence: int
    person_id: int


def tell(session: Session, changed: Iterable[Commitment], *, at: datetime) -> None:
    """Write what mailboxes must hear of commitments that were just held, moved or let go of.

    One statement for a new time where nobody chose mail and two for a change; one more and one
    per message elsewhere.
    """
    rows = [row for row in changed if row.ends_at > at]
    if not rows:
        return
    # What is in its first step cannot have been told otherwise, and is not told twice.
    asked = _asked_for(session, [row.uid for row in rows if row.sequence])
    _cancel(session, [(row, asked.get(row.uid, [])) for row in rows if not row.active], at)
    held = [row for row in rows if row.active]
    mailboxes = _mailboxes(session, {row.person_id for row in held})
    series = _series(session, [row for row in held if row.person_id in mailboxes])
    for row in held:
        address = mailboxes.get(row.person_id)
        if address is None:
            continue
        is_known = any(one.attendee == address for one in asked.get(row.uid, []))
        if is_known or _is_worth_a_mail(row, series):
            _write(session, row, Method.REQUEST, address, at)


def choose_channel(session: Session, person_id: int, channel: Channel, *, at: datetime) -> None:
    """Let a person's calendar hear of things by feed or by mail from now on.

    Whoever leaves the mails gets everything taken back that is still ahead; whoever chooses them
    is asked anew for everything that is. Choosing what one has changes nothing.
    """
    known = session.get(CalendarPreference, person_id)
    if (Channel.FEED if known is None else known.channel) is channel:
        return
    session.merge(CalendarPreference(person_id=person_id, channel=channel, changed_at=at))
    session.flush()  # the questions below look at it
    record(
        session,
        AuditKind.CALENDAR_CHOSEN,
        actor_id=person_id,
        subject=f"person:{person_id}",
        at=at,
        channel=channel.value,
    )
    ahead = session.scalars(_ahead(person_id, at)).all()
    if channel is Channel.FEED:
        take_back(session, person_id, at=at)
        return
    _count_past_what_was_told(session, ahead, at)
    session.flush()
    tell(session, ahead, at=at)


def take_back(session: Session, person_id: int, *, at: datetime) -> int:
    """Cancel in the mailbox what is still ahead of this person; gives how many entries."""
    rows = session.scalars(_ahead(person_id, at)).all()
    asked = _asked_for(session, [row.uid for row in rows])
    known = [(row, asked[row.uid]) for row in rows if row.uid in asked]
    for row, _ in known:
        row.sequence, row.changed_at = row.sequence + 1, at
    session.flush()  # versions first, then what is said of them
    _cancel(session, known, at)
    return len(known)


def lost_mailboxes(session: Session, *, today: date, at: datetime) -> Sequence[int]:
    """People with entries ahead in their mailbox whose account was closed or who have left."""
    return session.scalars(
        select(Invitation.person_id)
        .join(Person, Person.id == Invitation.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .join(Commitment, and_(Commitment.uid == Invitation.uid, Commitment.active))
        .where(
            Invitation.ends_at > at,
            or_(
                Account.person_id.is_(None),
                Account.active.is_(False),
                Person.left_on <= today,
            ),
        )
        .group_by(Invitation.person_id, Invitation.uid, Invitation.attendee)
        .having(_last_is_request())
        .distinct()
    ).all()


def unposted(session: Session) -> Sequence[Invitation]:
    """Messages that are not in the outbox yet, oldest first."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.posted_at.is_(None))
        .order_by(Invitation.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def note_posted(message: Invitation, *, at: datetime) -> None:
    """It is in the outbox now, which sends it."""
    message.posted_at = at


def _ahead(person_id: int, at: datetime) -> Select[Commitment]:
    return (
        select(Commitment)
        .where(
            Commitment.person_id == person_id,
            Commitment.active,
            Commitment.ends_at > at,
        )
        .order_by(Commitment.starts_at, Commitment.id)
    )


def _is_worth_a_mail(row: Commitment, series: dict[tuple[int, CommitmentKind, str], int]) -> bool:
    """What is certain, and not so many meetings that the mailbox would be flooded."""
    return not row.tentative and series.get((row.person_id, row.kind, row.path), 1) <= MOST_MEETINGS


_CHOSE_MAIL = (  # built once: every commitment asks
    select(Person.id, Person.email)
    .join(CalendarPreference, CalendarPreference.person_id == Person.id)
    .join(Account, and_(Account.person_id == Person.id, Account.active))
    .where(
        Person.id.in_(bindparam("people", expanding=True)),
        CalendarPreference.channel == Channel.MAIL,
    )
)


def _mailboxes(session: Session, people: Collection[int]) -> dict[int, str]:
    """Addresses of those among `people` who chose mail and can still read it."""
    if not people:
        return {}
    return dict(session.execute(_CHOSE_MAIL, {"people": sorted(people)}).all())


def _series(
    session: Session, rows: Sequence[Commitment]
) -> dict[tuple[int, CommitmentKind, str], int]:
    """How many meetings of one thing (one page) a person holds."""
    if not rows:
        return {}
    counted = session.execute(
        select(Commitment.person_id, Commitment.kind, Commitment.path, func.count())
        .where(
            Commitment.person_id.in_({row.person_id for row in rows}),
            Commitment.path.in_({row.path for row in rows}),
            Commitment.path != "",
            Commitment.active,
        )
        .group_by(Commitment.person_id, Commitment.kind, Commitment.path)
    )
    return {(person, kind, path): number for person, kind, path, number in counted}


def _asked_for(session: Session, uids: Sequence[str]) -> dict[str, list[Asked]]:
    """Which mailboxes hold these entries: asked for and not cancelled since."""
    if not uids:
        return {}
    rows = session.execute(
        select(
            Invitation.uid,
            Invitation.attendee,
            func.max(Invitation.sequence),
            Invitation.person_id,
        )
        .where(Invitation.uid.in_(uids))
        .group_by(Invitation.uid, Invitation.attendee, Invitation.person_id)
        .having(_last_is_request())
    )
    found: dict[str, list[Asked]] = {}
    for uid, attendee, sequence, person_id in rows:
        found.setdefault(uid, []).append(Asked(uid, attendee, sequence, person_id))
    return found


def _last_is_request() -> ColumnElement[bool]:
    return _newest(Method.REQUEST) > _newest(Method.CANCEL)


def _newest(method: Method) -> ColumnElement[int]:
    return func.coalesce(func.max(Invitation.sequence).filter(Invitation.method == method), -1)


def _cancel(session: Session, rows: Iterable[tuple[Commitment, list[Asked]]], at: datetime) -> None:
    for row, mailboxes in rows:
        for mailbox in mailboxes:
            _write(session, row, Method.CANCEL, mailbox.attendee, at)


def _count_past_what_was_told(session: Session, rows: Sequence[Commitment], at: datetime) -> None:
    """An entry that was cancelled before is only believed with a higher number."""
    told = dict(
        session.execute(
            select(Invitation.uid, func.max(Invitation.sequence))
            .where(Invitation.uid.in_([row.uid for row in rows]))
            .group_by(Invitation.uid)
        ).all()
    )
    for row in rows:
        if row.sequence <= told.get(row.uid, -1):
            row.sequence, row.changed_at = told[row.uid] + 1, at


def _write(session: Session, row: Commitment, method: Method, attendee: str, at: datetime) -> None:
    insert_ignoring_twins(
        session,
        Invitation,
        uid=row.uid,
        attendee=attendee,
        sequence=row.sequence,
        method=method,
        person_id=row.person_id,
        kind=row.kind,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        all_day=row.all_day,
        shown_as=row.shown_as,
        tentative=row.tentative,
        location=row.location,
        note=row.note,
        path=row.path,
        made_at=row.created_at,
        said_at=at,
    )

"""Tell people: written in the transaction of the change, so that nothing is lost or invented."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.database import UtcDateTime, insert_ignoring_twins, insert_unless_known
from app.outbox.models import (
    Delivery,
    Mail,
    MailState,
    Notice,
    NoticeSetting,
    NoticeTopic,
    PrivateMail,
    QuietHours,
)
from app.outbox.queries import Post

LEASE = timedelta(minutes=2)  # longer than an SMTP server may take for one mail
FIRST_RETRY = timedelta(seconds=15)
MOST_ATTEMPTS = 8
_CHOSEN = func.coalesce(  # how the person wants to hear of it
    select(NoticeSetting.delivery)
    .where(NoticeSetting.person_id == bindparam("told"), NoticeSetting.topic == bindparam("about"))
    .scalar_subquery(),
    Delivery.DIGEST,
)
_AT_ONCE: ColumnElement[bool] = bindparam("at_once", type_=Boolean)
_NOTICE = cast("Table", Notice.__table__)
_HOW = (  # looked up by the statement that writes the notice
    ("awaits_mail", or_(_AT_ONCE, _CHOSEN == Delivery.AT_ONCE)),
    ("awaits_digest", and_(not_(_AT_ONCE), _CHOSEN == Delivery.DIGEST)),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell. `title`, `text` and `action` are English message ids (mark them with N_).

    `params` fills their placeholders: strings, numbers, days and instants; the last two are
    written in the reader's way. `path` is the page with the one action, from the first slash on.
    `must_know` is mailed at once whatever the person chose: place, change, cancellation.
    A `private` one leaves no trace: its mail is in no list and no backup, and `forget` ends both.
    """

    topic: NoticeTopic
    title: str
    text: str
    path: str
    action: str
    params: Mapping[str, object] = field(default_factory=dict)
    must_know: bool = False
    private: bool = False


def notify(session: Session, message: Message, *, to: Iterable[int], key: str, at: datetime) -> int:
    """Tell each person of `to` (person ids) once; gives how many were told.

    `key` names the change, such as "stay:17:v3:proposed": telling it again tells nobody. One
    statement per person; call `ring("mail")` after the unit of work.
    """
    told = 0
    for person_id in sorted(set(to)):
        row = {
            "person_id": person_id,
            "topic": message.topic,
            "must_know": message.must_know,
            "private": message.private,
            "title": message.title,
            "text": message.text,
            "params": {name: _stored(value) for name, value in message.params.items()},
            "path": message.path,
            "action": message.action,
            "dedupe_key": f"{key}:{person_id}",
            "created_at": at,
        }
        asked = {"told": person_id, "about": message.topic, "at_once": message.must_know}
        told += insert_unless_known(session, _NOTICE, {**row, **asked}, _HOW)
    return told


def _stored(value: object) -> Any:
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str | int | float):
        return value
    raise ValueError(f"a notice cannot carry {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A finished mail. A `secret` one (it carries a single-use link) loses its body once sent.

    With a `calendar` (iCalendar text with its METHOD) it is an invitation or takes one back.
    """

    person_id: int | None
    address: str
    subject: str
    body: str
    secret: bool = False
    calendar: str | None = None


def post(
    session: Session, envelope: Envelope, *, key: str, at: datetime, due_at: datetime | None = None
) -> None:
    """Put one mail into the outbox; the same `key` puts it there once."""
    row = _row(envelope, key=key, at=at, due_at=due_at or at)
    own = {"secret": envelope.secret, "calendar": envelope.calendar}
    insert_ignoring_twins(session, Mail, **row, **own)


def post_privately(
    session: Session, envelope: Envelope, *, key: str, at: datetime, due_at: datetime | None = None
) -> None:
    """Send one mail that no list shows, once for each `key`; it carries no calendar.

    Its text is wiped once it is sent; `forget` deletes what is left by the key's beginning.
    """
    row = _row(envelope, key=key, at=at, due_at=due_at or at)
    insert_ignoring_twins(session, PrivateMail, **row)


def _row(envelope: Envelope, *, key: str, at: datetime, due_at: datetime) -> dict[str, Any]:
    return {
        "key": secrets.token_hex(16),
        "dedupe_key": key,
        "person_id": envelope.person_id,
        "address": envelope.address,
        "subject": envelope.subject[:300],
        "body": envelope.body,
        "state": MailState.WAITING,
        "attempts": 0,
        "due_at": due_at,
        "created_at": at,
    }


def note_mailed(session: Session, notices: Iterable[Notice]) -> None:
    """These notices are on their way by mail."""
    for notice in notices:
        notice.awaits_mail = False
        notice.awaits_digest = False


def claim(session: Session, mail_id: int, *, now: datetime, among: Post = Mail) -> bool:
    """Take a mail for sending; exactly one of any number of workers gets it (lease)."""
    taken = session.execute(
        update(among)
        .where(
            among.id == mail_id,
            among.state == MailState.WAITING,
            or_(among.claimed_until.is_(None), among.claimed_until < now),
        )
        .values(claimed_until=now + LEASE, attempts=among.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def note_sent(session: Session, mail: Mail | PrivateMail, *, at: datetime) -> None:
    """The server has the mail; what was secret in it is wiped."""
    mail.state = MailState.SENT
    mail.sent_at = at
    mail.claimed_until = None
    mail.last_error = None
    if mail.secret:
        _wipe(mail)


def _wipe(mail: Mail | PrivateMail) -> None:
    mail.body = ""
    if isinstance(mail, Mail):
        mail.calendar = None


def note_failure(session: Session, mail: Mail | PrivateMail, error: str, *, at: datetime) -> None:
    """Try again later, each time twice as late; after eight tries it is shown as failed."""
    mail.claimed_until = None
    mail.last_error = error[:500]
    if mail.attempts >= MOST_ATTEMPTS:
        mail.state = MailState.FAILED
        return
    mail.due_at = at + FIRST_RETRY * 2 ** (mail.attempts - 1)


def drop(session: Session, mail: Mail | PrivateMail) -> None:
    """The person is gone: the mail goes nowhere and keeps nothing."""
    mail.state = MailState.DROPPED
    mail.claimed_until = None
    _wipe(mail)


def send_again(session: Session, mail: Mail, *, at: datetime) -> None:
    """Give a failed mail a fresh start."""
    if mail.state is not MailState.FAILED:
        return
    mail.state = MailState.WAITING
    mail.attempts = 0
    mail.due_at = at


def forget(session: Session, key: str) -> None:
    """Delete private notices and mails whose keys begin with `key`, read or not, sent or not.

    Two statements.
    """
    for table in (PrivateMail, Notice):
        which = table.dedupe_key.startswith(key, autoescape=True)
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))


def read(session: Session, notice: Notice, *, at: datetime) -> None:
    """The person has seen it; a digest need not repeat it. When is kept unless it is private."""
    if notice.read_at is None:
        notice.read_at = notice.created_at if notice.private else at
        notice.awaits_digest = False


def read_all(session: Session, person_id: int, *, at: datetime) -> None:
    """The person has seen everything. One statement."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .values(
            read_at=case((Notice.private, Notice.created_at), else_=literal(at, UtcDateTime())),
            awaits_digest=False,
        )
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Habits:
    """How a person wants to hear of things; local times, quiet hours may cross midnight."""

    deliveries: Mapping[NoticeTopic, Delivery]
    quiet_from: time | None
    quiet_until: time | None
    digest_at: time


def choose(session: Session, person_id: int, habits: Habits) -> None:
    """Store how a person wants to hear of things."""
    for topic, delivery in habits.deliveries.items():
        session.merge(NoticeSetting(person_id=person_id, topic=topic, delivery=delivery))
    session.merge(
        QuietHours(
            person_id=person_id,
            quiet_from=habits.quiet_from,
            quiet_until=habits.quiet_until,
            digest_at=habits.digest_at,
        )
    )


def digest_key(person_id: int, day: date) -> str:
    """The key of a person's one digest of a day."""
    return f"digest:{person_id}:{day.isoformat()}"


def has_digest(session: Session, person_id: int, day: date) -> bool:
    """Whether that day's digest was already written."""
    written = select(Mail.id).where(Mail.dedupe_key == digest_key(person_id, day))
    return session.scalar(written) is not None

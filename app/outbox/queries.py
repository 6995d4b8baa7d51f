"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.database import Base
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

BATCH = 100
Post = type[Mail] | type[PrivateMail]
POSTS: tuple[Post, ...] = (Mail, PrivateMail)
GERMAN_SPEAKING = {"DE", "AT", "CH", "LI", "LU"}


@dataclass(frozen=True, slots=True)
class Reader:
    """How one person reads: address, language, zone, quiet hours and the hour of the digest."""

    person_id: int
    address: str
    name: str
    locale: str
    zone: str
    active: bool
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time = time(7, 30)


def readers(session: Session, people: Sequence[int]) -> dict[int, Reader]:
    """The readers behind person ids. One statement. People tables are named, not imported."""
    person, site, account = (Base.metadata.tables[name] for name in ("person", "site", "account"))
    quiet = Base.metadata.tables[QuietHours.__tablename__]
    rows = session.execute(
        select(
            person.c.id,
            person.c.email,
            person.c.given_name,
            person.c.locale,
            site.c.zone,
            site.c.country,
            account.c.active,
            quiet.c.quiet_from,
            quiet.c.quiet_until,
            quiet.c.digest_at,
        )
        .join(site, site.c.id == person.c.site_id)
        .outerjoin(account, account.c.person_id == person.c.id)
        .outerjoin(quiet, quiet.c.person_id == person.c.id)
        .where(person.c.id.in_(people))
    )
    return {
        row.id: Reader(
            person_id=row.id,
            address=row.email,
            name=row.given_name,
            locale=row.locale or ("de" if row.country in GERMAN_SPEAKING else "en"),
            zone=row.zone,
            active=row.active is not False,
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
            digest_at=row.digest_at or time(7, 30),
        )
        for row in rows
    }


def awaiting_mail(session: Session) -> Sequence[Notice]:
    """Notices that get a mail of their own and have none yet, oldest first."""
    return session.scalars(
        select(Notice).where(Notice.awaits_mail).order_by(Notice.id).limit(BATCH)
    ).all()


def people_awaiting_digest(session: Session) -> Sequence[int]:
    """Who has notices for the next digest."""
    return session.scalars(
        select(Notice.person_id).where(Notice.awaits_digest).distinct().order_by(Notice.person_id)
    ).all()


def for_digest(session: Session, person_id: int) -> Sequence[Notice]:
    """The notices of one person's next digest, oldest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.awaits_digest)
        .order_by(Notice.id)
        .limit(BATCH)
    ).all()


def due(session: Session, *, now: datetime) -> list[tuple[Post, int]]:
    """Mails that may be sent now and that no worker holds: table and key, oldest first.

    A statement per table.
    """
    found = [(at, post, key) for post in POSTS for at, key in _due(session, post, now)]
    found.sort(key=lambda each: (each[0], POSTS.index(each[1]), each[2]))
    return [(post, key) for _at, post, key in found[:BATCH]]


def _due(session: Session, post: Post, now: datetime) -> Sequence[tuple[datetime, int]]:
    rows = session.execute(
        select(post.due_at, post.id)
        .where(
            post.state == MailState.WAITING,
            post.due_at <= now,
            or_(post.claimed_until.is_(None), post.claimed_until < now),
        )
        .order_by(post.due_at, post.id)
        .limit(BATCH)
    )
    return [(due_at, key) for due_at, key in rows]


def notices_of(
    session: Session, person_id: int, *, limit: int = 50, unread_only: bool = False
) -> Sequence[Notice]:
    """A person's notices, newest first. One statement."""
    statement = select(Notice).where(Notice.person_id == person_id)
    if unread_only:
        statement = statement.where(Notice.read_at.is_(None))
    return session.scalars(statement.order_by(Notice.id.desc()).limit(limit)).all()


def find_notice(session: Session, notice_id: int, person_id: int) -> Notice | None:
    """One notice of this person, or None."""
    return session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    )


def find_mail(session: Session, mail_id: int) -> Mail | None:
    """One mail of the outbox, or None."""
    return session.get(Mail, mail_id)


def find_claimed(session: Session, post: Post, mail_id: int) -> Mail | PrivateMail | None:
    """One mail of either table, or None."""
    return cast("Mail | PrivateMail | None", session.get(post, mail_id))


def deliveries(session: Session, person_id: int) -> dict[NoticeTopic, Delivery]:
    """What this person chose per topic; a digest where nothing was chosen."""
    chosen = dict(
        session.execute(
            select(NoticeSetting.topic, NoticeSetting.delivery).where(
                NoticeSetting.person_id == person_id
            )
        ).all()
    )
    return {topic: chosen.get(topic, Delivery.DIGEST) for topic in NoticeTopic}


def mails(
    session: Session, *, state: MailState | None, offset: int, limit: int
) -> tuple[Sequence[Mail], int]:
    """A page of mails, newest first, and how many there are. Two statements."""
    wanted = select(Mail)
    if state is not None:
        wanted = wanted.where(Mail.state == state)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(wanted.order_by(Mail.id.desc()).offset(offset).limit(limit)).all()
    return rows, total


def counts(session: Session) -> dict[MailState, int]:
    """How many mails are in each state. One statement."""
    found = dict(session.execute(select(Mail.state, func.count()).group_by(Mail.state)).all())
    return {state: found.get(state, 0) for state in MailState}

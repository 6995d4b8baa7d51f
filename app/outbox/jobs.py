"""Jobs of the outbox: write the mails that notices ask for, send what is due."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

import config
from app import clock
from app.database import reading, unit_of_work
from app.domain import quiet
from app.mail import Letter, Transport, Trouble, transport
from app.outbox import queries, services
from app.outbox.models import Mail, Notice, PrivateMail
from app.outbox.queries import Post, Reader
from app.outbox.wording import written

log = logging.getLogger("tandem.mail")
NOTICE_MAIL = "notice:"  # begins the key of a mail that carries one notice


def send_due() -> None:
    """Write what notices ask for, then send every mail that is due. Safe to run at any time."""
    now = clock.now()
    _write_single_mails(now)
    _write_digests(now)
    _send(now)


def _write_single_mails(now: datetime) -> None:
    with unit_of_work() as session:
        notices = queries.awaiting_mail(session)
        readers = queries.readers(session, sorted({notice.person_id for notice in notices}))
        for notice in notices:
            reader = readers[notice.person_id]
            if reader.active:
                _write_one(session, notice, reader, now)
        services.note_mailed(session, notices)


def _write_one(session: Session, notice: Notice, reader: Reader, now: datetime) -> None:
    """Write the mail of one notice; that of a private one into the table nobody looks into."""
    with force_locale(reader.locale):
        action = f"{gettext(notice.action)}: {_link(notice.path)}"
        subject = written(notice.title, notice, reader)
        body = _letter(reader, [written(notice.text, notice, reader), action])
    due_at = now
    if not notice.must_know:
        due_at = quiet.may_go_at(now, ZoneInfo(reader.zone), reader.quiet_from, reader.quiet_until)
    envelope = services.Envelope(reader.person_id, reader.address, subject, body)
    if notice.private:
        services.post_privately(session, envelope, key=notice.dedupe_key, at=now, due_at=due_at)
    else:
        services.post(session, envelope, key=f"{NOTICE_MAIL}{notice.id}", at=now, due_at=due_at)


def _write_digests(now: datetime) -> None:
    with reading() as session:
        readers = queries.readers(session, queries.people_awaiting_digest(session))
    for reader in readers.values():
        if quiet.digest_is_due(now, ZoneInfo(reader.zone), reader.digest_at):
            _write_digest(reader, now)


def _write_digest(reader: Reader, now: datetime) -> None:
    day = now.astimezone(ZoneInfo(reader.zone)).date()
    with unit_of_work() as session:
        if services.has_digest(session, reader.person_id, day):
            return  # one a day; the rest waits for tomorrow
        notices = queries.for_digest(session, reader.person_id)
        if reader.active:
            _post_digest(session, reader, notices, day, now)
        services.note_mailed(session, notices)


def _post_digest(
    session: Session, reader: Reader, notices: Sequence[Notice], day: date, now: datetime
) -> None:
    """One mail with all notices; a private one goes at the same hour in a mail of its own."""
    for notice in notices:
        if notice.private:
            _write_one(session, notice, reader, now)
    if told := [notice for notice in notices if not notice.private]:
        _post_told(session, reader, told, day, now)


def _post_told(
    session: Session, reader: Reader, notices: Sequence[Notice], day: date, now: datetime
) -> None:
    with force_locale(reader.locale):
        subject = ngettext("%(num)d thing for you", "%(num)d things for you", len(notices))
        parts = [
            f"{written(notice.title, notice, reader)}\n{written(notice.text, notice, reader)}\n"
            f"{gettext(notice.action)}: {_link(notice.path)}"
            for notice in notices
        ]
        body = _letter(reader, parts)
    envelope = services.Envelope(reader.person_id, reader.address, subject, body)
    services.post(session, envelope, key=services.digest_key(reader.person_id, day), at=now)


def _letter(reader: Reader, parts: Sequence[str]) -> str:
    greeting = gettext("Hello %(name)s,", name=reader.name)
    closing = gettext(
        "How you hear from Tandem is up to you: %(link)s", link=_link("/account/notices")
    )
    return "\n\n".join([greeting, *parts, f"-- \n{closing}"]) + "\n"


def _link(path: str) -> str:
    settings: config.Settings = current_app.extensions["settings"]
    return settings.base_url + path


def _send(now: datetime) -> None:
    with reading() as session:
        waiting = queries.due(session, now=now)
    if not waiting:
        return
    settings: config.Settings = current_app.extensions["settings"]
    try:
        with transport(settings.mail_url) as way_out:
            for post, mail_id in waiting:
                _send_one(post, mail_id, way_out, settings.mail_from)
    except Trouble as trouble:  # the server is out of reach: nothing was claimed, all of it waits
        log.warning("no mail can leave: %s", trouble)


def _send_one(post: Post, mail_id: int, way_out: Transport, sender: str) -> None:
    """Claim, commit, send, mark: no transaction is open while the mail server thinks."""
    with unit_of_work() as session:
        if not services.claim(session, mail_id, now=clock.now(), among=post):
            return
        mail = queries.find_claimed(session, post, mail_id)
        if mail is None:
            return
        if not _is_wanted(session, mail):
            services.drop(session, mail)
            return
        letter = Letter(
            mail.key,
            sender,
            mail.address,
            mail.subject,
            mail.body,
            mail.created_at,
            mail.calendar,
            private=isinstance(mail, PrivateMail),
        )

    error = _hand_over(way_out, letter)
    with unit_of_work() as session:
        mail = queries.find_claimed(session, post, mail_id)
        if mail is None:
            return
        if error is None:
            services.note_sent(session, mail, at=clock.now())
        else:
            services.note_failure(session, mail, error, at=clock.now())


def _is_wanted(session: Session, mail: Mail | PrivateMail) -> bool:
    """Whether somebody is there to read it; a closed account still gets its single-use links."""
    if mail.person_id is None:
        return True
    reader = queries.readers(session, [mail.person_id]).get(mail.person_id)
    return reader is not None and (reader.active or (mail.secret and isinstance(mail, Mail)))


def _hand_over(way_out: Transport, letter: Letter) -> str | None:
    try:
        way_out.send(letter)
    except Trouble as trouble:
        _note(letter, trouble)
        return str(trouble) or type(trouble).__name__
    except ValueError as unusable:  # an address or header no mail can carry
        return f"unusable: {unusable}"
    return None


def _note(letter: Letter, trouble: Exception) -> None:
    """Into the log, which outlives a private mail: of one only that it was not taken.

    What the server says names the address, and its number would lead there while the row is kept.
    """
    if letter.private:
        log.warning("a private mail was not taken: %s", type(trouble).__name__)
        return
    log.warning("mail %s was not taken: %s", letter.key, trouble)

"""The worker puts invitations into the outbox, in the words of each reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

import config
from app import clock
from app.agenda import ical
from app.agenda.ical import Reading
from app.agenda.models import Invitation, Method
from app.agenda.queries.entries import Held
from app.agenda.services import invitations as services
from app.calendars.writing import Entry, Head, Party, invitation
from app.database import reading, unit_of_work
from app.outbox.queries import Reader, readers
from app.outbox.services import Envelope, post

FOOTER_PATH = "/calendar/connect"


def post_due() -> None:
    """Take back what stands in lost mailboxes, then put every message into the outbox.

    Safe to run at any time and by several workers: a message is posted in the transaction that
    marks it, and its mail has the same key whoever writes it.
    """
    now = clock.now()
    with reading() as session:
        lost = services.lost_mailboxes(session, today=now.date(), at=now)
    for person_id in lost:
        with unit_of_work() as session:
            services.take_back(session, person_id, at=now)
    with unit_of_work() as session:
        messages = services.unposted(session)
        known = readers(session, sorted({message.person_id for message in messages}))
        for message in messages:
            _post(session, message, known[message.person_id], now)
            services.note_posted(message, at=now)


def _post(session: Session, message: Invitation, reader: Reader, now: datetime) -> None:
    settings: config.Settings = current_app.extensions["settings"]
    name, address = parseaddr(settings.mail_from)
    with force_locale(reader.locale):
        entry = ical.entry_of(_as_held(message), Reading(settings.base_url))
        head = Head(reader.locale, reader.zone)
        text = invitation(
            head,
            entry,
            method=message.method.value,
            host=Party(name or "Tandem", address),
            guest=Party(reader.name, message.attendee),
        )
        subject, body = _letter(message, entry, reader, settings.base_url)
    takes_back = message.method is Method.CANCEL
    post(
        session,
        Envelope(
            # Who has left must still hear that an entry is void, and the outbox keeps none of it.
            person_id=None if takes_back else message.person_id,
            address=message.attendee,
            subject=subject,
            body=body,
            secret=takes_back,
            calendar=text.decode(),
        ),
        key=f"invitation:{message.uid}:{message.id}",
        at=now,
    )


def _as_held(message: Invitation) -> Held:
    return Held(
        id=message.id,
        kind=message.kind,
        person_id=message.person_id,
        title=message.title,
        starts_at=message.starts_at,
        ends_at=message.ends_at,
        zone=message.zone,
        all_day=message.all_day,
        shown_as=message.shown_as,
        tentative=message.tentative,
        location=message.location,
        note=message.note,
        path=message.path,
        uid=message.uid,
        sequence=message.sequence,
        created_at=message.made_at,
        changed_at=message.said_at,
        called_off=message.method is Method.CANCEL,
    )


def _letter(message: Invitation, entry: Entry, reader: Reader, base_url: str) -> tuple[str, str]:
    when = _when(entry, reader.locale)
    what = [entry.title, gettext("When: %(when)s", when=when)]
    if entry.location:
        what.append(gettext("Where: %(place)s", place=entry.location))
    parts = [
        gettext("Hello %(name)s,", name=reader.name),
        _reason(message),
        "\n".join(what),
        entry.note,
        "-- \n"
        + gettext(
            "You chose to get your dates by mail. Change that here: %(link)s",
            link=base_url + FOOTER_PATH,
        ),
    ]
    subject = gettext("%(title)s, %(when)s", title=entry.title, when=when)
    return subject, "\n\n".join(part for part in parts if part) + "\n"


def _reason(message: Invitation) -> str:
    if message.method is Method.CANCEL:
        return str(gettext("this date is off; your calendar takes it out."))
    if message.sequence:
        return str(gettext("this date has changed; your calendar can take it over."))
    return str(gettext("this date is yours; your calendar can take it over."))


def _when(entry: Entry, locale: str) -> str:
    if entry.all_day:
        first, after = entry.days
        return _days(first, after - timedelta(days=1), locale)
    zone = ZoneInfo(entry.zone)
    start = format_datetime(entry.starts_at, "EEE d MMM y HH:mm", tzinfo=zone, locale=locale)
    end = format_datetime(entry.ends_at, "HH:mm zzz", tzinfo=zone, locale=locale)
    if entry.starts_at.astimezone(zone).date() != entry.ends_at.astimezone(zone).date():
        end = format_datetime(entry.ends_at, "EEE d MMM y HH:mm zzz", tzinfo=zone, locale=locale)
    return f"{start} – {end}"


def _days(first: date, last: date, locale: str) -> str:
    start = format_date(first, "medium", locale=locale)
    return start if first == last else f"{start} – {format_date(last, 'medium', locale=locale)}"

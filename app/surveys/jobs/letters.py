"""Reminders: mails no list shows, whose text is wiped once they are sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import config
from app.domain import quiet
from app.domain.timespan import last_day
from app.outbox.queries import Reader
from app.outbox.services import Envelope, post_privately
from app.surveys.models import Wave
from app.surveys.services.emptying import notice_key
from app.web.locale import day


def remind(session: Session, wave: Wave, readers: Iterable[Reader], *, at: datetime) -> None:
    """Put one mail for each reader into the outbox. One statement per reader."""
    for reader in readers:
        key = f"{notice_key(wave.id)}reminder:{wave.reminders}:{reader.person_id}"
        due_at = quiet.may_go_at(at, ZoneInfo(reader.zone), reader.quiet_from, reader.quiet_until)
        post_privately(session, _letter(wave, reader), key=key, at=at, due_at=due_at)


def _letter(wave: Wave, reader: Reader) -> Envelope:
    settings: config.Settings = current_app.extensions["settings"]
    with force_locale(reader.locale):
        subject = _("Still open: how do you work together?")
        body = _(
            "Hello %(name)s,\n\nthe survey “%(title)s” is open until %(day)s: %(link)s\n\nThis"
            " reminder was sent by the program itself. Nobody sees who got one, and nobody sees"
            " who has answered. Taking part is voluntary.\n",
            name=reader.name,
            title=wave.title,
            day=day(last_day(wave.ends_on)),
            link=f"{settings.base_url}/surveys/",
        )
    return Envelope(reader.person_id, reader.address, subject, body)

"""A notice in words: in the current language, days and instants in the reader's way."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime, gettext

from app.outbox.models import Notice
from app.outbox.queries import Reader


def words(notice: Notice, reader: Reader) -> tuple[str, str, str]:
    """Title, text and action of a notice in the current language."""
    return (
        written(notice.title, notice, reader),
        written(notice.text, notice, reader),
        str(gettext(notice.action)),
    )


def written(msgid: str, notice: Notice, reader: Reader) -> str:
    """A notice's sentence in the current language, days and instants in the reader's way."""
    values = {name: _value(value, reader.zone) for name, value in notice.params.items()}
    return str(gettext(msgid, **values))


def _value(value: object, zone: str) -> object:
    if not isinstance(value, dict):
        return value
    if "date" in value:
        return format_date(date.fromisoformat(value["date"]), "full", rebase=False)
    instant = datetime.fromisoformat(value["instant"]).astimezone(ZoneInfo(zone))
    return format_datetime(instant, "EEEE, d. MMMM yyyy, HH:mm zzz", rebase=False)

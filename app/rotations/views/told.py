"""Sentences of the domain in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from app.domain.breach_words import Told
from app.web import locale


def said(told: Told) -> str:
    """A sentence about a broken rule or an obstacle, days in the reader's way."""
    values = {
        name: locale.day(value) if isinstance(value, date) else value
        for name, value in told.values.items()
    }
    return str(gettext(told.msgid, **values))

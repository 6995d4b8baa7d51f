"""Reasons in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from app.domain.reasons import sentence
from app.web import locale


def said(reason: str | Mapping[str, Any]) -> str:
    """A reason (of the planner or of the house) as a sentence; days in the reader's way."""
    msgid, values = sentence(reason)
    words = {
        name: locale.day(value) if isinstance(value, date) else value
        for name, value in values.items()
    }
    return str(gettext(msgid, **words))

"""Forms of attendance: the code on site, the code of a certificate, the list itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from app.domain.attendance import Presence
from app.gatherings.services.attendance import Mark
from app.web.form import Form, Text


class CodeForm(Form):
    """The code shown in the room."""

    code = Text(_l("Code shown in the room"), [InputRequired()], most=20)


class CheckForm(Form):
    """The code of a certificate."""

    code = Text(_l("Code on the certificate"), [InputRequired()], most=40)


class ListForm(Form):
    """Empty but for its tokens: the marks are read from the names of the fields."""


def field_name(booking_id: int, meeting_id: int) -> str:
    """The name of the field of one booking at one meeting."""
    return f"mark-{booking_id}-{meeting_id}"


def marks_in(
    values: Mapping[str, Any], bookings: Iterable[int], meetings: Iterable[int]
) -> list[Mark]:
    """The marks of a sent list; fields left open and unknown values are no marks."""
    keys = list(meetings)
    found = []
    for booking_id in bookings:
        for meeting_id in keys:
            text = str(values.get(field_name(booking_id, meeting_id), ""))
            if text in set(Presence):
                found.append(Mark(booking_id, meeting_id, Presence(text)))
    return found

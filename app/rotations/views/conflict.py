"""Both versions of something that two people changed at once (I5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.web import locale
from app.web.form import Form

SILENT = frozenset({"version", "csrf_token", "opened_on"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: its label, what was entered and what is stored now, in words."""

    label: str
    mine: str
    stored: str


def differences(mine: Form, stored: Form) -> list[Difference]:
    """Where two forms of the same kind differ, in the order of their fields."""
    return [
        Difference(str(field.label.text), _shown(field), _shown(stored[name]))
        for name, field in mine._fields.items()
        if name not in SILENT and _plain(field.data) != _plain(stored[name].data)
    ]


def _plain(value: Any) -> Any:
    return value if value not in (None, "", False, []) else None


def _shown(field: Any) -> str:
    value = field.data
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return locale.day(value)
    labels = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value) or "–"
    shown = labels.get("" if value is None else str(value), value)
    return "–" if shown in (None, "") else str(shown)

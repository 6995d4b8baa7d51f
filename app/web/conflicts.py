"""Two people changed the same thing: what you entered beside what is stored now (I5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.web.form import Form
from app.web.locale import day

SILENT = {"HiddenField", "CSRFTokenField"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field by its label, with both values as a reader sees them."""

    label: str
    yours: str
    stored: str


def differences(yours: Form, stored: Form) -> list[Difference]:
    """The fields in which two filled forms of one class differ, in the order of the form."""
    found = []
    for field in yours:
        other = stored[field.name]
        if field.type not in SILENT and _plain(field.data) != _plain(other.data):
            found.append(Difference(str(field.label.text), shown(field), shown(other)))
    return found


def _plain(value: Any) -> Any:
    """Nothing entered is the same however a field says so."""
    return None if value in (None, "", False, []) else value


def shown(field: Any) -> str:
    """A field's value as a reader sees it: the label of a choice, a day in the reader's way."""
    value = field.data
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, date):
        return day(value)
    choices = getattr(field, "iter_choices", None)
    if choices is not None:
        wanted = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
        labels = [str(choice[1]) for choice in choices() if str(choice[0]) in wanted]
        return ", ".join(labels) or str(value)
    return str(value)

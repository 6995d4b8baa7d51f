"""Fields the forms of the rotations share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def sensible_day(_form: object, field: Any) -> None:
    """Refuse days no calendar of a company holds."""
    if field.data is not None and not EARLIEST <= field.data < LATEST:
        raise ValidationError(_l("Please enter a day between 2000 and 2099."))


def day(label: object, *, required: bool = True, **rest: Any) -> Any:
    """A calendar day."""
    first = InputRequired() if required else Optional()
    return DateField(label, [first, sensible_day], **rest)


def whole(label: object, low: int, high: int, *, required: bool = True, **rest: Any) -> Any:
    """A whole number from `low` to `high`, both included."""
    first = InputRequired() if required else Optional()
    return IntegerField(
        label,
        [first, NumberRange(min=low, max=high)],
        render_kw={"min": low, "max": high, "inputmode": "numeric"},
        **rest,
    )


def key(text: object) -> int | None:
    """The key behind an option, None for the empty one. Raises ValueError for anything else."""
    if text in (None, "", "None"):
        return None
    return int(str(text)[:12])


def pick(label: object, validators: list[Any] | None = None, **rest: Any) -> Any:
    """A select of keys; `offer` gives it its options."""
    return SelectField(label, validators or [], coerce=key, choices=[], **rest)


def offer(
    field: Any,
    options: Iterable[tuple[int, str]] | Iterable[tuple[int, str, str]],
    *,
    empty: object = None,
) -> None:
    """Give a select its options (key, label and perhaps a group), after an empty one if named."""
    first = [SelectChoice("", str(empty))] if empty is not None else []
    field.choices = first + [
        SelectChoice(str(option[0]), option[1], optgroup=option[2] if len(option) > 2 else None)  # noqa: PLR2004
        for option in options
    ]

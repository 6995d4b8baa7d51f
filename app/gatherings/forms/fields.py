"""Fields the forms of trainings and joint days share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

NEEDED = _l("Please fill in this field.")
LONGEST_KEY = 9  # digits; no table of a company has more rows


def whole(label: object, low: int, high: int, *, required: bool = True, **rest: Any) -> Any:
    """A whole number from `low` to `high`, both included."""
    first = InputRequired(NEEDED) if required else Optional()
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
    found = str(text)
    if not found.isascii() or not found.isdecimal() or len(found) > LONGEST_KEY:
        raise ValueError(found[:LONGEST_KEY])
    return int(found)


def pick(label: object, validators: list[Any] | None = None, **rest: Any) -> Any:
    """A select of keys; `offer` gives it its options."""
    return SelectField(label, validators or [], coerce=key, choices=[], **rest)


def offer(field: Any, options: Iterable[tuple[object, str]], *, empty: object = None) -> None:
    """Give a select its options (key and label), after an empty one if it is named."""
    first = [SelectChoice("", str(empty))] if empty is not None else []
    field.choices = first + [SelectChoice(str(value), label) for value, label in options]


class Boxes(SelectMultipleField):
    """Several of some things, as checkboxes; coerce to int unless told otherwise."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, *, coerce: Any = int, **rest: Any) -> None:
        super().__init__(label, coerce=coerce, choices=[], **rest)

"""Show a rule's no beside the field it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.refusals import Refusal
from app.web.form import Form
from app.web.locale import day
from app.web.problems import translated


def beside(form: Form, field: str, refusal: Refusal) -> None:
    """Put the refusal, translated, to the errors of a field."""
    form[field].errors = [*form[field].errors, said(refusal)]


def said(refusal: Refusal) -> str:
    """A refusal in the reader's language; days in it are written in the reader's way."""
    refusal.values = {name: readable(value) for name, value in refusal.values.items()}
    return translated(refusal)


def readable(value: Any) -> Any:
    """A day in ISO form as the reader writes days; anything else as it is."""
    if not isinstance(value, str) or len(value) != len("2026-12-01"):
        return value
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value

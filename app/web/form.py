"""Forms: WTForms with translations, bounds on every text, and the version a form was opened on."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextArea

from app.web.catalogues import WordsOfForms

EARLIEST, AFTER_LATEST = date(1950, 1, 1), date(2100, 1, 1)
FORBIDDEN = {"Cs", "Cc"}  # lone surrogates and control characters; line ends are let through
WORDS = WordsOfForms()
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(value: str | None) -> str:
    """Trimmed text in NFC with plain line ends; None becomes empty."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


def plain_text(_form: object, field: Any) -> None:
    """Refuse control characters, lone surrogates and invisible direction switches."""
    for character in field.data or "":
        if character in "\n\t":
            continue
        if unicodedata.category(character) in FORBIDDEN or character in BIDI:
            raise ValidationError(_l("Please remove invisible control characters."))


class Text(StringField):
    """One line of text, trimmed, at most `most` characters (default 120)."""

    def __init__(
        self, label: object, validators: list[Any] | None = None, *, most: int = 120, **rest: Any
    ) -> None:
        super().__init__(
            label, [*(validators or []), Length(max=most), plain_text], filters=[tidy], **rest
        )


class LongText(TextAreaField):
    """Several lines of text, trimmed, at most `most` characters (default 2,000)."""

    widget = TextArea()

    def __init__(
        self, label: object, validators: list[Any] | None = None, *, most: int = 2000, **rest: Any
    ) -> None:
        super().__init__(
            label, [*(validators or []), Length(max=most), plain_text], filters=[tidy], **rest
        )


class Day(DateField):
    """A calendar day people live in; one far off would leave the calendar when counted on."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError, which the form shows beside the field."""
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST <= self.data < AFTER_LATEST:
            self.data = None
            raise ValueError(_("Please enter a day between 1950 and 2099."))


class Form(FlaskForm):
    """Base of every form; the CSRF token is checked for the whole app, before the view."""

    class Meta:
        csrf = True

        def get_translations(self, _form: object) -> WordsOfForms:
            """What WTForms says, from a catalogue that is read once."""
            return WORDS


class VersionedForm(Form):
    """A form that changes a row people edit; `version` is the one the form was opened on."""

    version = HiddenField()

    @property
    def opened_on(self) -> int:
        """The version in the form, or 0 when it is missing or no number."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004

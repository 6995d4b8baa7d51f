"""Bring a calendar here: by its address or as a file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from app.calendars.addresses import MAX_ADDRESS, Address, UnusableAddress, parse
from app.web.form import Form, tidy
from app.web.problems import translated

DAYS = _l("Whole days count as busy too")
DAYS_HINT = _l("Leave this off if the calendar holds holidays and birthdays.")


class AddressForm(Form):
    """A secret address that a calendar program gives out."""

    address = StringField(
        _l("Address of the calendar"),
        [InputRequired(), Length(max=MAX_ADDRESS)],
        filters=[tidy],
        description=_l("It begins with https:// or webcal:// and often ends with .ics."),
    )
    address_days = BooleanField(DAYS, description=DAYS_HINT)

    def __init__(self, *, is_http_allowed: bool) -> None:
        super().__init__()
        self._is_http_allowed = is_http_allowed

    def validate_address(self, field: StringField) -> None:
        """Let the rules of fetching judge the address."""
        try:
            self.chosen()
        except UnusableAddress as refusal:
            raise ValidationError(translated(refusal)) from refusal

    def chosen(self) -> Address:
        """The address in its parts. Raises UnusableAddress."""
        return parse(self.address.data, is_http_allowed=self._is_http_allowed)


class FileForm(Form):
    """A file that a calendar program exported."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("An iCalendar file (.ics), up to 3 MB. It is read once and not kept."),
    )
    file_days = BooleanField(DAYS, description=DAYS_HINT)


class DaysForm(Form):
    """Whether whole days of a calendar count."""

    counts = BooleanField()

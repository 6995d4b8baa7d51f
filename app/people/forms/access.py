"""Forms at the door: signing in, asking for a link, choosing a password."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, EqualTo, InputRequired, Length, ValidationError

from app.domain.collation import sort_key
from app.people.services.first_administrator import Newcomer
from app.people.services.password_rules import LONGEST, SHORTEST
from app.web.form import Form, Text

REPEAT_DIFFERS = _l("The two passwords are not the same.")
TWO_LETTERS = re.compile("[A-Z]{2}")
HINT = _l(
    "At least %(least)s characters; a few words in a row are easy to remember.", least=SHORTEST
)


class SignInForm(Form):
    """E-mail address and password; what they must look like is nobody's business here."""

    email = Text(
        _l("E-mail address"), [InputRequired(_l("Please enter your e-mail address."))], most=254
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please enter your password.")), Length(max=LONGEST)],
    )
    next = HiddenField()


class ResetForm(Form):
    """The address a reset link goes to."""

    email = Text(
        _l("E-mail address"), [InputRequired(_l("Please enter your e-mail address."))], most=254
    )


class NewPasswordForm(Form):
    """A new password, typed twice; how good it is, the service judges."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Please enter a password."))],
        description=HINT,
    )
    repeated = PasswordField(
        _l("New password once more"),
        [
            InputRequired(_l("Please enter the password once more.")),
            EqualTo("password", REPEAT_DIFFERS),
        ],
    )


class FirstAdministratorForm(NewPasswordForm):
    """Who sets the program up, and where the company sits."""

    given_name = Text(_l("Given name"), [InputRequired(_l("Please enter your name."))], most=80)
    family_name = Text(_l("Family name"), [InputRequired(_l("Please enter your name."))], most=80)
    email = Text(
        _l("E-mail address"),
        [
            InputRequired(_l("Please enter your e-mail address.")),
            Email(_l("This is not an e-mail address.")),
        ],
        most=254,
    )
    site = Text(
        _l("Site"),
        [InputRequired(_l("Please name the place you work at."))],
        description=_l("The place you work at, such as “Cologne”. More can be added later."),
    )
    zone = Text(
        _l("Time zone"),
        [InputRequired(_l("Please enter a time zone."))],
        default="Europe/Berlin",
        most=64,
    )
    country = SelectField(
        _l("Country"),
        default="DE",
        description=_l("Decides on public holidays and on when the works council is asked."),
    )

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        named = (get_locale() or Locale("en")).territories
        countries = [
            SelectChoice(code, name) for code, name in named.items() if TWO_LETTERS.fullmatch(code)
        ]
        self.country.choices = sorted(countries, key=lambda country: sort_key(str(country.label)))

    def newcomer(self) -> Newcomer:
        """What was entered, for the service."""
        return Newcomer(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.data,
            site=self.site.data,
            zone=self.zone.data,
            country=self.country.data,
        )

    def validate_zone(self, field: Text) -> None:
        """Only names of the IANA time zone database."""
        if field.data not in available_timezones():
            raise ValidationError(_("There is no time zone of this name."))

"""Forms of the own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.people.forms.access import NewPasswordForm
from app.people.services.password_rules import LONGEST
from app.web.form import Form


class PasswordChangeForm(NewPasswordForm):
    """Whoever sits at an open computer does not know the present password."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Please enter your present password.")), Length(max=LONGEST)],
    )


class ConfirmForm(Form):
    """The own password once more, and where that was asked for."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please enter your password.")), Length(max=LONGEST)],
    )
    next = HiddenField()


class PreferencesForm(Form):
    """How the program shows itself to one person."""

    locale = SelectField(
        _l("Language of pages and mails"),
        choices=[
            SelectChoice("", _l("as my browser asks")),
            SelectChoice("de", "Deutsch"),
            SelectChoice("en", "English"),
        ],
    )
    theme = SelectField(
        _l("Appearance"),
        choices=[
            SelectChoice("auto", _l("Like my system")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )

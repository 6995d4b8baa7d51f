"""Forms at the door: signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.people.services.passwords import LONGEST
from app.web.form import Form, Text


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

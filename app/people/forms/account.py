"""Forms of the own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.people.forms.access import NewPasswordForm
from app.people.services.password_rules import LONGEST


class PasswordChangeForm(NewPasswordForm):
    """Whoever sits at an open computer does not know the present password."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Please enter your present password.")), Length(max=LONGEST)],
    )

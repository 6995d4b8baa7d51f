"""Forms of the pages on other people's accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.roles import ROLE_LABELS, Role
from app.people.services.password_rules import LONGEST
from app.web.form import Form


class RolesForm(Form):
    """The roles somebody shall hold, and the password of the one who decides.

    `held` are the roles the form was opened on, so that nobody overwrites unseen.
    """

    roles = SelectMultipleField(
        _l("Roles"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    held = HiddenField()
    own_password = PasswordField(
        _l("Your own password"),
        [InputRequired(_l("Please enter your own password.")), Length(max=LONGEST)],
        description=_l("Roles open doors, so we make sure that it is you."),
    )

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.roles.choices = [SelectChoice(role.value, _(ROLE_LABELS[role])) for role in Role]

    @property
    def wanted(self) -> frozenset[Role]:
        """The roles that are ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())

    @property
    def opened_on(self) -> frozenset[Role]:
        """The roles that were held when the form was opened; unknown words are left out."""
        known = {role.value for role in Role}
        return frozenset(Role(word) for word in str(self.held.data or "").split() if word in known)

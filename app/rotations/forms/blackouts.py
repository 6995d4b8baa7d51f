"""Days on which a team lets nobody go and takes nobody in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app.domain.timespan import ONE_DAY, Days
from app.people.models import Team
from app.rotations.forms.fields import day, offer, pick
from app.web.form import Form, Text


class BlackoutForm(Form):
    """`last_on` is the last day, included."""

    team_id = pick(_l("Team"), [InputRequired()])
    starts_on = day(_l("First day"))
    last_on = day(_l("Last day"))
    reason = Text(
        _l("Reason"), [DataRequired()], most=200, description=_l("Such as quarter end, or a fair.")
    )

    def offer_teams(self, teams: Iterable[Team]) -> None:
        """Fill the select with teams the person answers for."""
        offer(
            self.team_id,
            [(team.id, team.name, team.department.name) for team in teams],
            empty=_("Please choose"),
        )

    def validate_last_on(self, field: Any) -> None:
        """The last day cannot come before the first."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day cannot come before the first."))

    def days(self) -> Days:
        """The days, half-open. Call it after `validate`."""
        return Days(self.starts_on.data, self.last_on.data + ONE_DAY)

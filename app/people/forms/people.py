"""Forms of a person: what HR writes, moves between teams, leaving."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.mailbox import NoMailbox, normalised
from app.domain.roster import cells
from app.people.forms.organisation import DAY_NEEDED, NEEDED, choices
from app.people.models import Site, Team
from app.people.services.persons import PersonFields
from app.web.form import Day, Form, Text, VersionedForm

WEEKDAYS = (
    ("1", _l("Monday")),
    ("2", _l("Tuesday")),
    ("3", _l("Wednesday")),
    ("4", _l("Thursday")),
    ("5", _l("Friday")),
    ("6", _l("Saturday")),
    ("7", _l("Sunday")),
)
LANGUAGES = (("", _l("As the browser asks")), ("de", _l("German")), ("en", _l("English")))


class CheckboxList(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(VersionedForm):
    """What HR knows about a person; for new people also the first home team."""

    given_name = Text(_l("Given name"), [InputRequired(NEEDED)], most=80)
    family_name = Text(_l("Family name"), [InputRequired(NEEDED)], most=80)
    number = Text(_l("Personnel number"), [InputRequired(NEEDED)], most=40)
    email = Text(_l("E-mail address"), [InputRequired(NEEDED)], most=254)
    job_title = Text(_l("Job title"), [Optional()])
    site_id = SelectField(_l("Site"), coerce=int)
    joined_on = Day(_l("Joined on"), [InputRequired(DAY_NEEDED)])
    team_id = SelectField(_l("Home team"), coerce=int)
    working_days = CheckboxList(
        _l("Working days"), [InputRequired(_l("Please choose a day."))], choices=choices(WEEKDAYS)
    )
    locale = SelectField(_l("Language"), choices=choices(LANGUAGES))

    def offer(self, sites: list[Site], teams: list[Team] | None) -> None:
        """Set what can be chosen; without teams the home team is not asked for."""
        self.site_id.choices = choices((site.id, site.name) for site in sites)
        if teams is None:
            del self.team_id
            return
        named = [(team.id, f"{team.name} ({team.department.name})") for team in teams]
        self.team_id.choices = choices([(0, _("None yet")), *named])

    def validate_email(self, field: Any) -> None:
        """Only an address mail can be sent to, in the form in which it is stored."""
        try:
            field.data = normalised(field.data or "")
        except NoMailbox as refusal:
            raise ValidationError(_(refusal.msgid)) from refusal

    def fields(self) -> PersonFields:
        """What was entered."""
        return PersonFields(
            number=cells.number(self.number.data),
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.data,
            job_title=self.job_title.data,
            site_id=self.site_id.data,
            locale=self.locale.data or None,
            working_days="".join(sorted(self.working_days.data)),
            joined_on=self.joined_on.data,
        )


class TeamOnForm(Form):
    """A team from a day on."""

    team_id = SelectField(_l("Team"), coerce=int)
    on = Day(_l("From"), [InputRequired(DAY_NEEDED)])

    def offer(self, teams: list[Team]) -> None:
        """Set what can be chosen."""
        self.team_id.choices = choices(
            (team.id, f"{team.name} ({team.department.name})") for team in teams
        )


class LeaveForm(Form):
    """The first day on which somebody no longer works here; empty to stay."""

    on = Day(
        _l("First day no longer employed"),
        [Optional()],
        description=_l("Leave it empty when the person stays."),
    )

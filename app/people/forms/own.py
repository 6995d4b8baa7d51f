"""Forms in which people write about themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, ValidationError

from app.people.forms.organisation import DAY_NEEDED, NEEDED, choices
from app.people.forms.people import CheckboxList
from app.people.models import Skill
from app.web.form import Day, Form, Text


class AbsenceForm(Form):
    """First and last day away, both included. There is no field for a reason."""

    first = Day(_l("First day"), [InputRequired(DAY_NEEDED)])
    last = Day(_l("Last day"), [InputRequired(DAY_NEEDED)])

    def validate_last(self, field: Any) -> None:
        """The last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day cannot come before the first."))


class OwnSkillsForm(Form):
    """What somebody can do, out of HR's list, and where; the planner goes by it."""

    skills = CheckboxList(_l("My skills"), coerce=int)
    mobile = BooleanField(
        _l("I would go to another site"),
        description=_l("Without it you are only placed at your own site or remotely."),
    )
    remote_ok = BooleanField(
        _l("I can work remotely"),
        description=_l("Then placements elsewhere that allow it are open to you."),
    )

    def offer(self, skills: list[Skill]) -> None:
        """Set what can be chosen."""
        self.skills.choices = choices((skill.id, skill.name) for skill in skills)


class SkillForm(Form):
    """The name of a skill."""

    name = Text(_l("Skill"), [InputRequired(NEEDED)], most=80)

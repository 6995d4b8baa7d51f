"""Form: who looks after a pair of teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.domain.collation import sort_key
from app.health.services.sponsors import SponsorDraft
from app.people.models import Person, Team
from app.web.form import Day, Form


class SponsorForm(Form):
    """One person from one side, from a day on."""

    team = SelectField(_l("From the side of"), [InputRequired()], coerce=int)
    person = SelectField(_l("Person"), [InputRequired()], coerce=int)
    starts_on = Day(_l("From"), [InputRequired()])
    ends_on = Day(_l("Until (not included)"), [Optional()], description=_l("Empty: open end"))

    def offer(self, sides: Mapping[Team, Iterable[Person]]) -> SponsorForm:
        """Fill the choices: both teams, and who may look after the pair from either side."""
        self.team.choices = [SelectChoice(team.id, team.name) for team in sides]
        people = {person.id: person.name for found in sides.values() for person in found}
        ordered = sorted(people.items(), key=lambda item: (sort_key(item[1]), item[0]))
        self.person.choices = [SelectChoice(key, name) for key, name in ordered]
        return self

    def draft(self) -> SponsorDraft:
        """What the form says."""
        return SponsorDraft(
            self.team.data, self.person.data, self.starts_on.data, self.ends_on.data
        )

"""Forms of an insight: its fate, and another owner."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.domain.collation import sort_key
from app.domain.insights import InsightFate
from app.people.models import Person
from app.web.form import LongText, VersionedForm


class FateForm(VersionedForm):
    """What became of an insight."""

    fate = RadioField(
        _l("What became of it?"),
        [InputRequired()],
        choices=[
            SelectChoice(InsightFate.USED.value, _l("It was used")),
            SelectChoice(InsightFate.AGREEMENT.value, _l("It became an agreement")),
            SelectChoice(InsightFate.DECLINED.value, _l("It is declined, with a reason")),
        ],
    )
    note = LongText(_l("Used in …, agreed that …, declined because …"), [InputRequired()], most=500)

    @property
    def chosen(self) -> InsightFate:
        """The fate as the domain knows it."""
        return InsightFate(self.fate.data)


class OwnerForm(VersionedForm):
    """Who answers instead."""

    owner = SelectField(_l("New owner"), [InputRequired()], coerce=int)

    def offer(self, people: Iterable[Person]) -> OwnerForm:
        """Let the owner be one of these, by name."""
        named = sorted(people, key=lambda person: sort_key(person.name))
        self.owner.choices = [SelectChoice(person.id, person.name) for person in named]
        return self

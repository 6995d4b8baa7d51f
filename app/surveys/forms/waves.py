"""What HR enters for a wave, its ties and its questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from app.domain.disclosure import MOST_K, USUAL_K
from app.domain.questionnaire import LONGEST, Wording
from app.domain.refusals import Refusal
from app.domain.timespan import ONE_DAY, last_day
from app.domain.waves import Terms
from app.people.models import Team
from app.surveys.models import Question, Tie, Wave
from app.web.form import Day, Form, LongText, Text, VersionedForm

WEIGHTS = (0.25, 0.5, 0.75, 1.0)
BOUNDS = {"min": USUAL_K, "max": MOST_K, "inputmode": "numeric"}


def _limit(label: object, description: object) -> Any:
    return IntegerField(
        label,
        [InputRequired(), NumberRange(min=USUAL_K, max=MOST_K)],
        render_kw=BOUNDS,
        description=description,
    )


class WaveForm(VersionedForm):
    """Days, title and limits of a wave; the last day is included."""

    title = Text(_l("Title"), [InputRequired()])
    opens_on = Day(_l("First day"), [InputRequired()])
    last_on = Day(
        _l("Last day"),
        [InputRequired()],
        description=_l("Answers are taken until midnight at the first site."),
    )
    k = _limit(
        _l("Answers a figure needs at least"),
        _l("Fewer answers are never shown, not even to HR. 5 to 15."),
    )
    k_target = _limit(
        _l("Members a rated team needs at least"),
        _l("A score of a smaller team would be a score of its people. 5 to 15."),
    )

    @classmethod
    def of(cls, wave: Wave) -> WaveForm:
        """The form filled with a stored wave."""
        form = cls(formdata=None, obj=wave)
        form.last_on.data = last_day(wave.ends_on)
        return form

    def terms(self) -> Terms | None:
        """What was entered; None when it cannot be, with the reason beside the last day."""
        try:
            return Terms(
                self.title.data,
                self.opens_on.data,
                self.last_on.data + ONE_DAY,
                self.k.data,
                self.k_target.data,
            )
        except Refusal as refusal:
            self.last_on.errors = [_(refusal.msgid, **refusal.values)]
            return None

    def show(self, problems: Mapping[str, str]) -> None:
        """Show refusals beside their fields."""
        for name, msgid in problems.items():
            self[name].errors = [*self[name].errors, _(msgid)]


class ExtensionForm(Form):
    """A later last day for an open wave."""

    last_on = Day(_l("New last day"), [InputRequired()])

    @property
    def ends_on(self) -> Any:
        """The day after the last one."""
        return self.last_on.data + timedelta(days=1)


def ties_form(targets: Iterable[Team]) -> Any:
    """The teams one team may rate: a tick and a weight for each."""
    fields: dict[str, Any] = {}
    labels = {
        0.25: _("counts a quarter"),
        0.5: _("counts half"),
        0.75: _("counts three quarters"),
        1.0: _("counts fully"),
    }
    for team in targets:
        fields[f"rates_{team.id}"] = BooleanField(team.name)
        fields[f"weight_{team.id}"] = SelectField(
            _("Weight of %(team)s", team=team.name),
            choices=[
                SelectChoice("", _("as its members tick it")),
                *(SelectChoice(str(weight), labels[weight]) for weight in WEIGHTS),
            ],
        )
    return type("TiesForm", (Form,), fields)


def stored_ties(targets: Iterable[Team], ties: Mapping[int, Tie]) -> dict[str, object]:
    """The values of a stored row of ties."""
    values: dict[str, object] = {}
    for team in targets:
        tie = ties.get(team.id)
        values[f"rates_{team.id}"] = tie is not None
        weight = tie.importance if tie is not None else None
        values[f"weight_{team.id}"] = "" if weight is None else str(weight)
    return values


def wanted_ties(form: Any, targets: Iterable[Team]) -> dict[int, float | None]:
    """Rated team -> weight or None, out of a valid form."""
    return {
        team.id: float(form[f"weight_{team.id}"].data) if form[f"weight_{team.id}"].data else None
        for team in targets
        if form[f"rates_{team.id}"].data
    }


class QuestionForm(VersionedForm):
    """A question in both languages, and what kind of change it is."""

    english = LongText(_l("English"), [InputRequired()], most=LONGEST)
    german = LongText(_l("German"), [InputRequired()], most=LONGEST)
    change = RadioField(
        _l("What kind of change is it?"),
        [InputRequired()],
        choices=[
            SelectChoice("typo", _l("A mistake of spelling: the series goes on")),
            SelectChoice("wording", _l("Another wording: its dimension begins a new series")),
        ],
    )

    @classmethod
    def of(cls, question: Question) -> QuestionForm:
        """The form filled with a stored question."""
        values = {"english": question.text_en, "german": question.text_de}
        form = cls(formdata=None, data=values)
        form.version.data = str(question.version)
        return form

    def wording(self) -> Wording:
        """Both texts. Raises TeamMissing."""
        return Wording(self.english.data, self.german.data)

    def validate_german(self, _field: object) -> None:
        """Both texts must name the rated team."""
        if self.english.data and self.german.data:
            try:
                self.wording()
            except Refusal as refusal:
                raise ValidationError(_(refusal.msgid)) from refusal

"""Forms: answer a weak result, say what became of an action, write a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.domain.collation import sort_key
from app.gatherings.forms.fields import offer, pick
from app.gatherings.models import Course
from app.health.models import ActionState, Remedy, RemedyKind
from app.health.services.actions import ActionDraft, Outcome
from app.health.services.remedies import RemedyDraft
from app.people.models import Person
from app.web.form import Day, Form, LongText, Text, VersionedForm
from app.web.locale import chosen_locale

OTHER = 0


class PlanForm(Form):
    """What is done about a weak result, by whom and by when."""

    dimension = SelectField(_l("What it is about"))
    remedy = SelectField(_l("Remedy"), coerce=int)
    what = Text(_l("What exactly will be done?"), [InputRequired()], most=300)
    owner = SelectField(_l("Who looks after it"), [InputRequired()], coerce=int)
    due_on = Day(_l("Until"), [InputRequired()])

    def offer(
        self, remedies: Sequence[Remedy], people: Iterable[Person], dimensions: Mapping[str, str]
    ) -> PlanForm:
        """Fill the choices; remedies under their dimension."""
        locale = chosen_locale()
        self.dimension.choices = [
            SelectChoice("", _("the work together as a whole")),
            *(SelectChoice(key, _(label)) for key, label in dimensions.items()),
        ]
        self.remedy.choices = [
            SelectChoice(OTHER, _("something else")),
            *(
                SelectChoice(
                    remedy.id, f"{_(dimensions[remedy.dimension])}: {remedy.title(locale)}"
                )
                for remedy in remedies
            ),
        ]
        named = sorted(people, key=lambda person: sort_key(person.name))
        self.owner.choices = [SelectChoice(person.id, person.name) for person in named]
        return self

    def draft(self) -> ActionDraft:
        """What the form says."""
        return ActionDraft(
            what=self.what.data,
            owner_id=self.owner.data,
            due_on=self.due_on.data,
            dimension=self.dimension.data or "",
            remedy_id=self.remedy.data or None,
        )


class LeaveForm(Form):
    """Nothing is done, and why."""

    because = LongText(_l("No action, because …"), [InputRequired()], most=500)


class CloseForm(VersionedForm):
    """What became of an action."""

    state = RadioField(
        _l("What became of it?"),
        [InputRequired()],
        choices=[
            SelectChoice(ActionState.DONE.value, _l("It is done")),
            SelectChoice(ActionState.DROPPED.value, _l("It is dropped, with a reason")),
        ],
    )
    because = LongText(_l("What came of it, or why not"), most=500)

    def outcome(self) -> Outcome:
        """What the form says."""
        return Outcome(ActionState(self.state.data), self.because.data, self.opened_on)


class RemedyForm(VersionedForm):
    """A remedy in both languages."""

    dimension = SelectField(_l("Helps with"), [InputRequired()])
    kind = SelectField(_l("Kind"), [InputRequired()])
    title_de = Text(_l("Title, German"), [InputRequired()], most=160)
    title_en = Text(_l("Title, English"), [InputRequired()], most=160)
    course_id = pick(_l("Course"), description=_l("For trainings: an action begins with its date."))
    text_de = LongText(_l("What happens, German"), [InputRequired()], most=1000)
    text_en = LongText(_l("What happens, English"), [InputRequired()], most=1000)

    def offer(
        self, dimensions: Mapping[str, str], kinds: Mapping[str, str], courses: Iterable[Course]
    ) -> RemedyForm:
        """Fill the choices."""
        locale = chosen_locale()
        titles = [(course.id, course.title(locale)) for course in courses]
        titles.sort(key=lambda one: sort_key(one[1]))
        offer(self.course_id, titles, empty=_("none"))
        self.dimension.choices = [SelectChoice(key, _(text)) for key, text in dimensions.items()]
        self.kind.choices = [SelectChoice(key, _(text)) for key, text in kinds.items()]
        return self

    def draft(self) -> RemedyDraft:
        """What the form says."""
        return RemedyDraft(
            dimension=self.dimension.data,
            kind=RemedyKind(self.kind.data),
            title_de=self.title_de.data,
            title_en=self.title_en.data,
            text_de=self.text_de.data,
            text_en=self.text_en.data,
            course_id=self.course_id.data,
        )

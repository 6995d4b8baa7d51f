"""Forms of the catalogue: a course in both languages, and what was opened before retiring it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired, ValidationError

from app.domain.refusals import Refusal
from app.gatherings.forms.fields import NEEDED, Boxes, offer, whole
from app.gatherings.models import TOPIC_LABELS, Course, Topic
from app.gatherings.services import courses as services
from app.gatherings.services.courses import CourseFields
from app.people.models import Department
from app.web.form import LongText, Text, VersionedForm

MOST_GOALS = 12
FIELD_OF: dict[type[Refusal], str] = {
    services.TitleTaken: "title_en",
    services.AsksForItself: "required",
}
ONE_A_LINE = _l("One a line: what participants can do afterwards.")
BOTH_SIDES = _l("What people of both sides do together, during the course or after it.")


class CourseForm(VersionedForm):
    """A course in German and English."""

    topic = SelectField(_l("Topic"), coerce=Topic)
    minutes = whole(
        _l("Length in minutes"),
        15,
        30_000,
        description=_l("Without breaks; a day of training has about 420."),
    )
    validity_months = whole(
        _l("Certificate valid for months"),
        1,
        240,
        required=False,
        description=_l("Empty when it never runs out."),
    )
    needs_approval = BooleanField(_l("The participant's lead has to approve"))
    title_de = Text(_l("Title in German"), [DataRequired(NEEDED)], most=160)
    title_en = Text(_l("Title in English"), [DataRequired(NEEDED)], most=160)
    summary_de = LongText(_l("Summary in German"), [DataRequired(NEEDED)], most=400)
    summary_en = LongText(_l("Summary in English"), [DataRequired(NEEDED)], most=400)
    goals_de = LongText(_l("Goals in German"), [DataRequired(NEEDED)], description=ONE_A_LINE)
    goals_en = LongText(_l("Goals in English"), [DataRequired(NEEDED)], description=ONE_A_LINE)
    joint_task_de = LongText(
        _l("Joint task in German"), [DataRequired(NEEDED)], description=BOTH_SIDES
    )
    joint_task_en = LongText(
        _l("Joint task in English"), [DataRequired(NEEDED)], description=BOTH_SIDES
    )
    departments = Boxes(_l("For these departments"), description=_l("None ticked: for everybody."))
    required = Boxes(
        _l("Needs these courses first"),
        description=_l("Who books must hold a valid certificate of each."),
    )

    def offer_options(
        self, departments: Iterable[Department], courses: Sequence[Course], locale: str
    ) -> None:
        """Fill what can be chosen."""
        offer(self.topic, [(topic.value, _(label)) for topic, label in TOPIC_LABELS.items()])
        offer(self.departments, [(row.id, row.name) for row in departments])
        offer(self.required, [(course.id, course.title(locale)) for course in courses])

    def validate_goals_de(self, field: Any) -> None:
        """A handful of goals can be reached."""
        _refuse_many(field)

    def validate_goals_en(self, field: Any) -> None:
        """As in German."""
        _refuse_many(field)

    def fields(self) -> CourseFields:
        """What was entered. Call it after `validate`."""
        names = set(CourseFields.__dataclass_fields__) - {"departments", "required"}
        return CourseFields(
            **{name: self[name].data for name in names},
            departments=frozenset(self.departments.data or ()),
            required=frozenset(self.required.data or ()),
        )

    def show(self, refusal: Refusal) -> None:
        """Put a rule's no beside the field it speaks of."""
        field = self[FIELD_OF.get(type(refusal), "title_en")]
        field.errors = [*field.errors, _(refusal.msgid, **refusal.values)]


def _refuse_many(field: Any) -> None:
    goals = [line for line in (field.data or "").splitlines() if line.strip()]
    if len(goals) > MOST_GOALS:
        raise ValidationError(_("Please name at most %(most)s goals.", most=MOST_GOALS))


def stored(course: Course) -> CourseForm:
    """The form with what is stored."""
    form = CourseForm(formdata=None, obj=course)
    form.departments.data = [row.department_id for row in course.audience]
    form.required.data = [row.required_id for row in course.prerequisites]
    return form

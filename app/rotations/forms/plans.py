"""Ask for a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.domain import weighing
from app.rotations.forms.fields import offer, pick, whole
from app.rotations.services.plans import Wanted
from app.web.form import Form, Text

EFFORTS = {"quick": (15, 1.0), "thorough": (60, 0.1), "proof": (900, 0.0)}
MOST_CHANGES = 500


class PlanForm(Form):
    """How a scenario is to be computed; the weights come as selects named `weight_…`."""

    name = Text(_l("Name"), [InputRequired()])
    effort = RadioField(
        _l("How thoroughly?"),
        choices=[
            SelectChoice("quick", _l("A first look")),
            SelectChoice("thorough", _l("Thoroughly")),
            SelectChoice("proof", _l("Until nothing better is possible")),
        ],
        default="thorough",
        validators=[InputRequired()],
    )
    based_on = pick(
        _l("Begin from"),
        description=_l("A new computation can begin from a scenario and look for improvements."),
    )
    replan = RadioField(
        _l("How freely may published stays change?"),
        choices=[
            SelectChoice("strict", _l("As few changes as possible")),
            SelectChoice("balanced", _l("Changes may be traded for clear gains")),
        ],
        default="strict",
    )
    max_changes = whole(
        _l("At most this many changes"),
        0,
        MOST_CHANGES,
        required=False,
        description=_l("Leave it empty for no limit."),
    )

    def offer(self, scenarios: Iterable[tuple[int, str]], *, is_replan: bool) -> None:
        """Name the scenarios to begin from; drop what only matters after publishing."""
        offer(self.based_on, scenarios, empty=_("nothing, an empty board"))
        if not is_replan:
            del self.replan
            del self.max_changes

    def weights(self) -> list[Any]:
        """The fields that weigh, in order."""
        return [field for field in self if field.name.startswith("weight_")]

    def wanted(self, *, is_replan: bool) -> Wanted:
        """What was asked for."""
        seconds, gap = EFFORTS[self.effort.data]
        settings: dict[str, Any] = {
            "gap": gap,
            "answers": {field.name.removeprefix("weight_"): field.data for field in self.weights()},
        }
        if is_replan:
            settings["replan"] = self.replan.data or "strict"
            settings["max_changes"] = self.max_changes.data
        return Wanted(
            name=self.name.data,
            time_limit=seconds,
            settings=settings,
            based_on_id=self.based_on.data,
            is_replan=is_replan,
        )


def plan_form(of_round: Mapping[str, Any], **data: object) -> PlanForm:
    """The form of a round with these weights: one select per question HR weighs."""
    usual = weighing.answers(of_round)
    fields = {
        f"weight_{question.key}": SelectField(
            _l(question.label),
            choices=[
                SelectChoice(strength, _l(weighing.STRENGTH_LABELS[strength]))
                for strength in weighing.STRENGTHS
            ],
            default=usual[question.key],
            description=_l(question.help),
        )
        for question in weighing.QUESTIONS
    }
    made: PlanForm = type("WeighedPlanForm", (PlanForm,), fields)(data=data or None)
    return made

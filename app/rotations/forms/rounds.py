"""Forms of a round: its days and terms, its weights in words, the wishes of one team."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app.domain.needs import STEPS, as_weight, in_steps
from app.domain.weighing import QUESTIONS, STRENGTH_LABELS, STRENGTHS
from app.people.models import Team
from app.rotations.forms.fields import day, whole
from app.rotations.services.pair_wishes import Wish
from app.rotations.services.rounds import BadFields, RoundDraft
from app.web.form import Form, LongText, Text, VersionedForm

NEED_WORDS = {
    0: _l("%(weight)s – none"),
    in_steps(0.1): _l("%(weight)s – low"),
    in_steps(0.3): _l("%(weight)s – medium"),
    in_steps(0.5): _l("%(weight)s – high"),
    STEPS: _l("%(weight)s – comes first"),
}
MOST_STAYS = 100


class RoundForm(VersionedForm):
    """Days and terms of a round; every deadline includes its day."""

    name = Text(_l("Name"), [DataRequired()], description=_l("Such as “Spring 2027”."))
    welcome = LongText(
        _l("Welcome"), description=_l("A few words everybody reads above the placements.")
    )
    starts_on = day(_l("First day"), description=_l("A Monday."))
    blocks = whole(_l("Number of blocks"), 1, 60)
    block_weeks = whole(_l("Weeks per block"), 1, 13)
    max_rotations = whole(_l("Stays per person, at most"), 1, 5)
    gap_blocks = whole(_l("Blocks between two stays of one person"), 0, 12)
    notice_weeks = whole(
        _l("Weeks of notice"), 0, 26, description=_l("Each person may waive it for themselves.")
    )
    placements_due_on = day(_l("Placements until"))
    applications_due_on = day(_l("Applications until"))
    endorsements_due_on = day(_l("Endorsements until"))
    publish_on = day(_l("Publish the plan by"))

    def draft(self) -> RoundDraft:
        """What was entered. Call it after `validate`."""
        return RoundDraft(
            **{name: getattr(self, name).data for name in RoundDraft.__dataclass_fields__}
        )

    def show(self, problems: BadFields) -> None:
        """Put each problem beside its field."""
        for name, msgid in problems.problems.items():
            field = getattr(self, name)
            field.errors = [*field.errors, _(msgid)]


def weights_form() -> type[VersionedForm]:
    """A form with one choice of strength per question of the domain."""
    options = [SelectChoice(name, _(STRENGTH_LABELS[name])) for name in STRENGTHS]
    fields: dict[str, Any] = {
        question.key: SelectField(
            _(question.label), choices=list(options), description=_(question.help)
        )
        for question in QUESTIONS
    }
    return type("WeightsForm", (VersionedForm,), fields)


def need_words(steps: int) -> str:
    """A need as it can be chosen: its weight, some with a word."""
    weight = format_decimal(as_weight(steps), "0.00")
    return str(NEED_WORDS.get(steps, "%(weight)s") % {"weight": weight})


def wishes_form(hosts: Iterable[Team]) -> type[Form]:
    """A form with need, target and hard limits for every host team."""
    needs = [SelectChoice(str(steps), need_words(steps)) for steps in range(STEPS + 1)]
    fields: dict[str, Any] = {"opened_on": HiddenField()}
    for host in hosts:
        fields |= {
            f"need_{host.id}": SelectField(
                _("Need of %(team)s", team=host.name), coerce=int, choices=list(needs), default=0
            ),
            f"target_{host.id}": whole(
                _("Stays wished at %(team)s", team=host.name), 0, MOST_STAYS
            ),
            f"min_{host.id}": whole(
                _("At least at %(team)s", team=host.name), 0, MOST_STAYS, required=False
            ),
            f"max_{host.id}": whole(
                _("At most at %(team)s", team=host.name), 0, MOST_STAYS, required=False
            ),
        }
    return type("WishesForm", (Form,), fields)


def wishes_in(form: Any, hosts: Iterable[Team]) -> dict[int, Wish]:
    """Host team id -> wish; where the limits are turned round, the form gets an error."""
    found = {}
    for host in hosts:
        low, high = form[f"min_{host.id}"].data, form[f"max_{host.id}"].data
        if low is not None and high is not None and low > high:
            field = form[f"max_{host.id}"]
            field.errors = [*field.errors, _("The upper limit is below the lower one.")]
        found[host.id] = Wish(
            need=form[f"need_{host.id}"].data,
            target=form[f"target_{host.id}"].data,
            hard_min=low,
            hard_max=high,
        )
    return found

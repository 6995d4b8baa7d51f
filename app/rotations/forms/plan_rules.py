"""Pins, forbids and moves by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.rotations.forms.fields import offer, pick
from app.rotations.models import RuleKind
from app.rotations.services.plan_rules import RuleDraft
from app.web.form import Form, Text, VersionedForm

Options = Iterable[tuple[int, str]] | Iterable[tuple[int, str, str]]


class RuleForm(Form):
    """A pin or a forbid for one person."""

    kind = RadioField(
        _l("Rule"),
        choices=[
            SelectChoice(RuleKind.PIN.value, _l("Must go there")),
            SelectChoice(RuleKind.FORBID.value, _l("Must not go there")),
        ],
        default=RuleKind.PIN.value,
        validators=[InputRequired()],
    )
    person = pick(_l("Person"), [InputRequired()])
    placement = pick(_l("Placement"))
    host = pick(
        _l("Host team"),
        description=_l("Instead of a placement: closes everything this team offers."),
    )
    start = pick(_l("Start"))
    reason = Text(_l("Reason"), most=200, description=_l("Only HR reads it."))

    def offer(self, people: Options, placements: Options, hosts: Options, starts: Options) -> None:
        """Name what can be chosen."""
        offer(self.person, people, empty=_("Please choose"))
        offer(self.placement, placements, empty=_("none"))
        offer(self.host, hosts, empty=_("none"))
        offer(self.start, starts, empty=_("any start"))

    def draft(self) -> RuleDraft:
        """What was entered."""
        is_pin = self.kind.data == RuleKind.PIN.value
        return RuleDraft(
            kind=RuleKind(self.kind.data),
            person_id=self.person.data,
            placement_id=self.placement.data,
            host_team_id=None if is_pin else self.host.data,
            start=self.start.data if is_pin else None,
            reason=self.reason.data,
        )


class MoveForm(VersionedForm):
    """Move a person on the board; no placement takes them out."""

    person = pick(_l("Person"), [InputRequired()])
    instead_of = pick(_l("Instead of"))
    placement = pick(_l("Move to"))
    start = pick(_l("From"), [InputRequired()])

    def offer(self, people: Options, placements: Any, starts: Options) -> None:
        """Name what can be chosen; `placements` may be grouped."""
        every = list(placements)
        offer(self.person, people)
        offer(self.instead_of, [(row[0], row[1]) for row in every], empty="")
        offer(self.placement, every, empty=_("nowhere, take the place away"))
        offer(self.start, starts)

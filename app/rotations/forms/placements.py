"""Forms of a placement: what it is, and why it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.refusals import Refusal
from app.people.models import Person, Site, Skill, Team
from app.rotations.forms.fields import offer, pick, whole
from app.rotations.services import placements as services
from app.rotations.services.placements import PlacementDraft
from app.web.form import Form, LongText, Text, VersionedForm

FIELD_OF: dict[type[Refusal], str] = {
    services.WindowTurned: "last_start",
    services.OutsideTheRound: "last_start",
    services.BuddyFromElsewhere: "buddy_id",
}


class Skills(SelectMultipleField):
    """Skills as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PlacementForm(VersionedForm):
    """One real task in a host team."""

    host_team_id = pick(_l("Host team"), [InputRequired()])
    title = Text(_l("Title"), [DataRequired()], description=_l("What somebody will tell at home."))
    task = LongText(
        _l("Task"), [DataRequired()], description=_l("One real task, not watching others work.")
    )
    learning = LongText(_l("What can be learnt"))
    duration = whole(_l("Length in blocks"), 1, 60)
    first_start = pick(_l("Earliest start"), [InputRequired()])
    last_start = pick(_l("Latest start"), [InputRequired()])
    seats = whole(_l("Seats at the same time"), 1, 50)
    share = whole(_l("Share of working time in per cent"), 10, 100)
    site_id = pick(_l("Site"), [InputRequired()])
    remote_ok = BooleanField(_l("Can be done remotely"))
    buddy_id = pick(_l("Buddy"), description=_l("Somebody of the host team who takes care."))
    required = Skills(_l("Required skills"), coerce=int)
    welcome = Skills(_l("Welcome skills"), coerce=int)
    action = HiddenField()  # what pair of teams it is offered for, and the version that was seen
    action_version = HiddenField()

    def offer_options(
        self,
        *,
        hosts: Sequence[Team],
        members: Mapping[str, Iterable[Person]],
        sites: Iterable[Site],
        skills: Sequence[Skill],
        blocks: Sequence[tuple[int, str]],
    ) -> None:
        """Fill the selects; `members` is team name -> people who may be buddies there."""
        groups = [(team.id, team.name, team.department.name) for team in hosts]
        offer(self.host_team_id, groups, empty=_("Please choose"))
        offer(self.site_id, [(site.id, site.name) for site in sites], empty=_("Please choose"))
        buddies = [
            (person.id, person.name, team) for team, people in members.items() for person in people
        ]
        offer(self.buddy_id, buddies, empty=_("nobody yet"))
        offer(self.first_start, blocks)
        offer(self.last_start, blocks)
        for field in (self.required, self.welcome):
            field.choices = [SelectChoice(str(skill.id), skill.name) for skill in skills]

    def draft(self) -> PlacementDraft:
        """What was entered. Call it after `validate`."""
        names = set(PlacementDraft.__dataclass_fields__) - {"required", "welcome"}
        return PlacementDraft(
            **{name: getattr(self, name).data for name in names},
            required=frozenset(self.required.data or ()),
            welcome=frozenset(self.welcome.data or ()),
        )

    def show(self, refusal: Refusal) -> None:
        """Put a rule's no beside the field it speaks of."""
        field = self[FIELD_OF.get(type(refusal), "title")]
        field.errors = [*field.errors, _(refusal.msgid)]


class WithdrawForm(Form):
    """Why a placement is taken back."""

    reason = Text(
        _l("Reason"),
        [DataRequired()],
        most=300,
        description=_l("Everybody who chose the placement reads it."),
    )

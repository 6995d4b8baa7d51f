"""The home team's answer."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.domain.endorsing import Verdict
from app.domain.refusals import Refusal
from app.rotations.models import Endorsement, EndorsementState
from app.web.form import Form, LongText, VersionedForm

ENDORSE, REFUSE = "endorse", "refuse"


class DecisionForm(VersionedForm):
    """Yes with a cover plan, or no with a reason."""

    answer = RadioField(
        _l("Your answer"),
        [InputRequired()],
        choices=[
            SelectChoice(ENDORSE, _l("We can do without this person for a while")),
            SelectChoice(REFUSE, _l("We cannot spare this person in this round")),
        ],
    )
    cover_plan = LongText(
        _l("Cover plan"), description=_l("Who does what in the meantime? HR reads it.")
    )
    reason = LongText(
        _l("Reason for a no"), description=_l("The person reads it, so please be fair and clear.")
    )

    def take(self, endorsement: Endorsement) -> None:
        """Show what is stored."""
        answers = {EndorsementState.ENDORSED: ENDORSE, EndorsementState.REFUSED: REFUSE}
        self.answer.data = answers.get(endorsement.state)
        self.cover_plan.data = endorsement.cover_plan
        self.reason.data = endorsement.reason
        self.version.data = str(endorsement.version)

    def verdict(self) -> Verdict:
        """What was answered. Call it after `validate`."""
        return Verdict(
            endorses=self.answer.data == ENDORSE,
            cover_plan=self.cover_plan.data,
            reason=self.reason.data,
        )

    def show(self, refusal: Refusal) -> None:
        """Put a rule's no beside the reason."""
        self.reason.errors = [*self.reason.errors, _(refusal.msgid)]


class BulkForm(Form):
    """The cover plan all ticked people share."""

    cover_plan = LongText(_l("Cover plan for all ticked people"), most=1000, render_kw={"rows": 2})

"""Form: surveys and figures of collaboration on or off, by which agreement."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from app.surveys.services.switch import Decision
from app.web.form import Day, Form, LongText

LONGEST = 500
LONGEST_KEY = 9  # digits


class SwitchForm(Form):
    """The state, the agreement behind it, and a note everybody who may read it sees."""

    follows = HiddenField()
    state = RadioField(
        _l("Surveys and figures of collaboration"),
        [InputRequired()],
        choices=[
            SelectChoice("on", _l("switched on")),
            SelectChoice("off", _l("switched off")),
        ],
    )
    agreed_on = Day(
        _l("Day of the agreement"),
        [Optional()],
        description=_l("Needed to switch on. In the past, or today."),
    )
    note = LongText(
        _l("Agreement or reason"),
        [DataRequired()],
        most=LONGEST,
        description=_l(
            "Which works agreement it rests on; without a works council, how everybody was told."
        ),
    )

    def decision(self) -> Decision:
        """What was entered. Call it after `validate`."""
        follows = str(self.follows.data or "")
        return Decision(
            is_on=self.state.data == "on",
            agreed_on=self.agreed_on.data,
            note=(self.note.data or "").strip(),
            follows=int(follows) if follows.isdecimal() and len(follows) <= LONGEST_KEY else -1,
        )

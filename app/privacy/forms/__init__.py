"""Forms about the data of those who left."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.domain.erasing import LONGEST_TERM, SHORTEST_TERM
from app.web.form import Text, VersionedForm


class TermForm(VersionedForm):
    """After how long the data of leavers goes by itself."""

    term = IntegerField(
        _l("Erase people by themselves … days after they left"),
        [Optional(), NumberRange(min=SHORTEST_TERM, max=LONGEST_TERM)],
        description=_l("30 to 3,650 calendar days. Leave it empty, and HR erases each by hand."),
    )


class HoldForm(VersionedForm):
    """Why data must stay longer than its term."""

    reason = Text(
        _l("Why the data must be kept"),
        [InputRequired()],
        most=300,
        description=_l("For instance a dispute before a court. No details about health."),
    )


class DecisionForm(VersionedForm):
    """A decision without further words."""


class EraseForm(VersionedForm):
    """The one step that cannot be taken back asks twice."""

    sure = BooleanField(
        _l("I have looked at what goes, and know that nobody can bring it back."),
        [InputRequired(_l("Please confirm that nobody can bring it back."))],
    )

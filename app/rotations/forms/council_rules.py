"""The form of a country's rule for the works council."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.domain.consent import LONGEST_RULE, LengthRule
from app.web.form import LongText, VersionedForm


class CouncilRuleForm(VersionedForm):
    """From which length on, and whether silence counts."""

    enabled = BooleanField(_l("The works council is asked"))
    over_days = IntegerField(
        _l("Asked for stays longer than … days"),
        [InputRequired(), NumberRange(min=0, max=LONGEST_RULE)],
        description=_l("Calendar days. 28 days is the shortest month, 90 days are below 13 weeks."),
    )
    answer_days = IntegerField(
        _l("Silence counts as consent after … days"),
        [Optional(), NumberRange(min=1, max=90)],
        description=_l("Calendar days. Leave it empty where silence never counts."),
    )
    source = LongText(
        _l("Source"), most=300, description=_l("The law or works agreement this rule comes from.")
    )

    def rule(self) -> LengthRule:
        """What was entered."""
        return LengthRule(
            enabled=bool(self.enabled.data),
            over_days=int(self.over_days.data),
            answer_days=self.answer_days.data,
            source=self.source.data or "",
        )

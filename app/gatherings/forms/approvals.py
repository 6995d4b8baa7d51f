"""The lead's no, and a seat taken back for somebody."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from app.domain.refusals import Refusal
from app.web.form import Form, LongText


class RefusalForm(Form):
    """Why not; the person reads it."""

    reason = LongText(
        _l("Reason"),
        [InputRequired(_l("Please give a reason."))],
        most=300,
        description=_l("The person reads it, so please be fair and clear."),
        render_kw={"rows": 3},
    )

    def show(self, refusal: Refusal) -> None:
        """Put a rule's no beside the reason."""
        self.reason.errors = [*self.reason.errors, _(refusal.msgid)]


class ExcuseForm(RefusalForm):
    """Why somebody is not expected; the person reads it, never anything about their health."""

    reason = LongText(
        _l("Reason"),
        [InputRequired(_l("Please give a reason."))],
        most=300,
        description=_l(
            "The person reads it. Please write nothing about health: “cannot come” is enough."
        ),
        render_kw={"rows": 3},
    )


class TickedForm(Form):
    """Those who were ticked; it has no field of its own."""

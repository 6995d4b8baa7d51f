"""The three taps: one labelled group per line, large enough for a thumb."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.domain.voices import PULSE_QUESTIONS, TAP_LABELS
from app.web.form import Form


def _question(name: str) -> RadioField:
    steps = [SelectChoice(str(step), _l(label)) for step, label in TAP_LABELS.items()]
    return RadioField(_l(PULSE_QUESTIONS[name]), [Optional()], choices=steps)


class TapsForm(Form):
    """Three taps; each may be left out."""

    equal_footing = _question("equal_footing")
    common_task = _question("common_task")
    backed_by_leads = _question("backed_by_leads")

    def taps(self) -> dict[str, int | None]:
        """The taps, None where nothing was tapped."""
        return {name: int(self[name].data) if self[name].data else None for name in PULSE_QUESTIONS}

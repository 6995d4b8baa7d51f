"""Forms of feedback: one labelled group per line, large enough for a thumb."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.domain.voices import FEEDBACK_QUESTIONS, PULSE_QUESTIONS, STEP_LABELS, TAP_LABELS
from app.web.form import Form, LongText


def _scale(labels: dict[int, str]) -> list[SelectChoice]:
    return [SelectChoice(str(step), _l(label)) for step, label in labels.items()]


def _asked(questions: dict[str, str], name: str) -> object:
    return _l(questions[name])


class FeedbackForm(Form):
    """Three questions and a free word about a session."""

    useful = RadioField(
        _asked(FEEDBACK_QUESTIONS, "useful"), [Optional()], choices=_scale(STEP_LABELS)
    )
    task_helped = RadioField(
        _asked(FEEDBACK_QUESTIONS, "task_helped"), [Optional()], choices=_scale(STEP_LABELS)
    )
    will_apply = RadioField(
        _asked(FEEDBACK_QUESTIONS, "will_apply"), [Optional()], choices=_scale(STEP_LABELS)
    )
    words = LongText(_l("What should we keep or change? (please no names)"), most=1000)

    def answers(self) -> dict[str, int | None]:
        """The steps ticked, None where nothing was."""
        return _numbers(self, FEEDBACK_QUESTIONS)


class PulseForm(Form):
    """Three taps."""

    equal_footing = RadioField(
        _asked(PULSE_QUESTIONS, "equal_footing"), [Optional()], choices=_scale(TAP_LABELS)
    )
    common_task = RadioField(
        _asked(PULSE_QUESTIONS, "common_task"), [Optional()], choices=_scale(TAP_LABELS)
    )
    backed_by_leads = RadioField(
        _asked(PULSE_QUESTIONS, "backed_by_leads"), [Optional()], choices=_scale(TAP_LABELS)
    )

    def taps(self) -> dict[str, int | None]:
        """The taps, None where nothing was tapped."""
        return _numbers(self, PULSE_QUESTIONS)


def _numbers(form: Any, questions: dict[str, str]) -> dict[str, int | None]:
    return {name: int(form[name].data) if form[name].data else None for name in questions}

"""Forms of feedback: one labelled group per line, large enough for a thumb."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.domain.voices import FEEDBACK_QUESTIONS, STEP_LABELS
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
        return {
            name: int(self[name].data) if self[name].data else None for name in FEEDBACK_QUESTIONS
        }

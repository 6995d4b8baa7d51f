"""The ballot about one team, and the sheet of comments: nothing in them says who fills them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.domain.questionnaire import (
    CANNOT_JUDGE,
    CONTACT_CODES,
    CONTACT_LABELS,
    IMPORTANCE_LABELS,
    OPEN,
    SCORED,
    STEP_LABELS,
    STEPS,
    TEAM,
    Contact,
)
from app.surveys.models import Question
from app.surveys.services.sealing import MOST_LETTERS, Remark
from app.surveys.services.voting import Ticks
from app.web.form import Form, LongText

Questions = Mapping[str, Question]
NO_TICK = ""


def asked(questions: Questions, item: str, team: str) -> str:
    """A question in the reader's language, with the rated team's name in it."""
    question = questions[item]
    text = question.text_de if get_locale().language == "de" else question.text_en
    return text.replace(TEAM, team)


def ballot_form(questions: Questions, team: str) -> Any:
    """The form of a ballot about `team`: contact, ten questions, importance."""
    contact = {kind.value: CONTACT_LABELS[kind] for kind in Contact}
    steps = {str(step): STEP_LABELS[step] for step in (*STEPS, CANNOT_JUDGE)}
    weights = {str(step): label for step, label in IMPORTANCE_LABELS.items()}
    fields: dict[str, Any] = {
        "contact": RadioField(
            asked(questions, "c1", team),
            [InputRequired(_("Please say how often you work together."))],
            choices=_choices(contact),
        )
    }
    for item in SCORED:
        fields[item] = _line(asked(questions, item, team), steps)
    fields["importance"] = _line(asked(questions, "c2", team), weights)
    return type("BallotForm", (Form,), fields)


def _choices(labels: Mapping[str, str]) -> list[Any]:
    return [SelectChoice(value, _(label)) for value, label in labels.items()]


def _line(label: str, labels: Mapping[str, str]) -> Any:
    return RadioField(label, [Optional()], choices=_choices(labels), validate_choice=True)


def ticks(form: Any) -> Ticks:
    """What was ticked in a valid form."""
    return Ticks(
        CONTACT_CODES[Contact(form.contact.data)],
        tuple(_step(form[item].data) for item in SCORED),
        _step(form.importance.data),
    )


def _step(value: str | None) -> int:
    return int(value) if value else 0


def comment_form(questions: Questions, teams: Iterable[tuple[int, str]]) -> Any:
    """The sheet of comments: two open questions and a tick for each of the teams (key, name)."""
    fields: dict[str, Any] = {}
    for key, name in teams:
        for item in OPEN:
            fields[f"{item}_{key}"] = LongText(asked(questions, item, name), most=MOST_LETTERS)
        fields[f"readable_{key}"] = BooleanField(
            _("What I write here may be read by %(team)s.", team=name)
        )
    return type("CommentForm", (Form,), fields)


def remarks(form: Any, teams: Iterable[int]) -> dict[int, Remark]:
    """What was written in a valid form, by team; a team nothing is said about is there as well."""
    return {
        key: Remark(
            key,
            {item: form[f"{item}_{key}"].data for item in OPEN if form[f"{item}_{key}"].data},
            bool(form[f"readable_{key}"].data),
        )
        for key in teams
    }

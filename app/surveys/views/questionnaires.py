"""The questionnaire: everybody who answers for it reads it, HR changes it within its rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.questionnaire import BY_KEY, DIMENSION_LABELS
from app.domain.refusals import Invalid, Stale
from app.surveys.forms.sheets import ballot_form, comment_form
from app.surveys.forms.waves import QuestionForm
from app.surveys.models import Question
from app.surveys.queries import questions as queries
from app.surveys.services import questions as services
from app.web.conflicts import differences
from app.web.guards import actor, allow, council_or_hr, hr
from app.web.problems import translated

NOBODY = 0  # the key of a team there is not
bp = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Every question as it is asked next, in both languages."""
    _begin()
    with reading() as session:
        return render_template(
            "waves/questions.html",
            questions=queries.current(session),
            items=BY_KEY,
            dimensions=DIMENSION_LABELS,
        )


@bp.get("/form")
@allow(council_or_hr)
def form() -> ResponseReturnValue:
    """The form as people will fill it in, about an invented team; nothing can be handed in."""
    _begin()
    with reading() as session:
        asked = {question.item: question for question in queries.current(session)}
    team = _("team X")
    return render_template(
        "waves/ballot_form.html",
        ballot=ballot_form(asked, team)(formdata=None),
        words=comment_form(asked, [(NOBODY, team)])(formdata=None),
        key=NOBODY,
    )


def _begin() -> None:
    """The first look stores the questionnaire."""
    with reading() as session:
        is_there = len(queries.current(session)) == len(BY_KEY)
    if not is_there:
        with unit_of_work() as session:
            services.begin(session)


def _found(session: UnitOfWork, item: str) -> Question:
    if item not in BY_KEY:
        abort(404)
    return queries.find_current(session, item) or abort(404)


@bp.get("/<item>")
@allow(council_or_hr)
def edit(item: str) -> ResponseReturnValue:
    """One question with every wording so far; HR changes it here."""
    with reading() as session:
        question = _found(session, item)
        return _page(session, question, QuestionForm.of(question))


def _page(session: UnitOfWork, question: Question, form: Any, **more: Any) -> str:
    return render_template(
        "waves/question.html",
        question=question,
        item=BY_KEY[question.item],
        dimensions=DIMENSION_LABELS,
        history=queries.history(session, question.item),
        asked_in=queries.asked_in(session, question.item),
        form=form,
        may_edit=actor.is_hr,
        **more,
    )


@bp.post("/<item>")
@allow(hr)
def save(item: str) -> ResponseReturnValue:
    """Mend a mistake of spelling, or ask in other words from the next wave on."""
    form = QuestionForm()
    if not form.validate():
        return _again(item, form)
    change = services.mend if form.change.data == "typo" else services.reword
    try:
        with unit_of_work() as session:
            question = _found(session, item)
            services.check_version(question, form.opened_on)
            change(session, question, form.wording(), actor, at=clock.now())
    except Stale:
        return _both(item, form)
    except Invalid as refusal:
        form.change.errors = [translated(refusal)]
        return _again(item, form)
    flash(_("The question is saved."))
    return redirect(url_for(".index"))


def _again(item: str, form: QuestionForm) -> ResponseReturnValue:
    with reading() as session:
        return _page(session, _found(session, item), form), 422


def _both(item: str, form: QuestionForm) -> ResponseReturnValue:
    with reading() as session:
        question = _found(session, item)
        form.version.data = str(question.version)
        both = differences(form, QuestionForm.of(question))
        return _page(session, question, form, conflict=both), 409

"""Say what a session was worth, and read what those who came said together."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.voices import FEEDBACK_QUESTIONS, FLOOR, TIME_TO_SPEAK, NotYourTurn
from app.gatherings.access import attendance as access
from app.gatherings.access import sessions as session_access
from app.gatherings.forms.feedback import FeedbackForm
from app.gatherings.models import Gathering
from app.gatherings.queries import feedback as queries
from app.gatherings.queries import session_page
from app.gatherings.services import feedback as services
from app.web.guards import actor, allow, require, signed_in
from app.web.problems import translated

bp = Blueprint("feedback", __name__, url_prefix="/sessions")


@bp.get("/<int:gathering_id>/feedback")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """The form for those who came; the results for those who lead it and HR."""
    with reading() as session:
        gathering = _seen(session, gathering_id)
        return _page(session, gathering, FeedbackForm(formdata=None), 200)


@bp.post("/<int:gathering_id>/feedback")
@allow(signed_in, scoped=True)
def give(gathering_id: int) -> ResponseReturnValue:
    """Hand it in, once."""
    form = FeedbackForm()
    with unit_of_work() as session:
        gathering = _seen(session, gathering_id)
        if not form.validate_on_submit():
            return _page(session, gathering, form, 422)
        try:
            services.give_feedback(
                session,
                gathering,
                actor.person_id,
                form.answers(),
                form.words.data,
                at=clock.now(),
            )
        except NotYourTurn as refusal:
            flash(translated(refusal), "warning")
            return redirect(url_for("sessions.show", gathering_id=gathering_id))
    flash(_("Thank you. What you said stands for itself, without your name."), "success")
    return redirect(url_for("sessions.show", gathering_id=gathering_id))


def _seen(session: UnitOfWork, gathering_id: int) -> Gathering:
    gathering = session_page.find(session, gathering_id) or abort(404)
    require(session_access.may_see(actor, gathering) and gathering.course is not None)
    return gathering


def _page(
    session: UnitOfWork, gathering: Gathering, form: FeedbackForm, status: int
) -> ResponseReturnValue:
    now = clock.now()
    reads = access.may_keep_list(actor, gathering)
    speaks = services.may_speak(session, gathering, actor.person_id, at=now)
    require(reads or speaks)
    page = render_template(
        "gatherings/feedback/page.html",
        gathering=gathering,
        form=form if speaks else None,
        reads=reads,
        voices=queries.of_session(session, gathering, at=now) if reads else None,
        opens_at=gathering.ends_at + TIME_TO_SPEAK,
        questions=FEEDBACK_QUESTIONS,
        floor=FLOOR,
    )
    return page, status

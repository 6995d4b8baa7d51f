"""What others wrote about a team, for those it was written to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.database import UnitOfWork, reading
from app.domain.comments import written_step
from app.health.access import comments as access
from app.people.queries import organisation
from app.surveys.forms.sheets import Questions, asked
from app.surveys.queries import comments, waves
from app.surveys.queries.comments import Voice, Voices
from app.web.guards import actor, allow, signed_in
from app.web.pages import ListRequest, Page

bp = Blueprint("team_comments", __name__, url_prefix="/health/teams")


@bp.get("/<int:team_id>/comments")
@allow(signed_in, scoped=True)
def index(team_id: int) -> ResponseReturnValue:
    """The comments of one wave, mixed, page by page; 404 for all but the team itself."""
    if not access.may_read_comments(actor, team_id):
        abort(404)
    with reading() as session:
        return _page(session, team_id)


def _page(session: UnitOfWork, team_id: int) -> str:
    team = organisation.find_team(session, team_id) or abort(404)
    today = clock.today(organisation.company_zone(session))
    told = comments.about(session, [team_id], today=today)
    wanted = ListRequest.from_args(
        request.args, sorts=["item"], default="item", filters={"wave": None}
    )
    voices = _asked_for(told, wanted.filters.get("wave", ""))
    if voices is None:
        return render_template("health/comments.html", team=team, voices=None, waves=())
    texts = comments.texts(session, voices, offset=wanted.offset, limit=wanted.size)
    questions = waves.questions(session, voices.wave_id)
    return render_template(
        "health/comments.html",
        team=team,
        waves=told[::-1],
        voices=voices,
        groups=_by_question(texts, questions, team.name),
        page=Page(texts, voices.readable, wanted),
        step=written_step,
    )


def _asked_for(told: Sequence[Voices], wanted: str) -> Voices | None:
    """What was written in the wave asked for, else in the newest one; 404 for any other."""
    if not wanted:
        return told[0] if told else None
    return next((one for one in told if str(one.wave_id) == wanted), None) or abort(404)


def _by_question(
    texts: Sequence[Voice], questions: Questions, team: str
) -> list[tuple[str, str | None, list[str]]]:
    """Question, department (or None) and what was answered."""
    return [
        (asked(questions, item, team), department, [one.text for one in group])
        for (item, department), group in groupby(texts, lambda one: (one.item, one.department))
    ]

"""Who is away and who comes: each lead's teams, week by week, to print."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from app import clock
from app.database import reading
from app.people.models import Team
from app.rotations.queries import cover as queries
from app.web.guards import actor, allow, lead_or_hr

bp = Blueprint("cover", __name__, url_prefix="/cover")


@bp.get("/")
@allow(lead_or_hr)
def index() -> ResponseReturnValue:
    """The next twelve weeks of the own teams; HR chooses any team."""
    today = clock.today(actor.zone)
    wanted = request.args.get("team", "")
    with reading() as session:
        choices = (
            queries.open_teams(session, today=today)
            if actor.is_hr
            else queries.teams_for(session, actor.responsible_for)
        )
        known = {team.id: team for team in choices}
        own = [team for team in choices if team.id in actor.responsible_for]
        chosen = [_asked(known, wanted)] if wanted else own or list(choices[:1])
        return render_template(
            "rotations/cover/index.html",
            covers=queries.cover(session, chosen, today=today),
            choices=choices,
            wanted=wanted,
            today=today,
            figure=format_decimal,
        )


def _asked(known: Mapping[int, Team], text: str) -> Team:
    is_number = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004
    return known.get(int(text) if is_number else 0) or abort(404)

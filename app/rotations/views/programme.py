"""HR's overview of the programme: rounds, numbers, and what is stuck."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.database import reading
from app.domain.rounds import STATE_LABELS as ROUND_LABELS
from app.domain.stays import Hitch
from app.rotations.queries import programme as queries
from app.rotations.queries.stays.listing import stuck
from app.rotations.views.stays import LABELS
from app.web.guards import actor, allow, hr

bp = Blueprint("programme", __name__, url_prefix="/programme")


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """What runs, what is stuck and where, and the way there."""
    today = clock.today(actor.zone)
    with reading() as session:
        rows = stuck(session, today=today)
        by_hitch = {hitch: [row for row in rows if hitch in row.hitches] for hitch in Hitch}
        return render_template(
            "rotations/programme/index.html",
            rounds=queries.living_rounds(session),
            numbers=queries.numbers(session, today=today),
            stuck=sum(1 for row in rows if row.hitches),
            by_hitch={hitch: found for hitch, found in by_hitch.items() if found},
            round_states=ROUND_LABELS,
            today=today,
            **LABELS,
        )

"""Which teams rate each other: the matrix, and one row of it to change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.waves import MOST_RATED
from app.people.models import Team
from app.people.queries import organisation
from app.surveys.forms.waves import stored_ties, ties_form, wanted_ties
from app.surveys.queries import ties as queries
from app.surveys.queries import waves
from app.surveys.services import ties as services
from app.web.guards import actor, allow, council_or_hr, hr

bp = Blueprint("ties", __name__, url_prefix="/waves/ties")


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Rows rate columns."""
    with reading() as session:
        day = waves.today(session, clock.now())
        return render_template(
            "waves/ties.html",
            teams=organisation.teams(session, today=day),
            ties=queries.standing(session, day=day),
            most=MOST_RATED,
        )


def _row(session: UnitOfWork, team_id: int) -> tuple[Team, list[Team], dict[str, object]]:
    """A rating team, the others, and what is stored of the row; 404 for an unknown team."""
    day = waves.today(session, clock.now())
    teams = organisation.teams(session, today=day)
    source = next((team for team in teams if team.id == team_id), None) or abort(404)
    others = [team for team in teams if team.id != team_id]
    return source, others, stored_ties(others, queries.of_team(session, team_id, day=day))


@bp.get("/<int:team_id>")
@allow(hr)
def edit(team_id: int) -> ResponseReturnValue:
    """The teams one team rates."""
    with reading() as session:
        source, others, stored = _row(session, team_id)
    return _page(source, others, ties_form(others)(formdata=None, data=stored))


def _page(source: Team, others: list[Team], form: Any) -> str:
    return render_template("waves/ties_of.html", source=source, others=others, form=form)


@bp.post("/<int:team_id>")
@allow(hr)
def save(team_id: int) -> ResponseReturnValue:
    """Rate these teams from today on; an open wave keeps what it was opened with."""
    with reading() as session:
        source, others, _stored = _row(session, team_id)
    form = ties_form(others)()
    if not form.validate():
        return _page(source, others, form), 422
    now = clock.now()
    with unit_of_work() as session:
        day = waves.today(session, now)
        wanted = wanted_ties(form, others)
        services.declare(session, team_id, wanted, by=actor.person_id, day=day, at=now)
    flash(_("What %(team)s rates is saved.", team=source.name))
    return redirect(url_for(".index"))

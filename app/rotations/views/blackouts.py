"""Blackout times: when a team lets nobody go and takes nobody in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.months import months_from
from app.domain.refusals import Invalid
from app.domain.timespan import last_day
from app.people.models import Team
from app.rotations.access import blackouts as access
from app.rotations.forms.blackouts import BlackoutForm
from app.rotations.models import Blackout
from app.rotations.queries import blackouts as queries
from app.rotations.queries import company
from app.rotations.services import blackouts as services
from app.rotations.views.rounds import today_in
from app.web.export import FORMATS
from app.web.guards import actor, allow, lead_or_hr, require
from app.web.pages import ListRequest, Page, arranged
from app.web.problems import translated

bp = Blueprint("blackouts", __name__, url_prefix="/blackouts")
MONTHS = 12


@bp.get("/")
@allow(lead_or_hr)
def index() -> ResponseReturnValue:
    """The next twelve months team by team, and what is to come as a list or a file."""
    with reading() as session:
        if request.args.get("format") in FORMATS:
            today = today_in(session, clock.now())
            found = _to_come(session, _mine(session, today), today)
            return _file(request.args["format"], _narrowed(found, _asked()))
        return _page(session, BlackoutForm(formdata=None))


def _asked() -> ListRequest:
    return ListRequest.from_args(
        request.args, sorts=queries.ORDERS, default="starts", filters={"team": None}
    )


def _page(session: UnitOfWork, form: BlackoutForm) -> str:
    today = today_in(session, clock.now())
    teams = _mine(session, today)
    form.offer_teams(teams)
    found, asked = _to_come(session, teams, today), _asked()
    months = months_from(today, MONTHS)
    return render_template(
        "rotations/blackouts/index.html",
        form=form,
        months=months,
        rows=_rows(teams, found, months),
        page=Page.cut(_narrowed(found, asked), asked),
        teams=[(team.id, team.name) for team in teams],
    )


def _to_come(session: UnitOfWork, teams: list[Team], today: date) -> Sequence[Blackout]:
    return queries.listed(session, since=today, team_ids=[team.id for team in teams])


def _narrowed(found: Sequence[Blackout], asked: ListRequest) -> list[Blackout]:
    team = asked.filters.get("team")
    fitting = [one for one in found if team in {None, str(one.team_id)}]
    return arranged(
        fitting, asked, texts=lambda one: (one.team.name, one.reason), keys=queries.ORDERS
    )


def _file(form: str, found: list[Blackout]) -> ResponseReturnValue:
    headers = [_("Team"), _("First day"), _("Last day"), _("Reason")]
    rows = ((one.team.name, one.starts_on, last_day(one.ends_on), one.reason) for one in found)
    return traced_download(form, _("Blackout times"), headers, rows, subject="list:blackouts")


def _mine(session: UnitOfWork, today: date) -> list[Team]:
    teams = company.teams(session, today=today)
    return [team for team in teams if access.may_edit(actor, team.id)]


def _rows(
    teams: list[Team], found: Sequence[Blackout], months: list[date]
) -> list[tuple[Team, list[Any]]]:
    """Each team that has any, with its blackouts month by month."""
    rows = []
    for team in teams:
        own = [one for one in found if one.team_id == team.id]
        if own:
            rows.append((team, [_touching(own, month) for month in months]))
    return rows


def _touching(own: list[Blackout], month: date) -> list[Blackout]:
    after = (month + timedelta(days=31)).replace(day=1)
    return [one for one in own if one.starts_on < after and one.ends_on > month]


@bp.post("/")
@allow(lead_or_hr)
def add() -> ResponseReturnValue:
    """Close a team on some days."""
    form = BlackoutForm()
    with reading() as session:
        form.offer_teams(_mine(session, today_in(session, clock.now())))
        if not form.validate():
            return _page(session, form), 422
    require(access.may_edit(actor, form.team_id.data))
    try:
        with unit_of_work() as session:
            reason, days = form.reason.data, form.days()
            services.add(session, form.team_id.data, days, reason, actor, at=clock.now())
    except Invalid as refusal:
        form.last_on.errors = [translated(refusal)]
        with reading() as session:
            return _page(session, form), 422
    flash(_("The blackout time is saved."))
    return redirect(url_for(".index"))


@bp.post("/<int:blackout_id>/remove")
@allow(lead_or_hr, scoped=True)
def remove(blackout_id: int) -> ResponseReturnValue:
    """Open the team again."""
    with unit_of_work() as session:
        blackout = queries.find(session, blackout_id) or abort(404)
        require(access.may_edit(actor, blackout.team_id))
        services.remove(session, blackout, actor, at=clock.now())
    flash(_("The blackout time is removed."))
    return redirect(url_for(".index"))

"""HR names who looks after a pair of teams, one from each side."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Invalid, Refusal
from app.health.forms.sponsors import SponsorForm
from app.health.queries import snapshots
from app.health.queries import sponsors as queries
from app.health.services import sponsors as services
from app.people.models import Person, Team
from app.people.queries import organisation
from app.queue import ring
from app.web.guards import actor, allow, hr
from app.web.problems import translated

bp = Blueprint("sponsors", __name__, url_prefix="/health")

FIELD_OF: dict[type[Refusal], str] = {
    services.StartIsPast: "starts_on",
    services.EndsTooEarly: "ends_on",
    services.SideIsTaken: "team",
}


@bp.get("/pairs/<int:one>/<int:other>/sponsors")
@allow(hr)
def index(one: int, other: int) -> ResponseReturnValue:
    """Who looks after the pair, looked after it and will, and a form to name somebody."""
    with reading() as session:
        form = SponsorForm(formdata=None, data={"starts_on": clock.today(actor.zone)})
        return _page(session, (one, other), form, 200)


@bp.post("/pairs/<int:one>/<int:other>/sponsors")
@allow(hr)
def name(one: int, other: int) -> ResponseReturnValue:
    """Name somebody from a day on, and tell them."""
    form = SponsorForm()
    with unit_of_work() as session:
        form.offer(_sides(session, (one, other)))
        if not form.validate_on_submit():
            return _page(session, (one, other), form, 422)
        today, at, by = clock.today(actor.zone), clock.now(), actor.person_id
        try:
            services.name(session, (one, other), form.draft(), by=by, today=today, at=at)
        except Invalid as refusal:
            form[FIELD_OF.get(type(refusal), "person")].errors = [translated(refusal)]
            return _page(session, (one, other), form, 422)
    ring("mail")
    flash(_("The sponsor is named and told."), "success")
    return redirect(url_for(".index", one=one, other=other))


@bp.post("/sponsors/<int:sponsor_id>/end")
@allow(hr)
def end(sponsor_id: int) -> ResponseReturnValue:
    """End it today, and tell the person."""
    with unit_of_work() as session:
        sponsor = queries.find(session, sponsor_id) or abort(404)
        one, other = sponsor.low_team_id, sponsor.high_team_id
        today, at = clock.today(actor.zone), clock.now()
        services.end(session, sponsor, by=actor.person_id, today=today, at=at)
    ring("mail")
    flash(_("The sponsorship has ended."), "success")
    return redirect(url_for(".index", one=one, other=other))


def _sides(session: UnitOfWork, pair: tuple[int, int]) -> dict[Team, list[Person]]:
    """Both teams with who may look after the pair from their side; 404 unless there are two."""
    teams = [organisation.find_team(session, key) for key in pair]
    today = clock.today(actor.zone)
    found = {
        team: list(queries.candidates(session, team.id, today=today))
        for team in teams
        if team is not None
    }
    return found if len(found) == len(pair) else abort(404)


def _page(
    session: UnitOfWork, pair: tuple[int, int], form: SponsorForm, status: int
) -> ResponseReturnValue:
    sides = _sides(session, pair)
    page = render_template(
        "health/sponsors.html",
        one=pair[0],
        other=pair[1],
        names={team.id: team.name for team in sides},
        form=form.offer(sides),
        sponsors=queries.through_time(session, *pair),
        today=clock.today(actor.zone),
        has_page=snapshots.is_asked(session, *pair),
    )
    return page, status

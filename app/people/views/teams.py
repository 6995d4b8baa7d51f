"""A team's page, and what HR does with teams."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.domain.timespan import ONE_DAY
from app.people.access import teams as access
from app.people.forms.organisation import LEADS, EndForm, LeadForm, TeamForm
from app.people.models import LeadKind, Team, TeamLead
from app.people.queries import directory
from app.people.queries import organisation as queries
from app.people.services import organisation as services
from app.people.views.refused import beside
from app.web.conflicts import differences
from app.web.guards import actor, allow, hr, require, signed_in

bp = Blueprint("teams", __name__, url_prefix="/teams")


@bp.get("/<int:team_id>")
@allow(signed_in)
def show(team_id: int) -> ResponseReturnValue:
    """Members, leads, purpose; for those who answer for it also who is away this week."""
    today = clock.now().date()
    monday, next_monday = queries.week_of(today)
    with reading() as session:
        team = queries.find_team(session, team_id) or abort(404)
        members, others = queries.members(session, actor, team.id, today=today)
        people = list({member.person.id: member.person for member in members}.values())
        away = None
        if access.sees_absences(actor, team.id):
            ids = [person.id for person in people]
            away = queries.away(session, ids, first=monday, after=next_monday)
        return render_template(
            "teams/show.html",
            team=team,
            members=members,
            others=others,
            leads=queries.leads(session, team.id, today=today),
            lead_labels=LEADS,
            people=people,
            away=away,
            week=[monday + ONE_DAY * number for number in range(7)],
            holidays={
                row.day: row
                for row in queries.holidays(session, team.site_id, first=monday, after=next_monday)
            },
            today=today,
            may_edit=access.may_edit(actor),
        )


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form for a new team; `department` and `site` may be chosen beforehand."""
    form = TeamForm(data={"minimum_present": 0, "guest_limit": 2})
    with reading() as session:
        _offer(session, form)
    for field in (form.department_id, form.site_id):
        text = request.args.get(field.name.removesuffix("_id"), "")
        if text.isascii() and text.isdecimal():
            field.data = int(text[:9])
    return _form(form)


def _offer(session: UnitOfWork, form: TeamForm) -> None:
    form.offer(queries.departments(session), queries.sites(session))


@bp.post("/new")
@allow(hr)
def add() -> ResponseReturnValue:
    """Add a team."""
    form = TeamForm()
    try:
        with unit_of_work() as session:
            _offer(session, form)
            if not form.validate():
                return _form(form, status=422)
            team = services.add_team(
                session, form.fields(), actor_id=actor.person_id, at=clock.now()
            )
    except services.NameTaken as refusal:
        beside(form, "name", refusal)
        return _form(form, status=422)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", team_id=team.id), 303)


@bp.get("/<int:team_id>/edit")
@allow(hr)
def edit(team_id: int) -> ResponseReturnValue:
    """The form with what is stored."""
    with reading() as session:
        team = queries.find_team(session, team_id) or abort(404)
        form = TeamForm(obj=team)
        _offer(session, form)
        return _form(form, team=team)


@bp.post("/<int:team_id>/edit")
@allow(hr)
def change(team_id: int) -> ResponseReturnValue:
    """Change a team."""
    form = TeamForm()
    team: Team | None = None
    try:
        with unit_of_work() as session:
            team = queries.find_team(session, team_id) or abort(404)
            _offer(session, form)
            if not form.validate():
                return _form(form, team=team, status=422)
            services.change_team(
                session,
                team,
                form.fields(),
                opened_on=form.opened_on,
                actor_id=actor.person_id,
                at=clock.now(),
            )
    except Stale:
        return _conflict(form, team_id)
    except Refusal as refusal:
        name = "name" if isinstance(refusal, services.NameTaken) else "closed_on"
        beside(form, name, refusal)
        return _form(form, team=team, status=422)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", team_id=team_id), 303)


def _conflict(form: TeamForm, team_id: int) -> ResponseReturnValue:
    with reading() as session:
        team = queries.find_team(session, team_id) or abort(404)
        stored = TeamForm(formdata=None, obj=team)
        _offer(session, stored)
        both = differences(form, stored)
        form.version.data = team.version
        return _form(form, team=team, status=409, conflict=both)


def _form(
    form: TeamForm, *, team: Team | None = None, status: int = 200, conflict: Any = None
) -> ResponseReturnValue:
    return render_template("teams/form.html", form=form, team=team, conflict=conflict), status


@bp.get("/<int:team_id>/leads")
@allow(hr)
def leads(team_id: int) -> ResponseReturnValue:
    """Leads and deputies, and the form to appoint one."""
    form = LeadForm(data={"starts_on": clock.now().date()})
    return _leads_page(team_id, form)


def _leads_page(team_id: int, form: LeadForm, *, status: int = 200) -> ResponseReturnValue:
    today = clock.now().date()
    with reading() as session:
        team = queries.find_team(session, team_id) or abort(404)
        members, _others = queries.members(session, actor, team.id, today=today)
        page = render_template(
            "teams/leads.html",
            team=team,
            form=form,
            leads=queries.leads(session, team.id, today=today),
            lead_labels=LEADS,
            members=members,
            today=today,
        )
    return page, status


@bp.post("/<int:team_id>/leads")
@allow(hr)
def appoint(team_id: int) -> ResponseReturnValue:
    """Let somebody answer for a team."""
    form = LeadForm()
    if not form.validate():
        return _leads_page(team_id, form, status=422)
    try:
        with unit_of_work() as session:
            team = queries.find_team(session, team_id) or abort(404)
            person = directory.named(session, form.person.data)
            if person is None:
                form.person.errors = [_("Nobody has this number or address.")]
                return _leads_page(team_id, form, status=422)
            lead = TeamLead(
                team_id=team.id,
                person_id=person.id,
                kind=LeadKind(form.kind.data),
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
            )
            services.appoint(session, lead, person, actor_id=actor.person_id, at=clock.now())
    except Refusal as refusal:
        beside(form, "person", refusal)
        return _leads_page(team_id, form, status=refusal.status)
    flash(_("Saved."), "success")
    return redirect(url_for(".leads", team_id=team_id), 303)


@bp.post("/<int:team_id>/leads/<int:lead_id>/end")
@allow(hr, scoped=True)
def end_lead(team_id: int, lead_id: int) -> ResponseReturnValue:
    """Let somebody answer for a team no longer from a day on."""
    form = EndForm()
    require(form.on.data is not None)
    with unit_of_work() as session:
        lead = services.find_lead(session, team_id, lead_id) or abort(404)
        services.end_lead(session, lead, on=form.on.data, actor_id=actor.person_id, at=clock.now())
    flash(_("Saved."), "success")
    return redirect(url_for(".leads", team_id=team_id), 303)

"""Start what an action needs: draft a date, offer a joint day, ask somebody, name what exists."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.planned import SessionPlan
from app.domain.refusals import Refusal, Stale
from app.gatherings.forms.trips import REFUSED, TripForm, first_day, usual_trip
from app.gatherings.models import Course
from app.gatherings.queries.trips.hosts import Host
from app.gatherings.services.planning import BadPlan, CourseRetired, Maker
from app.gatherings.views.trips.blueprint import KIND_LABELS as TRIP_KINDS
from app.gatherings.views.trips.naming import beside_offer
from app.health.access import actions as access
from app.health.forms.starts import AskForm, ForgetForm, NameForm, SessionForm, usual_session
from app.health.models import Action, RemedyKind
from app.health.queries import actions as action_queries
from app.health.queries import starts as queries
from app.health.queries import ways
from app.health.services import starts as services
from app.health.services.starts import Act
from app.health.wording import KIND_LABELS
from app.people.models import Person, Site, Team
from app.people.views.refused import beside, said
from app.queue import ring
from app.web.form import VersionedForm
from app.web.guards import actor, allow, require, signed_in
from app.web.locale import chosen_locale
from app.web.problems import translated

bp = Blueprint("starts", __name__, url_prefix="/actions")
ASKED_KINDS = {RemedyKind.TRIP, RemedyKind.ROTATION}


@dataclass(frozen=True, slots=True)
class StartedFrom:
    """What a form of another room is opened for: where it is sent, and the way back."""

    title: str
    target: str
    back: str


def _found(session: UnitOfWork, action_id: int, kind: RemedyKind | None = None) -> Action:
    """The action with its teams, or 404 for whoever may not start it in this way."""
    action = action_queries.find(session, action_id) or abort(404)
    requests = queries.requests(session, action_id)
    require(access.may_start(actor, action, requests, kind))
    return action


def _act(form: VersionedForm) -> Act:
    return Act(actor.person_id, clock.now(), form.opened_on)


def _back(action_id: int) -> ResponseReturnValue:
    return redirect(url_for("actions.show", action_id=action_id), 303)


# -- a date of a course ------------------------------------------------------------------------


@bp.get("/<int:action_id>/session")
@allow(signed_in, scoped=True)
def session_form(action_id: int) -> ResponseReturnValue:
    """Course, day and seats of a date for both teams."""
    with reading() as session:
        action = _found(session, action_id, RemedyKind.SESSION)
        teams = action_queries.teams(session, action)
        course_id = action.remedy.course_id if action.remedy else None
        usual = usual_session(teams, course_id, clock.today(actor.zone))
        form = SessionForm(formdata=None, data={**usual, "version": action.version})
        return _session_page(session, action, form)


@bp.post("/<int:action_id>/session")
@allow(signed_in, scoped=True)
def draft_session(action_id: int) -> ResponseReturnValue:
    """Keep the draft with seats for both sides; HR announces it."""
    form = SessionForm()
    with reading() as session:
        action = _found(session, action_id, RemedyKind.SESSION)
        _offer_courses(session, action, form)
        planned = _plan(session, action, form) if form.validate() else None
        if planned is None:
            return _session_page(session, action, form, 422)
    course, plan = planned
    maker = Maker(actor.person_id, chosen_locale())
    try:
        with unit_of_work() as session:
            action = _found(session, action_id, RemedyKind.SESSION)
            made = services.draft_session(session, action, course, plan, maker, _act(form))
            path = url_for("planning_sessions.show", gathering_id=made.id)
    except (BadPlan, CourseRetired, Stale) as refusal:
        return _session_again(action_id, form, refusal)
    return _drafted(action_id, path)


def _session_again(action_id: int, form: SessionForm, refusal: Refusal) -> ResponseReturnValue:
    """The form with what was typed; after somebody else's change sending it again is a decision."""
    with reading() as session:
        action = _found(session, action_id, RemedyKind.SESSION)
        if isinstance(refusal, Stale):
            form.version.data = str(action.version)
            return _session_page(session, action, form, 409, conflict=translated(refusal))
        if isinstance(refusal, BadPlan):
            form.show(refusal.faults, said)
        else:
            beside(form, "course", refusal)
        return _session_page(session, action, form, 422)


def _drafted(action_id: int, path: str) -> ResponseReturnValue:
    ring("mail")
    if actor.is_hr:
        flash(_("The date is drafted. Add trainers and rooms, then announce it."), "success")
        return redirect(path, 303)
    flash(_("The date is drafted. HR is told and announces it."), "success")
    return _back(action_id)


def _plan(
    session: UnitOfWork, action: Action, form: SessionForm
) -> tuple[Course, SessionPlan] | None:
    course = session.get_one(Course, form.course.data)
    site = session.get_one(Site, form.site.data)
    teams = action_queries.teams(session, action)
    plan = form.plan(course, site, teams, clock.today(site.timezone))
    return None if plan is None else (course, plan)


def _offer_courses(session: UnitOfWork, action: Action, form: SessionForm) -> None:
    teams: list[Team] = action_queries.teams(session, action)
    sites = {team.site.id: team.site for team in teams}
    courses = action_queries.courses(session, today=clock.today(actor.zone))
    form.offer_options(courses, sites.values())


def _session_page(
    session: UnitOfWork, action: Action, form: SessionForm, status: int = 200, conflict: str = ""
) -> ResponseReturnValue:
    _offer_courses(session, action, form)
    template = "health/start_session.html"
    return render_template(template, action=action, form=form, conflict=conflict), status


# -- a joint day -------------------------------------------------------------------------------


def _host(session: UnitOfWork, action: Action) -> Host:
    found = ways.hosts_for(session, actor, action, today=clock.today(actor.zone))
    return found or abort(404)


@bp.get("/<int:action_id>/trip")
@allow(signed_in, scoped=True)
def trip_form(action_id: int) -> ResponseReturnValue:
    """The form of an offer, prepared for this action."""
    with reading() as session:
        action = _found(session, action_id, RemedyKind.TRIP)
        host = _host(session, action)
        usual = usual_trip(first_day(clock.today(actor.zone)))
        label = action.what[:160]
        form = TripForm(formdata=None, data={**usual, "label": label, "version": action.version})
        return _trip_page(action, host, form)


@bp.post("/<int:action_id>/trip")
@allow(signed_in, scoped=True)
def offer_trip(action_id: int) -> ResponseReturnValue:
    """Offer it; from then on it can be booked."""
    form = TripForm()
    with reading() as session:
        action = _found(session, action_id, RemedyKind.TRIP)
        host = _host(session, action)
        fields = (
            form.fields(host.site.timezone, locale=chosen_locale()) if form.validate() else None
        )
        if fields is None:
            return _trip_page(action, host, form, 422)
    try:
        with unit_of_work() as session:
            action = _found(session, action_id, RemedyKind.TRIP)
            services.offer_trip(session, action, _host(session, action), fields, _act(form))
    except REFUSED as refusal:
        beside_offer(form, refusal)
        return _trip_page(action, host, form, 422)
    ring("mail")
    flash(_("Thank you. People of other departments can book it from now on."), "success")
    return _back(action_id)


def _trip_page(
    action: Action, host: Host, form: TripForm, status: int = 200
) -> ResponseReturnValue:
    back = url_for("actions.show", action_id=action.id)
    target = url_for(".offer_trip", action_id=action.id)
    page = render_template(
        "gatherings/trips/form.html",
        form=form,
        host=host,
        joint=None,
        kinds=TRIP_KINDS,
        started_from=StartedFrom(action.what, target, back),
    )
    return page, status


# -- ask somebody ------------------------------------------------------------------------------


@bp.get("/<int:action_id>/ask/<any(trip,rotation):kind>")
@allow(signed_in, scoped=True)
def ask_form(action_id: int, kind: str) -> ResponseReturnValue:
    """Whom to ask for what the reader may not start."""
    with reading() as session:
        action = _asking(session, action_id)
        form = AskForm(formdata=None, data={"version": action.version})
        return _ask_page(session, action, RemedyKind(kind), form)


@bp.post("/<int:action_id>/ask/<any(trip,rotation):kind>")
@allow(signed_in, scoped=True)
def ask(action_id: int, kind: str) -> ResponseReturnValue:
    """Ask one person; they find the prepared form behind the notice."""
    form, wanted = AskForm(), RemedyKind(kind)
    with unit_of_work() as session:
        action = _asking(session, action_id)
        people = _able(session, action, wanted)
        form.offer(people)
        if not form.validate():
            return _ask_page(session, action, wanted, form, 422)
        able = {person.id for person in people}
        try:
            services.ask(session, action, form.person.data, wanted, able, _act(form))
        except services.AskedAlready as refusal:
            form.person.errors = [translated(refusal)]
            return _ask_page(session, action, wanted, form, 422)
    ring("mail")
    flash(_("The person is told, with the prepared form."), "success")
    return _back(action_id)


def _asking(session: UnitOfWork, action_id: int) -> Action:
    """Who looks after an action asks; who was asked does not ask on."""
    action = action_queries.find(session, action_id) or abort(404)
    require(access.may_see(actor, action))
    return action


def _able(session: UnitOfWork, action: Action, kind: RemedyKind) -> list[Person]:
    people = ways.able(session, action, kind, today=clock.today(actor.zone))
    return [person for person in people if person.id != actor.person_id]


def _ask_page(
    session: UnitOfWork, action: Action, kind: RemedyKind, form: AskForm, status: int = 200
) -> ResponseReturnValue:
    people = _able(session, action, kind)
    page = render_template(
        "health/start_ask.html",
        action=action,
        form=form.offer(people),
        kind=kind.value,
        nobody=not people,
    )
    return page, status


@bp.post("/<int:action_id>/cannot")
@allow(signed_in, scoped=True)
def cannot(action_id: int) -> ResponseReturnValue:
    """Say that one cannot start it."""
    with unit_of_work() as session:
        action = action_queries.find(session, action_id) or abort(404)
        requests = queries.requests(session, action_id)
        require(access.may_look(actor, action, requests))
        services.decline(session, action, by=actor.person_id, at=clock.now())
        still_seen = access.may_see(actor, action)
    ring("mail")
    flash(_("Thank you for saying so. Whoever asked is told."), "success")
    return _back(action_id) if still_seen else redirect(url_for("today.index"), 303)


# -- what exists already -----------------------------------------------------------------------


@bp.get("/<int:action_id>/existing")
@allow(signed_in, scoped=True)
def name_form(action_id: int) -> ResponseReturnValue:
    """What the two teams have already, or will have."""
    with reading() as session:
        action = _asking(session, action_id)
        form = NameForm(formdata=None, data={"version": action.version})
        return _name_page(session, action, form)


@bp.post("/<int:action_id>/existing")
@allow(signed_in, scoped=True)
def name(action_id: int) -> ResponseReturnValue:
    """Say that this is what the action needs."""
    form = NameForm()
    with unit_of_work() as session:
        action = _asking(session, action_id)
        form.offer(queries.existing(session, action, at=clock.now()), KIND_LABELS)
        if not form.validate():
            return _name_page(session, action, form, 422)
        services.name_existing(session, action, form.key.data, _act(form))
    ring("mail")
    flash(_("Noted. This page shows where it stands."), "success")
    return _back(action_id)


def _name_page(
    session: UnitOfWork, action: Action, form: NameForm, status: int = 200
) -> ResponseReturnValue:
    existing = queries.existing(session, action, at=clock.now())
    page = render_template(
        "health/start_existing.html",
        action=action,
        form=form.offer(existing, KIND_LABELS),
        some=bool(existing),
    )
    return page, status


@bp.post("/<int:action_id>/forget")
@allow(signed_in, scoped=True)
def forget(action_id: int) -> ResponseReturnValue:
    """Take back what was named by mistake; the date itself stays."""
    form = ForgetForm()
    with unit_of_work() as session:
        action = _asking(session, action_id)
        if not form.validate():
            abort(404)
        services.forget(session, action, form.key.data, _act(form))
    flash(_("It is no longer named here. The date itself stays."))
    return _back(action_id)

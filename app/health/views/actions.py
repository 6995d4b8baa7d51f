"""From a weak result to a step, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain import collaboration
from app.domain.refusals import N_, Refusal, Stale
from app.domain.starts import next_step
from app.health import wording
from app.health.access import actions as access
from app.health.forms.actions import CloseForm, LeaveForm, PlanForm
from app.health.models import Action, ActionRequest, ActionState, RequestState
from app.health.queries import actions as queries
from app.health.queries import remedies, snapshots, starts, unanswered, ways
from app.health.queries.ways import Way
from app.health.services import actions as services
from app.health.services.actions import About
from app.health.wording import LABEL_OF
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, allow, lead_sponsor_or_hr, require, signed_in
from app.web.pages import ListRequest, Page
from app.web.problems import translated

bp = Blueprint("actions", __name__, url_prefix="/actions")

MOST_LISTED = 12  # weak results on one page
STATE_LABELS = {
    ActionState.PLANNED: N_("planned"),
    ActionState.DONE: N_("done"),
    ActionState.DROPPED: N_("dropped"),
    ActionState.NO_ACTION: N_("no action"),
}


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """HR sees all, leads and sponsors those of their pairs, everybody the own ones."""
    asked = ListRequest.from_args(
        request.args,
        sorts=set(queries.SORTS),
        default="due",
        filters={"state": [state.value for state in ActionState], "mine": ["1"]},
    )
    form = request.args.get("format", "")
    whole = form in FORMATS
    wish = queries.Wish(
        asked.order,
        asked.q,
        asked.filters,
        0 if whole else asked.offset,
        MOST_EXPORTED if whole else asked.size,
    )
    with reading() as session:
        rows, total = queries.listed(session, actor, wish)
        waiting = None if whole else unanswered.of_actor(session, actor)
    if whole:
        return _file(form, list(rows))
    return render_template(
        "health/actions.html",
        page=Page(rows, total, asked),
        waiting=waiting,
        most_listed=MOST_LISTED,
        why_words=wording.why_words,
        states={state.value: _(label) for state, label in STATE_LABELS.items()},
        mine={"1": _("Mine")},
        today=clock.today(actor.zone),
        label_of=LABEL_OF,
    )


def _file(form: str, rows: list[Action]) -> ResponseReturnValue:
    headers = [
        *(_("What"), _("Between"), _("And"), _("What it is about"), _("Owner")),
        *(_("Until"), _("State"), _("Reason")),
    ]
    content = (
        (
            row.what,
            row.low.name,
            row.high.name,
            _(LABEL_OF[row.dimension]) if row.dimension else "",
            row.owner.name if row.owner else "",
            row.due_on,
            _(STATE_LABELS[row.state]),
            row.because,
        )
        for row in rows
    )
    return traced_download(form, "actions", headers, content, subject="list:actions")


@bp.get("/new/<int:one>/<int:other>")
@allow(lead_sponsor_or_hr, scoped=True)
def new(one: int, other: int) -> ResponseReturnValue:
    """Choose a remedy, an owner and a day, or say why nothing is done."""
    require(access.may_answer(actor, one, other))
    with reading() as session:
        about = _weak_result(session, one, other)
        dimension = request.args.get("dimension", "")
        form = _offered(session, PlanForm(formdata=None), about, first=dimension)
        form.dimension.data = dimension
        return _page(session, about, form, LeaveForm(formdata=None), 200)


@bp.post("/new/<int:one>/<int:other>")
@allow(lead_sponsor_or_hr, scoped=True)
def create(one: int, other: int) -> ResponseReturnValue:
    """Write the action down and tell its owner."""
    require(access.may_answer(actor, one, other))
    form = PlanForm()
    with unit_of_work() as session:
        about = _weak_result(session, one, other)
        _offered(session, form, about)
        if not form.validate_on_submit():
            return _page(session, about, form, LeaveForm(formdata=None), 422)
        today, at = clock.today(actor.zone), clock.now()
        try:
            services.plan(session, about, form.draft(), by=actor.person_id, today=today, at=at)
        except services.DayIsPast as refusal:
            form.due_on.errors = [translated(refusal)]
            return _page(session, about, form, LeaveForm(formdata=None), 422)
    ring("mail")
    flash(_("The action is planned, and its owner is told."), "success")
    return redirect(url_for("health.pair", one=one, other=other))


@bp.post("/none/<int:one>/<int:other>")
@allow(lead_sponsor_or_hr, scoped=True)
def leave(one: int, other: int) -> ResponseReturnValue:
    """Record "no action, because"."""
    require(access.may_answer(actor, one, other))
    form = LeaveForm()
    with unit_of_work() as session:
        about = _weak_result(session, one, other)
        if not form.validate_on_submit():
            plan = _offered(session, PlanForm(formdata=None), about)
            return _page(session, about, plan, form, 422)
        because = form.because.data
        services.leave_it(session, about, because, by=actor.person_id, at=clock.now())
    flash(_("Recorded: no action, with its reason."), "success")
    return redirect(url_for("health.pair", one=one, other=other))


def _weak_result(session: UnitOfWork, one: int, other: int) -> About:
    """The pair in the wave published last; 404 where it was not asked."""
    waves = snapshots.published(session, limit=1)
    if not waves:
        abort(404)
    body = waves[-1].body
    asked = {*body["pairs"], *body["unpublished"]}
    if asked.isdisjoint({f"{one}|{other}", f"{other}|{one}"}):
        abort(404)
    return About(waves[-1].wave_id, one, other)


def _offered(session: UnitOfWork, form: PlanForm, about: About, *, first: str = "") -> PlanForm:
    """The form with its choices; remedies for the dimension `first` come before all others."""
    today = clock.today(actor.zone)
    people = queries.owners_for(session, about.one, about.other, today=today)
    offered = sorted(
        remedies.offered(session, today=today), key=lambda remedy: remedy.dimension != first
    )
    return form.offer(offered, people, LABEL_OF)


def _page(
    session: UnitOfWork, about: About, form: PlanForm, leave_form: LeaveForm, status: int
) -> ResponseReturnValue:
    wave = snapshots.published(session, limit=1)[-1]
    body = wave.body
    page = render_template(
        "health/plan_action.html",
        about=about,
        wave=wave,
        views=collaboration.views(body, about.one, about.other).values(),
        wording=wording,
        form=form,
        leave_form=leave_form,
        names={key: body["teams"][str(key)]["name"] for key in (about.one, about.other)},
    )
    return page, status


@bp.get("/<int:action_id>")
@allow(signed_in, scoped=True)
def show(action_id: int) -> ResponseReturnValue:
    """One action: what to do next, what was started, and what became of it."""
    with reading() as session:
        action = queries.find(session, action_id) or abort(404)
        requests = starts.requests(session, action_id)
        require(access.may_look(actor, action, requests))
        form = CloseForm(formdata=None, data={"version": action.version})
        return _shown(session, action, requests, form)


@bp.post("/<int:action_id>/close")
@allow(signed_in, scoped=True)
def close(action_id: int) -> ResponseReturnValue:
    """Say that it is done or dropped."""
    form = CloseForm()
    with unit_of_work() as session:
        action = queries.find(session, action_id) or abort(404)
        require(access.may_see(actor, action))
        requests = starts.requests(session, action_id)
        if not form.validate_on_submit():
            return _shown(session, action, requests, form, 422)
        try:
            services.close(session, action, form.outcome(), by=actor.person_id, at=clock.now())
        except Stale as refusal:
            return _shown(session, action, requests, form, 409, conflict=translated(refusal))
        except Refusal as refusal:
            form.because.errors = [translated(refusal)]
            return _shown(session, action, requests, form, 422)
    flash(_("Saved. It is shown to everybody before the next survey."), "success")
    return redirect(url_for(".show", action_id=action_id))


def _shown(
    session: UnitOfWork,
    action: Action,
    requests: Sequence[ActionRequest],
    form: CloseForm,
    status: int = 200,
    *,
    conflict: str = "",
) -> ResponseReturnValue:
    is_planned = action.state is ActionState.PLANNED
    at = clock.now()
    started = starts.of_actions(session, [action.id], reader=actor, at=at)[action.id]
    open_ways = _ways(session, action, requests) if is_planned else []
    page = render_template(
        "health/action.html",
        action=action,
        form=form,
        started=started,
        step=next_step(started, is_planned=is_planned).value,
        ways=open_ways,
        has_way=ways.kind_of(action) is not None,
        requests=requests,
        is_asked=any(
            one.person_id == actor.person_id and one.state is RequestState.OPEN for one in requests
        ),
        may_close=is_planned and access.may_see(actor, action),
        states=STATE_LABELS,
        label_of=LABEL_OF,
        conflict=conflict,
        reads_pairs=actor.is_hr or actor.is_lead or actor.is_sponsor,
        wording=wording,
    )
    return page, status


def _ways(session: UnitOfWork, action: Action, requests: Sequence[ActionRequest]) -> list[Way]:
    """The ways this reader may go; who was asked for one sees that one."""
    found = ways.ways(session, actor, action, today=clock.today(actor.zone))
    return [way for way in found if access.may_start(actor, action, requests, way.kind)]

"""Scenarios of a round: ask for one, watch it grow, stop it, compare."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.conflict_words import told_of
from app.domain.refusals import N_, Refusal
from app.queue import ring
from app.rotations.access.plans import may_plan
from app.rotations.forms.plans import PlanForm, plan_form
from app.rotations.models import Plan, PlanState, Round, RoundState
from app.rotations.queries import company
from app.rotations.queries import plans as queries
from app.rotations.services import comparing, plans
from app.rotations.views.round_tabs import round_tabs
from app.rotations.views.told import said
from app.web.guards import actor, allow, hr, require
from app.web.problems import translated

bp = Blueprint("plans", __name__, url_prefix="/rounds/<int:round_id>/plans")
bp.add_app_template_filter(said, "said")

STATE_LABELS = {
    PlanState.QUEUED: N_("Waiting for the planner"),
    PlanState.RUNNING: N_("Being computed"),
    PlanState.READY: N_("Ready"),
    PlanState.INFEASIBLE: N_("Not possible"),
    PlanState.FAILED: N_("Stopped or failed"),
}
PHASE_LABELS = {
    "begun": N_("The computation has begun."),
    "musts": N_("Placing what must be"),
    "greedy": N_("A first plan"),
    "relax": N_("Working out what is possible at best"),
    "round": N_("Turning the best case into a plan"),
    "near": N_("Looking for better plans nearby"),
    "proof": N_("Proving that nothing better is possible"),
}
REPLANNED = (RoundState.PUBLISHED, RoundState.RUNNING)
MOST_COMPARED = 4


def today_in(session: UnitOfWork) -> date:
    """The company's day. One statement."""
    return clock.now().astimezone(company.zone(session)).date()


def round_or_404(session: UnitOfWork, round_id: int) -> Round:
    """The round, or 404."""
    found = queries.find_round(session, round_id) or abort(404)
    require(may_plan(actor, found))
    return found


def plan_or_404(session: UnitOfWork, round_id: int, plan_id: int) -> Plan:
    """A plan of this round, or 404."""
    found = queries.find_light(session, round_id, plan_id) or abort(404)
    require(may_plan(actor, found.round))
    return found


@bp.get("/")
@allow(hr, scoped=True)
def index(round_id: int) -> ResponseReturnValue:
    """The scenarios of a round."""
    with reading() as session:
        round_ = round_or_404(session, round_id)
        return render_template(
            "rotations/plans/index.html",
            round=round_,
            scenarios=comparing.scenarios(session, round_id),
            may_ask=round_.state in plans.PLANNED_IN,
            is_replan=round_.state in REPLANNED,
            labels=STATE_LABELS,
            phases=PHASE_LABELS,
            round_tabs=round_tabs(round_, "plans.index"),
        )


@bp.get("/new")
@allow(hr, scoped=True)
def new(round_id: int) -> ResponseReturnValue:
    """The form for a scenario."""
    with reading() as session:
        round_ = round_or_404(session, round_id)
        form = _form(session, round_)
        return _form_page(round_, form)


def _form(session: UnitOfWork, round_: Round) -> PlanForm:
    known = comparing.scenarios(session, round_.id)
    form = plan_form(round_.weights)
    ready = [(s.plan.id, s.plan.name) for s in known if s.plan.state is PlanState.READY]
    form.offer(ready, is_replan=round_.state in REPLANNED)
    if request.method == "GET":
        form.name.data = _("Scenario %(number)s", number=len(known) + 1)
    return form


def _form_page(round_: Round, form: PlanForm) -> str:
    return render_template(
        "rotations/plans/new.html",
        round=round_,
        form=form,
        is_replan=round_.state in REPLANNED,
        round_tabs=round_tabs(round_, "plans.index"),
    )


@bp.post("/")
@allow(hr, scoped=True)
def create(round_id: int) -> ResponseReturnValue:
    """Queue a scenario and ring for the worker."""
    with reading() as session:
        round_ = round_or_404(session, round_id)
        form = _form(session, round_)
    if not form.validate():
        return _form_page(round_, form), 422
    try:
        with unit_of_work() as session:
            asked = plans.ask_for(
                session,
                round_or_404(session, round_id),
                form.wanted(is_replan=round_.state in REPLANNED),
                at=clock.now(),
                today=today_in(session),
                by=actor.person_id,
            )
    except Refusal as refusal:
        form.form_errors.append(translated(refusal))
        return _form_page(round_, form), refusal.status
    ring("plans")
    return redirect(url_for(".page", round_id=round_id, plan_id=asked.id))


@bp.get("/<int:plan_id>")
@allow(hr, scoped=True)
def page(round_id: int, plan_id: int) -> ResponseReturnValue:
    """One scenario: how far it is, or what came out."""
    with reading() as session:
        plan = plan_or_404(session, round_id, plan_id)
        return render_template(
            "rotations/plans/page.html", round_tabs=round_tabs(plan.round, "plans.index"),
            **_shown(session, plan),
        )  # fmt: skip


@bp.get("/<int:plan_id>/progress")
@allow(hr, scoped=True)
def progress(round_id: int, plan_id: int) -> ResponseReturnValue:
    """The part that shows how far a computation is; the whole page once it has ended."""
    with reading() as session:
        plan = plan_or_404(session, round_id, plan_id)
        body = render_template("rotations/plans/_progress.html", **_shown(session, plan))
    answer: Response = make_response(body)
    if plan.state not in (PlanState.QUEUED, PlanState.RUNNING):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _shown(session: UnitOfWork, plan: Plan) -> dict[str, Any]:
    words, detail = plans.problem_of(plan)
    names = None
    if plan.conflict:
        names = queries.cast_of(session, plan.round).names(plan.round)
    return {
        "round": plan.round,
        "plan": plan,
        "scenario": comparing.scenario(plan),
        "labels": STATE_LABELS,
        "phases": PHASE_LABELS,
        "problem": words,
        "detail": detail,
        "conflict": [told_of(fact, names) for fact in plan.conflict or [] if names],
        "is_replan": plan.round.state in REPLANNED,
        "is_overdue": plans.is_overdue(plan, at=clock.now()),
    }


@bp.post("/<int:plan_id>/stop")
@allow(hr, scoped=True)
def stop(round_id: int, plan_id: int) -> ResponseReturnValue:
    """End a computation with the best plan so far."""
    with unit_of_work() as session:
        plan = plan_or_404(session, round_id, plan_id)
        plans.stop(session, plan, at=clock.now(), by=actor.person_id)
    flash(_("The planner ends with the best plan it has found."))
    return redirect(url_for(".page", round_id=round_id, plan_id=plan_id))


@bp.post("/<int:plan_id>/delete")
@allow(hr, scoped=True)
def delete(round_id: int, plan_id: int) -> ResponseReturnValue:
    """Throw a scenario away."""
    with unit_of_work() as session:
        plan = plan_or_404(session, round_id, plan_id)
        plans.delete(session, plan, at=clock.now(), by=actor.person_id)
    flash(_("The scenario was deleted."))
    return redirect(url_for(".index", round_id=round_id))


@bp.get("/compare")
@allow(hr, scoped=True)
def compare(round_id: int) -> ResponseReturnValue:
    """Two or more scenarios side by side."""
    asked = request.args.getlist("plan")
    wanted = [int(text) for text in asked if text.isdecimal() and len(text) < 10]  # noqa: PLR2004
    with reading() as session:
        round_ = round_or_404(session, round_id)
        found = queries.ready(session, round_id, wanted)
        if len(found) < 2:  # noqa: PLR2004 - one alone cannot be compared
            flash(_("Please choose at least two computed scenarios."), "warning")
            return redirect(url_for(".index", round_id=round_id))
        shown = found[:MOST_COMPARED]
        cast = queries.cast_of(session, round_)
        first = plans.stays_of(session, shown[0].id)
        return render_template(
            "rotations/plans/compare.html",
            round=round_,
            scenarios=[comparing.scenario(plan) for plan in shown],
            differences=[
                (plan, comparing.differences(first, plans.stays_of(session, plan.id), cast))
                for plan in shown[1:]
            ],
            round_tabs=round_tabs(round_, "plans.index"),
        )

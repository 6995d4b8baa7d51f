"""Rounds: HR creates, opens and steers them; the works council reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain import weighing
from app.domain.needs import TURN_LABELS, as_weight
from app.domain.refusals import Refusal, Stale
from app.domain.rounds import (
    BACK,
    MOVE_LABELS,
    NEXT,
    STATE_LABELS,
    RoundState,
    Supply,
    gaps,
    obstacle,
)
from app.health.queries import needs
from app.queue import ring
from app.rotations.access import rounds as access
from app.rotations.forms.rounds import RoundForm, weights_form, wishes_form, wishes_in
from app.rotations.models import Round
from app.rotations.queries import company
from app.rotations.queries import rounds as queries
from app.rotations.services import pair_wishes, round_audience
from app.rotations.services import rounds as services
from app.rotations.services.versions import check_version
from app.rotations.views.lists import rounds_asked_for, rounds_file
from app.rotations.views.round_tabs import round_tabs
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, council_or_hr, hr, require
from app.web.pages import ListRequest, Page
from app.web.problems import translated

bp = Blueprint("rounds", __name__, url_prefix="/rounds")
USUAL = {"blocks": 6, "block_weeks": 4, "max_rotations": 1, "gap_blocks": 0, "notice_weeks": 4}


def today_in(session: UnitOfWork, now: datetime) -> date:
    """The day in the zone in which deadlines end. One statement."""
    return now.astimezone(company.zone(session)).date()


def found(session: UnitOfWork, round_id: int) -> Round:
    """The round, or 404 when it is not there or not for this visitor."""
    round_ = queries.find(session, round_id) or abort(404)
    require(access.may_see(actor, round_))
    return round_


def found_for_change(session: UnitOfWork, round_id: int) -> Round:
    """The round with its row held, or 404."""
    round_ = queries.find_locked(session, round_id) or abort(404)
    require(access.may_steer(actor, round_))
    return round_


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """All rounds with their numbers; `format=csv` or `xlsx` gives them as a file."""
    states = [state for state in RoundState if actor.is_hr or state is not RoundState.DRAFT]
    asked = ListRequest.from_args(
        request.args,
        sorts=queries.ORDERS,
        default="-starts",
        filters={"state": [state.value for state in states]},
    )
    form = request.args.get("format", "")
    with reading() as session:
        found = rounds_asked_for(session, asked)
        page = Page.cut(found, asked)
        shown = found if form in FORMATS else page.items
        numbers = queries.numbers(session, [round_.id for round_ in shown])
        if form in FORMATS:
            return rounds_file(form, found, numbers)
        return render_template(
            "rotations/rounds/index.html",
            page=page,
            numbers=numbers,
            labels=STATE_LABELS,
            states=[(state.value, _(STATE_LABELS[state])) for state in states],
        )


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form of a new round."""
    form = RoundForm(formdata=None, data=USUAL)
    return render_template("rotations/rounds/form.html", form=form, round=None)


@bp.post("/")
@allow(hr)
def create() -> ResponseReturnValue:
    """Begin a round as a draft."""
    form = RoundForm()
    if not form.validate():
        return render_template("rotations/rounds/form.html", form=form, round=None), 422
    try:
        with unit_of_work() as session:
            at = clock.now()
            today = today_in(session, at)
            made = services.create(session, form.draft(), actor, today=today, at=at)
            path = url_for(".page", round_id=made.id)
    except services.BadFields as problems:
        form.show(problems)
        return render_template("rotations/rounds/form.html", form=form, round=None), 422
    flash(_("The round is kept as a draft. Nobody but HR sees it until you open it."))
    return redirect(path)


@bp.get("/<int:round_id>")
@allow(council_or_hr, scoped=True)
def page(round_id: int) -> ResponseReturnValue:
    """One round: where it stands, what is missing, what comes next."""
    with reading() as session:
        round_ = found(session, round_id)
        counts = queries.numbers(session, [round_.id])[round_.id]
        standing = queries.standing(round_, counts, today=today_in(session, clock.now()))
        supply = Supply(counts.offered, counts.placement_drafts, counts.seats, round_.notice_weeks)
        to = NEXT.get(round_.state)
        return render_template(
            "rotations/rounds/page.html",
            round=round_,
            counts=counts,
            today=standing.today,
            labels=STATE_LABELS,
            moves=MOVE_LABELS,
            states=list(RoundState),
            lacking=gaps(standing, supply),
            next_state=to,
            obstacle=_said(obstacle(standing, to)) if to else None,
            back_state=BACK.get(round_.state) if not counts.applications else None,
            weights=weighing.answers(round_.weights),
            questions=weighing.QUESTIONS,
            strengths=weighing.STRENGTH_LABELS,
            tabs=round_tabs(round_, "rounds.page"),
            may_steer=access.may_steer(actor, round_),
        )


def _said(refusal: Refusal | None) -> str | None:
    return None if refusal is None else translated(refusal)


@bp.get("/<int:round_id>/edit")
@allow(hr)
def edit(round_id: int) -> ResponseReturnValue:
    """Change days and terms."""
    with reading() as session:
        round_ = found(session, round_id)
        form = _stored_form(round_)
        return render_template("rotations/rounds/form.html", form=form, round=round_)


def _stored_form(round_: Round) -> RoundForm:
    return RoundForm(formdata=None, obj=round_)


@bp.post("/<int:round_id>/edit")
@allow(hr)
def save(round_id: int) -> ResponseReturnValue:
    """Keep the changes; extended deadlines are told to those who must act."""
    form, now = RoundForm(), clock.now()
    with reading() as session:
        stored = found(session, round_id)
    if not form.validate():
        return render_template("rotations/rounds/form.html", form=form, round=stored), 422
    try:
        with unit_of_work() as session:
            round_ = found_for_change(session, round_id)
            check_version(round_, form.opened_on)
            day = today_in(session, now)
            told = services.change(session, round_, form.draft(), actor, today=day, at=now)
    except Stale:
        return _both(form, round_id)
    except services.BadFields as problems:
        form.show(problems)
        return render_template("rotations/rounds/form.html", form=form, round=stored), 422
    _flash_saved(told)
    return redirect(url_for(".page", round_id=round_id))


def _flash_saved(told: int) -> None:
    flash(_("The changes are saved."))
    if told:
        ring("mail")
        flash(_told(told), "info")


def _told(count: int) -> str:
    return str(ngettext("%(num)s person is told.", "%(num)s people are told.", count))


def _both(form: Any, round_id: int) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        round_ = found(session, round_id)
        stored = _stored_form(round_)
    form.version.data = str(round_.version)
    both = differences(form, stored)
    template = "rotations/rounds/form.html"
    return render_template(template, form=form, round=round_, conflict=both), 409


@bp.get("/<int:round_id>/move/<any(draft,open,planning,running,closed):to>")
@allow(hr)
def preview_move(round_id: int, to: str) -> ResponseReturnValue:
    """What the move does and who will be told, before it happens."""
    state = RoundState(to)
    with reading() as session:
        round_ = found(session, round_id)
        day = today_in(session, clock.now())
        counts = queries.numbers(session, [round_.id])[round_.id]
        refusal = obstacle(queries.standing(round_, counts, today=day), state)
        audiences = round_audience.of_move(session, round_, state, today=day)
        return render_template(
            "rotations/rounds/move.html",
            round=round_,
            to=state,
            counts=counts,
            labels=STATE_LABELS,
            moves=MOVE_LABELS,
            audiences=[audience for audience in audiences if audience.people],
            obstacle=_said(refusal),
        )


@bp.post("/<int:round_id>/move/<any(draft,open,planning,running,closed):to>")
@allow(hr)
def move(round_id: int, to: str) -> ResponseReturnValue:
    """Move the round to another state."""
    state, now = RoundState(to), clock.now()
    opened_on = request.form.get("version", "")
    with unit_of_work() as session:
        round_ = found_for_change(session, round_id)
        if opened_on != str(round_.version):
            raise Stale
        day = today_in(session, now)
        told = services.move(session, round_, state, actor, today=day, at=now)
    ring("mail")
    flash(_("The round is now: %(state)s.", state=_(STATE_LABELS[state])))
    if told:
        flash(_told(told), "info")
    return redirect(url_for(".page", round_id=round_id))


@bp.get("/<int:round_id>/weights")
@allow(council_or_hr, scoped=True)
def weights(round_id: int) -> ResponseReturnValue:
    """How much things count for the planner, in words."""
    with reading() as session:
        round_ = found(session, round_id)
        form = weights_form()(formdata=None, data=weighing.answers(round_.weights))
        form.version.data = str(round_.version)
        return _weights_page(round_, form)


def _weights_page(round_: Round, form: Any, **more: Any) -> str:
    return render_template(
        "rotations/rounds/weights.html",
        round=round_,
        form=form,
        questions=weighing.QUESTIONS,
        tabs=round_tabs(round_, "rounds.weights"),
        may_steer=access.may_steer(actor, round_),
        **more,
    )


@bp.post("/<int:round_id>/weights")
@allow(hr)
def weigh(round_id: int) -> ResponseReturnValue:
    """Store how much things count."""
    form = weights_form()()
    with reading() as session:
        stored = found(session, round_id)
    if not form.validate():
        return _weights_page(stored, form), 422
    answers = {question.key: form[question.key].data for question in weighing.QUESTIONS}
    try:
        with unit_of_work() as session:
            round_ = found_for_change(session, round_id)
            check_version(round_, form.opened_on)
            services.weigh(session, round_, answers, actor, at=clock.now())
    except Stale:
        return _both_weights(form, round_id)
    flash(_("The planner uses this from the next plan on."))
    return redirect(url_for(".weights", round_id=round_id))


def _both_weights(form: Any, round_id: int) -> ResponseReturnValue:
    with reading() as session:
        round_ = found(session, round_id)
    stored = weights_form()(formdata=None, data=weighing.answers(round_.weights))
    form.version.data = str(round_.version)
    return _weights_page(round_, form, conflict=differences(form, stored)), 409


@bp.get("/<int:round_id>/wishes")
@allow(council_or_hr, scoped=True)
def wishes(round_id: int) -> ResponseReturnValue:
    """The table of home and host teams, each cell the need and the stays wished."""
    with reading() as session:
        round_ = found(session, round_id)
        teams = company.teams(session, today=today_in(session, clock.now()))
        stored = queries.wishes(session, round_.id)
        return render_template(
            "rotations/rounds/wishes.html",
            needs=needs.latest(session, at=clock.now()) if actor.is_hr else None,
            as_weight=as_weight,
            turns=TURN_LABELS,
            decimal=format_decimal,
            round=round_,
            teams=teams,
            wished={(wish.home_team_id, wish.host_team_id): wish for wish in stored},
            tabs=round_tabs(round_, "rounds.wishes"),
            may_edit=access.may_steer(actor, round_) and round_.state in pair_wishes.WISHABLE,
        )


@bp.post("/<int:round_id>/wishes/from-survey")
@allow(hr)
def take_needs(round_id: int) -> ResponseReturnValue:
    """Take the needs of the pairs over from the last survey; wished stays and limits remain."""
    with unit_of_work() as session:
        round_ = found_for_change(session, round_id)
        at = clock.now()
        wanted = pair_wishes.from_survey(session, today=today_in(session, at), at=at)
        if not wanted:
            abort(404)
        count = pair_wishes.take_over(session, round_, wanted, actor, at=at)
    flash(
        ngettext(
            "%(num)d pair of teams is in need. Stays wished and limits are as before.",
            "%(num)d pairs of teams are in need. Stays wished and limits are as before.",
            count,
        )
    )
    return redirect(url_for(".wishes", round_id=round_id))


@bp.get("/<int:round_id>/wishes/<int:team_id>")
@allow(hr)
def wishes_of(round_id: int, team_id: int) -> ResponseReturnValue:
    """The wishes of one home team towards every other."""
    with reading() as session:
        round_, home, hosts = _pair_page(session, round_id, team_id)
        form = _stored_wishes(session, round_, team_id, hosts)
        return _wishes_page(round_, home, hosts, form)


def _pair_page(session: UnitOfWork, round_id: int, team_id: int) -> tuple[Round, Any, list[Any]]:
    round_ = found(session, round_id)
    teams = company.teams(session, today=today_in(session, clock.now()))
    home = next((team for team in teams if team.id == team_id), None) or abort(404)
    return round_, home, [team for team in teams if team.id != team_id]


def _stored_wishes(session: UnitOfWork, round_: Round, team_id: int, hosts: list[Any]) -> Any:
    stored = pair_wishes.stored(session, round_.id, team_id)
    values: dict[str, object] = {"opened_on": pair_wishes.fingerprint(stored.values())}
    for host in hosts:
        wish = stored.get(host.id)
        values |= {
            f"need_{host.id}": wish.need if wish else 0,
            f"target_{host.id}": wish.target if wish else 0,
            f"min_{host.id}": wish.hard_min if wish else None,
            f"max_{host.id}": wish.hard_max if wish else None,
        }
    return wishes_form(hosts)(formdata=None, data=values)


def _wishes_page(round_: Round, home: Any, hosts: list[Any], form: Any, **more: Any) -> str:
    return render_template(
        "rotations/rounds/wishes_of.html", round=round_, home=home, hosts=hosts, form=form, **more
    )


@bp.post("/<int:round_id>/wishes/<int:team_id>")
@allow(hr)
def set_wishes(round_id: int, team_id: int) -> ResponseReturnValue:
    """Keep the wishes of one home team."""
    with reading() as session:
        stored, home, hosts = _pair_page(session, round_id, team_id)
    form = wishes_form(hosts)()
    valid = form.validate()
    entered = wishes_in(form, hosts) if valid else {}
    if form.errors:
        return _wishes_page(stored, home, hosts, form), 422
    revision = pair_wishes.Revision(team_id, entered, str(form.opened_on.data or ""))
    try:
        with unit_of_work() as session:
            round_ = found_for_change(session, round_id)
            pair_wishes.set_wishes(session, round_, revision, actor, at=clock.now())
    except Stale:
        with reading() as session:
            now_stored = _stored_wishes(session, stored, team_id, hosts)
        form.opened_on.data = now_stored.opened_on.data
        both = differences(form, now_stored)
        return _wishes_page(stored, home, hosts, form, conflict=both), 409
    flash(_("The wishes of %(team)s are saved.", team=home.name))
    return redirect(url_for(".wishes", round_id=round_id))

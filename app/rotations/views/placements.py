"""Placements: the catalogue for everybody, and what host teams and HR do with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Invalid, Stale
from app.people.models import Team
from app.queue import ring
from app.rotations.access import placements as access
from app.rotations.forms.placements import PlacementForm, WithdrawForm
from app.rotations.models import Placement, PlacementState, Round, RoundState
from app.rotations.queries import company, rounds
from app.rotations.queries import placements as queries
from app.rotations.services import applications
from app.rotations.services import placements as services
from app.rotations.services.versions import check_version
from app.rotations.views.hints import mine
from app.rotations.views.lists import (
    PLACEMENT_LABELS,
    host_teams,
    placements_asked_for,
    placements_file,
)
from app.rotations.views.placed_for import asked_action, begun, prepared
from app.rotations.views.round_tabs import round_tabs
from app.rotations.views.rounds import today_in
from app.web import locale
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, council_or_hr, lead_or_hr, require, signed_in
from app.web.pages import ListRequest, Page

bp = Blueprint("placements", __name__, url_prefix="/placements")
USUAL = {"duration": 1, "seats": 1, "share": 100, "first_start": 0}
FILTERS = ("round", "department", "site", "skill", "duration", "remote")


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The catalogue: what may be chosen in the open rounds, narrowed as asked."""
    asked = ListRequest.from_args(
        request.args, sorts={"title"}, default="title", filters=dict.fromkeys(FILTERS)
    )
    with reading() as session:
        today = today_in(session, clock.now())
        open_rounds = rounds.in_states(session, RoundState.OPEN)
        shown = _asked_round(session, asked, open_rounds)
        placements = queries.catalogue(session, _filter(asked, shown))
        return render_template(
            "rotations/placements/index.html",
            asked=asked,
            placements=placements,
            round=shown,
            open_rounds=open_rounds,
            takes_applications=shown is not None and applications.is_open(shown, today=today),
            may_offer=any(access.may_offer_in(actor, one, today=today) for one in open_rounds),
            options=_options(session),
            **mine(session, shown, placements),
        )


def _asked_round(session: UnitOfWork, asked: ListRequest, open_rounds: Any) -> Round | None:
    """The round of the filter when it was opened once, else the first open one."""
    number = _number(asked.filters.get("round", ""))
    if number is not None:
        round_ = rounds.find(session, number)
        if round_ is not None and round_.state is not RoundState.DRAFT:
            return round_
    return open_rounds[0] if open_rounds else None


def _filter(asked: ListRequest, round_: Round | None) -> queries.Filter:
    numbers = {name: _number(asked.filters.get(name, "")) for name in FILTERS}
    return queries.Filter(
        round_id=round_.id if round_ else None,
        department_id=numbers["department"],
        site_id=numbers["site"],
        skill_id=numbers["skill"],
        duration=numbers["duration"],
        remote=bool(asked.filters.get("remote")),
        text=asked.q,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _options(session: UnitOfWork) -> dict[str, list[tuple[int, str]]]:
    teams = company.teams(session, today=clock.today())
    departments = {team.department_id: team.department.name for team in teams}
    return {
        "department": list(departments.items()),
        "site": [(site.id, site.name) for site in company.sites(session)],
        "skill": [(skill.id, skill.name) for skill in company.skills(session)],
    }


@bp.get("/round/<int:round_id>")
@allow(council_or_hr, scoped=True)
def of_round(round_id: int) -> ResponseReturnValue:
    """Every placement of a round, also as a file; the works council does not see drafts."""
    asked = ListRequest.from_args(
        request.args,
        sorts={*queries.ORDERS, "chosen"},
        default="title",
        filters={"team": None, "state": [state.value for state in PlacementState]},
    )
    with reading() as session:
        round_ = rounds.find(session, round_id) or abort(404)
        require(actor.is_hr or round_.state is not RoundState.DRAFT)
        every = [one for one in queries.of_round(session, round_.id) if access.may_see(actor, one)]
        counts = queries.chosen_counts(session, [one.id for one in every])
        found = placements_asked_for(every, asked, counts)
        if request.args.get("format") in FORMATS:
            return placements_file(request.args["format"], round_, found, counts)
        return render_template(
            "rotations/placements/of_round.html",
            round=round_,
            page=Page.cut(found, asked),
            counts=counts,
            labels=PLACEMENT_LABELS,
            teams=host_teams(every),
            states=[(state.value, _(label)) for state, label in PLACEMENT_LABELS.items()],
            tabs=round_tabs(round_, "placements.of_round"),
            may_offer=access.may_offer_in(actor, round_, today=today_in(session, clock.now())),
        )


@bp.get("/teams")
@allow(lead_or_hr)
def of_teams() -> ResponseReturnValue:
    """What the own teams offer, drafts included."""
    with reading() as session:
        today = today_in(session, clock.now())
        found = queries.of_hosts(session, actor.responsible_for)
        offering = rounds.in_states(session, RoundState.OPEN, RoundState.DRAFT)
        return render_template(
            "rotations/placements/of_teams.html",
            placements=found,
            counts=queries.chosen_counts(session, [one.id for one in found]),
            labels=PLACEMENT_LABELS,
            open_rounds=[r for r in offering if _may_start(r, today)],
        )


def _may_start(round_: Round, today: Any) -> bool:
    """Leads offer in open rounds, HR in drafts as well."""
    known = actor.is_hr or round_.state is not RoundState.DRAFT
    return known and access.may_offer_in(actor, round_, today=today)


@bp.get("/<int:placement_id>")
@allow(signed_in, scoped=True)
def page(placement_id: int) -> ResponseReturnValue:
    """One placement with its blocks as days."""
    with reading() as session:
        placement = _found(session, placement_id)
        today = today_in(session, clock.now())
        counted = access.may_count_applicants(actor, placement)
        counts = queries.chosen_counts(session, [placement.id]) if counted else {}
        return render_template(
            "rotations/placements/page.html",
            placement=placement,
            round=placement.round,
            labels=PLACEMENT_LABELS,
            starts=range(placement.first_start, placement.last_start + 1),
            count=counts.get(placement.id, 0) if counted else None,
            may_edit=access.may_edit(actor, placement, today=today),
            may_withdraw=access.may_withdraw(actor, placement),
            takes_applications=applications.is_open(placement.round, today=today),
            **mine(session, placement.round, [placement]),
        )


def _found(session: UnitOfWork, placement_id: int) -> Placement:
    placement = queries.find(session, placement_id) or abort(404)
    require(access.may_see(actor, placement))
    return placement


def _found_for_change(session: UnitOfWork, placement_id: int) -> Placement:
    """The placement, or 404, its round held so that nobody plans or publishes it meanwhile."""
    placement = _found(session, placement_id)
    rounds.find_shared(session, placement.round_id)
    return placement


@bp.get("/new")
@allow(lead_or_hr)
def new() -> ResponseReturnValue:
    """The form of a new placement; `round` in the address says where."""
    with reading() as session:
        round_ = _offering_round(session, _number(request.args.get("round", "")))
        action = asked_action(session, request.args.get("action"))
        usual = USUAL | {"last_start": round_.blocks - 1} | prepared(action)
        form = PlacementForm(formdata=None, data=usual)
        _fill(session, form, round_)
        if len(form.host_team_id.choices) == 2:  # noqa: PLR2004 - the empty option and one team
            form.host_team_id.data = int(form.host_team_id.choices[1].value)
        return _form_page(form, round_, None, action=action)


def _offering_round(session: UnitOfWork, round_id: int | None) -> Round:
    today = today_in(session, clock.now())
    if round_id is not None:
        round_ = rounds.find(session, round_id) or abort(404)
        require(_may_start(round_, today))
        return round_
    offering = rounds.in_states(session, RoundState.OPEN, RoundState.DRAFT)
    return next((one for one in offering if _may_start(one, today)), None) or abort(404)


def _fill(session: UnitOfWork, form: PlacementForm, round_: Round) -> None:
    """Give the form its options: HR chooses among all teams, leads among their own."""
    teams = company.teams(session, today=clock.today())
    hosts = [team for team in teams if actor.is_hr or team.id in actor.responsible_for]
    form.offer_options(
        hosts=hosts,
        members=_members(session, hosts),
        sites=company.sites(session),
        skills=company.skills(session),
        blocks=[(block, _block(round_, block)) for block in range(round_.blocks)],
    )


def _members(session: UnitOfWork, hosts: list[Team]) -> dict[str, list[Any]]:
    found = company.members_by_team(session, [team.id for team in hosts], today=clock.today())
    return {team.name: found.get(team.id, []) for team in hosts if found.get(team.id)}


def _block(round_: Round, block: int) -> str:
    starts_on = locale.day(round_.block_starts_on(block))
    return str(_("Block %(number)d, %(day)s", number=block + 1, day=starts_on))


def _form_page(form: PlacementForm, round_: Round, placement: Any, **more: Any) -> str:
    template = "rotations/placements/form.html"
    return render_template(template, form=form, round=round_, placement=placement, **more)


@bp.post("/round/<int:round_id>")
@allow(lead_or_hr, scoped=True)
def create(round_id: int) -> ResponseReturnValue:
    """Keep a placement as a draft, or offer it at once."""
    form, now = PlacementForm(), clock.now()
    with reading() as session:
        stored = _offering_round(session, round_id)
        _fill(session, form, stored)
        action = asked_action(session, form.action.data)
    if not form.validate():
        return _form_page(form, stored, None, action=action), 422
    try:
        with unit_of_work() as session:
            round_ = rounds.find_shared(session, round_id) or abort(404)
            require(_may_start(round_, today_in(session, now)))
            made = services.write(session, round_, form.draft(), actor, at=now)
            if "offer" in request.form:
                services.offer(session, made, actor, at=now)
            path = begun(session, form, made.id, at=now) or url_for(".page", placement_id=made.id)
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, stored, None, action=action), 422
    flash(_("The placement is saved."))
    return redirect(path)


@bp.get("/<int:placement_id>/edit")
@allow(lead_or_hr, scoped=True)
def edit(placement_id: int) -> ResponseReturnValue:
    """Change a placement."""
    with reading() as session:
        placement = _found(session, placement_id)
        require(access.may_edit(actor, placement, today=today_in(session, clock.now())))
        form = _stored_form(placement)
        _fill(session, form, placement.round)
        return _form_page(form, placement.round, placement)


def _stored_form(placement: Placement) -> PlacementForm:
    form = PlacementForm(formdata=None, obj=placement)
    form.required.data = [row.skill_id for row in placement.skills if row.required]
    form.welcome.data = [row.skill_id for row in placement.skills if not row.required]
    return form


@bp.post("/<int:placement_id>/edit")
@allow(lead_or_hr, scoped=True)
def save(placement_id: int) -> ResponseReturnValue:
    """Keep the changes and tell those who chose it."""
    form, now = PlacementForm(), clock.now()
    with reading() as session:
        stored = _found(session, placement_id)
        require(access.may_edit(actor, stored, today=today_in(session, now)))
        _fill(session, form, stored.round)
    if not form.validate():
        return _form_page(form, stored.round, stored), 422
    try:
        with unit_of_work() as session:
            placement = _found_for_change(session, placement_id)
            require(access.may_edit(actor, placement, today=today_in(session, now)))
            check_version(placement, form.opened_on)
            told = services.change(session, placement, form.draft(), actor, at=now)
    except Stale:
        return _both(form, placement_id)
    except Invalid as refusal:
        form.show(refusal)
        return _form_page(form, stored.round, stored), 422
    flash(_("The placement is saved."))
    _flash_told(told)
    return redirect(url_for(".page", placement_id=placement_id))


def _both(form: PlacementForm, placement_id: int) -> ResponseReturnValue:
    with reading() as session:
        placement = _found(session, placement_id)
        stored = _stored_form(placement)
        _fill(session, stored, placement.round)
    form.version.data = str(placement.version)
    both = differences(form, stored)
    return _form_page(form, placement.round, placement, conflict=both), 409


def _flash_told(told: int) -> None:
    if not told:
        return
    ring("mail")
    text = ngettext(
        "%(num)s person who chose it is told.", "%(num)s people who chose it are told.", told
    )
    flash(text, "info")


@bp.post("/<int:placement_id>/offer")
@allow(lead_or_hr, scoped=True)
def offer(placement_id: int) -> ResponseReturnValue:
    """Show a draft to everybody."""
    now = clock.now()
    with unit_of_work() as session:
        placement = _found_for_change(session, placement_id)
        require(access.may_edit(actor, placement, today=today_in(session, now)))
        services.offer(session, placement, actor, at=now)
    flash(_("The placement is offered now."))
    return redirect(url_for(".page", placement_id=placement_id))


@bp.get("/<int:placement_id>/withdraw")
@allow(lead_or_hr, scoped=True)
def ask_withdraw(placement_id: int) -> ResponseReturnValue:
    """Who chose it, and why it is taken back."""
    with reading() as session:
        return _withdraw_page(session, placement_id, WithdrawForm(formdata=None))


def _withdraw_page(session: UnitOfWork, placement_id: int, form: WithdrawForm) -> str:
    placement = _found(session, placement_id)
    require(access.may_withdraw(actor, placement))
    offered = placement.state is PlacementState.OFFERED
    told = len(queries.applicants(session, placement.id)) if offered else 0
    template = "rotations/placements/withdraw.html"
    return render_template(template, placement=placement, form=form, told=told)


@bp.post("/<int:placement_id>/withdraw")
@allow(lead_or_hr, scoped=True)
def withdraw(placement_id: int) -> ResponseReturnValue:
    """Take it back and tell those who chose it."""
    form = WithdrawForm()
    if not form.validate():
        with reading() as session:
            return _withdraw_page(session, placement_id, form), 422
    with unit_of_work() as session:
        placement = _found_for_change(session, placement_id)
        require(access.may_withdraw(actor, placement))
        told = services.withdraw(session, placement, actor, reason=form.reason.data, at=clock.now())
    flash(_("The placement is withdrawn."))
    _flash_told(told)
    return redirect(url_for(".page", placement_id=placement_id))

"""The planning board: see a plan, move people, pin, forbid."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.breach_words import RULES, broken
from app.domain.refusals import Stale
from app.domain.timespan import Days
from app.rotations.access.plans import may_plan
from app.rotations.forms.plan_rules import MoveForm
from app.rotations.models import Plan, PlanState, RuleKind
from app.rotations.queries import plans as queries
from app.rotations.queries.own_calendar import busy_days
from app.rotations.services import comparing, plan_rules
from app.rotations.services.boards import editing, panels, settling
from app.rotations.services.boards.panels import PersonPanel
from app.rotations.services.boards.rows import Drawing, Filters
from app.rotations.services.boards.scene import Scene, scene_of
from app.rotations.services.plan_rules import RuleDraft
from app.rotations.views.plans import today_in
from app.web import locale
from app.web.guards import actor, allow, hr, require

bp = Blueprint("board", __name__, url_prefix="/plans/<int:plan_id>/board")
VIEWS = ("people", "placements")
ONLY = ("unplaced", "broken")


def plan_or_404(session: UnitOfWork, plan_id: int) -> Plan:
    """A computed plan with its round, or 404."""
    found = queries.find(session, plan_id) or abort(404)
    require(may_plan(actor, found.round) and found.state is PlanState.READY)
    return found


def _wish() -> dict[str, Any]:
    """The board's arguments within bounds: which view, which filter."""
    view = request.args.get("view", "")
    only = request.args.get("only", "")
    team = request.args.get("team", "")
    return {
        "view": view if view in VIEWS else VIEWS[0],
        "only": only if only in ONLY else "",
        "team": int(team) if team.isdecimal() and len(team) < 10 else None,  # noqa: PLR2004
    }


@bp.get("/")
@allow(hr, scoped=True)
def page(plan_id: int) -> ResponseReturnValue:
    """The whole board."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        scene = scene_of(session, plan, today=today_in(session))
        return render_template("rotations/board/page.html", **_board(plan, scene))


def _board(plan: Plan, scene: Scene) -> dict[str, Any]:
    wish = _wish()
    filters = Filters(wish["team"], wish["only"])
    drawing = Drawing(scene)
    drawn = drawing.people(filters) if wish["view"] == "people" else drawing.placements(filters)
    return {
        "plan": plan,
        "round": plan.round,
        "scene": scene,
        "scenario": comparing.scenario(plan),
        "sections": drawn,
        "wish": wish,
        "blocks": range(scene.question.blocks),
        "now": scene.question.now,
        "broken": [(RULES[breach.rule], broken(breach, scene.names)) for breach in scene.breaches],
        "unplaced": panels.unplaced(scene),
        "move_form": _move_form(plan, scene),
        "panel": None,
    }


def _move_form(plan: Plan, scene: Scene, wishes: tuple[int, ...] = ()) -> MoveForm:
    """The form that moves; `wishes` are placements to offer first."""
    form = MoveForm(formdata=None if request.method == "GET" else request.form)
    cast = scene.cast
    names = {ident: (row.title, cast.teams[row.host_id].name)
             for ident, row in cast.placements.items()}  # fmt: skip
    first = [(ident, _label(names[ident]), _("Wishes")) for ident in wishes if ident in names]
    rest = [
        (ident, _label(pair), _("Other placements"))
        for ident, pair in names.items()
        if ident not in wishes
    ]
    form.offer(
        [(ident, row.name) for ident, row in cast.people.items()],
        [*first, *rest],
        [(b, locale.day(plan.round.block_starts_on(b))) for b in range(plan.round.blocks)],
    )
    if request.method == "GET":
        form.version.data = str(plan.version)
    return form


def _label(names: tuple[str, str]) -> str:
    title, host = names
    return f"{title} · {host}"


@bp.get("/people/<int:person_id>")
@allow(hr, scoped=True)
def person(plan_id: int, person_id: int) -> ResponseReturnValue:
    """One person beside the board; as a part for htmx."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        scene = scene_of(session, plan, today=today_in(session))
        panel = panels.person_panel(scene, person_id) or abort(404)
        form = _move_form(plan, scene, tuple(line.placement_id for line in panel.wishes))
        form.person.data = person_id
        if panel.bars:
            form.instead_of.data = form.placement.data = panel.bars[0].placement_id
            form.start.data = panel.bars[0].start
        taken = _taken_elsewhere(session, plan, scene, panel)
        return _with_panel(
            plan, scene, "person", panel=panel, panel_form=form, taken=taken,
            meanwhile=settling.meanwhile(session, scene, person_id),
            beside=settling.beside(scene, person_id),
        )  # fmt: skip


def _taken_elsewhere(
    session: UnitOfWork, plan: Plan, scene: Scene, panel: PersonPanel
) -> dict[int, int]:
    """By start block: on how many days of a stay the person's own calendar says "busy"."""
    begins = plan.round.block_starts_on
    stays = {
        bar.start: Days(
            begins(bar.start),
            begins(bar.start + scene.cast.placements[bar.placement_id].duration),
        )
        for bar in panel.bars
    }
    found = busy_days(session, panel.person_id, list(stays.values()), actor.zone)
    return dict(zip(stays, found, strict=True))


@bp.get("/placements/<int:placement_id>")
@allow(hr, scoped=True)
def placement(plan_id: int, placement_id: int) -> ResponseReturnValue:
    """One placement beside the board: who is there, who could be, why it is empty."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        scene = scene_of(session, plan, today=today_in(session))
        panel = panels.placement_panel(scene, placement_id) or abort(404)
        return _with_panel(plan, scene, "placement", panel=panel, panel_form=None)


def _with_panel(plan: Plan, scene: Scene, kind: str, **parts: Any) -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        return render_template(
            f"rotations/board/_panel_{kind}.html",
            plan=plan, round=plan.round, wish=_wish(), blocks=range(scene.question.blocks),
            names=scene.names, panel_kind=kind, **parts,
        )  # fmt: skip
    return render_template(
        "rotations/board/page.html", **{**_board(plan, scene), **parts}, names=scene.names,
        panel_kind=kind,
    )  # fmt: skip


@bp.post("/move")
@allow(hr, scoped=True)
def move(plan_id: int) -> ResponseReturnValue:
    """Move a person, in a copy when this plan was computed or is published."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        form = _move_form(plan, scene_of(session, plan, today=today_in(session)))
    if not form.validate():
        flash(_("Please choose a person, a placement and a start of this round."), "danger")
        return redirect(_back(plan_id))
    wanted = editing.Move(
        person_id=form.person.data,
        placement_id=form.placement.data,
        opened_on=form.opened_on,
        copy_name=_("%(name)s (by hand)", name=plan.name),
        start=form.start.data,
        instead_of=form.instead_of.data,
    )
    try:
        with unit_of_work() as session:
            plan = plan_or_404(session, plan_id)
            mine = editing.move(
                session, plan, wanted, at=clock.now(), today=today_in(session), by=actor.person_id
            )
            new_id, is_copy = mine.id, mine is not plan
    except Stale:
        return _moved_meanwhile(plan_id, wanted)
    if is_copy:
        flash(_("Your change was made in a copy: “%(name)s”.", name=wanted.copy_name))
    return redirect(_back(new_id, wanted.person_id))


def _moved_meanwhile(plan_id: int, wanted: editing.Move) -> ResponseReturnValue:
    """Somebody changed the plan: show what was wanted beside the board as it is now."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        scene = scene_of(session, plan, today=today_in(session))
        parts = _board(plan, scene)
    where = scene.cast.placements.get(wanted.placement_id or 0)
    form = parts["move_form"]
    form.version.data = str(plan.version)
    mine = {
        "person": scene.cast.people[wanted.person_id].name,
        "placement": where.title if where else "",
        "start": plan.round.block_starts_on(wanted.start),
        "stored": [
            Drawing(scene).bar(stay)
            for stay in scene.stays
            if stay.person == f"p{wanted.person_id}"
        ],
    }
    return render_template("rotations/board/page.html", **parts, mine=mine), 409


def _back(plan_id: int, person_id: int | None = None) -> str:
    """The board with the filters it was left with, and the person that was moved."""
    kept = {name: value for name, value in _wish().items() if value}
    if person_id is None:
        return url_for(".page", plan_id=plan_id, **kept)
    return url_for(".person", plan_id=plan_id, person_id=person_id, **kept)


@bp.post("/pin")
@allow(hr, scoped=True)
def pin(plan_id: int) -> ResponseReturnValue:
    """Pin the person to where they are, or where HR says."""
    return _rule(plan_id, RuleKind.PIN)


@bp.post("/forbid")
@allow(hr, scoped=True)
def forbid(plan_id: int) -> ResponseReturnValue:
    """Rule a placement or a host out for the person."""
    return _rule(plan_id, RuleKind.FORBID)


def _rule(plan_id: int, kind: RuleKind) -> ResponseReturnValue:
    given = {
        name: int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004
        for name in ("person", "placement", "host", "start")
        for text in (request.form.get(name, ""),)
    }
    with unit_of_work() as session:
        plan = plan_or_404(session, plan_id)
        people = queries.cast_of(session, plan.round).people
        if given["person"] not in people:
            raise editing.NotInThisRound
        draft = RuleDraft(
            kind=kind,
            person_id=given["person"],
            placement_id=given["placement"],
            host_team_id=given["host"] if kind is RuleKind.FORBID else None,
            start=given["start"] if kind is RuleKind.PIN else None,
        )
        plan_rules.add(session, plan.round, draft, at=clock.now(), by=actor.person_id)
    flash(_("The rule holds from the next computation on, and this board judges by it."))
    return redirect(_back(plan_id, given["person"]))

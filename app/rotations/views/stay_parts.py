"""The forms of a stay: practical sheet, goals, check-ins, early end, debrief."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.domain.stays import OVER, CheckInKind, StayState
from app.domain.timespan import last_day
from app.queue import ring
from app.rotations.access import stays as access
from app.rotations.forms.stays import CheckInForm, DebriefForm, EndForm, GoalsForm, SheetForm
from app.rotations.models import CheckIn, DebriefSide, Stay
from app.rotations.services import debriefs
from app.rotations.services import stays as services
from app.rotations.services.stays import sheet as writing
from app.rotations.views.stays import LABELS, bp, seen
from app.web.conflicts import differences
from app.web.guards import actor, allow, require, signed_in
from app.web.problems import translated

__all__ = ["bp"]  # the pages of one blueprint, in two files


def _back(stay_id: int, part: str) -> ResponseReturnValue:
    return redirect(url_for("stays.show", stay_id=stay_id, _anchor=part), 303)


def _sheet_form(stay: Stay) -> SheetForm:
    form = SheetForm(obj=stay.sheet) if request.method == "GET" else SheetForm()
    if request.method == "GET":
        form.version.data = str(stay.sheet.version if stay.sheet else 0)
    if not access.sees_commission(actor, stay):
        del form.commission_rule
    return form


@bp.get("/<int:stay_id>/sheet")
@allow(signed_in, scoped=True)
def sheet(stay_id: int) -> ResponseReturnValue:
    """Show the form of the practical sheet."""
    with reading() as session:
        stay = seen(session, stay_id)
        require(access.may_edit_sheet(actor, stay))
        return render_template("rotations/stays/sheet.html", stay=stay, form=_sheet_form(stay))


@bp.post("/<int:stay_id>/sheet")
@allow(signed_in, scoped=True)
def save_sheet(stay_id: int) -> ResponseReturnValue:
    """Write the practical sheet."""
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.may_edit_sheet(actor, stay))
        form = _sheet_form(stay)
        if not form.validate_on_submit():
            return render_template("rotations/stays/sheet.html", stay=stay, form=form), 422
        try:
            writing.save_sheet(
                session,
                stay,
                form.texts(),
                opened_on=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
        except Stale as refusal:
            return _both_sheets(stay, form, refusal)
    flash(_("The practical sheet is saved."), "success")
    return _back(stay_id, "sheet")


def _both_sheets(stay: Stay, form: SheetForm, refusal: Stale) -> ResponseReturnValue:
    stored = {name: getattr(stay.sheet, name) for name in writing.SHEET_FIELDS}
    theirs = [
        (form[name].label.text, stored[name], text)
        for name, text in form.texts().items()
        if text != stored[name]
    ]
    form.version.data = str(stay.sheet.version if stay.sheet else 0)
    page = render_template(
        "rotations/stays/sheet.html",
        stay=stay,
        form=form,
        conflict=translated(refusal),
        theirs=theirs,
    )
    return page, 409


@bp.get("/<int:stay_id>/goals")
@allow(signed_in, scoped=True)
def goals(stay_id: int) -> ResponseReturnValue:
    """Show the form of the learning goals."""
    with reading() as session:
        stay = seen(session, stay_id)
        require(access.may_set_goals(actor, stay))
        texts = dict(zip(("first", "second", "third"), (g.text for g in stay.goals), strict=False))
        form = GoalsForm(data={**texts, "version": stay.version})
        return render_template("rotations/stays/goals.html", stay=stay, form=form)


@bp.post("/<int:stay_id>/goals")
@allow(signed_in, scoped=True)
def save_goals(stay_id: int) -> ResponseReturnValue:
    """Write the learning goals."""
    form = GoalsForm()
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.may_set_goals(actor, stay))
        if not form.validate_on_submit():
            return render_template("rotations/stays/goals.html", stay=stay, form=form), 422
        try:
            writing.set_goals(
                session,
                stay,
                form.texts(),
                opened_on=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
        except Stale as refusal:
            form.version.data = str(stay.version)
            said = translated(refusal)
            page = render_template(
                "rotations/stays/goals.html", stay=stay, form=form, conflict=said
            )
            return page, 409
    flash(_("The learning goals are saved."), "success")
    return _back(stay_id, "goals")


@bp.post("/<int:stay_id>/goals/<int:goal_id>/reached")
@allow(signed_in, scoped=True)
def tick_goal(stay_id: int, goal_id: int) -> ResponseReturnValue:
    """The person says whether a goal was reached."""
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.is_person(actor, stay))
        require(any(goal.id == goal_id for goal in stay.goals))
        writing.tick_goal(stay, goal_id, reached=request.form.get("reached") == "yes")
    return _back(stay_id, "goals")


def _check_in(stay: Stay, kind: str) -> CheckIn:
    known = {member.value for member in CheckInKind}
    found = next((c for c in stay.check_ins if c.kind.value == kind), None)
    if kind not in known or found is None:
        abort(404)
    return found


@bp.get("/<int:stay_id>/check-ins/<kind>")
@allow(signed_in, scoped=True)
def check_in(stay_id: int, kind: str) -> ResponseReturnValue:
    """Show the two questions of a check-in."""
    with reading() as session:
        stay = seen(session, stay_id)
        require(access.may_hold_check_in(actor, stay))
        held = _check_in(stay, kind)
        return _check_in_page(stay, held, CheckInForm(obj=held), 200)


def _check_in_page(
    stay: Stay, held: CheckIn, form: CheckInForm, status: int, **more: Any
) -> ResponseReturnValue:
    page = render_template(
        "rotations/stays/check_in.html",
        stay=stay,
        check_in=held,
        form=form,
        is_foreign=held.done_at is not None and held.done_by != actor.person_id,
        **more,
        **LABELS,
    )
    return page, status


@bp.post("/<int:stay_id>/check-ins/<kind>")
@allow(signed_in, scoped=True)
def hold_check_in(stay_id: int, kind: str) -> ResponseReturnValue:
    """Write a check-in down."""
    form, by = CheckInForm(), actor.person_id
    try:
        with unit_of_work() as session:
            stay = seen(session, stay_id)
            require(access.may_hold_check_in(actor, stay))
            held = _check_in(stay, kind)
            if not form.validate_on_submit():
                return _check_in_page(stay, held, form, 422)
            writing.hold_check_in(session, stay, held, form.said(), by=by, at=clock.now())
    except (writing.AlreadyHeld, Stale):
        return _both_check_ins(stay_id, kind, form)
    flash(_("Thank you. The check-in is written down."), "success")
    return _back(stay_id, "check-ins")


def _both_check_ins(stay_id: int, kind: str, form: CheckInForm) -> ResponseReturnValue:
    """What was typed beside what somebody else wrote meanwhile: nothing typed is lost."""
    with reading() as session:
        stay = seen(session, stay_id)
        held = _check_in(stay, kind)
        both = differences(form, CheckInForm(formdata=None, obj=held))
        return _check_in_page(stay, held, form, 409, conflict=both)


@bp.get("/<int:stay_id>/end")
@allow(signed_in, scoped=True)
def end(stay_id: int) -> ResponseReturnValue:
    """Ask for the last day of a stay that ends early."""
    with reading() as session:
        stay = seen(session, stay_id)
        require(access.may_end(actor, stay) and stay.state is StayState.RUNNING)
        today = clock.today(stay.person.site.timezone)
        return _end_page(stay, EndForm(data={"last_day": today}), 200)


def _end_page(stay: Stay, form: EndForm, status: int) -> ResponseReturnValue:
    today = clock.today(stay.person.site.timezone)
    page = render_template(
        "rotations/stays/end.html",
        stay=stay,
        form=form,
        today=today,
        latest=last_day(stay.ends_on),
    )
    return page, status


@bp.post("/<int:stay_id>/end")
@allow(signed_in, scoped=True)
def end_early(stay_id: int) -> ResponseReturnValue:
    """End a running stay."""
    form = EndForm()
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.may_end(actor, stay))
        if not form.validate_on_submit():
            return _end_page(stay, form, 422)
        try:
            services.end_early(session, stay, form.wish(), by=actor.person_id, at=clock.now())
        except Refusal as refusal:
            form.last_day.errors = [translated(refusal)]
            return _end_page(stay, form, 422)
    ring("mail")
    flash(_("The last day is set. Everybody concerned has been told."), "info")
    return redirect(url_for("stays.show", stay_id=stay_id), 303)


def _side(stay: Stay) -> DebriefSide:
    """The side the visitor writes for: the one asked for, else the first still missing."""
    written = {debrief.side for debrief in stay.debriefs}
    open_ = [side for side in access.debrief_sides(actor, stay) if side not in written]
    require(bool(open_) and stay.state in OVER)
    return next((side for side in open_ if side.value == request.args.get("side")), open_[0])


@bp.get("/<int:stay_id>/debrief")
@allow(signed_in, scoped=True)
def debrief(stay_id: int) -> ResponseReturnValue:
    """Show the form of a debrief; who has nothing left to write is led to the stay."""
    with reading() as session:
        stay = seen(session, stay_id)
        written = {debrief.side for debrief in stay.debriefs}
        mine = set(access.debrief_sides(actor, stay))
        if stay.state in OVER and mine and mine <= written:
            return redirect(url_for("stays.show", stay_id=stay_id, _anchor="debriefs"))
        return _debrief_page(stay, DebriefForm(formdata=None), 200)


def _debrief_page(stay: Stay, form: DebriefForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "rotations/stays/debrief.html", stay=stay, form=form, side=_side(stay), **LABELS
    )
    return page, status


@bp.post("/<int:stay_id>/debrief")
@allow(signed_in, scoped=True)
def write_debrief(stay_id: int) -> ResponseReturnValue:
    """Write one side's debrief."""
    form = DebriefForm()
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        side = _side(stay)
        if not form.validate_on_submit():
            return _debrief_page(stay, form, 422)
        _write(session, stay, form, side)
    ring("mail")
    flash(_("Thank you. What should change is now with the other team."), "success")
    return _back(stay_id, "debriefs")


def _write(session: UnitOfWork, stay: Stay, form: DebriefForm, side: DebriefSide) -> None:
    said = debriefs.LookBack(side, form.learned.data, form.changes())
    debriefs.write_debrief(session, stay, said, by=actor.person_id, at=clock.now())

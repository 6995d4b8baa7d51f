"""My skills, and HR's list of them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database import reading, unit_of_work
from app.domain.refusals import Refusal
from app.people.access import people as access
from app.people.forms.own import OwnSkillsForm, SkillForm
from app.people.queries import skills as queries
from app.people.services import skills as services
from app.people.views.refused import beside, said
from app.web.guards import actor, allow, hr, signed_in

bp = Blueprint("skills", __name__, url_prefix="/skills")


@bp.get("")
@allow(signed_in, scoped=True)
def index() -> ResponseReturnValue:
    """Tick what I can do."""
    return _page()


def _page(new: SkillForm | None = None, *, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        listed = queries.with_counts(session)
        mobile, remote_ok = queries.mobility(session, actor.person_id)
        chosen = sorted(queries.of(session, actor.person_id))
        values = {"skills": chosen, "mobile": mobile, "remote_ok": remote_ok}
        form = OwnSkillsForm(formdata=None, data=values)
        form.offer([skill for skill, _people in listed])
        page = render_template(
            "skills/index.html",
            form=form,
            new=new or SkillForm(formdata=None),
            listed=listed,
            may_edit=access.may_edit(actor),
        )
    return page, status


@bp.post("")
@allow(signed_in, scoped=True)
def choose() -> ResponseReturnValue:
    """Store what I can do."""
    form = OwnSkillsForm()
    with unit_of_work() as session:
        form.offer(queries.every(session))
        if not form.validate():
            return _page(status=422)
        services.choose(session, actor.person_id, form.skills.data)
        services.prefer(
            session,
            actor.person_id,
            mobile=form.mobile.data,
            remote_ok=form.remote_ok.data,
        )
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/list")
@allow(hr)
def add() -> ResponseReturnValue:
    """Put a skill on the list."""
    form = SkillForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        with unit_of_work() as session:
            services.add(session, form.name.data)
    except Refusal as refusal:
        beside(form, "name", refusal)
        return _page(form, status=refusal.status)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/list/<int:skill_id>/rename")
@allow(hr)
def rename(skill_id: int) -> ResponseReturnValue:
    """Call a skill otherwise."""
    form = SkillForm()
    if not form.validate():
        flash(str(form.name.errors[0]), "danger")
        return redirect(url_for(".index"), 303)
    with unit_of_work() as session:
        skill = queries.find(session, skill_id) or abort(404)
        services.rename(session, skill, form.name.data)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/list/<int:skill_id>/remove")
@allow(hr)
def remove(skill_id: int) -> ResponseReturnValue:
    """Take a skill off the list, unless somebody has it."""
    try:
        with unit_of_work() as session:
            services.remove(session, queries.find(session, skill_id) or abort(404))
    except Refusal as refusal:
        flash(said(refusal), "danger")
        return redirect(url_for(".index"), 303)
    flash(_("Removed."), "success")
    return redirect(url_for(".index"), 303)

"""The organisation as everybody sees it, and its sites and departments as HR keeps them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import Stale
from app.people.access import teams as access
from app.people.forms.organisation import SIDES, DepartmentForm, SiteForm
from app.people.queries import organisation as queries
from app.people.services import organisation as services
from app.people.views.refused import beside
from app.queue import ring
from app.web.conflicts import differences
from app.web.guards import actor, allow, hr, signed_in

bp = Blueprint("organisation", __name__, url_prefix="/organisation")


@bp.get("")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """Departments with their teams, leads and sizes; `site` narrows them to one site."""
    text = request.args.get("site", "")
    site_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004
    with reading() as session:
        return render_template(
            "organisation/index.html",
            sites=queries.sites(session),
            site_id=site_id,
            branches=queries.tree(session, today=clock.now().date(), site_id=site_id),
            sides=SIDES,
            may_edit=access.may_edit(actor),
        )


@bp.get("/sites/new")
@allow(hr)
def new_site() -> ResponseReturnValue:
    """The form for a new site."""
    return _page(SiteForm(data={"country": "DE", "zone": "Europe/Berlin"}), "site")


@bp.post("/sites/new")
@allow(hr)
def add_site() -> ResponseReturnValue:
    """Add a site and let the worker fill its public holidays."""
    form = SiteForm()
    if not form.validate():
        return _page(form, "site", status=422)
    try:
        with unit_of_work() as session:
            services.add_site(session, form.fields(), actor_id=actor.person_id, at=clock.now())
    except services.NameTaken as refusal:
        beside(form, "name", refusal)
        return _page(form, "site", status=422)
    ring("holidays")
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/sites/<int:site_id>/edit")
@allow(hr)
def edit_site(site_id: int) -> ResponseReturnValue:
    """The form with what is stored, and the public holidays to come."""
    today = clock.now().date()
    with reading() as session:
        site = queries.find_site(session, site_id) or abort(404)
        after = today.replace(year=today.year + 2, month=1, day=1)
        days = queries.holidays(session, site.id, first=today, after=after)
        return _page(SiteForm(obj=site), "site", row=site, holidays=days)


@bp.post("/sites/<int:site_id>/edit")
@allow(hr)
def change_site(site_id: int) -> ResponseReturnValue:
    """Change a site."""
    form = SiteForm()
    answer = _change(form, "site", site_id, queries.find_site, services.change_site)
    ring("holidays")
    return answer


@bp.get("/departments/new")
@allow(hr)
def new_department() -> ResponseReturnValue:
    """The form for a new department."""
    return _page(DepartmentForm(data={"side": "other"}), "department")


@bp.post("/departments/new")
@allow(hr)
def add_department() -> ResponseReturnValue:
    """Add a department."""
    form = DepartmentForm()
    if not form.validate():
        return _page(form, "department", status=422)
    try:
        with unit_of_work() as session:
            now = clock.now()
            services.add_department(session, form.fields(), actor_id=actor.person_id, at=now)
    except services.NameTaken as refusal:
        beside(form, "name", refusal)
        return _page(form, "department", status=422)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/departments/<int:department_id>/edit")
@allow(hr)
def edit_department(department_id: int) -> ResponseReturnValue:
    """The form with what is stored."""
    with reading() as session:
        department = queries.find_department(session, department_id) or abort(404)
        form = DepartmentForm(obj=department, data={"side": department.side.value})
        form.side.data = department.side.value
        return _page(form, "department", row=department)


@bp.post("/departments/<int:department_id>/edit")
@allow(hr)
def change_department(department_id: int) -> ResponseReturnValue:
    """Change a department."""
    form = DepartmentForm()
    find, change = queries.find_department, services.change_department
    return _change(form, "department", department_id, find, change)


def _change(form: Any, kind: str, key: int, find: Any, change: Any) -> ResponseReturnValue:
    row = None
    try:
        with unit_of_work() as session:
            row = find(session, key) or abort(404)
            if not form.validate():
                return _page(form, kind, row=row, status=422)
            change(
                session,
                row,
                form.fields(),
                opened_on=form.opened_on,
                actor_id=actor.person_id,
                at=clock.now(),
            )
    except Stale:
        return _conflict(form, kind, key, find)
    except services.NameTaken as refusal:
        beside(form, "name", refusal)
        return _page(form, kind, row=row, status=422)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


def _conflict(form: Any, kind: str, key: int, find: Any) -> ResponseReturnValue:
    with reading() as session:
        row = find(session, key) or abort(404)
        stored = type(form)(formdata=None, obj=row)
        both = differences(form, stored)
        form.version.data = row.version
        return _page(form, kind, row=row, status=409, conflict=both)


def _page(
    form: Any, kind: str, *, row: Any = None, status: int = 200, **values: Any
) -> ResponseReturnValue:
    return render_template(f"organisation/{kind}.html", form=form, row=row, **values), status

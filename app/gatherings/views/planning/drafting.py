"""Plan a session of a course: a form whose rows of meetings grow and shrink without a script."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Stale
from app.domain.seats import GatheringState
from app.gatherings.forms import sessions as forms
from app.gatherings.models import Course, Gathering
from app.gatherings.queries import course_list, rooms
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import planning as services
from app.gatherings.views.planning.blueprint import bp, found, hinted, maker, opened_on
from app.people.queries import organisation
from app.people.views.refused import said
from app.web.conflicts import differences
from app.web.guards import actor, allow, hr
from app.web.locale import chosen_locale

AHEAD = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
LONGEST_KEY = 9


def _course(session: UnitOfWork, course_id: int) -> Course:
    return course_list.find(session, course_id) or abort(404)


def _form(
    session: UnitOfWork, sent: MultiDict[str, str] | None, data: dict[str, Any] | None = None
) -> Any:
    """The plan's form with its rows and choices, from what was sent or from `data`."""
    departments = organisation.departments(session)
    count = forms.counted((sent if sent is not None else data or {}).get("count"))
    form = forms.session_form(count, departments)(formdata=sent, data=data)
    form.count.data = str(count)
    today = clock.now().date()
    form.offer_options(organisation.sites(session), queries.trainers(session, today=today))
    form.offer_rooms(rooms.open_rooms(session, today=today))
    return form


@bp.get("/<int:course_id>/sessions/new")
@allow(hr)
def new(course_id: int) -> ResponseReturnValue:
    """The form of a new session; `copy` is the key of one whose plan it begins with."""
    with reading() as session:
        course = _course(session, course_id)
        form = _form(session, None, _beginning(session, course))
        waiting = course_list.demand(session, today=clock.now().date()).get(course.id, 0)
        return _page(form, course, None, waiting=waiting)


def _beginning(session: UnitOfWork, course: Course) -> dict[str, Any]:
    today = clock.now().astimezone(actor.zone).date()
    text = request.args.get("copy", "")
    key = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else 0
    model = queries.find(session, key) if key else None
    if model is None or model.course_id != course.id:
        monday = today + AHEAD - timedelta(days=today.weekday())
        first = monday + timedelta(days=1)
        usual = forms.usual(first, course.minutes, needs_approval=course.needs_approval)
        return {**usual, "site_id": None, "opens_on": today, "closes_on": first - WEEK}
    return {**_later(model, today), "opens_on": today, "version": ""}


def _later(model: Gathering, today: date) -> dict[str, Any]:
    """The plan of another session, moved by whole weeks until it lies four weeks ahead."""
    values = forms.stored(model)
    weeks = 0
    while values["day_0"] + weeks * WEEK < today + AHEAD:
        weeks += 1
    return forms.moved_by(values, weeks * WEEK)


@bp.post("/<int:course_id>/sessions")
@allow(hr)
def create(course_id: int) -> ResponseReturnValue:
    """Another row, one row less, a check, or: keep the session as a draft."""
    with reading() as session:
        course = _course(session, course_id)
        form = _form(session, forms.reshaped(MultiDict(request.form)))
        if not _is_final():
            return _reshaped(session, form, course, None)
        plan = _plan(session, form)
        hints = _hints_of(session, plan, course, None)
    if plan is None:
        return _page(form, course, None, status=422)
    try:
        with unit_of_work() as session:
            row, now = _course(session, course_id), clock.now()
            made = services.create(session, row, plan, maker(), at=now)
            path = url_for(".show", gathering_id=made.id)
    except services.BadPlan as refusal:
        form.show(refusal.faults, said)
        return _page(form, course, None, status=422)
    words = _("The session is kept as a draft. Announce it when all is right.")
    return _saved(path, words, hints)


@bp.get("/sessions/<int:gathering_id>/edit")
@allow(hr, scoped=True)
def edit(gathering_id: int) -> ResponseReturnValue:
    """Rewrite a draft; an announced session leads to the page on which it is moved."""
    with reading() as session:
        gathering = found(session, gathering_id)
        if gathering.state is not GatheringState.DRAFT:
            return redirect(url_for(".move", gathering_id=gathering.id))
        form = _form(session, None, forms.stored(gathering))
        return _page(form, _own_course(session, gathering), gathering)


def _own_course(session: UnitOfWork, gathering: Gathering) -> Course:
    return _course(session, gathering.course_id or 0)


@bp.post("/sessions/<int:gathering_id>/edit")
@allow(hr, scoped=True)
def save(gathering_id: int) -> ResponseReturnValue:
    """Another row, one row less, a check, or: keep the changes."""
    with reading() as session:
        gathering = found(session, gathering_id)
        course = _own_course(session, gathering)
        form = _form(session, forms.reshaped(MultiDict(request.form)))
        if not _is_final():
            return _reshaped(session, form, course, gathering)
        plan = _plan(session, form)
        hints = _hints_of(session, plan, course, gathering.id)
    if plan is None:
        return _page(form, course, gathering, status=422)
    try:
        with unit_of_work() as session:
            row, now = found(session, gathering_id), clock.now()
            services.change(session, row, plan, maker(), opened_on=form.opened_on, at=now)
    except Stale:
        return _both(gathering_id, form)
    except services.BadPlan as refusal:
        form.show(refusal.faults, said)
        return _page(form, course, gathering, status=422)
    return _saved(url_for(".show", gathering_id=gathering_id), _("Saved."), hints)


def _both(gathering_id: int, form: Any) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        gathering = found(session, gathering_id)
        course = _own_course(session, gathering)
        values = {**forms.stored(gathering), "count": form.count.data}
        stored = _form(session, None, values)
        form.compare_with(stored)
        both = differences(form, stored)
        form.version.data = str(gathering.version)
        return _page(form, course, gathering, status=409, conflict=both)


@bp.post("/sessions/<int:gathering_id>/discard")
@allow(hr, scoped=True)
def discard(gathering_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    with unit_of_work() as session:
        gathering, now = found(session, gathering_id), clock.now()
        path = url_for("courses.show", course_id=gathering.course_id)
        by = actor.person_id
        services.discard(session, gathering, opened_on=opened_on(), by=by, at=now)
    flash(_("The draft is gone."))
    return redirect(path, 303)


def _is_final() -> bool:
    return request.form.get("do", "save") == "save"


def _reshaped(
    session: UnitOfWork, form: Any, course: Course, gathering: Gathering | None
) -> ResponseReturnValue:
    """The page again, with other rows or with what would come of the plan."""
    if request.form.get("do") != "check":
        return _page(form, course, gathering)
    plan = _plan(session, form)
    if plan is None:
        return _page(form, course, gathering, status=422)
    but = gathering.id if gathering else None
    asked = services.Asked(clock.now(), chosen_locale(), course.minutes, but=but)
    preview = services.look(session, plan, asked)
    form.show(preview.faults, said)
    status = 422 if preview.faults else 200
    return _page(form, course, gathering, status=status, preview=preview, hints=_told(preview))


def _plan(session: UnitOfWork, form: Any) -> Any:
    if not form.validate():
        return None
    site = organisation.find_site(session, form.site_id.data) or abort(404)
    return form.plan(site.timezone)


def _told(preview: services.Preview) -> list[str]:
    return [hinted(hint) for hint in preview.hints]


def _hints_of(session: UnitOfWork, plan: Any, course: Course, but: int | None) -> list[str]:
    """What trainers have beside a plan; none for a plan that cannot be read."""
    if plan is None:
        return []
    asked = services.Asked(clock.now(), chosen_locale(), course.minutes, but=but)
    return [hinted(hint) for hint in services.look(session, plan, asked).of_trainers]


def _saved(path: str, words: str, hints: list[str]) -> ResponseReturnValue:
    flash(words)
    for hint in hints:
        flash(hint, "warning")
    return redirect(path, 303)


def _page(
    form: Any,
    course: Course,
    gathering: Gathering | None,
    *,
    status: int = 200,
    **more: Any,
) -> ResponseReturnValue:
    page = render_template(
        "gatherings/planning/form.html",
        form=form,
        course=course,
        gathering=gathering,
        **more,
    )
    return page, status

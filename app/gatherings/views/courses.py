"""HR's catalogue: all courses, one course with its sessions and its demand, writing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.gatherings.access import courses as access
from app.gatherings.forms.courses import CourseForm, stored
from app.gatherings.models import TOPIC_LABELS, Course, Topic
from app.gatherings.queries import course_list as queries
from app.gatherings.services import courses as services
from app.gatherings.views.course_files import courses_file, waiting_file
from app.gatherings.views.state_words import STATE_LABELS
from app.people.queries import organisation
from app.queue import ring
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, require
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page, arranged

bp = Blueprint("courses", __name__, url_prefix="/courses")
FILTERS = {
    "topic": [topic.value for topic in Topic],
    "state": ["offered", "retired"],
    "waiting": ["1"],
}


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """All courses with what is planned and who waits; `format=csv` or `xlsx` gives a file."""
    asked = ListRequest.from_args(
        request.args, sorts=queries.ORDERS, default="title", filters=FILTERS
    )
    with reading() as session:
        every = queries.lines(session, chosen_locale(), at=clock.now())
        found = arranged(
            [line for line in every if _fits(line, asked)],
            asked,
            texts=lambda line: (line.title, line.course.title_de, line.course.title_en),
            keys=queries.ORDERS,
        )
        if request.args.get("format") in FORMATS:
            return courses_file(request.args["format"], found)
        return render_template(
            "gatherings/courses/index.html",
            page=Page.cut(found, asked),
            labels=TOPIC_LABELS,
            topics=[(topic.value, _(label)) for topic, label in TOPIC_LABELS.items()],
        )


def _fits(line: queries.CourseLine, asked: ListRequest) -> bool:
    topic, state = asked.filters.get("topic"), asked.filters.get("state")
    is_retired = line.course.retired_on is not None
    return (
        topic in {None, line.course.topic.value}
        and state in {None, "retired" if is_retired else "offered"}
        and ("waiting" not in asked.filters or line.waiting > 0)
    )


def found(session: UnitOfWork, course_id: int) -> Course:
    """The course with audience and prerequisites, or 404."""
    require(access.may_edit(actor))
    return queries.find(session, course_id) or abort(404)


@bp.get("/<int:course_id>")
@allow(hr)
def show(course_id: int) -> ResponseReturnValue:
    """One course: what it is, its sessions, and who waits for the next one."""
    now = clock.now()
    with reading() as session:
        course = found(session, course_id)
        waiting = queries.waiting_for(session, course.id, today=now.date())
        if request.args.get("format") in FORMATS:
            require(access.may_name_waiting(actor))
            title = course.title(chosen_locale())
            return waiting_file(request.args["format"], title, waiting)
        return render_template(
            "gatherings/courses/show.html",
            course=course,
            labels=TOPIC_LABELS,
            sessions=queries.sessions_of(session, course.id),
            states=STATE_LABELS,
            waiting=waiting,
            may_name=access.may_name_waiting(actor),
            now=now,
        )


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form of a new course."""
    form = CourseForm(formdata=None, data={"minutes": 420})
    with reading() as session:
        _offer(session, form, None)
    return _page(form, None)


@bp.post("/")
@allow(hr)
def create() -> ResponseReturnValue:
    """Add a course to the catalogue."""
    form = CourseForm()
    with reading() as session:
        _offer(session, form, None)
    if not form.validate():
        return _page(form, None, status=422)
    try:
        with unit_of_work() as session:
            made = services.write(session, form.fields(), by=actor.person_id, at=clock.now())
            path = url_for(".show", course_id=made.id)
    except services.TitleTaken as refusal:
        form.show(refusal)
        return _page(form, None, status=422)
    flash(_("The course is in the catalogue. Plan its first session, or let demand come in."))
    return redirect(path, 303)


@bp.get("/<int:course_id>/edit")
@allow(hr)
def edit(course_id: int) -> ResponseReturnValue:
    """Change what is said about a course."""
    with reading() as session:
        course = found(session, course_id)
        form = stored(course)
        _offer(session, form, course)
    return _page(form, course)


@bp.post("/<int:course_id>/edit")
@allow(hr)
def save(course_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    form = CourseForm()
    with reading() as session:
        course = found(session, course_id)
        _offer(session, form, course)
    if not form.validate():
        return _page(form, course, status=422)
    try:
        with unit_of_work() as session:
            row, now = found(session, course_id), clock.now()
            fields, opened_on = form.fields(), form.opened_on
            services.change(session, row, fields, opened_on=opened_on, by=actor.person_id, at=now)
    except Stale:
        return _both(form, course_id)
    except Refusal as refusal:
        form.show(_in_my_words(refusal))
        return _page(form, course, status=422)
    flash(_("Saved."))
    return redirect(url_for(".show", course_id=course_id), 303)


def _in_my_words(refusal: Refusal) -> Refusal:
    if isinstance(refusal, services.AsksForItself):
        return refusal.told_in(chosen_locale())
    return refusal


def _both(form: CourseForm, course_id: int) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        course = found(session, course_id)
        other = stored(course)
        _offer(session, form, course)
        _offer(session, other, course)
    form.version.data = str(course.version)
    return _page(form, course, status=409, conflict=differences(form, other))


@bp.post("/<int:course_id>/retire")
@allow(hr)
def retire(course_id: int) -> ResponseReturnValue:
    """Take a course out of the catalogue."""
    now = clock.now()
    with unit_of_work() as session:
        course = found(session, course_id)
        services.retire(
            session,
            course,
            opened_on=_opened_on(),
            today=now.date(),
            by=actor.person_id,
            at=now,
        )
    ring("mail")
    flash(_("The course is no longer offered. Sessions that are announced still take place."))
    return redirect(url_for(".show", course_id=course_id), 303)


@bp.post("/<int:course_id>/bring-back")
@allow(hr)
def bring_back(course_id: int) -> ResponseReturnValue:
    """Offer a retired course again."""
    with unit_of_work() as session:
        course, now = found(session, course_id), clock.now()
        opened_on = _opened_on()
        services.bring_back(session, course, opened_on=opened_on, by=actor.person_id, at=now)
    flash(_("The course is offered again."))
    return redirect(url_for(".show", course_id=course_id), 303)


def _opened_on() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def _offer(session: UnitOfWork, form: CourseForm, course: Course | None) -> None:
    today = clock.now().date()
    others = list(queries.others(session, but=course.id if course else None, today=today))
    if course is not None:  # what is asked for already stays choosable, even if it was retired
        known = {other.id for other in others}
        others += [row.required for row in course.prerequisites if row.required_id not in known]
    form.offer_options(organisation.departments(session), others, chosen_locale())


def _page(
    form: CourseForm, course: Course | None, *, status: int = 200, conflict: Any = None
) -> ResponseReturnValue:
    page = render_template(
        "gatherings/courses/form.html", form=form, course=course, conflict=conflict
    )
    return page, status

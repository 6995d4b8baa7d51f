"""Trainings: a catalogue to browse, and one page per course."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import N_
from app.gatherings.models import TOPIC_LABELS, Certificate, Course, Topic
from app.gatherings.queries import catalogue as queries
from app.gatherings.queries.course_list import find
from app.gatherings.services import interests
from app.gatherings.views import sayings
from app.gatherings.views.readers import reader
from app.people.queries import organisation
from app.web.guards import actor, allow, signed_in
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page

bp = Blueprint("catalogue", __name__, url_prefix="/trainings")
SPANS = {"4": N_("in 4 weeks"), "13": N_("in 3 months"), "26": N_("in 6 months")}
FILTERS = {
    "topic": [topic.value for topic in Topic],
    "site": None,
    "language": None,
    "weeks": SPANS,
    "fits": ["1"],
}


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """Courses with their next dates, narrowed as asked."""
    asked = ListRequest.from_args(request.args, sorts={"date"}, default="date", filters=FILTERS)
    now = clock.now()
    with reading() as session:
        found = queries.entries(session, reader(session, now), _wanted(asked, now), chosen_locale())
        return render_template(
            "gatherings/catalogue/index.html",
            page=Page.cut(found, asked),
            options=_options(session, now),
            topics=TOPIC_LABELS,
            say=sayings,
        )


def _wanted(asked: ListRequest, now: datetime) -> queries.Wanted:
    topic, weeks = asked.filters.get("topic"), asked.filters.get("weeks")
    return queries.Wanted(
        text=asked.q,
        topic=Topic(topic) if topic else None,
        site_id=_number(asked.filters.get("site", "")),
        language=asked.filters.get("language", ""),
        before=now + timedelta(weeks=int(weeks)) if weeks else None,
        fits="fits" in asked.filters,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _options(session: UnitOfWork, now: datetime) -> dict[str, list[tuple[object, str]]]:
    return {
        "topic": [(topic.value, _(label)) for topic, label in TOPIC_LABELS.items()],
        "site": [(site.id, site.name) for site in organisation.sites(session)],
        "language": [(code, sayings.language(code)) for code in queries.languages(session, at=now)],
        "weeks": [(weeks, _(label)) for weeks, label in SPANS.items()],
    }


@bp.get("/<int:course_id>")
@allow(signed_in)
def course(course_id: int) -> ResponseReturnValue:
    """One course: goals, joint task, what comes first, and every date to come."""
    now = clock.now()
    with reading() as session:
        found = _found(session, course_id)
        by = reader(session, now)
        waiting, is_waiting = queries.interest(session, actor.person_id).get(found.id, (0, False))
        held = queries.own_certificates(session, actor.person_id)
        return render_template(
            "gatherings/catalogue/course.html",
            course=found,
            offers=queries.of_course(session, found, by),
            is_offered=found.retired_on is None or found.retired_on > by.today,
            waiting=waiting,
            is_waiting=is_waiting,
            own=held.get(found.id),
            prerequisites=_prerequisites(found, held),
            today=by.today,
            topics=TOPIC_LABELS,
            say=sayings,
        )


def _found(session: UnitOfWork, course_id: int) -> Course:
    return find(session, course_id) or abort(404)


def _prerequisites(course: Course, held: dict[int, Certificate]) -> list[dict[str, Any]]:
    """Each course that comes first, with the own certificate of it or None."""
    rows = [(each.required, held.get(each.required_id)) for each in course.prerequisites]
    return [{"course": required, "certificate": certificate} for required, certificate in rows]


@bp.post("/<int:course_id>/interest")
@allow(signed_in)
def wait(course_id: int) -> ResponseReturnValue:
    """Ask to be told of the next date."""
    now = clock.now()
    with unit_of_work() as session:
        interests.wait_for_a_date(session, _found(session, course_id), actor.person_id, at=now)
    flash(_("You will be told when there is a date."), "success")
    return redirect(url_for(".course", course_id=course_id), 303)


@bp.post("/<int:course_id>/interest/end")
@allow(signed_in)
def stop_waiting(course_id: int) -> ResponseReturnValue:
    """Take the wish back."""
    with unit_of_work() as session:
        interests.stop_waiting(session, _found(session, course_id), actor.person_id)
    flash(_("You will no longer be told of dates of this course."), "success")
    return redirect(url_for(".course", course_id=course_id), 303)

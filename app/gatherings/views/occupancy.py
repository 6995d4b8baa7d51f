"""Occupancy: how full sessions and joint days are and were, by date and by course."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading
from app.domain.collation import sort_key
from app.domain.quarters import days_of, quarters_around
from app.domain.seats import GatheringKind, GatheringState
from app.domain.timespan import Timespan
from app.gatherings.models import TOPIC_LABELS, Topic
from app.gatherings.queries import course_list
from app.gatherings.queries import occupancy as queries
from app.gatherings.views.occupancy_files import courses_file, joint_days_file, sessions_file
from app.gatherings.views.state_words import KIND_LABELS, STATE_LABELS
from app.people.queries import organisation
from app.web.export import FORMATS
from app.web.guards import allow, hr
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page, arranged

bp = Blueprint("occupancy", __name__, url_prefix="/occupancy")
BACK, AHEAD = 6, 2  # quarters to choose from
LONGEST_KEY = 9
STATES = [state.value for state in GatheringState if state is not GatheringState.DRAFT]
WHEN = ("to_come", "past")
FILTERS = {
    "quarter": None,
    "site": None,
    "topic": [topic.value for topic in Topic],
    "state": STATES,
    "when": WHEN,
    "kind": [kind.value for kind in KIND_LABELS],
}


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """Session by session; `format=csv` or `xlsx` gives a file."""
    asked = _asked(queries.SESSION_ORDERS, "-starts")
    now, locale = clock.now(), chosen_locale()
    with reading() as session:
        lines = queries.in_time(
            queries.sessions(session, _wanted(session, asked)), asked.filters.get("when"), at=now
        )
        kept = arranged(
            lines,
            asked,
            texts=lambda line: (line.gathering.title_in(locale), line.gathering.site.name),
            keys={
                **queries.SESSION_ORDERS,
                "title": lambda line: sort_key(line.gathering.title_in(locale)),
            },
        )
        if request.args.get("format") in FORMATS:
            return sessions_file(request.args["format"], kept)
        return render_template(
            "gatherings/occupancy/index.html",
            page=Page.cut(kept, asked),
            total=queries.total(kept),
            split=queries.split(kept, at=now),
            states=STATE_LABELS,
            topics=TOPIC_LABELS,
            **_options(session),
        )


@bp.get("/courses")
@allow(hr)
def courses() -> ResponseReturnValue:
    """Course by course, with the demand for dates; `format=csv` or `xlsx` gives a file."""
    asked = _asked(queries.COURSE_ORDERS, "title")
    now = clock.now()
    with reading() as session:
        wanted = _wanted(session, asked)
        lines = queries.in_time(
            queries.sessions(session, wanted), asked.filters.get("when"), at=now
        )
        demand = course_list.demand(session, today=now.date())
        every = queries.courses(session, wanted.topic)
        kept = arranged(
            queries.by_course(lines, every, demand, chosen_locale()),
            asked,
            texts=lambda line: (line.title,),
            keys=queries.COURSE_ORDERS,
        )
        shown = {line.course.id for line in kept}
        if request.args.get("format") in FORMATS:
            return courses_file(request.args["format"], kept)
        return render_template(
            "gatherings/occupancy/courses.html",
            page=Page.cut(kept, asked),
            total=queries.total(kept),
            split=queries.split(
                (line for line in lines if line.gathering.course_id in shown), at=now
            ),
            demand=sum(line.demand for line in kept),
            topics=TOPIC_LABELS,
            **_options(session),
        )


@bp.get("/joint-days")
@allow(hr)
def joint_days() -> ResponseReturnValue:
    """Field trips and joint days, one by one; `format=csv` or `xlsx` gives a file."""
    asked = _asked(queries.SESSION_ORDERS, "-starts")
    now = clock.now()
    kind = asked.filters.get("kind")
    with reading() as session:
        found = queries.joint_days(
            session, _wanted(session, asked), GatheringKind(kind) if kind else None
        )
        kept = arranged(
            queries.in_time(found, asked.filters.get("when"), at=now),
            asked,
            texts=lambda line: (line.gathering.title, queries.host_of(line)),
            keys=queries.SESSION_ORDERS,
        )
        if request.args.get("format") in FORMATS:
            return joint_days_file(request.args["format"], kept)
        return render_template(
            "gatherings/occupancy/joint_days.html",
            page=Page.cut(kept, asked),
            total=queries.total(kept),
            split=queries.split(kept, at=now),
            states=STATE_LABELS,
            kinds=KIND_LABELS,
            kind_options=[(one.value, _(label)) for one, label in KIND_LABELS.items()],
            **_options(session),
        )


def _asked(sorts: Collection[str], default: str) -> ListRequest:
    return ListRequest.from_args(request.args, sorts=sorts, default=default, filters=FILTERS)


def _wanted(session: UnitOfWork, asked: ListRequest) -> queries.Wanted:
    """What the address asks for; a quarter is one of the company's calendar."""
    values = asked.filters
    days = days_of(values.get("quarter", ""))
    zone = organisation.company_zone(session)
    site, topic, state = values.get("site", ""), values.get("topic"), values.get("state")
    usual = queries.Wanted()
    return queries.Wanted(
        span=Timespan.from_days(days, zone) if days else None,
        site_id=int(site) if _is_key(site) else None,
        topic=Topic(topic) if topic else None,
        states=frozenset({GatheringState(state)}) if state else usual.states,
    )


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


def _options(session: UnitOfWork) -> dict[str, list[tuple[str, str]]]:
    today = clock.now().date()
    return {
        "quarters": _quarters(today),
        "sites": [(str(site.id), site.name) for site in organisation.sites(session)],
        "topic_options": [(topic.value, _(label)) for topic, label in TOPIC_LABELS.items()],
        "state_options": [(state, _(STATE_LABELS[GatheringState(state)])) for state in STATES],
    }


def _quarters(today: date) -> list[tuple[str, str]]:
    return [
        (name, _("Quarter %(number)s of %(year)s", number=name[-1], year=name[:4]))
        for name in quarters_around(today, back=BACK, ahead=AHEAD)
    ]

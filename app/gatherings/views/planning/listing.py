"""All sessions in a list, and one of them with everything HR or its trainer needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading
from app.domain.collation import sort_key
from app.domain.seats import (
    BOOKABLE,
    BOOKING_STATE_LABELS,
    SEATED,
    BookingState,
    GatheringState,
    minimum_standing,
)
from app.gatherings.access import planning as access
from app.gatherings.forms.sessions import last_day_to_book
from app.gatherings.models import TOPIC_LABELS, Gathering
from app.gatherings.queries import course_list, origins
from app.gatherings.queries.planning import clashes
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.views.planning.blueprint import bp, found
from app.gatherings.views.state_words import STATE_LABELS
from app.people.queries import organisation
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, hr_or_trainer
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page, arranged

WHEN = ("to_come", "past")
FILTERS = {
    "state": [state.value for state in GatheringState],
    "site": None,
    "topic": [topic.value for topic in TOPIC_LABELS],
    "when": WHEN,
}
YEARS_OF_HOLIDAYS = 1


@bp.get("/sessions/")
@allow(hr)
def index() -> ResponseReturnValue:
    """All sessions; `format=csv` or `xlsx` gives them as a file."""
    asked = ListRequest.from_args(
        request.args, sorts=queries.ORDERS, default="-starts", filters=FILTERS
    )
    now, locale = clock.now(), chosen_locale()
    with reading() as session:
        every = [one for one in queries.listed(session) if _fits(one, asked, now)]
        kept = arranged(
            every,
            asked,
            texts=lambda one: (one.title_in(locale), one.site.name),
            keys={**queries.ORDERS, "title": lambda one: sort_key(one.title_in(locale))},
        )
        page = Page.cut(kept, asked)
        is_file = request.args.get("format") in FORMATS
        waiting = queries.waiting(session, [one.id for one in (kept if is_file else page.items)])
        if is_file:
            return _file(request.args["format"], kept, waiting)
        return render_template(
            "gatherings/planning/index.html",
            page=page,
            waiting=waiting,
            states=STATE_LABELS,
            state_options=[(state.value, _(label)) for state, label in STATE_LABELS.items()],
            sites=[(str(site.id), site.name) for site in organisation.sites(session)],
            topics=[(topic.value, _(label)) for topic, label in TOPIC_LABELS.items()],
        )


def _fits(one: Gathering, asked: ListRequest, now: datetime) -> bool:
    wanted = asked.filters.get
    is_past = one.ends_at <= now
    topic = one.course.topic.value if one.course else None
    return (
        wanted("state") in {None, one.state.value}
        and wanted("site") in {None, str(one.site_id)}
        and wanted("topic") in {None, topic}
        and wanted("when") in {None, "past" if is_past else "to_come"}
    )


def _file(form: str, kept: Sequence[Gathering], waiting: dict[int, int]) -> ResponseReturnValue:
    headers = [
        *(_("Session"), _("Topic"), _("Begins"), _("Ends"), _("Site"), _("Language")),
        *(_("State"), _("Seats"), _("Seats taken"), _("Waiting")),
    ]
    rows = (
        (
            one.title_in(chosen_locale()),
            _(TOPIC_LABELS[one.course.topic]) if one.course else "",
            one.starts_at.astimezone(actor.zone).replace(tzinfo=None),
            one.ends_at.astimezone(actor.zone).replace(tzinfo=None),
            one.site.name,
            one.language,
            _(STATE_LABELS[one.state]),
            one.wanted_capacity,
            one.taken,
            waiting.get(one.id, 0),
        )
        for one in kept
    )
    return traced_download(form, _("Sessions"), headers, rows, subject="list:sessions")


@bp.get("/sessions/<int:gathering_id>")
@allow(hr_or_trainer, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """One session: when and where, its seats, who comes, and what HR can do with it."""
    now = clock.now()
    with reading() as session:
        gathering = found(session, gathering_id)
        counts = queries.counts(session, gathering.id)
        today = now.astimezone(gathering.site.timezone).date()
        after = today.replace(year=today.year + YEARS_OF_HOLIDAYS, month=12, day=31)
        holidays = clashes.holidays(session, gathering.site_id, first=today, after=after)
        booked = sum(counts.get(state, 0) for state in SEATED)
        return render_template(
            "gatherings/planning/show.html",
            gathering=gathering,
            guests=queries.guests(session, gathering.id),
            counts=counts,
            booked=booked,
            to_tell=_to_tell(session, gathering, today),
            queue=counts.get(BookingState.WAITLISTED, 0) + counts.get(BookingState.OFFERED, 0),
            standing=minimum_standing(
                booked=booked,
                minimum=gathering.minimum,
                decide_on=gathering.decide_on,
                today=today,
                holidays=set(holidays),
            ),
            states=STATE_LABELS,
            booking_labels=BOOKING_STATE_LABELS,
            topics=TOPIC_LABELS,
            is_bookable=gathering.state in BOOKABLE,
            origins=origins.of_gathering(session, actor, gathering.id),
            may_plan=access.may_plan(actor),
            may_write_note=access.may_write_note(actor, gathering),
            opens_on=gathering.opens_at.astimezone(gathering.site.timezone).date(),
            last_day=last_day_to_book(gathering, gathering.site.timezone),
            now=now,
        )


def _to_tell(session: UnitOfWork, gathering: Gathering, today: date) -> int:
    """How many people hear of a draft when it is announced."""
    if gathering.state is not GatheringState.DRAFT or gathering.course_id is None:
        return 0
    return course_list.demand(session, today=today).get(gathering.course_id, 0)

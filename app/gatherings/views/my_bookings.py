"""My bookings: what is coming, what I wait for, what was. A page of the blueprint of bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED
from app.database import reading
from app.domain.joining import own_choice
from app.domain.seats import BEFORE_IT_STARTS, BOOKING_STATE_LABELS, SEATED, BookingState
from app.gatherings.models import Booking
from app.gatherings.queries import my_bookings as queries
from app.gatherings.queries.approvals import title
from app.gatherings.queries.session_page import leads_anything
from app.gatherings.views import sayings
from app.gatherings.views.bookings import bp
from app.gatherings.views.sessions import give_back_until
from app.web.export import FORMATS, download
from app.web.guards import actor, allow, signed_in
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page

__all__ = ["bp"]
GROUPS = ("questions", "coming", "waiting", "past")
OPEN_QUESTIONS = frozenset({BookingState.OFFERED, BookingState.REQUESTED})


@bp.get("/my-bookings")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """Open questions first, then what is coming, what I wait for, and the past."""
    asked = ListRequest.from_args(request.args, sorts={"date"}, default="date")
    now = clock.now()
    with reading() as session:
        every = queries.of_person(session, actor.person_id)
        if request.args.get("format") in FORMATS:
            return _as_file(every)
        places = queries.places(session, actor.person_id)
        groups = _groups(every, now)
        past = [_shown(each, places, now) for each in reversed(groups["past"])]
        return render_template(
            "gatherings/bookings/index.html",
            questions=[_shown(each, places, now) for each in groups["questions"]],
            coming=[_shown(each, places, now) for each in groups["coming"]],
            waiting=[_shown(each, places, now) for each in groups["waiting"]],
            past=Page.cut(past, asked),
            leads=leads_anything(session, actor.person_id),
            labels=BOOKING_STATE_LABELS,
            say=sayings,
        )


def _groups(every: Any, now: datetime) -> dict[str, list[Booking]]:
    found: dict[str, list[Booking]] = {
        name: [] for name in ("questions", "coming", "waiting", "past")
    }
    for each in every:
        found[_group(each, now)].append(each)
    return found


def _group(booking: Booking, now: datetime) -> str:
    if booking.state not in BEFORE_IT_STARTS or booking.gathering.ends_at <= now:
        return "past"
    if booking.state in OPEN_QUESTIONS:
        return "questions"
    return "coming" if booking.state in SEATED else "waiting"


def _shown(booking: Booking, places: dict[int, int], now: datetime) -> dict[str, Any]:
    gathering = booking.gathering
    until = give_back_until(gathering, booking)
    step = own_choice(booking.state, now=now, starts_at=gathering.starts_at, cancel_until=until)
    return {
        "booking": booking,
        "gathering": gathering,
        "title": title(gathering, chosen_locale()),
        "place": places.get(booking.id),
        "step": step.step,
        "why": step.why,
        "cancel_until": until,
    }


def _as_file(every: Any) -> ResponseReturnValue:
    headers = [
        *(_("Course"), _("Start"), _("End"), _("Site"), _("State"), _("Booked on")),
        *(_("Approved on"), _("Approved by"), _("All steps")),
    ]
    form, rows = request.args["format"], (_line(each) for each in every[:MOST_EXPORTED])
    return download(form, _("My bookings"), headers, rows, locale=chosen_locale())


def _line(booking: Booking) -> tuple[Any, ...]:
    gathering, history = booking.gathering, booking.history
    approved = next((step for step in history if step.state is BookingState.APPROVED), None)
    return (
        title(gathering, chosen_locale()),
        gathering.starts_at,
        gathering.ends_at,
        gathering.site.name,
        _(BOOKING_STATE_LABELS[booking.told_as]),
        booking.created_at,
        approved.at if approved else None,
        booking.actors.get(approved.by or 0, "") if approved else "",
        "; ".join(
            f"{_(BOOKING_STATE_LABELS[step.state])} {format_datetime(step.at, 'short')}"
            for step in history
        ),
    )

"""The page of one date: where and when, the seats, and the one thing its reader can do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading
from app.domain.attendance import is_open
from app.domain.joining import Choice, Situation, choice
from app.domain.seats import (
    BEFORE_IT_STARTS,
    BOOKABLE,
    BOOKING_STATE_LABELS,
    GatheringKind,
    Window,
)
from app.gatherings.access import sessions as access
from app.gatherings.access.bookings import may_excuse
from app.gatherings.models import TOPIC_LABELS, Booking, Course, Gathering
from app.gatherings.queries import catalogue
from app.gatherings.queries import session_page as queries
from app.gatherings.queries.attendance import is_there
from app.gatherings.queries.bookings import place_of
from app.gatherings.queries.offers import Offer, Reader, offers
from app.gatherings.services import feedback
from app.gatherings.services.bookings import may_be_excused
from app.gatherings.views import sayings
from app.gatherings.views.readers import reader
from app.gatherings.views.state_words import STATE_LABELS
from app.web.export import FORMATS
from app.web.guards import actor, allow, require, signed_in

bp = Blueprint("sessions", __name__, url_prefix="/sessions")


@bp.get("/<int:gathering_id>")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """One date of a course; joint days have their own page."""
    now = clock.now()
    with reading() as session:
        gathering = _found(session, gathering_id)
        if gathering.kind is not GatheringKind.SESSION:
            return redirect(url_for("trips.show", gathering_id=gathering.id))
        by = reader(session, now)
        offer = offers(session, [gathering], by)[0]
        return render_template(
            "gatherings/sessions/show.html",
            gathering=gathering,
            course=gathering.course,
            offer=offer,
            now=now,
            leads_it=access.leads(actor, gathering),
            may_speak=feedback.may_speak(session, gathering, actor.person_id, at=now),
            **_at_the_door(session, gathering, offer.own, now),
            may_see_participants=access.may_see_participants(actor, gathering),
            may_book_for=(actor.is_hr or actor.is_lead) and _can_be_booked(gathering, now),
            say=sayings,
            topics=TOPIC_LABELS,
            states=STATE_LABELS,
            labels=BOOKING_STATE_LABELS,
            **_standing(session, offer, by),
        )


def _can_be_booked(gathering: Gathering, now: datetime) -> bool:
    window = Window(gathering.opens_at, gathering.closes_at, gathering.starts_at)
    return gathering.state in BOOKABLE and window.is_open(now)


def _at_the_door(
    session: UnitOfWork, gathering: Gathering, own: Booking | None, now: datetime
) -> dict[str, bool]:
    """Whether a code is asked for now, and whether the reader is noted already.

    One statement while a meeting begins or runs.
    """
    running = [meeting.id for meeting in gathering.meetings if is_open(meeting.span, now)]
    is_noted = bool(running) and own is not None and is_there(session, own.id, running)
    return {"begins_or_runs": bool(running), "is_noted": is_noted}


def _found(session: UnitOfWork, gathering_id: int) -> Gathering:
    gathering = queries.find(session, gathering_id) or abort(404)
    require(access.may_see(actor, gathering))
    return gathering


def _standing(session: UnitOfWork, offer: Offer, by: Reader) -> dict[str, Any]:
    """How the reader stands to a date: what they lack, their place, who decides, their history."""
    held = catalogue.own_certificates(session, by.person_id)
    lacks = queries.lacking(offer.gathering, held)
    asks = offer.gathering.needs_approval
    team = offer.own.home_team_id if offer.own else actor.home_team
    return {
        "lacks": lacks,
        "choice": _choice(offer, by, lacks),
        "cancel_until": give_back_until(offer.gathering, offer.own),
        "place": place_of(session, offer.own) if offer.own else None,
        "deciders": queries.deciding(session, team, by.person_id, today=by.today) if asks else [],
        "history": queries.history(session, offer.gathering.id, by.person_id),
    }


def _choice(offer: Offer, by: Reader, lacks: list[Course]) -> Choice:
    gathering = offer.gathering
    meant = {each.department_id for each in gathering.course.audience} if gathering.course else ()
    own = offer.own.state if offer.own and offer.own.state in BEFORE_IT_STARTS else None
    return choice(
        Situation(
            now=by.at,
            state=gathering.state,
            opens_at=gathering.opens_at,
            closes_at=gathering.closes_at,
            starts_at=gathering.starts_at,
            cancel_until=give_back_until(gathering, offer.own),
            left=offer.left,
            own=own,
            needs_approval=gathering.needs_approval,
            clashes=offer.collides,
            lacks=bool(lacks),
            for_others=bool(meant) and by.department_id not in meant,
            is_host=access.leads(actor, gathering),
        )
    )


def give_back_until(gathering: Gathering, own: Booking | None) -> datetime:
    """Until when the seat can be given back; moves and the waiting list may give longer."""
    longer = own.leave_until if own is not None else None
    return max(gathering.cancel_until, longer) if longer else gathering.cancel_until


@bp.get("/led")
@allow(signed_in)
def led() -> ResponseReturnValue:
    """The sessions this person leads."""
    now = clock.now()
    with reading() as session:
        to_come, past = queries.led_by(session, actor.person_id, at=now)
        return render_template(
            "gatherings/sessions/led.html",
            to_come=to_come,
            past=past,
            now=now,
            say=sayings,
            states=STATE_LABELS,
        )


@bp.get("/<int:gathering_id>/participants")
@allow(signed_in, scoped=True)
def participants(gathering_id: int) -> ResponseReturnValue:
    """Who comes, to print and to take along; `format=csv` or `xlsx` gives a file."""
    with reading() as session:
        gathering = _found(session, gathering_id)
        require(access.may_see_participants(actor, gathering))
        found = queries.participants(session, gathering.id)
        if request.args.get("format") in FORMATS:
            return _as_file(gathering, found)
        return render_template(
            "gatherings/sessions/participants.html",
            gathering=gathering,
            participants=found,
            excusable={each.booking.id for each in found if _may_excuse(gathering, each.booking)},
            labels=BOOKING_STATE_LABELS,
            say=sayings,
        )


def _may_excuse(gathering: Gathering, booking: Booking) -> bool:
    """Whether this visitor may take the seat back for its person now."""
    return may_excuse(actor, booking) and may_be_excused(booking, gathering)


def _as_file(gathering: Gathering, found: list[queries.Participant]) -> ResponseReturnValue:
    headers = [_("Name"), _("Job title"), _("Team"), _("Department"), _("State")]
    rows = (
        (
            each.person.name,
            each.person.job_title,
            each.team.name if each.team else "",
            each.team.department.name if each.team else "",
            _(BOOKING_STATE_LABELS[each.booking.state]),
        )
        for each in found
    )
    subject = f"list:participants:{gathering.id}"
    form = request.args["format"]
    return traced_download(form, _("Participants"), headers, rows, subject=subject)

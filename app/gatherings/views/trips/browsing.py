"""Look for joint days, look at one of them, and at one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading
from app.domain.attendance import may_be_marked
from app.domain.insights import FATE_LABELS
from app.domain.joining import Choice, Situation, choice
from app.domain.refusals import N_
from app.domain.seats import (
    BEFORE_IT_STARTS,
    BOOKING_STATE_LABELS,
    GatheringKind,
    GatheringState,
)
from app.gatherings.access import trips as access
from app.gatherings.models import Gathering
from app.gatherings.queries.bookings import place_of
from app.gatherings.queries.bookings.hosting import host_department_of
from app.gatherings.queries.offers import Offer, Reader, offers
from app.gatherings.queries.session_page import deciding, history
from app.gatherings.queries.trips import debriefs, finding, hosts
from app.gatherings.queries.trips.contact import contact_of
from app.gatherings.queries.trips.finding import THERE, Guest, JointDay
from app.gatherings.views import sayings
from app.gatherings.views.readers import reader
from app.gatherings.views.sessions import give_back_until
from app.gatherings.views.state_words import STATE_LABELS
from app.gatherings.views.trips.blueprint import KIND_LABELS, KIND_LOOKS, bp, found
from app.insights import queries as insights
from app.insights.access import may_see as may_read
from app.insights.models import Insight
from app.voices.queries.taps import has_tapped
from app.web.guards import actor, allow, signed_in
from app.web.pages import ListRequest, Page

SPANS = {"2": N_("the next two weeks"), "4": N_("the next four weeks"), "13": N_("three months")}
WORDS: dict[str, Any] = {
    "say": sayings,
    "kinds": KIND_LABELS,
    "looks": KIND_LOOKS,
    "states": STATE_LABELS,
    "labels": BOOKING_STATE_LABELS,
}


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """What is offered, soonest first, narrowed as asked."""
    filters = {
        "kind": [kind.value for kind in KIND_LABELS],
        "region": None,
        "segment": None,
        "weeks": SPANS,
    }
    asked = ListRequest.from_args(request.args, sorts={"date"}, default="date", filters=filters)
    now = clock.now()
    with reading() as session:
        days, total = finding.upcoming(
            session, _wanted(asked, now), at=now, offset=asked.offset, limit=asked.size
        )
        seen = offers(session, [day.gathering for day in days], reader(session, now))
        regions, segments = finding.options(session, at=now)
        return render_template(
            "gatherings/trips/index.html",
            page=Page(list(zip(days, seen, strict=True)), total, asked),
            options={
                "kind": [(kind.value, _(label)) for kind, label in KIND_LABELS.items()],
                "region": [(name, name) for name in regions],
                "segment": [(name, name) for name in segments],
                "weeks": [(weeks, _(label)) for weeks, label in SPANS.items()],
            },
            may_host=_host(session, now) is not None,
            **WORDS,
        )


def _wanted(asked: ListRequest, now: datetime) -> finding.Wanted:
    kind, weeks = asked.filters.get("kind"), asked.filters.get("weeks")
    return finding.Wanted(
        text=asked.q,
        region=asked.filters.get("region", ""),
        segment=asked.filters.get("segment", ""),
        kind=GatheringKind(kind) if kind else None,
        before=now + timedelta(weeks=int(weeks)) if weeks else None,
    )


def _host(session: UnitOfWork, now: datetime) -> hosts.Host | None:
    return hosts.host(session, actor.person_id, today=now.astimezone(actor.zone).date())


@bp.get("/mine")
@allow(signed_in)
def mine() -> ResponseReturnValue:
    """What the visitor offers, and where they go along; what has to be written first."""
    now = clock.now()
    with reading() as session:
        return render_template(
            "gatherings/trips/mine.html",
            hosted=finding.hosted(session, actor.person_id),
            joined=finding.joined(session, actor.person_id),
            to_write=debriefs.to_write(session, actor.person_id, at=now),
            may_host=_host(session, now) is not None,
            now=now,
            **WORDS,
        )


@bp.get("/<int:gathering_id>")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """One joint day with the one thing its reader can do; host and guest see more."""
    with reading() as session:
        return show_page(session, gathering_id)


def show_page(
    session: UnitOfWork, gathering_id: int, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """The page of a joint day; `more` is what a form of it has to say after a no."""
    now = clock.now()
    joint = found(session, gathering_id)
    by = reader(session, now)
    offer = offers(session, [joint.gathering], by)[0]
    people = finding.guests(session, gathering_id)
    page = render_template(
        "gatherings/trips/show.html",
        joint=joint,
        gathering=joint.gathering,
        trip=joint.trip,
        offer=offer,
        now=now,
        **_standing(session, joint, offer, by),
        **_for_those_of_it(session, joint, people),
        may_tap=_may_tap(session, gathering_id, now),
        **WORDS,
        **more,
    )
    return page, status


def _standing(session: UnitOfWork, joint: JointDay, offer: Offer, by: Reader) -> dict[str, Any]:
    """How the reader stands to the day: the step, their place, who decides, their history."""
    gathering, own = joint.gathering, offer.own
    team = own.home_team_id if own else actor.home_team
    asks = gathering.needs_approval
    today = by.at.astimezone(gathering.site.timezone).date()
    department = host_department_of(session, gathering, today=today)
    return {
        "choice": _choice(offer, by, department),
        "is_for_others": _is_for_others(by, department),
        "cancel_until": give_back_until(gathering, own),
        "place": place_of(session, own) if own else None,
        "deciders": deciding(session, team, by.person_id, today=by.today) if asks else [],
        "history": history(session, gathering.id, by.person_id),
    }


def _may_tap(session: UnitOfWork, gathering_id: int, now: datetime) -> bool:
    """Whether the three taps wait for the reader. At most two statements."""
    contact = contact_of(session, gathering_id, actor.person_id, at=now)
    return contact is not None and not has_tapped(session, contact.name, actor.person_id)


def _choice(offer: Offer, by: Reader, department_id: int | None) -> Choice:
    gathering = offer.gathering
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
            for_others=_is_for_others(by, department_id),
            is_host=access.is_host(actor, gathering),
        )
    )


def _is_for_others(by: Reader, department_id: int | None) -> bool:
    """Whether the reader is of the host's own department, from which no guests come."""
    return department_id is not None and department_id == by.department_id


def _for_those_of_it(session: UnitOfWork, joint: JointDay, people: list[Guest]) -> dict[str, Any]:
    """What host and guests see beside the rest; nothing of it for anybody else."""
    gathering, trip = joint.gathering, joint.trip
    there = {guest.person.id for guest in people if guest.booking.state in THERE}
    is_host = access.is_host(actor, gathering)
    is_of_it = access.is_of_it(actor, gathering, there)
    seen = people if is_host else [one for one in people if one.booking.state in THERE]
    return {
        "is_host": is_host,
        "is_of_it": is_of_it,
        "guests": seen if is_of_it else [],
        "may_find_a_host": actor.is_hr
        and trip.host_left_at is not None
        and access.may_call_off(actor, gathering, without_host=True),
        "may_change": access.may_change(actor, gathering),
        "may_mark": is_host and _is_marked_by_now(gathering),
        "may_prepare": access.may_prepare(actor, gathering, there),
        "debriefs": debriefs.debriefs_of(session, gathering.id) if is_of_it else [],
        "promises": debriefs.promises_of(session, gathering.id) if is_of_it else [],
        "insights": _insights(session, gathering) if is_of_it else [],
        "fates": FATE_LABELS,
    }


def _is_marked_by_now(gathering: Gathering) -> bool:
    """Whether the list of who was there is open, as it is from half an hour before the start."""
    is_off = gathering.state is GatheringState.CALLED_OFF
    return not is_off and may_be_marked(gathering.span, clock.now())


def _insights(session: UnitOfWork, gathering: Gathering) -> list[tuple[Insight, bool]]:
    """The insights of a joint day, and whether the reader may open each."""
    found = insights.of_joint_day(session, gathering.id)
    return [(insight, may_read(actor, insight)) for insight in found]

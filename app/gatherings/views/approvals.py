"""Approvals: leads and deputies answer requests for seats, with their team's cover beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.collation import sort_key
from app.domain.refusals import N_, Refusal
from app.domain.seats import Approval, BookingState
from app.domain.team_cover import tightest
from app.gatherings.access import bookings as access
from app.gatherings.forms.approvals import RefusalForm, TickedForm
from app.gatherings.queries import approvals as queries
from app.gatherings.queries.team_cover import cover_beside
from app.gatherings.services import bookings as services
from app.gatherings.views import sayings
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, allow, lead_or_hr, require
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page, arranged
from app.web.problems import translated

bp = Blueprint("approvals", __name__, url_prefix="/approvals")
MOST_TICKED = 100
STATES = {
    BookingState.REQUESTED: N_("asked for a seat"),
    BookingState.WAITLISTED: N_("on the waiting list"),
}
ANSWERS = {Approval.GIVEN: N_("agreed"), Approval.REFUSED: N_("refused")}


def decider() -> queries.Decider:
    """The visitor as somebody who answers requests."""
    return queries.Decider(actor.person_id, actor.responsible_for, is_hr=actor.is_hr)


def today() -> date:
    """The day on the visitor's wall clock."""
    return clock.now().astimezone(actor.zone).date()


@bp.get("/")
@allow(lead_or_hr)
def index() -> ResponseReturnValue:
    """What waits for an answer, each with the team's cover: searched, sorted, paged, as a file."""
    with reading() as session:
        found = queries.waiting(session, decider(), today=today())
        if request.args.get("format") in FORMATS:
            return _waiting_file(session, _fitting(found, _asked(found)), found)
        return _index(session, found)


def _index(session: UnitOfWork, found: list[queries.Request], **more: Any) -> str:
    asked = _asked(found)
    page = Page.cut(_fitting(found, asked), asked)
    rivals = [each.booking for each in found]
    cover = cover_beside(session, [each.booking for each in page.items], rivals)
    shown = [_shown(each, cover[each.booking.id]) for each in page.items]
    return render_template(
        "gatherings/approvals/index.html",
        form=TickedForm(formdata=None),
        page=Page(shown, page.total, asked),
        options={
            "state": [(state.value, _(label)) for state, label in STATES.items()],
            "team": _teams(found),
        },
        tabs=tabs("index", len(found)),
        **more,
    )


def _asked(found: list[queries.Request] | None = None) -> ListRequest:
    """What the address asks for; a team only where one of these requests comes from it."""
    return ListRequest.from_args(
        request.args,
        sorts=queries.REQUEST_ORDERS,
        default="until",
        filters={
            "state": [state.value for state in STATES],
            "team": None if found is None else [key for key, _name in _teams(found)],
        },
    )


def _teams(found: list[queries.Request]) -> list[tuple[str, str]]:
    named = {str(each.team.id): each.team.name for each in found if each.team}
    return sorted(named.items(), key=lambda team: sort_key(team[1]))


def _fitting(found: list[queries.Request], asked: ListRequest) -> list[queries.Request]:
    state, team = asked.filters.get("state"), asked.filters.get("team")
    fitting = [
        each
        for each in found
        if state in {None, each.booking.state.value}
        and (team is None or team == str(each.booking.home_team_id))
    ]
    return arranged(
        fitting,
        asked,
        texts=lambda row: (row.person.name, queries.title(row.booking.gathering, chosen_locale())),
        keys=queries.REQUEST_ORDERS,
    )


def _waiting_file(
    session: UnitOfWork, rows: list[queries.Request], found: list[queries.Request]
) -> ResponseReturnValue:
    rows = rows[:MOST_EXPORTED]
    rivals = [each.booking for each in found]
    cover = cover_beside(session, [each.booking for each in rows], rivals)
    headers = [
        *(_("Person"), _("Home team"), _("Course"), _("Start"), _("State"), _("Asked on")),
        *(_("Answer until"), _("There that day"), _("Of the team"), _("Needed")),
    ]
    return traced_download(
        request.args["format"],
        _("Open approvals"),
        headers,
        (_line(each, cover[each.booking.id]) for each in rows),
        subject="list:approvals",
    )


def _line(each: queries.Request, cover: list[Any]) -> tuple[Any, ...]:
    booking, least = each.booking, tightest([one.cover for one in cover])
    return (
        each.person.name,
        each.team.name if each.team else "",
        queries.title(booking.gathering, chosen_locale()),
        booking.gathering.starts_at,
        _(STATES[booking.state]),
        booking.created_at,
        booking.expires_at,
        *((least.here, least.size, least.minimum) if least else ("", "", "")),
    )


def _shown(each: queries.Request, cover: list[Any]) -> dict[str, Any]:
    return {
        "booking": each.booking,
        "person": each.person,
        "team": each.team,
        "title": queries.title(each.booking.gathering, chosen_locale()),
        "cover": cover,
        "tightest": tightest([one.cover for one in cover]),
    }


def tabs(active: str, waiting: int | None = None) -> list[tuple[str, str, bool, int | None]]:
    """The pages of those who answer for teams."""
    return [
        (_("Waiting for me"), url_for(".index"), active == "index", waiting),
        (_("Decided"), url_for(".decided"), active == "decided", None),
        (_("Seats of my teams"), url_for(".seated"), active == "seated", None),
    ]


@bp.post("/")
@allow(lead_or_hr)
def approve() -> ResponseReturnValue:
    """Agree to everybody who was ticked; who cannot be agreed to stays and is named."""
    ticked = [int(text) for text in request.form.getlist("booking") if _is_key(text)]
    now, chosen = clock.now(), sorted(set(ticked))
    if not 0 < len(chosen) <= MOST_TICKED:
        problem = _("Please tick somebody.") if not chosen else _("Please tick fewer people.")
        return _again([problem], chosen), 422
    with unit_of_work() as session:
        may = queries.answerable(session, decider(), chosen, today=today())
        require(set(chosen) == may)
        done = services.approve_each(session, chosen, by=actor.person_id, at=now)
        names = queries.names(session, [one.booking_id for one in done.left])
    reasons = _reasons(done.left, names)
    if not done.agreed:
        return _again(reasons, chosen), 409
    ring("mail")
    number = len(done.agreed)
    said = ngettext("You agreed to %(num)d request.", "You agreed to %(num)d requests.", number)
    flash(said, "success")
    for reason in reasons:
        flash(reason, "warning")
    return redirect(url_for(".index") + _asked_again(), 303)


def _again(problems: list[str], ticked: list[int]) -> str:
    """The list as it was, with what is wrong and what was ticked."""
    with reading() as session:
        found = queries.waiting(session, decider(), today=today())
        return _index(session, found, problems=problems, ticked=ticked)


def _asked_again() -> str:
    """The part of the list the form was sent from; from an address without one, the first."""
    asked = _asked()
    link = asked.link(page=asked.page)
    return "" if link == "?" else link


def _reasons(left: list[services.Left], names: dict[int, str]) -> list[str]:
    """One sentence per reason, with everybody it holds for."""
    people: dict[str, list[str]] = {}
    for one in left:
        people.setdefault(translated(one.why), []).append(names.get(one.booking_id, "?"))
    return [
        _("Still open: %(names)s. %(reason)s", names=", ".join(sorted(those)), reason=reason)
        for reason, those in people.items()
    ]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004


@bp.get("/<int:booking_id>")
@allow(lead_or_hr, scoped=True)
def show(booking_id: int) -> ResponseReturnValue:
    """One request: who, what, when, the team's cover, and the two answers."""
    with reading() as session:
        return _page(session, booking_id, RefusalForm(formdata=None))


def _page(session: UnitOfWork, booking_id: int, form: RefusalForm) -> str:
    found = _found(session, booking_id)
    same_team = queries.waiting(session, decider(), today=today())
    asking = {each.booking.id: each.booking for each in same_team} | {booking_id: found.booking}
    cover = cover_beside(session, list(asking.values()))[booking_id]
    return render_template(
        "gatherings/approvals/show.html",
        form=form,
        is_open=booking_id in {each.booking.id for each in same_team},
        answers=ANSWERS,
        say=sayings,
        **_shown(found, cover),
    )


def _found(session: UnitOfWork, booking_id: int) -> queries.Request:
    found = queries.find(session, decider(), booking_id, today=today()) or abort(404)
    require(access.may_decide(actor, found.booking))
    return found


@bp.post("/<int:booking_id>/refuse")
@allow(lead_or_hr, scoped=True)
def refuse(booking_id: int) -> ResponseReturnValue:
    """Say no, with a reason."""
    form, now = RefusalForm(), clock.now()
    try:
        with unit_of_work() as session:
            name = _found(session, booking_id).person.name
            if not form.validate():
                return _page(session, booking_id, form), 422
            services.decline(
                session, booking_id, by=actor.person_id, reason=form.reason.data, at=now
            )
    except Refusal as refusal:
        form.show(refusal)
        with reading() as session:
            return _page(session, booking_id, form), refusal.status
    ring("mail")
    flash(_("You refused the request of %(name)s. The reason is on its way.", name=name), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/decided")
@allow(lead_or_hr)
def decided() -> ResponseReturnValue:
    """What was answered: searched, sorted, paged; `format=csv` or `xlsx` gives a file."""
    asked = ListRequest.from_args(
        request.args,
        sorts=queries.ORDERS,
        default="-decided",
        filters={"answer": [answer.value for answer in ANSWERS]},
    )
    with reading() as session:
        found = _narrowed(queries.decided(session, decider(), today=today()), asked)
        if request.args.get("format") in FORMATS:
            return _as_file(found)
        return render_template(
            "gatherings/approvals/decided.html",
            page=Page.cut(found, asked),
            answers=ANSWERS,
            options=[(answer.value, _(label)) for answer, label in ANSWERS.items()],
            title=lambda gathering: queries.title(gathering, chosen_locale()),
            tabs=tabs("decided"),
        )


def _narrowed(every: list[queries.Decision], asked: ListRequest) -> list[queries.Decision]:
    answer = asked.filters.get("answer")
    fitting = [each for each in every if answer in {None, each.booking.approval.value}]
    return arranged(
        fitting,
        asked,
        texts=lambda row: (
            row.booking.person.name,
            queries.title(row.booking.gathering, chosen_locale()),
        ),
        keys=queries.ORDERS,
    )


def _as_file(found: list[queries.Decision]) -> ResponseReturnValue:
    headers = [
        *(_("Person"), _("Home team"), _("Course"), _("Start"), _("Answer")),
        *(_("Reason"), _("Decided by"), _("Decided on")),
    ]
    rows = (
        (
            row.booking.person.name,
            row.team.name if row.team else "",
            queries.title(row.booking.gathering, chosen_locale()),
            row.booking.gathering.starts_at,
            _(ANSWERS[row.booking.approval]),
            row.booking.reason,
            row.by.name if row.by else "",
            row.booking.decided_at,
        )
        for row in found[:MOST_EXPORTED]
    )
    form = request.args["format"]
    return traced_download(form, _("Approvals"), headers, rows, subject="list:approvals")

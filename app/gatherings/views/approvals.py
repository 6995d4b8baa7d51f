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
from app.domain.refusals import N_, Refusal
from app.domain.seats import Approval
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
ANSWERS = {Approval.GIVEN: N_("agreed"), Approval.REFUSED: N_("refused")}


def _decider() -> queries.Decider:
    return queries.Decider(actor.person_id, actor.responsible_for, is_hr=actor.is_hr)


def _today() -> date:
    return clock.now().astimezone(actor.zone).date()


@bp.get("/")
@allow(lead_or_hr)
def index() -> ResponseReturnValue:
    """What waits for an answer, each with the team's cover during the meetings."""
    with reading() as session:
        return _index(session)


def _index(session: UnitOfWork, problem: str = "") -> str:
    found = queries.waiting(session, _decider(), today=_today())
    cover = cover_beside(session, [each.booking for each in found])
    return render_template(
        "gatherings/approvals/index.html",
        form=TickedForm(formdata=None),
        problem=problem,
        requests=[_shown(each, cover[each.booking.id]) for each in found],
        tabs=_tabs("index", len(found)),
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


def _tabs(active: str, waiting: int | None = None) -> list[tuple[str, str, bool, int | None]]:
    return [
        (_("Waiting for me"), url_for(".index"), active == "index", waiting),
        (_("Decided"), url_for(".decided"), active == "decided", None),
    ]


@bp.post("/")
@allow(lead_or_hr)
def approve() -> ResponseReturnValue:
    """Agree to everybody who was ticked, all or none."""
    ticked = [int(text) for text in request.form.getlist("booking") if _is_key(text)]
    now, chosen = clock.now(), sorted(set(ticked))
    if not 0 < len(chosen) <= MOST_TICKED:
        problem = _("Please tick somebody.") if not chosen else _("Please tick fewer people.")
        with reading() as session:
            return _index(session, problem), 422
    try:
        with unit_of_work() as session:
            may = queries.answerable(session, _decider(), chosen, today=_today())
            require(set(chosen) == may)
            services.approve(session, chosen, by=actor.person_id, at=now)
    except Refusal as refusal:
        with reading() as session:
            return _index(session, translated(refusal)), refusal.status
    ring("mail")
    flash(
        ngettext("You agreed to %(num)d request.", "You agreed to %(num)d requests.", len(chosen)),
        "success",
    )
    return redirect(url_for(".index"), 303)


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
    same_team = queries.waiting(session, _decider(), today=_today())
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
    found = queries.find(session, _decider(), booking_id, today=_today()) or abort(404)
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
        found = _narrowed(queries.decided(session, _decider(), today=_today()), asked)
        if request.args.get("format") in FORMATS:
            return _as_file(found)
        return render_template(
            "gatherings/approvals/decided.html",
            page=Page.cut(found, asked),
            answers=ANSWERS,
            options=[(answer.value, _(label)) for answer, label in ANSWERS.items()],
            title=lambda gathering: queries.title(gathering, chosen_locale()),
            tabs=_tabs("decided"),
        )


def _narrowed(every: list[queries.Decision], asked: ListRequest) -> list[queries.Decision]:
    answer = asked.filters.get("answer")
    fitting = [each for each in every if answer in {None, each.booking.approval.value}]
    return arranged(
        fitting,
        asked,
        texts=lambda row: (row.booking.person.name, row.booking.gathering.title),
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

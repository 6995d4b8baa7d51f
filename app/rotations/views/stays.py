"""Stays: HR's list, and the page of one stay."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.consent import PARTY_LABELS, ConsentParty, ConsentState, ReasonMissing
from app.domain.consent import STATE_LABELS as CONSENT_LABELS
from app.domain.insights import FATE_LABELS
from app.domain.stays import (
    BEFORE_START,
    CHECK_IN_LABELS,
    HITCH_LABELS,
    OVER,
    STATE_LABELS,
    Hitch,
    StayState,
    hitches,
)
from app.domain.timespan import Days, last_day
from app.insights.models import Insight
from app.insights.queries import of_stay
from app.insights.wording import FATE_TONES
from app.queue import ring
from app.rotations.access import stays as access
from app.rotations.forms.stays import AnswerForm
from app.rotations.models import Stay
from app.rotations.queries import stays as queries
from app.rotations.queries.own_calendar import busy_days
from app.rotations.queries.stays.contact import contact_of
from app.rotations.queries.stays.listing import Listed, listed, progress_of, rounds_with_stays
from app.rotations.queries.stays.timeline import SIDE_LABELS, timeline
from app.rotations.services import stays as services
from app.rotations.services.stays.answering import Answer
from app.voices.queries.taps import has_tapped
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, require, signed_in
from app.web.pages import ListRequest, Page
from app.web.paging import Wish
from app.web.problems import translated

bp = Blueprint("stays", __name__, url_prefix="/stays")
LABELS: dict[str, dict[Any, str]] = {
    "states": STATE_LABELS,
    "parties": PARTY_LABELS,
    "consent_states": CONSENT_LABELS,
    "hitch_labels": HITCH_LABELS,
    "check_in_labels": CHECK_IN_LABELS,
    "sides": SIDE_LABELS,
    "fates": FATE_LABELS,
    "consent_tones": {
        ConsentState.WAITING: "draft",
        ConsentState.ASKED: "requested",
        ConsentState.GIVEN: "agreed",
        ConsentState.DEEMED: "agreed",
        ConsentState.REFUSED: "refused",
        ConsentState.NOT_NEEDED: "not_needed",
    },
    "fate_tones": FATE_TONES,
}


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """Every stay, with what is stuck."""
    today = clock.today(actor.zone)
    asked = ListRequest.from_args(
        request.args,
        sorts={"starts", "person", "home", "host", "state"},
        default="-starts",
        filters={
            "state": [state.value for state in StayState],
            "round": None,
            "stuck": ["any", *(hitch.value for hitch in Hitch)],
        },
    )
    form = request.args.get("format", "")
    wish = Wish.of(asked, most=MOST_EXPORTED if form in FORMATS else 0)
    with reading() as session:
        rows, total = listed(session, wish, today=today)
        rounds = rounds_with_stays(session)
        if form in FORMATS:
            return _file(form, rows)
        page = Page(rows, total, asked)
        options = {
            "state": {state.value: _(label) for state, label in STATE_LABELS.items()},
            "round": {str(round_.id): round_.name for round_ in rounds},
            "stuck": {
                "any": _("Stuck anywhere"),
                **{hitch.value: _(label) for hitch, label in HITCH_LABELS.items()},
            },
        }
        return render_template("rotations/stays/index.html", page=page, options=options, **LABELS)


def _file(form: str, rows: list[Listed]) -> ResponseReturnValue:
    headers = [
        *(_("Person"), _("Home team"), _("Host team"), _("Task"), _("First day"), _("Last day")),
        *(_("State"), _("Stuck")),
    ]
    content = (
        (
            row.stay.person.name,
            row.stay.home.name,
            row.stay.host.name,
            row.stay.placement.title,
            row.stay.starts_on,
            last_day(row.stay.ends_on),
            _(STATE_LABELS[row.stay.state]),
            "; ".join(_(HITCH_LABELS[hitch]) for hitch in row.hitches),
        )
        for row in rows
    )
    return traced_download(form, "stays", headers, content, subject="list:stays")


@bp.get("/<int:stay_id>")
@allow(signed_in, scoped=True)
def show(stay_id: int) -> ResponseReturnValue:
    """Everything about one stay, as far as the visitor may see it."""
    with reading() as session:
        return _page(session, seen(session, stay_id))


def seen(session: UnitOfWork, stay_id: int) -> Stay:
    """The stay, or 404 for strangers."""
    stay = queries.find(session, stay_id) or abort(404)
    require(access.may_see(actor, stay))
    return stay


def _page(
    session: UnitOfWork, stay: Stay, *, answering: AnswerForm | None = None, status: int = 200
) -> ResponseReturnValue:
    today = clock.today(stay.person.site.timezone)
    asked = next((c for c in stay.consents if c.state is ConsentState.ASKED), None)
    my_turn = asked is not None and access.may_answer(actor, stay, asked.party)
    accepts = my_turn and asked is not None and asked.party is ConsentParty.PERSON
    page = render_template(
        "rotations/stays/show.html",
        taken=_taken_elsewhere(session, stay) if accepts else 0,
        stay=stay,
        today=today,
        last=last_day(stay.ends_on),
        asked=asked,
        is_my_turn=my_turn,
        answering=answering or AnswerForm(formdata=None),
        insights=_by_debrief(session, stay) if stay.debriefs else {},
        moments=timeline(stay, zone=stay.person.site.timezone),
        hitches=hitches(progress_of(stay), today),
        may=_rights(stay),
        may_tap=_may_tap(session, stay),
        **LABELS,
    )
    return page, status


def _by_debrief(session: UnitOfWork, stay: Stay) -> dict[int | None, list[Insight]]:
    """The insights of a stay under the keys of its debriefs."""
    found: dict[int | None, list[Insight]] = {}
    for insight in of_stay(session, stay.id):
        found.setdefault(insight.stay_debrief_id, []).append(insight)
    return found


def _may_tap(session: UnitOfWork, stay: Stay) -> bool:
    """Whether the three taps wait for the visitor. Two statements once the stay is over."""
    if stay.state not in OVER:
        return False
    contact = contact_of(session, stay.id, actor, at=clock.now())
    return contact is not None and not has_tapped(session, contact.name, actor.person_id)


def _taken_elsewhere(session: UnitOfWork, stay: Stay) -> int:
    """On how many working days of the stay the reader's own calendar says "busy"."""
    days = Days(stay.starts_on, stay.ends_on)
    return busy_days(session, stay.person_id, [days], stay.person.site.timezone)[0]


def _rights(stay: Stay) -> dict[str, Any]:
    """What this visitor may do and see here, asked once for the whole page."""
    written = {debrief.side for debrief in stay.debriefs}
    sides = access.debrief_sides(actor, stay) if stay.state in OVER else ()
    before = stay.state in BEFORE_START
    return {
        "withdraw": before and access.is_person(actor, stay),
        "cancel": before and access.may_cancel(actor, stay),
        "end": stay.state is StayState.RUNNING and access.may_end(actor, stay),
        "edit_sheet": access.may_edit_sheet(actor, stay),
        "commission": access.sees_commission(actor, stay),
        "set_goals": access.may_set_goals(actor, stay),
        "tick_goals": access.is_person(actor, stay) and not before,
        "check_ins": access.sees_check_ins(actor, stay),
        "hold_check_in": access.may_hold_check_in(actor, stay),
        "debriefs": access.sees_debriefs(actor, stay),
        "write_debrief": [side for side in sides if side not in written],
        "reasons": access.sees_reasons(actor, stay),
        "note": access.sees_note(actor, stay),
    }


@bp.post("/<int:stay_id>/consents/<party>")
@allow(signed_in, scoped=True)
def answer(stay_id: int, party: str) -> ResponseReturnValue:
    """Say yes or no for one party."""
    if party not in {known.value for known in ConsentParty if known is not ConsentParty.COUNCIL}:
        abort(404)
    form, speaks_for = AnswerForm(), ConsentParty(party)
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.may_answer(actor, stay, speaks_for))
        if not form.validate_on_submit():
            return _page(session, stay, answering=form, status=422)
        reason = "" if speaks_for is ConsentParty.PERSON else form.reason.data
        said = Answer(speaks_for, form.state, by=actor.person_id, reason=reason or "")
        try:
            services.answer(session, stay, said, at=clock.now())
        except ReasonMissing as refusal:
            form.reason.errors = [translated(refusal)]
            return _page(session, stay, answering=form, status=422)
    ring("mail")
    flash(_("Thank you. Your answer is written down."), "success")
    return redirect(url_for(".show", stay_id=stay_id), 303)


@bp.post("/<int:stay_id>/withdraw")
@allow(signed_in, scoped=True)
def withdraw(stay_id: int) -> ResponseReturnValue:
    """The person steps back before the start, without a reason."""
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.is_person(actor, stay))
        services.withdraw(session, stay, by=actor.person_id, at=clock.now())
    ring("mail")
    flash(_("You stepped back from this stay. Everybody concerned has been told."), "info")
    return redirect(url_for(".show", stay_id=stay_id), 303)


@bp.post("/<int:stay_id>/cancel")
@allow(hr, scoped=True)
def cancel(stay_id: int) -> ResponseReturnValue:
    """HR takes the place back before the start."""
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        require(access.may_cancel(actor, stay))
        services.cancel_stay(session, stay, at=clock.now(), by=actor.person_id)
    ring("mail")
    flash(_("The stay is cancelled. Everybody concerned has been told."), "info")
    return redirect(url_for(".show", stay_id=stay_id), 303)


@bp.post("/<int:stay_id>/seat-settled")
@allow(hr, scoped=True)
def settle_seat(stay_id: int) -> ResponseReturnValue:
    """HR has looked after the seat this stay left."""
    with unit_of_work() as session:
        stay = seen(session, stay_id)
        services.settle_freed_seat(session, stay, by=actor.person_id, at=clock.now())
    flash(_("The free seat is no longer listed."), "success")
    return redirect(url_for("programme.index"), 303)

"""Keep the list of a session, show its codes, check in on site."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.attendance import PRESENCE_LABELS, NotBegun, WrongCode, is_open, may_be_marked
from app.domain.seats import BOOKING_STATE_LABELS
from app.gatherings.access import attendance as access
from app.gatherings.access import sessions as session_access
from app.gatherings.forms.attendance import CodeForm, ListForm, field_name, marks_in
from app.gatherings.models import Gathering
from app.gatherings.queries import attendance as queries
from app.gatherings.queries import session_page
from app.gatherings.services import attendance as services
from app.gatherings.views import sayings
from app.queue import ring
from app.web.guards import actor, allow, require, signed_in
from app.web.problems import translated

bp = Blueprint("attendance", __name__, url_prefix="/sessions")


@bp.get("/<int:gathering_id>/attendance")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """The list: one row per person, one choice per meeting."""
    with reading() as session:
        gathering = _led(session, gathering_id)
        return _page(session, gathering, ListForm(formdata=None), 200)


@bp.post("/<int:gathering_id>/attendance")
@allow(signed_in, scoped=True)
def keep(gathering_id: int) -> ResponseReturnValue:
    """Write the list of one's own meetings; once all are over, bookings come to their end."""
    with reading() as session:
        gathering = _led(session, gathering_id)
        listed = [each.booking.id for each in session_page.participants(session, gathering_id)]
    marks = marks_in(request.form, listed, _own_meetings(gathering))
    try:
        with unit_of_work() as session:
            ended = services.keep_list(
                session, gathering_id, marks, by=actor.person_id, at=clock.now()
            )
    except NotBegun as refusal:
        flash(translated(refusal), "warning")
        return redirect(url_for(".show", gathering_id=gathering_id))
    ring("certificates")
    ring("mail")
    if ended:
        flash(_("The list is kept. Certificates are on their way to those who came."), "success")
    else:
        flash(_("The list is kept."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id))


@bp.post("/<int:gathering_id>/meetings/<int:meeting_id>/code")
@allow(signed_in, scoped=True)
def code(gathering_id: int, meeting_id: int) -> ResponseReturnValue:
    """Draw the code of a meeting, to be shown in the room."""
    with unit_of_work() as session:
        gathering = _led(session, gathering_id)
        meeting = next((one for one in gathering.meetings if one.id == meeting_id), None)
        meeting = meeting or abort(404)
        require(access.may_mark(actor, gathering, meeting))
        services.show_code(session, meeting)
    return redirect(url_for(".show", gathering_id=gathering_id))


@bp.get("/<int:gathering_id>/check-in")
@allow(signed_in, scoped=True)
def door(gathering_id: int) -> ResponseReturnValue:
    """Where participants enter the code they read in the room."""
    with reading() as session:
        gathering = _seen(session, gathering_id)
    return _door(gathering, CodeForm(formdata=None), 200)


@bp.post("/<int:gathering_id>/check-in")
@allow(signed_in, scoped=True)
def check_in(gathering_id: int) -> ResponseReturnValue:
    """Mark the visitor present."""
    form = CodeForm()
    with reading() as session:
        gathering = _seen(session, gathering_id)
    if not form.validate_on_submit():
        return _door(gathering, form, 422)
    try:
        with unit_of_work() as session:
            services.check_in(
                session, actor.person_id, gathering_id, form.code.data, at=clock.now()
            )
    except WrongCode as refusal:
        form.code.errors = [translated(refusal)]
        with reading() as session:  # what was read before is no longer whole
            return _door(_seen(session, gathering_id), form, 422)
    flash(_("Welcome! Your presence is noted."), "success")
    return redirect(url_for("sessions.show", gathering_id=gathering_id))


def _seen(session: UnitOfWork, gathering_id: int) -> Gathering:
    gathering = session_page.find(session, gathering_id) or abort(404)
    require(session_access.may_see(actor, gathering))
    return gathering


def _led(session: UnitOfWork, gathering_id: int) -> Gathering:
    gathering = session_page.find(session, gathering_id) or abort(404)
    require(access.may_keep_list(actor, gathering))
    return gathering


def _own_meetings(gathering: Gathering) -> set[int]:
    """The keys of the meetings whose list the visitor keeps."""
    return {one.id for one in gathering.meetings if access.may_mark(actor, gathering, one)}


def _page(
    session: UnitOfWork, gathering: Gathering, form: ListForm, status: int
) -> ResponseReturnValue:
    now = clock.now()
    return render_template(
        "gatherings/attendance/list.html",
        gathering=gathering,
        participants=session_page.participants(session, gathering.id),
        marks=queries.marks(session, gathering.id),
        corrections=queries.corrections(session, gathering.id),
        begun={one.id for one in gathering.meetings if may_be_marked(one.span, now)},
        form=form,
        now=now,
        own=_own_meetings(gathering),
        field_name=field_name,
        presences=PRESENCE_LABELS,
        labels=BOOKING_STATE_LABELS,
        open_now={one.id for one in gathering.meetings if is_open(one.span, now)},
        say=sayings,
    ), status


def _door(gathering: Gathering, form: CodeForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "gatherings/attendance/check_in.html", gathering=gathering, form=form, say=sayings
    )
    return page, status

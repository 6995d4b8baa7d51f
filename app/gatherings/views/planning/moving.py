"""Move an announced session: other times, other rooms; everybody concerned is told."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.domain.seats import BOOKABLE
from app.gatherings.forms import sessions as forms
from app.gatherings.models import Gathering
from app.gatherings.queries import rooms
from app.gatherings.services import bookings
from app.gatherings.services.planning import Asked, moves
from app.gatherings.views.planning.blueprint import bp, found, found_unchanged, hinted
from app.people.views.refused import said
from app.queue import ring
from app.web.conflicts import differences
from app.web.guards import actor, allow, hr
from app.web.locale import chosen_locale


def _form(session: UnitOfWork, gathering: Gathering, *, stored: bool = False) -> Any:
    count = len(gathering.meetings)
    kind = forms.with_meetings(forms.MeetingsForm, count)
    values = {**forms.stored_meetings(gathering), "version": str(gathering.version)}
    form = kind(formdata=None, data=values) if stored else kind()
    form.count.data = str(count)
    form.offer_rooms(rooms.open_rooms(session, today=clock.now().date()))
    return form


@bp.get("/sessions/<int:gathering_id>/move")
@allow(hr, scoped=True)
def move(gathering_id: int) -> ResponseReturnValue:
    """The meetings as they stand, to be changed; a draft leads to its form."""
    with reading() as session:
        gathering = found(session, gathering_id)
        if gathering.state not in BOOKABLE:
            return redirect(url_for(".show", gathering_id=gathering.id))
        return _page(gathering, _form(session, gathering, stored=True))


@bp.post("/sessions/<int:gathering_id>/move")
@allow(hr, scoped=True)
def reschedule(gathering_id: int) -> ResponseReturnValue:
    """Move it, and tell everybody who booked or waits."""
    with reading() as session:
        gathering = found(session, gathering_id)
        form = _form(session, gathering)
        meetings = form.meetings(gathering.site.timezone) if form.validate() else None
        if meetings is None:
            return _page(gathering, form, status=422)
        course_minutes = gathering.course.minutes if gathering.course else 0
        asked = Asked(clock.now(), chosen_locale(), course_minutes, but=gathering.id)
        against = moves.against_move(session, gathering, meetings, asked)
    if against.faults:
        form.show(against.faults, said)
        return _page(gathering, form, status=422)
    try:
        with unit_of_work() as session:
            row = found_unchanged(session, gathering_id, form.opened_on)
            sittings = moves.sittings(row, meetings)
            by, now = actor.person_id, clock.now()
            moved = bookings.reschedule(session, row.id, sittings, by=by, at=now)
    except Stale:
        return _both(form, gathering_id)
    except Refusal as refusal:
        form.day_0.errors = [said(refusal)]
        with reading() as session:  # what was read before is no longer whole
            return _page(found(session, gathering_id), form, status=422)
    ring("mail")
    _flash(moved)
    for hint in against.of_trainers:
        flash(hinted(hint), "warning")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _both(form: Any, gathering_id: int) -> ResponseReturnValue:
    with reading() as session:
        gathering = found(session, gathering_id)
        both = differences(form, _form(session, gathering, stored=True))
    form.version.data = str(gathering.version)
    return _page(gathering, form, status=409, conflict=both)


def _flash(moved: bookings.Moved) -> None:
    flash(_("The session is moved."))
    if moved.told:
        told = ngettext("%(num)s person is told.", "%(num)s people are told.", moved.told)
        flash(str(told), "info")
    if moved.elsewhere:
        flash(
            ngettext(
                "%(num)s person is elsewhere at the new time, keeps the seat and hears of it.",
                "%(num)s people are elsewhere at the new time, keep their seats and hear of it.",
                len(moved.elsewhere),
            ),
            "warning",
        )


def _page(
    gathering: Gathering, form: Any, *, status: int = 200, **more: Any
) -> ResponseReturnValue:
    return render_template(
        "gatherings/planning/move.html", gathering=gathering, form=form, **more
    ), status

"""What HR does with a session: announce it, change its seats, decide whether it takes place."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Invalid
from app.domain.seats import BOOKABLE, SEATED
from app.domain.seats.refusals import ClosedByNow, DecidedByNow, LeaderElsewhere
from app.gatherings.access import planning as access
from app.gatherings.forms.sessions import CallOffForm, NoteForm, SeatsForm
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import bookings, planning
from app.gatherings.services.planning import moves, terms
from app.gatherings.views.planning.blueprint import (
    bp,
    found,
    found_unchanged,
    hinted,
    opened_on,
)
from app.gatherings.views.planning.stepping import Step, opened, taken
from app.people.views.refused import said
from app.queue import ring
from app.web.guards import actor, allow, hr, hr_or_trainer, require
from app.web.locale import chosen_locale


@bp.post("/sessions/<int:gathering_id>/announce")
@allow(hr, scoped=True)
def announce(gathering_id: int) -> ResponseReturnValue:
    """Show a draft to everybody; who waits for a date is told."""
    path = url_for(".show", gathering_id=gathering_id)
    with reading() as session:
        hints = _hints_of(session, found(session, gathering_id))
    try:
        with unit_of_work() as session:
            gathering = found_unchanged(session, gathering_id, opened_on())
            told = bookings.announce(session, gathering.id, by=actor.person_id, at=clock.now())
    except (ClosedByNow, DecidedByNow, LeaderElsewhere) as refusal:
        flash(said(refusal), "warning")
        return redirect(path, 303)
    ring("mail")
    flash(_("The session is announced."))
    if told:
        flash(_told(told), "info")
    for hint in hints:
        flash(hint, "warning")
    return redirect(path, 303)


def _hints_of(session: UnitOfWork, gathering: Gathering) -> list[str]:
    """What trainers have by now beside the draft; none without a meeting."""
    minutes = gathering.course.minutes if gathering.course else 0
    asked = planning.Asked(clock.now(), chosen_locale(), minutes, but=gathering.id)
    preview = planning.look(session, moves.planned(gathering), asked)
    return [hinted(hint) for hint in preview.of_trainers]


def _told(count: int) -> str:
    return str(ngettext("%(num)s person is told.", "%(num)s people are told.", count))


def _seats_form(_session: UnitOfWork, gathering: Gathering, *, stored: bool = False) -> SeatsForm:
    if not stored:
        return SeatsForm()
    data = {"seats": gathering.wanted_capacity, "version": str(gathering.version)}
    return SeatsForm(formdata=None, data=data)


def _set_seats(session: UnitOfWork, gathering: Gathering, form: SeatsForm) -> int:
    wanted, by = form.seats.data, actor.person_id
    asked = planning.Asked(clock.now(), chosen_locale(), 0, but=gathering.id)
    for refusal in terms.against_seats(session, gathering, wanted, asked):
        raise refusal
    return len(bookings.change_seats(session, gathering.id, wanted, by=by, at=clock.now()))


def _waiting(session: UnitOfWork, gathering: Gathering) -> dict[str, Any]:
    return {"waiting": queries.waiting(session, [gathering.id]).get(gathering.id, 0)}


def _seats_set(moved_up: int) -> None:
    flash(_("The seats are changed."))
    if moved_up:
        flash(ngettext("%(num)s person moved up.", "%(num)s people moved up.", moved_up), "info")


SEATS = Step(
    "gatherings/planning/seats.html",
    _seats_form,
    _set_seats,
    field="seats",
    shows=Invalid,
    more=_waiting,
    told=_seats_set,
)


@bp.get("/sessions/<int:gathering_id>/seats")
@allow(hr, scoped=True)
def seats(gathering_id: int) -> ResponseReturnValue:
    """Another number of seats."""
    return opened(SEATS, gathering_id, only_bookable=False)


@bp.post("/sessions/<int:gathering_id>/seats")
@allow(hr, scoped=True)
def change_seats(gathering_id: int) -> ResponseReturnValue:
    """More seats let waiting people move up; fewer throw nobody out."""
    return taken(SEATS, gathering_id)


def _note_form(_session: UnitOfWork, gathering: Gathering, *, stored: bool = False) -> NoteForm:
    require(access.may_write_note(actor, gathering))
    return NoteForm(formdata=None, obj=gathering) if stored else NoteForm()


def _write(session: UnitOfWork, gathering: Gathering, form: NoteForm) -> None:
    text, opened, by = form.note.data, form.opened_on, actor.person_id
    planning.write_note(session, gathering, text, opened_on=opened, by=by, at=clock.now())


NOTE = Step("gatherings/planning/note.html", _note_form, _write)


@bp.get("/sessions/<int:gathering_id>/note")
@allow(hr_or_trainer, scoped=True)
def note(gathering_id: int) -> ResponseReturnValue:
    """What participants should know."""
    return opened(NOTE, gathering_id, only_bookable=False)


@bp.post("/sessions/<int:gathering_id>/note")
@allow(hr_or_trainer, scoped=True)
def write_note(gathering_id: int) -> ResponseReturnValue:
    """Keep it."""
    return taken(NOTE, gathering_id)


@bp.get("/sessions/<int:gathering_id>/decision")
@allow(hr, scoped=True)
def decision(gathering_id: int) -> ResponseReturnValue:
    """Enough people or not: confirm, or call off, with what each of them does."""
    with reading() as session:
        gathering = found(session, gathering_id)
        if gathering.state not in BOOKABLE:
            return redirect(url_for(".show", gathering_id=gathering.id))
        return _decision_page(session, gathering, CallOffForm(formdata=None))


def _decision_page(
    session: UnitOfWork, gathering: Gathering, form: CallOffForm, *, status: int = 200
) -> ResponseReturnValue:
    counts = queries.counts(session, gathering.id)
    course, now = gathering.course_id or 0, clock.now()
    return render_template(
        "gatherings/planning/decision.html",
        gathering=gathering,
        form=form,
        counts=counts,
        booked=sum(counts.get(state, 0) for state in SEATED),
        dates=queries.next_dates(session, course, but=gathering.id, at=now),
    ), status


@bp.post("/sessions/<int:gathering_id>/confirm")
@allow(hr, scoped=True)
def confirm(gathering_id: int) -> ResponseReturnValue:
    """It takes place for certain."""
    with unit_of_work() as session:
        gathering = found(session, gathering_id)
        told = bookings.confirm(session, gathering.id, by=actor.person_id, at=clock.now())
    ring("mail")
    flash(_("The session takes place."))
    if told:
        flash(_told(told), "info")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


@bp.post("/sessions/<int:gathering_id>/call-off")
@allow(hr, scoped=True)
def call_off(gathering_id: int) -> ResponseReturnValue:
    """It does not take place: mails, calendars, and kept rank for the next date."""
    form = CallOffForm()
    with reading() as session:
        gathering = found(session, gathering_id)
        if not form.validate():
            return _decision_page(session, gathering, form, status=422)
    with unit_of_work() as session:
        reason, by = form.reason.data, actor.person_id
        found(session, gathering_id)
        told = bookings.call_off(session, gathering_id, by=by, reason=reason, at=clock.now())
    ring("mail")
    flash(_("The session is called off. Who booked keeps the rank for the next date."))
    if told:
        flash(_told(told), "info")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)

"""Book for somebody: a lead or deputy for members of their teams, HR for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal
from app.domain.seats import BookingState
from app.domain.seats.refusals import Clash, NotThere
from app.gatherings.access import bookings as access
from app.gatherings.access import sessions as session_access
from app.gatherings.forms.booking_for import BookForForm
from app.gatherings.models import Gathering
from app.gatherings.queries import session_page
from app.gatherings.queries.bookings.bookable import Bookable, people_without_seat
from app.gatherings.services import bookings as services
from app.gatherings.services.bookings import Outcome
from app.people.views.refused import said
from app.queue import ring
from app.web.guards import actor, allow, lead_or_hr, require
from app.web.locale import chosen_locale

bp = Blueprint("booking_for", __name__, url_prefix="/sessions")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A date, and whom this visitor may book for."""

    gathering: Gathering
    people: list[Bookable]
    form: BookForForm


@bp.get("/<int:gathering_id>/book-for")
@allow(lead_or_hr, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """For whom, and what becomes of it."""
    with reading() as session:
        return _page(_scene(session, gathering_id, BookForForm(formdata=None)))


@bp.post("/<int:gathering_id>/book-for")
@allow(lead_or_hr, scoped=True)
def book(gathering_id: int) -> ResponseReturnValue:
    """Book a seat for them, ask for one or join the list, by the same rules as for oneself."""
    form = BookForForm()
    with reading() as session:
        scene = _scene(session, gathering_id, form)
        if not form.validate():
            return _page(scene), 422
    chosen = next(one for one in scene.people if one.person_id == form.person.data)
    try:
        with unit_of_work() as session:
            outcome = services.book(
                session, gathering_id, chosen.person_id, at=clock.now(), by=actor.person_id
            )
    except NotThere:
        abort(404)
    except Refusal as refusal:
        form.person.errors = [*form.person.errors, _why_not(refusal, chosen.name)]
        with reading() as session:
            return _page(_scene(session, gathering_id, form)), refusal.status
    ring("mail")
    flash(_answer(outcome, chosen.name), "success")
    return redirect(url_for("sessions.show", gathering_id=gathering_id), 303)


def _scene(session: UnitOfWork, gathering_id: int, form: BookForForm) -> _Scene:
    gathering = session_page.find(session, gathering_id) or abort(404)
    require(session_access.may_see(actor, gathering) and gathering.course is not None)
    teams = None if actor.is_hr else actor.responsible_for
    today = clock.now().astimezone(gathering.site.timezone).date()
    found = people_without_seat(session, gathering_id, teams=teams, today=today)
    people = [one for one in found if access.may_book_for(actor, one.person_id, one.team_id)]
    form.offer_people(people)
    return _Scene(gathering, people, form)


def _why_not(refusal: Refusal, name: str) -> str:
    """A rule's no; what somebody else has to do at that time is nobody's business."""
    if isinstance(refusal, Clash):
        return str(_("%(name)s has to be somewhere else at that time.", name=name))
    return said(refusal)


def _answer(outcome: Outcome, name: str) -> str:
    if outcome.state is BookingState.WAITLISTED:
        return str(_("%(name)s is on the waiting list and is told.", name=name))
    if outcome.state is BookingState.REQUESTED:
        return str(_("%(name)s is told, and their lead is asked.", name=name))
    return str(_("%(name)s has a seat and is told.", name=name))


def _page(scene: _Scene) -> str:
    return render_template(
        "gatherings/bookings/book_for.html",
        gathering=scene.gathering,
        people=scene.people,
        form=scene.form,
        title=scene.gathering.title_in(chosen_locale()),
    )

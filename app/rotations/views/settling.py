"""Settle what somebody has booked inside a possible stay: ask them, or excuse them from it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, unit_of_work
from app.domain.diary import Booked
from app.queue import ring
from app.rotations.models import Plan
from app.rotations.services.boards import settling
from app.rotations.services.boards.scene import scene_of
from app.rotations.views.board import plan_or_404
from app.rotations.views.plans import today_in
from app.web.guards import actor, allow, hr, require

bp = Blueprint("settling", __name__, url_prefix="/plans/<int:plan_id>")
PLACE = "/people/<int:person_id>/bookings/<int:commitment_id>"


@bp.post(f"{PLACE}/ask")
@allow(hr, scoped=True)
def ask(plan_id: int, person_id: int, commitment_id: int) -> ResponseReturnValue:
    """Ask the person whether they could do without it."""
    with unit_of_work() as session:
        plan, booking = _found(session, plan_id, person_id, commitment_id)
        is_new = settling.ask(
            session, plan, booking, person_id=person_id, by=actor.person_id, at=clock.now()
        )
    if is_new:
        ring("mail")
        flash(_("The person is asked. The clash goes away by itself once the time is free."))
    else:
        flash(_("The person was asked before; nobody was told twice."), "info")
    return redirect(_back(plan_id, person_id))


@bp.post(f"{PLACE}/excuse")
@allow(hr, scoped=True)
def excuse(plan_id: int, person_id: int, commitment_id: int) -> ResponseReturnValue:
    """Take the person's seat back for them; nobody excuses themselves here."""
    require(person_id != actor.person_id)
    with unit_of_work() as session:
        plan, booking = _found(session, plan_id, person_id, commitment_id)
        done = settling.excuse(
            session, plan, booking, person_id=person_id, by=actor.person_id, at=clock.now()
        )
        require(done is not None)
    ring("mail")
    flash(_("The person is excused from “%(what)s” and told so.", what=booking.title))
    return redirect(_back(plan_id, person_id))


def _found(
    session: UnitOfWork, plan_id: int, person_id: int, commitment_id: int
) -> tuple[Plan, Booked]:
    """A plan and a booking of somebody on its board, or 404."""
    plan = plan_or_404(session, plan_id)
    scene = scene_of(session, plan, today=today_in(session))
    return plan, settling.booked_by(scene, person_id, commitment_id) or abort(404)


def _back(plan_id: int, person_id: int) -> str:
    """The page the button stood on: the preview of publishing, or the person on the board."""
    if request.form.get("from") == "preview":
        return url_for("publishing.preview", plan_id=plan_id)
    return url_for("board.person", plan_id=plan_id, person_id=person_id)

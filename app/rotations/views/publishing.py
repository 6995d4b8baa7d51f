"""Publish a plan: see first who will be told what, then do it once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.domain.breach_words import RULES, broken
from app.domain.breaches import BOOKED
from app.domain.refusals import Stale
from app.queue import ring
from app.rotations.services import comparing, publishing
from app.rotations.services.boards.scene import scene_of
from app.rotations.views.board import plan_or_404
from app.rotations.views.plans import today_in
from app.web.guards import actor, allow, hr

bp = Blueprint("publishing", __name__, url_prefix="/plans/<int:plan_id>/publish")


@bp.get("/")
@allow(hr, scoped=True)
def preview(plan_id: int) -> ResponseReturnValue:
    """What publishing would do, and what stands against it."""
    return _page(plan_id), 200


def _page(plan_id: int, *, refused: str = "") -> str:
    """The preview; `refused` says why publishing just now came to nothing: stale, booked, taken."""
    with reading() as session:
        plan = plan_or_404(session, plan_id)
        today = today_in(session)
        scene = scene_of(session, plan, today=today)
        return render_template(
            "rotations/plans/publish.html",
            plan=plan,
            round=plan.round,
            refused=refused,
            scenario=comparing.scenario(plan),
            preview=publishing.preview(session, plan, scene, today=today),
            broken=[
                (RULES[b.rule], broken(b, scene.names))
                for b in scene.breaches
                if b.rule != BOOKED  # told by person, with the ways out
            ],
        )


@bp.post("/")
@allow(hr, scoped=True)
def act(plan_id: int) -> ResponseReturnValue:
    """Publish."""
    seen = publishing.Seen(_number("version"), _number("in_force"))
    try:
        with unit_of_work() as session:
            plan = plan_or_404(session, plan_id)
            round_id = plan.round_id
            done = publishing.publish(
                session, plan, seen=seen, at=clock.now(), today=today_in(session),
                by=actor.person_id,
            )  # fmt: skip
    except Stale:
        return _page(plan_id, refused="stale"), 409
    except publishing.StillBooked:
        return _page(plan_id, refused="booked"), 409
    except publishing.TakenMeanwhile:
        return _page(plan_id, refused="taken"), 409
    if done:
        flash(_("Published. Everybody concerned is being told."))
        ring("mail")
    else:
        flash(_("This plan is published already; nothing was done twice."), "info")
    return redirect(url_for("plans.page", round_id=round_id, plan_id=plan_id))


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004

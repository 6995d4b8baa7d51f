"""A person's notices and how they hear of them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.outbox import queries, services
from app.outbox.forms import HabitsForm
from app.outbox.wording import words
from app.web.guards import actor, allow, signed_in

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The last hundred notices, newest first."""
    with reading() as session:
        reader = queries.readers(session, [actor.person_id])[actor.person_id]
        found = queries.notices_of(session, actor.person_id, limit=100)
        notices = [(notice, words(notice, reader)) for notice in found]
        return render_template("outbox/notices.html", notices=notices)


@bp.get("/notices/<int:notice_id>")
@allow(signed_in, scoped=True)
def show(notice_id: int) -> ResponseReturnValue:
    """Read one notice on its own page, with the one action."""
    with reading() as session:
        notice = queries.find_notice(session, notice_id, actor.person_id) or abort(404)
        reader = queries.readers(session, [actor.person_id])[actor.person_id]
        return render_template("outbox/notice.html", notice=notice, words=words(notice, reader))


@bp.post("/notices/<int:notice_id>/follow")
@allow(signed_in, scoped=True)
def follow(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    with unit_of_work() as session:
        notice = queries.find_notice(session, notice_id, actor.person_id) or abort(404)
        services.read(session, notice, at=clock.now())
        path = notice.path
    return redirect(path, 303)


@bp.post("/notices/read")
@allow(signed_in)
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    with unit_of_work() as session:
        services.read_all(session, actor.person_id, at=clock.now())
    return redirect(url_for(".index"), 303)


@bp.get("/account/notices")
@allow(signed_in)
def habits() -> ResponseReturnValue:
    """Show how I hear of things."""
    with reading() as session:
        chosen = queries.deliveries(session, actor.person_id)
        reader = queries.readers(session, [actor.person_id])[actor.person_id]
    form = HabitsForm(
        data={
            **{topic.value: delivery.value for topic, delivery in chosen.items()},
            "digest_at": reader.digest_at,
            "quiet_from": reader.quiet_from,
            "quiet_until": reader.quiet_until,
        }
    )
    return render_template("outbox/habits.html", form=form)


@bp.post("/account/notices")
@allow(signed_in)
def choose() -> ResponseReturnValue:
    """Store how I hear of things."""
    form = HabitsForm()
    if not form.validate_on_submit():
        return render_template("outbox/habits.html", form=form), 422
    with unit_of_work() as session:
        services.choose(session, actor.person_id, form.habits())
    flash(_("Saved. Changes and cancellations of your own dates still reach you at once."))
    return redirect(url_for(".habits"), 303)

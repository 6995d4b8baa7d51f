"""The outbox for those who run the program: what went out, what waits, what failed."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.outbox import queries, services
from app.outbox.models import MailState
from app.queue import ring
from app.web.guards import administrator, allow
from app.web.pages import ListRequest, Page

bp = Blueprint("outbox", __name__)


@bp.get("/outbox")
@allow(administrator)
def index() -> ResponseReturnValue:
    """All mails, newest first, by state."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"created"},
        default="created",
        filters={"state": {state.value for state in MailState}},
    )
    state = MailState(asked.filters["state"]) if asked.filters.get("state") else None
    with reading() as session:
        rows, total = queries.mails(session, state=state, offset=asked.offset, limit=asked.size)
        counts = queries.counts(session)
        return render_template(
            "outbox/mails.html", page=Page(rows, total, asked), counts=counts, states=MailState
        )


@bp.get("/outbox/<int:mail_id>")
@allow(administrator)
def show(mail_id: int) -> ResponseReturnValue:
    """One mail as it was or will be sent."""
    with reading() as session:
        mail = queries.find_mail(session, mail_id) or abort(404)
        return render_template("outbox/mail.html", mail=mail)


@bp.post("/outbox/<int:mail_id>/again")
@allow(administrator)
def again(mail_id: int) -> ResponseReturnValue:
    """Try a failed mail anew."""
    with unit_of_work() as session:
        mail = queries.find_mail(session, mail_id) or abort(404)
        services.send_again(session, mail, at=clock.now())
    ring("mail")
    flash(_("The mail will be tried again."))
    return redirect(url_for(".show", mail_id=mail_id), 303)

"""Prove once more to be the one who signed in, before something weighty."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import N_, Refusal
from app.people.forms.account import ConfirmForm
from app.people.queries import accounts as queries
from app.people.services import accounts, sessions, throttle
from app.people.services.accounts import WrongPassword
from app.people.views import ways_in
from app.web.guards import actor, allow, signed_in
from app.web.paths import local_path
from app.web.problems import translated

bp = Blueprint("confirming", __name__)
LASTS = timedelta(minutes=5)


class TooManyTries(Refusal):
    """Somebody guesses at an open computer."""

    msgid = N_("Too many tries. Please wait a quarter of an hour.")
    status = 429


@bp.get("/account/confirm")
@allow(signed_in)
def ask() -> ResponseReturnValue:
    """Show the ways to prove it."""
    wanted = local_path(request.args.get("next"))
    return _page(ConfirmForm(formdata=None, data={"next": wanted}), wanted, 200)


@bp.post("/account/confirm")
@allow(signed_in)
def confirm() -> ResponseReturnValue:
    """Take the password; it counts for five minutes in this session."""
    form = ConfirmForm()
    wanted = local_path(form.next.data)
    if not form.validate_on_submit():
        return _page(form, wanted, 422)
    try:
        prove_it_is_me(form.password.data)
    except (WrongPassword, TooManyTries) as refusal:
        form.password.errors = [translated(refusal)]
        return _page(form, wanted, refusal.status)
    with unit_of_work() as session:
        sessions.note_confirmed(session, actor.login, at=clock.now())
    flash(_("Thank you, that is confirmed. Please go on."), "success")
    return redirect(wanted, 303)


def is_confirmed() -> bool:
    """Whether the owner of this session has proved it within the last five minutes."""
    with reading() as session:
        at = queries.confirmed_at(session, actor.login)
    return at is not None and clock.now() - at <= LASTS


def prove_it_is_me(password: str) -> None:
    """Raise WrongPassword unless this is the signed-in person's, or TooManyTries."""
    now = clock.now()
    counters = throttle.counters(
        "confirm",
        name=str(actor.person_id),
        address=request.remote_addr or "",
        secret=str(current_app.config["SECRET_KEY"]),
    )
    with unit_of_work() as session:
        locked = throttle.count_try(session, *counters, at=now)
    if locked is not None:
        raise TooManyTries
    if not ways_in.takes_password_of(actor.email):
        raise WrongPassword
    with reading() as session:
        accounts.prove(session, actor.person_id, password)
    with unit_of_work() as session:
        throttle.forgive(session, *counters)


def _page(form: ConfirmForm, wanted: str, status: int) -> ResponseReturnValue:
    page = render_template(
        "account/confirm.html",
        form=form,
        wanted=wanted,
        ways=ways_in.own(),
        provider=ways_in.provider_name(),
    )
    return page, status

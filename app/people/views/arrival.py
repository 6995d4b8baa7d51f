"""Arrive through a single-use link: choose a first or a new password, or set the program up."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import Invalid
from app.outbox.queries import readers
from app.outbox.services import post
from app.people.forms.access import FirstAdministratorForm, NewPasswordForm, ResetForm
from app.people.models import LinkPurpose
from app.people.queries.actors import token_hash
from app.people.services import (
    accounts,
    first_administrator,
    links,
    sessions,
    signing_in,
    throttle,
)
from app.people.services.links import LinkIsWorthless, Opened
from app.people.views import letters, ways_in
from app.people.views.access import device, take_cookie
from app.queue import ring
from app.web.guards import allow, public
from app.web.problems import translated

bp = Blueprint("arrival", __name__)


@bp.get("/links/<token>")
@allow(public, scoped=True)
def open_link(token: str) -> ResponseReturnValue:
    """Take the secret out of the address at once, so that no Referer and no history keeps it."""
    try:
        with reading() as session:
            found = links.look(session, token, at=clock.now())
    except LinkIsWorthless:
        return _worthless()
    cookie["link"] = token
    is_first = found.purpose is LinkPurpose.FIRST_ADMINISTRATOR
    answer = redirect(url_for(".set_up_form" if is_first else ".choose"), 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/password/new")
@allow(public, scoped=True)
def choose() -> ResponseReturnValue:
    """Show the form for the password."""
    found = _opened(LinkPurpose.INVITATION, LinkPurpose.RESET)
    if found is None:
        return _worthless()
    return _password_page(NewPasswordForm(), found, 200)


@bp.post("/password/new")
@allow(public, scoped=True)
def set_password() -> ResponseReturnValue:
    """Use the link up, store the password, sign in."""
    form, now = NewPasswordForm(), clock.now()
    found = _opened(LinkPurpose.INVITATION, LinkPurpose.RESET)
    if found is None or found.person_id is None:
        return _worthless()
    if not ways_in.takes_password_of(found.email):
        return redirect(url_for(".choose"), 303)
    if not form.validate_on_submit():
        return _password_page(form, found, 422)
    try:
        with unit_of_work() as session:
            links.spend(session, cookie["link"], at=now)
            epoch = accounts.set_password(session, found.person_id, form.password.data, at=now)
            token = sessions.begin(session, found.person_id, epoch=epoch, device=device(), at=now)
    except LinkIsWorthless:
        return _worthless()
    except Invalid as weak:
        form.password.errors = [translated(weak)]
        return _password_page(form, found, 422)
    take_cookie(token)
    flash(_("Your password is set and you are signed in."), "success")
    return redirect("/", 303)


@bp.get("/first-administrator")
@allow(public, scoped=True)
def set_up_form() -> ResponseReturnValue:
    """Show the form for the first administrator."""
    if _opened(LinkPurpose.FIRST_ADMINISTRATOR) is None:
        return _worthless()
    return render_template("access/first_administrator.html", form=FirstAdministratorForm())


@bp.post("/first-administrator")
@allow(public, scoped=True)
def set_up() -> ResponseReturnValue:
    """Use the link up, make the first administrator, sign in."""
    form, now = FirstAdministratorForm(), clock.now()
    if _opened(LinkPurpose.FIRST_ADMINISTRATOR) is None:
        return _worthless()
    if not form.validate_on_submit():
        return render_template("access/first_administrator.html", form=form), 422
    try:
        with unit_of_work() as session:
            links.spend(session, cookie["link"], at=now)
            person_id, epoch = first_administrator.appoint(
                session, form.newcomer(), form.password.data, at=now
            )
            token = sessions.begin(session, person_id, epoch=epoch, device=device(), at=now)
    except LinkIsWorthless:
        return _worthless()
    except Invalid as weak:
        form.password.errors = [translated(weak)]
        return render_template("access/first_administrator.html", form=form), 422
    take_cookie(token)
    flash(_("Welcome. You are the administrator now."), "success")
    return redirect("/", 303)


@bp.get("/password/reset")
@allow(public)
def ask_reset() -> ResponseReturnValue:
    """Show the form that asks for a reset link."""
    return render_template("access/reset.html", form=ResetForm())


@bp.post("/password/reset")
@allow(public)
def send_reset() -> ResponseReturnValue:
    """Mail a link when the address is somebody's; the answer is the same in any case."""
    form, now = ResetForm(), clock.now()
    if not form.validate_on_submit():
        return render_template("access/reset.html", form=form), 422
    name = signing_in.normalised(form.email.data)
    counters = throttle.counters(
        "reset", name=name, address=request.remote_addr or "", secret=_secret()
    )
    with unit_of_work() as session:
        is_allowed = throttle.count_try(session, *counters, at=now) is None
        person_id = signing_in.owner(session, name, at=now)
        if is_allowed and person_id is not None and ways_in.takes_password_of(name):
            token = links.issue(session, LinkPurpose.RESET, person_id=person_id, by=None, at=now)
            reader = readers(session, [person_id])[person_id]
            letter = letters.with_link(LinkPurpose.RESET, token, reader, at=now)
            post(session, letter, key=f"link:{token_hash(token)}", at=now)
    ring("mail")
    return render_template("access/reset_sent.html")


def _opened(*purposes: LinkPurpose) -> Opened | None:
    """What the link in the cookie is good for, when it is one of `purposes`."""
    try:
        with reading() as session:
            found = links.look(session, str(cookie.get("link", "")), at=clock.now())
    except LinkIsWorthless:
        return None
    return found if found.purpose in purposes else None


def _password_page(form: NewPasswordForm, found: Opened, status: int) -> ResponseReturnValue:
    page = render_template(
        "access/new_password.html",
        form=form,
        found=found,
        provider=ways_in.provider_name(),
        takes_password=ways_in.takes_password_of(found.email),
    )
    return page, status


def _worthless() -> ResponseReturnValue:
    cookie.pop("link", None)
    return render_template("access/worthless.html"), 404


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])

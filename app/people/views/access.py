"""Come in and leave."""

from __future__ import annotations

from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import reading, unit_of_work
from app.people.forms.access import SignInForm
from app.people.services import sessions, signing_in, throttle
from app.people.services.throttle import Counter
from app.people.views import ways_in
from app.web.guards import actor, allow, public, signed_in, visitor
from app.web.paths import local_path

bp = Blueprint("access", __name__)


@bp.get("/sign-in")
@allow(public)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    wanted = local_path(request.args.get("next"))
    if visitor() is not None:
        return redirect(wanted)
    return _page(SignInForm(data={"next": wanted}), 200)


@bp.post("/sign-in")
@allow(public)
def enter() -> ResponseReturnValue:
    """Check the password and begin a session."""
    form, now = SignInForm(), clock.now()
    if not form.validate_on_submit():
        return _page(form, 422)
    email = signing_in.normalised(form.email.data)
    counters = _counters(email)
    with unit_of_work() as session:
        locked_until = throttle.count_try(session, *counters, at=now)
    if locked_until is not None:
        return _too_many_tries(form, locked_until - now)

    with reading() as session:
        checked = signing_in.check(
            session, email, form.password.data, at=now, opens=ways_in.takes_password_of(email)
        )
    with unit_of_work() as session:
        token = signing_in.conclude(session, checked, counters, device=device(), at=now)
    if token is None:
        form.password.errors = [_("E-mail address or password is not right.")]
        return _page(form, 422)
    take_cookie(token)
    return redirect(local_path(form.next.data), 303)


@bp.post("/sign-out")
@allow(signed_in)
def sign_out() -> ResponseReturnValue:
    """End this session here and on the server."""
    with unit_of_work() as session:
        sessions.sign_out(session, actor.login, person_id=actor.person_id, at=clock.now())
    cookie.clear()
    flash(_("You are signed out."), "success")
    return redirect("/sign-in", 303)


def take_cookie(token: str) -> None:
    """Start the browser anew: nothing of the time before signing in is carried over."""
    cookie.clear()
    cookie["token"] = token


def _page(form: SignInForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "access/sign_in.html",
        form=form,
        provider=ways_in.provider_name(),
        are_passwords_rare=ways_in.are_passwords_rare(),
    )
    return page, status


def _counters(name: str) -> tuple[Counter, Counter]:
    return throttle.counters(
        "sign-in",
        name=name,
        address=request.remote_addr or "",
        secret=str(current_app.config["SECRET_KEY"]),
    )


def _too_many_tries(form: SignInForm, wait: timedelta) -> ResponseReturnValue:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    form.password.errors = [
        ngettext(
            "Too many tries. Please wait %(num)d minute or reset your password.",
            "Too many tries. Please wait %(num)d minutes or reset your password.",
            minutes,
        )
    ]
    answer = make_response(_page(form, 429))
    answer.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return answer


def device() -> str:
    """Browser and system of this request, as the list of sessions names them."""
    return sessions.device_name(request.headers.get("User-Agent", "")[:500])

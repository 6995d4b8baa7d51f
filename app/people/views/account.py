"""My account: language, appearance, password, and where I am signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import Invalid
from app.domain.roles import ROLE_LABELS
from app.people.forms.account import PasswordChangeForm, PreferencesForm
from app.people.queries import accounts as queries
from app.people.services import accounts, preferences, sessions
from app.people.services.accounts import WrongPassword
from app.people.views import ways_in
from app.people.views.access import device, take_cookie
from app.people.views.confirming import TooManyTries, prove_it_is_me
from app.web.guards import actor, allow, require, signed_in
from app.web.problems import translated

bp = Blueprint("account", __name__)


@bp.get("/account")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """Everything about the own account that has no page of its own."""
    return _page(PasswordChangeForm(), 200)


@bp.post("/account/password")
@allow(signed_in)
def change_password() -> ResponseReturnValue:
    """Store a new password; all other sessions end, this one goes on under a new secret."""
    form, now = PasswordChangeForm(), clock.now()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        prove_it_is_me(form.present.data)
        with unit_of_work() as session:
            epoch = accounts.set_password(session, actor.person_id, form.password.data, at=now)
            token = sessions.begin(session, actor.person_id, epoch=epoch, device=device(), at=now)
    except (WrongPassword, TooManyTries) as refusal:
        form.present.errors = [translated(refusal)]
        return _page(form, refusal.status)
    except Invalid as weak:
        form.password.errors = [translated(weak)]
        return _page(form, 422)
    take_cookie(token)
    flash(_("Your password is changed. Everywhere else you are signed out."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/account/preferences")
@allow(signed_in)
def prefer() -> ResponseReturnValue:
    """Store language and appearance."""
    form = PreferencesForm()
    if not form.validate_on_submit():
        return _page(PasswordChangeForm(formdata=None), 422, preferred=form)
    with unit_of_work() as session:
        preferences.choose_locale(session, actor.person_id, form.locale.data or None)
        preferences.choose_theme(session, actor.person_id, form.theme.data)
    return redirect(url_for(".index"), 303)


@bp.get("/account/sessions", endpoint="sessions")
@allow(signed_in)
def list_sessions() -> ResponseReturnValue:
    """Where I am signed in."""
    with reading() as session:
        found = queries.own_sessions(session, actor.person_id, this=actor.login, now=clock.now())
    return render_template("account/sessions.html", sessions=found)


@bp.post("/account/sessions/<int:login_id>/end")
@allow(signed_in, scoped=True)
def end_session(login_id: int) -> ResponseReturnValue:
    """Sign out in one place."""
    with unit_of_work() as session:
        require(sessions.end_one(session, login_id, person_id=actor.person_id, at=clock.now()))
    flash(_("You are signed out there."), "success")
    return redirect(url_for(".sessions"), 303)


@bp.post("/account/sessions/end-others")
@allow(signed_in)
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    with unit_of_work() as session:
        ended = sessions.end_of(
            session,
            actor.person_id,
            by=actor.person_id,
            at=clock.now(),
            keep=[actor.login],
        )
    flash(
        ngettext(
            "You are signed out in %(num)d other place.",
            "You are signed out in %(num)d other places.",
            ended,
        ),
        "success",
    )
    return redirect(url_for(".sessions"), 303)


def _page(
    form: PasswordChangeForm, status: int, *, preferred: PreferencesForm | None = None
) -> ResponseReturnValue:
    roles = [_(ROLE_LABELS[role]) for role in sorted(actor.roles)]
    chosen = {"locale": actor.locale, "theme": actor.theme}
    page = render_template(
        "account/index.html",
        form=form,
        preferences=preferred or PreferencesForm(formdata=None, data=chosen),
        roles=roles,
        ways=ways_in.own(),
        takes_password=ways_in.takes_password_of(actor.email),
        provider=ways_in.provider_name(),
    )
    return page, status

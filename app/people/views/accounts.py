"""Accounts and roles: for HR and administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.views.exports import traced_download
from app.database import reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.domain.roles import ROLE_LABELS, Role
from app.outbox.queries import readers
from app.outbox.services import post
from app.people.access import accounts as access
from app.people.forms.accounts import RolesForm
from app.people.models import LinkPurpose
from app.people.queries import accounts as queries
from app.people.queries.accounts import STATE_LABELS, AccountLine, AccountState
from app.people.queries.actors import token_hash
from app.people.services import accounts, links, single_sign_on
from app.people.services.accounts import WrongPassword
from app.people.views import letters, ways_in
from app.people.views.confirming import TooManyTries, is_confirmed, prove_it_is_me
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, administrator, allow, hr_or_administrator, require
from app.web.pages import ListRequest, Page
from app.web.problems import translated

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
SORTS = {"name", "email", "state"}
FILTERS = {"state": [state.value for state in AccountState], "role": [role.value for role in Role]}


@bp.get("")
@allow(hr_or_administrator)
def index() -> ResponseReturnValue:
    """Everybody with account and roles; as a file with `format`."""
    asked = ListRequest.from_args(request.args, sorts=SORTS, default="name", filters=FILTERS)
    with reading() as session:
        lines = queries.listed(
            session,
            order=asked.order,
            q=asked.q,
            filters=asked.filters,
            today=clock.today(actor.zone),
        )
    if request.args.get("format") in FORMATS:
        return _file(request.args["format"], lines)
    return render_template(
        "accounts/index.html",
        page=Page.cut(lines, asked),
        states=[(state.value, _(STATE_LABELS[state])) for state in AccountState],
        roles=[(role.value, _(ROLE_LABELS[role])) for role in Role],
        labels={**STATE_LABELS, **ROLE_LABELS},
    )


@bp.get("/<int:person_id>")
@allow(hr_or_administrator, scoped=True)
def show(person_id: int) -> ResponseReturnValue:
    """One person's account."""
    line = _found(person_id)
    form = _roles_form(data={"roles": [role.value for role in line.roles], "held": _words(line)})
    return _page(line, form, 200)


@bp.post("/<int:person_id>/invite")
@allow(hr_or_administrator, scoped=True)
def invite(person_id: int) -> ResponseReturnValue:
    """Open the account if need be and mail a link with which its owner chooses a password."""
    line, now = _managed(person_id), clock.now()
    if line.state in {AccountState.LEFT, AccountState.CLOSED}:
        abort(409)
    is_new = line.state in {AccountState.NONE, AccountState.INVITED}
    purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.RESET
    with unit_of_work() as session:
        accounts.open_account(session, person_id, by=actor.person_id, at=now)
        token = links.issue(session, purpose, person_id=person_id, by=actor.person_id, at=now)
        letter = letters.with_link(purpose, token, readers(session, [person_id])[person_id], at=now)
        post(session, letter, key=f"link:{token_hash(token)}", at=now)
    ring("mail")
    flash(_("A mail with a link goes to %(email)s.", email=line.email), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/close")
@allow(hr_or_administrator, scoped=True)
def close(person_id: int) -> ResponseReturnValue:
    """Nobody gets in any more with this account."""
    _managed(person_id)
    with unit_of_work() as session:
        accounts.close_account(session, person_id, by=actor.person_id, at=clock.now())
    flash(_("The account is closed. Whoever was signed in with it is out."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/open")
@allow(hr_or_administrator, scoped=True)
def reopen(person_id: int) -> ResponseReturnValue:
    """Open a closed account again; its owner still knows the password, or gets a link."""
    _managed(person_id)
    with unit_of_work() as session:
        accounts.open_account(session, person_id, by=actor.person_id, at=clock.now())
    flash(_("The account is open again."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/end-sessions")
@allow(hr_or_administrator, scoped=True)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere, as when a computer was lost."""
    _managed(person_id)
    with unit_of_work() as session:
        ended = accounts.end_sessions(
            session, person_id, by=actor.person_id, at=clock.now(), keep=[actor.login]
        )
    flash(
        ngettext("Signed out in %(num)d place.", "Signed out in %(num)d places.", ended), "success"
    )
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/unlink")
@allow(hr_or_administrator, scoped=True)
def unlink(person_id: int) -> ResponseReturnValue:
    """End a link with single sign-on, as when the wrong one was linked; who is in is out."""
    _managed(person_id)
    if person_id == actor.person_id:
        abort(409)  # one's own is ended on the own page, where a new session begins
    with unit_of_work() as session:
        single_sign_on.unlink(
            session, person_id, by=actor.person_id, has_password=False, at=clock.now()
        )
    flash(
        _("The link is ended. A new one needs an invitation, or the person's password."), "success"
    )
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/roles")
@allow(administrator, scoped=True)
def change_roles(person_id: int) -> ResponseReturnValue:
    """Give and take roles; the person has to sign in again."""
    line, form = _found(person_id), _roles_form()
    if not form.validate_on_submit():
        return _page(line, form, 422)
    try:
        if form.own_password is not None:
            prove_it_is_me(form.own_password.data)
        with unit_of_work() as session:
            accounts.change_roles(
                session,
                person_id,
                wanted=form.wanted,
                held=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
    except (WrongPassword, TooManyTries) as refusal:
        form.own_password.errors = [translated(refusal)]
        return _page(line, form, refusal.status)
    except Stale as stale:
        form.held.data = _words(_found(person_id))
        return _page(_found(person_id), form, stale.status, stale=stale)
    except Refusal as refusal:
        form.roles.errors = [translated(refusal)]
        return _page(line, form, refusal.status)
    flash(_("The roles are changed. The person signs in anew to use them."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


def _found(person_id: int) -> AccountLine:
    with reading() as session:
        return queries.find(session, person_id, today=clock.today(actor.zone)) or abort(404)


def _managed(person_id: int) -> AccountLine:
    line = _found(person_id)
    require(access.may_manage(actor, line.roles))
    return line


def _roles_form(**rest: Any) -> RolesForm:
    """With a field for the own password, unless its owner has just proved who it is."""
    form = RolesForm(**rest)
    if is_confirmed():
        del form.own_password
    return form


def _words(line: AccountLine) -> str:
    return " ".join(role.value for role in line.roles)


def _page(
    line: AccountLine, form: RolesForm, status: int, *, stale: Stale | None = None
) -> ResponseReturnValue:
    with reading() as session:
        places = queries.open_sessions(session, line.person_id, now=clock.now())
    page = render_template(
        "accounts/show.html",
        line=line,
        form=form,
        places=places,
        stale=stale,
        labels={**STATE_LABELS, **ROLE_LABELS},
        may_manage=access.may_manage(actor, line.roles),
        may_grant=access.may_grant(actor),
        is_own=line.person_id == actor.person_id,
        takes_password=ways_in.takes_password_of(line.email),
        own_ways=ways_in.own(),
        provider=ways_in.provider_name(),
    )
    return page, status


def _file(form: str, lines: list[AccountLine]) -> ResponseReturnValue:
    rows = [
        (
            line.family_name,
            line.given_name,
            line.email,
            _(STATE_LABELS[line.state]),
            ", ".join(_(ROLE_LABELS[role]) for role in line.roles),
        )
        for line in lines
    ]
    headers = (_("Family name"), _("Given name"), _("E-mail address"), _("Account"), _("Roles"))
    return traced_download(form, _("Accounts"), headers, rows, subject="list:accounts")

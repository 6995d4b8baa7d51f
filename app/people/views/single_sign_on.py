"""Sign in with the company's provider: there, and back.

Everything begins with a link, not with a form: our content security policy lets no form lead to
another site. What must not be started from elsewhere asks whether the link was on our own page.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import unit_of_work
from app.domain.refusals import N_, Refusal
from app.openid import asking, returning
from app.openid.claims import Identity
from app.openid.directory import Directory
from app.openid.provider import NotVouchedFor, ProviderIsDown
from app.people.services import sessions, single_sign_on, throttle
from app.people.services.single_sign_on import Arrival, Means
from app.people.views import ways_in
from app.people.views.access import device, take_cookie
from app.people.views.confirming import TooManyTries, is_confirmed
from app.web.guards import actor, allow, public, signed_in, visitor
from app.web.paths import local_path
from app.web.problems import translated

bp = Blueprint("single_sign_on", __name__)
PATIENCE = timedelta(minutes=10)  # between leaving and coming back
CLOCKS = 60  # seconds that the provider's clock may be behind
ENTER, ARRIVE, LINK, CONFIRM = "enter", "arrive", "link", "confirm"
log = logging.getLogger("tandem")


class OpensNothing(Refusal):
    """Vouched for, and without an account here; which of the reasons it is, the log says."""

    msgid = N_(
        "%(name)s knows you, but opens no account here. Accounts are made by HR: please ask"
        " there. Who has a password can sign in with it and link the account under “My account”."
    )
    status = 403


class NotTheSame(Refusal):
    """Somebody else came back, or somebody who was signed in there long ago."""

    msgid = N_("This did not confirm that it is you. Please sign in anew, with your own account.")
    status = 403


@dataclass(frozen=True, slots=True)
class Way:
    """One way there and back, as the cookie remembers it; `login` is the session that left."""

    purpose: str
    wanted: str
    left_at: float
    login: int | None
    attempt: asking.Attempt | None

    @classmethod
    def remembered(cls, kept: Mapping[str, Any]) -> Way:
        """Read what `_leave` kept; an empty one proves nothing."""
        return cls(
            purpose=str(kept.get("purpose", ENTER)),
            wanted=local_path(kept.get("next")),
            left_at=float(kept.get("at", 0)),
            login=kept.get("login"),
            attempt=asking.remembered(kept),
        )

    def is_still_good(self, now: datetime) -> bool:
        """Not too long ago, and the same session as then."""
        present = visitor()
        is_same = self.purpose == ENTER or (present.login if present else None) == self.login
        return is_same and now.timestamp() - self.left_at <= PATIENCE.total_seconds()


@bp.get("/sign-in/with")
@allow(public)
def leave() -> ResponseReturnValue:
    """To the provider, to sign in."""
    wanted = local_path(request.args.get("next"))
    if visitor() is not None:
        return redirect(wanted)
    return _leave(ENTER, wanted, otherwise=url_for("access.sign_in"))


@bp.get("/password/new/with")
@allow(public)
def leave_to_arrive() -> ResponseReturnValue:
    """To the provider with an invitation in hand, to link the account instead of a password."""
    back = url_for("arrival.choose")
    if not cookie.get("link"):
        return redirect(_outside())
    if not _was_clicked_here():
        return redirect(back)
    return _leave(ARRIVE, "/", otherwise=back)


@bp.get("/account/link")
@allow(signed_in)
def leave_to_link() -> ResponseReturnValue:
    """To the provider, to link the own account; only who has just proved to be the owner."""
    here = url_for("account.index")
    if ways_in.directory() is None or not _was_clicked_here():
        return redirect(here)
    if not is_confirmed():
        return redirect(url_for("confirming.ask", next=here))
    return _leave(LINK, here, otherwise=here)


@bp.get("/account/confirm/with")
@allow(signed_in)
def leave_to_confirm() -> ResponseReturnValue:
    """To the provider, to prove once more who sits here."""
    wanted = local_path(request.args.get("next"))
    return _leave(CONFIRM, wanted, otherwise=url_for("confirming.ask", next=wanted))


@bp.get(ways_in.RETURN)
@allow(public)
def come_back() -> ResponseReturnValue:
    """Back from the provider, with a code in the address that is worth something once."""
    directory, now = ways_in.directory(), clock.now()
    way = Way.remembered(cookie.pop("way", {}))
    if directory is None:
        return redirect(_outside())
    try:
        return _received(directory, way, _identity(directory, way, now=now), now=now)
    except Refusal as refusal:
        return _told(way, refusal)


def _leave(purpose: str, wanted: str, *, otherwise: str) -> ResponseReturnValue:
    directory, present = ways_in.directory(), visitor()
    if directory is None:
        return redirect(otherwise)
    attempt = asking.begun()
    try:
        there = asking.address(
            directory.provider, directory.addresses(), attempt, anew=purpose == CONFIRM
        )
    except ProviderIsDown as down:
        log.warning("single sign-on: %s", down.why)
        return _told(Way(purpose, wanted, 0, None, None), down)
    cookie["way"] = {
        "purpose": purpose,
        "next": wanted,
        "at": clock.now().timestamp(),
        "login": present.login if present else None,
        **attempt.kept(),
    }
    return redirect(there)


def _identity(directory: Directory, way: Way, *, now: datetime) -> Identity:
    """Who came back. Raises ProviderIsDown, NotVouchedFor and TooManyTries.

    Tries are counted by address. The provider is asked outside of any transaction: it may take
    seconds.
    """
    counter = throttle.counters(
        "single-sign-on",
        name="",
        address=request.remote_addr or "",
        secret=str(current_app.config["SECRET_KEY"]),
    )[1]
    with unit_of_work() as session:
        locked = throttle.count_try(session, counter, at=now)
    if locked is not None:
        raise TooManyTries
    try:
        found = _vouched_for(directory, way, now=now)
    except NotVouchedFor as refusal:
        log.warning("single sign-on refused: %s", refusal.why)
        with unit_of_work() as session:
            single_sign_on.note_refusal(session, None, refusal.why, at=now)
        raise
    except ProviderIsDown as down:
        log.warning("single sign-on: %s", down.why)
        with unit_of_work() as session:
            throttle.take_back(session, counter)
        raise
    with unit_of_work() as session:
        throttle.take_back(session, counter)
    return found


def _vouched_for(directory: Directory, way: Way, *, now: datetime) -> Identity:
    if not way.is_still_good(now):
        raise NotVouchedFor(directory.provider, "too late or another session")
    return returning.who(directory, way.attempt, request.args.to_dict(), now=now)


def _received(
    directory: Directory, way: Way, identity: Identity, *, now: datetime
) -> ResponseReturnValue:
    """Do what the way was for. Raises Refusal."""
    arrival = Arrival(identity, way.attempt.nonce if way.attempt else "", device())
    if way.purpose == LINK:
        return _link(identity, now=now)
    if way.purpose == CONFIRM:
        return _confirm(way, identity, now=now)
    if way.purpose == ARRIVE:
        with unit_of_work() as session:
            token = single_sign_on.arrive(session, arrival, str(cookie.get("link", "")), at=now)
        flash(_("Your account is linked and you are signed in."), "success")
    else:
        with unit_of_work() as session:
            entered = single_sign_on.enter(
                session, arrival, links_by_email=ways_in.links_by_email(), at=now
            )
        if entered is None:
            raise OpensNothing(name=directory.provider.name)
        token = entered
    take_cookie(token)
    return redirect(way.wanted, 303)


def _link(identity: Identity, *, now: datetime) -> ResponseReturnValue:
    with unit_of_work() as session:
        single_sign_on.link(session, actor.person_id, identity, Means.ACCOUNT, at=now)
    flash(_("Your account is linked."), "success")
    return redirect(url_for("account.index"), 303)


def _confirm(way: Way, identity: Identity, *, now: datetime) -> ResponseReturnValue:
    """Only the own identity counts, and only a sign-in that is newer than the question."""
    is_new = (identity.authenticated_at or 0) >= way.left_at - CLOCKS
    with unit_of_work() as session:
        is_me = is_new and single_sign_on.opens(session, identity, actor.person_id)
        if is_me:
            sessions.note_confirmed(session, actor.login, at=now)
        else:
            single_sign_on.note_refusal(session, actor.person_id, "confirmation", at=now)
    if not is_me:
        raise NotTheSame
    flash(_("Thank you, that is confirmed. Please go on."), "success")
    return redirect(way.wanted, 303)


def _told(way: Way, refusal: Refusal) -> ResponseReturnValue:
    """Say a no where the way began, and take the code out of the address."""
    flash(translated(refusal), "danger")
    if way.purpose == CONFIRM and visitor() is not None:
        return redirect(url_for("confirming.ask", next=way.wanted), 303)
    if way.purpose == ARRIVE and cookie.get("link"):
        return redirect(url_for("arrival.choose"), 303)
    if visitor() is not None:
        return redirect(url_for("account.index"), 303)
    return redirect(url_for("access.sign_in", next=way.wanted if way.wanted != "/" else None), 303)


def _outside() -> str:
    """Where somebody goes who has no business here."""
    return url_for("access.sign_in") if visitor() is None else "/"


def _was_clicked_here() -> bool:
    """Whether the visitor comes from a page of ours, as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return (request.referrer or "").startswith(request.host_url)


@bp.post("/account/unlink")
@allow(signed_in)
def unlink() -> ResponseReturnValue:
    """End the own link; all other sessions end, this one goes on under a new secret."""
    now, has_password = clock.now(), ways_in.own().has_password
    with unit_of_work() as session:
        epoch = single_sign_on.unlink(
            session, actor.person_id, by=actor.person_id, has_password=has_password, at=now
        )
        token = sessions.begin(session, actor.person_id, epoch=epoch, device=device(), at=now)
    take_cookie(token)
    flash(_("The link is ended. From now on you sign in with your password."), "success")
    return redirect(url_for("account.index"), 303)

"""Route policies: every route declares one, or the app refuses to start (I11).

A policy says which roles pass. What is refused answers 404 to people who are signed in, so that
nothing tells what exists, and leads to the sign-in page otherwise. `scoped` policies let a role
pass and leave the last word to the object's own predicate, whose no is a 404 as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy

from app.domain.roles import Actor

View = TypeVar("View", bound=Callable[..., Any])
AUDIENCES = (
    "anonymous",
    "employee",
    "lead",
    "hr",
    "works_council",
    "administrator",
    "trainer",
    "sponsor",
)


@dataclass(frozen=True)
class Policy:
    """`name` is shown in the matrix, `audiences` are the kinds of visitors that pass.

    `scoped` means that the object asked for decides too. Behind a `cookieless` door nobody is
    recognised and no cookie is read or set: a secret in the address is all there is.
    """

    name: str
    audiences: frozenset[str]
    scoped: bool = False
    cookieless: bool = False

    def admits(self, actor: Actor | None) -> bool:
        """Whether somebody like this passes the door."""
        return not self.audiences.isdisjoint(audiences_of(actor))


def audiences_of(actor: Actor | None) -> frozenset[str]:
    """The kinds of visitor somebody is at once; a lead with the role HR is three of them."""
    if actor is None:
        return frozenset({"anonymous"})
    held = {role.value for role in actor.roles} | {"employee"}
    if actor.is_lead:
        held.add("lead")
    if actor.is_sponsor:
        held.add("sponsor")
    return frozenset(held)


# Blueprints whose requests leave no time behind, anywhere.
UNTIMED = frozenset({"surveys", "feedback", "pulse", "stay_pulse"})

EVERYBODY = frozenset(AUDIENCES)
public = Policy("public", EVERYBODY)
secret_link = Policy("secret link", EVERYBODY, cookieless=True)
signed_in = Policy("signed in", EVERYBODY - {"anonymous"})
lead = Policy("lead", frozenset({"lead"}))
hr = Policy("HR", frozenset({"hr"}))
lead_or_hr = Policy("lead or HR", frozenset({"lead", "hr"}))
lead_sponsor_or_hr = Policy("lead, sponsor or HR", frozenset({"lead", "sponsor", "hr"}))
council = Policy("works council", frozenset({"works_council"}))
council_or_hr = Policy("works council or HR", frozenset({"works_council", "hr"}))
hr_or_trainer = Policy("HR or trainer", frozenset({"hr", "trainer"}))
administrator = Policy("administrator", frozenset({"administrator"}))
hr_or_administrator = Policy("HR or administrator", frozenset({"hr", "administrator"}))
auditors = Policy("works council or administrator", frozenset({"works_council", "administrator"}))


def allow(policy: Policy, *, scoped: bool = False) -> Callable[[View], View]:
    """Declare the policy of a route. `scoped=True`: the object asked for decides as well."""

    def declare(view: View) -> View:
        cast("Any", view).policy = replace(policy, scoped=scoped)
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The declared policy of an endpoint, or None."""
    if endpoint.rpartition(".")[2] == "static":
        return public
    return getattr(app.view_functions[endpoint], "policy", None)


def is_cookieless(endpoint: str | None) -> bool:
    """Whether nobody is asked who they are here, as for built files and the sign of life."""
    if endpoint is None:
        return False
    if endpoint.rpartition(".")[2] in {"static", "healthz"}:
        return True
    policy = policy_of(current_app, endpoint)
    return policy is not None and policy.cookieless


class UndeclaredRouteError(RuntimeError):
    """A route has no policy; the app does not start with it."""


def refuse_undeclared(app: Flask) -> None:
    """Raise UndeclaredRouteError when any route of `app` lacks a policy."""
    open_doors = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None
    )
    if open_doors:
        raise UndeclaredRouteError("no access policy declared for: " + ", ".join(open_doors))


def _actor() -> Actor:
    found: Actor | None = g.get("actor")
    if found is None:
        abort(404)
    return found


actor: Actor = LocalProxy(_actor)  # type: ignore[assignment]
"""The signed-in person of this request; only behind a policy that asks for one."""


def visitor() -> Actor | None:
    """Who asks, or None when nobody is signed in."""
    found: Actor | None = g.get("actor")
    return found


def at_the_door() -> ResponseReturnValue | None:
    """Before each request: let in whom the route's policy admits."""
    if request.endpoint is None:
        return None
    policy = policy_of(current_app, request.endpoint)
    if policy is not None and policy.admits(visitor()):
        return None
    if visitor() is not None:
        abort(404)
    return lead_to_sign_in()


def lead_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and from there back to what was wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("access.sign_in", next=wanted if wanted != "/" else None))


def require(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence: require(may_edit(…))
    """Answer 404 unless the object's own predicate said yes."""
    if not allowed:
        abort(404)

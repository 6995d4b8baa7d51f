"""Who may go where, read from the routes themselves.

Statuses are those of a well-formed request on an object that exists. `own` is an object whose
predicate says yes, `foreign` one whose predicate says no; routes without `scoped` know no
difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from app.web.guards import Policy, policy_of

ROLES = (
    "anonymous",
    "employee",
    "lead",
    "deputy",
    "hr",
    "works_council",
    "administrator",
    "trainer",
    "sponsor",
)
AUDIENCE_OF = {"deputy": "lead"}  # a deputy decides what a lead decides
TO_SIGN_IN = (302,)
UNKNOWN = (404,)
CARRIED_OUT = {"GET": (200, 302, 303), "POST": (200, 302, 303, 403, 409, 422, 429)}
INTRODUCTION = """\
# Who may go where

Written by `flask access matrix --write` from the routes themselves; do not edit.

- **yes**: the door is open. **own**: open for objects whose own rule says yes; foreign ones
  answer 404.
- **–**: answers 404, so that nothing tells what exists. **sign in**: leads to the sign-in page.
- Who holds several roles may do what any of them may; leads and deputies are those of today.
- Every change needs a CSRF token of the own session and comes from this site, or answers 400.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one route."""

    route: str
    method: str
    endpoint: str
    policy: Policy

    def admits(self, role: str) -> bool:
        """Whether the door is open for a role."""
        audiences = {AUDIENCE_OF.get(role, role)}
        if role != "anonymous":
            audiences.add("employee")
        return not self.policy.audiences.isdisjoint(audiences)

    def expected(self, role: str, *, foreign: bool = False) -> tuple[int, ...]:
        """The statuses a role may get, for an own or a foreign object."""
        if self.admits(role):
            return UNKNOWN if foreign and self.policy.scoped else CARRIED_OUT[self.method]
        return TO_SIGN_IN if role == "anonymous" else UNKNOWN


def rows(app: Flask) -> list[Row]:
    """Every route and method of the app, sorted by address."""
    found = [
        Row(str(rule), method, rule.endpoint, _policy(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda row: (row.route, row.method))


def _policy(app: Flask, endpoint: str) -> Policy:
    policy = policy_of(app, endpoint)
    if policy is None:
        raise ValueError(f"{endpoint} has no policy")  # such an app does not start
    return policy


def as_json(matrix: Iterable[Row]) -> str:
    """The matrix for programs."""
    return json.dumps([_as_dict(row) for row in matrix], indent=2) + "\n"


def _as_dict(row: Row) -> dict[str, object]:
    made: dict[str, object] = {
        "route": row.route,
        "methods": [row.method],
        "endpoint": row.endpoint,
        "policy": row.policy.name,
        "scoped": row.policy.scoped,
        "expected": {role: list(row.expected(role)) for role in ROLES},
    }
    if row.policy.scoped:
        made["expected_foreign"] = {role: list(row.expected(role, foreign=True)) for role in ROLES}
    return made


def as_markdown(matrix: Iterable[Row]) -> str:
    """The matrix as a page of the documentation; the house style exists in development only."""
    heads = ["Route", "Method", "Policy", *(role.replace("_", " ") for role in ROLES)]
    lines = [INTRODUCTION, _line(heads), _line(["---"] * len(heads))]
    lines += [
        _line(
            [f"`{row.route}`", row.method, row.policy.name, *(_cell(row, role) for role in ROLES)]
        )
        for row in matrix
        if not row.endpoint.startswith("style.")
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(row: Row, role: str) -> str:
    if row.admits(role):
        return "own" if row.policy.scoped else "yes"
    return "sign in" if role == "anonymous" else "–"

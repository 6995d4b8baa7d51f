"""The pages of one round, as tabs: only those the visitor may open."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext

from app.domain.refusals import N_
from app.rotations.models import Round
from app.web.guards import policy_of, visitor

Tab = tuple[str, str, bool, int | None]
PAGES = (
    (N_("Overview"), "rounds.page"),
    (N_("Placements"), "placements.of_round"),
    (N_("Applications"), "applications.of_round"),
    (N_("Wishes between teams"), "rounds.wishes"),
    (N_("What counts"), "rounds.weights"),
    (N_("Planning"), "plans.index"),
)


def round_tabs(round_: Round, active: str) -> list[Tab]:
    """Tabs for the macro `tabs`; `active` is the endpoint of the page shown."""
    found: list[Tab] = []
    for label, endpoint in PAGES:
        if endpoint not in current_app.view_functions:
            continue
        policy = policy_of(current_app, endpoint)
        if policy is not None and policy.admits(visitor()):
            url = url_for(endpoint, round_id=round_.id)
            found.append((gettext(label), url, endpoint == active, None))
    return found

"""Rounds and placements as lists: what is asked for, and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.views.exports import traced_download
from app.database import UnitOfWork
from app.domain.collation import sort_key
from app.domain.refusals import N_
from app.domain.rounds import STATE_LABELS as ROUND_LABELS
from app.domain.timespan import last_day
from app.rotations.models import Placement, PlacementState, Round
from app.rotations.queries import placements, rounds
from app.web.guards import actor
from app.web.pages import ListRequest, arranged

PLACEMENT_LABELS = {
    PlacementState.DRAFT: N_("Draft"),
    PlacementState.OFFERED: N_("Offered"),
    PlacementState.WITHDRAWN: N_("Withdrawn"),
}


def rounds_asked_for(session: UnitOfWork, asked: ListRequest) -> list[Round]:
    """The rounds the visitor may see that fit. One statement."""
    state = asked.filters.get("state")
    found = rounds.listed(session, with_drafts=actor.is_hr)
    found = [round_ for round_ in found if not state or round_.state == state]
    return arranged(found, asked, texts=lambda round_: (round_.name,), keys=rounds.ORDERS)


def rounds_file(
    form: str, found: Sequence[Round], numbers: Mapping[int, rounds.Numbers]
) -> ResponseReturnValue:
    """Rounds with their numbers as a file."""
    headers = [
        *(_("Round"), _("State"), _("First day"), _("Last day"), _("Placements"), _("Seats")),
        *(_("Applications"), _("Endorsements open")),
    ]
    rows = (
        (
            round_.name,
            _(ROUND_LABELS[round_.state]),
            round_.starts_on,
            last_day(round_.ends_on),
            numbers[round_.id].offered,
            numbers[round_.id].seats,
            numbers[round_.id].submitted,
            numbers[round_.id].open_endorsements,
        )
        for round_ in found
    )
    return traced_download(form, _("Rounds"), headers, rows, subject="list:rounds")


def placements_asked_for(
    every: Sequence[Placement], asked: ListRequest, counts: Mapping[int, int]
) -> list[Placement]:
    """Those that fit; `counts` says how many chose each."""
    team, state = asked.filters.get("team"), asked.filters.get("state")
    fitting = [
        one
        for one in every
        if team in {None, str(one.host_team_id)} and state in {None, one.state.value}
    ]
    keys = placements.ORDERS | {"chosen": lambda one: counts.get(one.id, 0)}
    return arranged(fitting, asked, texts=lambda one: (one.title, one.host.name), keys=keys)


def host_teams(placements: Sequence[Placement]) -> list[tuple[str, str]]:
    """Key and name of the teams that offer, for the filter."""
    hosts = {(str(one.host_team_id), one.host.name) for one in placements}
    return sorted(hosts, key=lambda option: sort_key(option[1]))


def placements_file(
    form: str, round_: Round, found: Sequence[Placement], counts: Mapping[int, int]
) -> ResponseReturnValue:
    """Placements of a round as a file."""
    headers = [
        *(_("Placement"), _("Host team"), _("Site"), _("State"), _("Weeks"), _("Seats")),
        *(_("Chosen by"), _("Task")),
    ]
    rows = (
        (
            one.title,
            one.host.name,
            one.site.name,
            _(PLACEMENT_LABELS[one.state]),
            one.duration * round_.block_weeks,
            one.seats,
            counts.get(one.id, 0),
            one.task,
        )
        for one in found
    )
    title = _("Placements of %(round)s", round=round_.name)
    return traced_download(form, title, headers, rows, subject="list:placements")

"""The main navigation: one list, shown as far as the route policies let the visitor pass."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import gettext

from app.domain.refusals import N_
from app.web.guards import policy_of, visitor


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go: English label, endpoint, icon name."""

    label: str
    endpoint: str
    icon: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as this visitor sees it; `count` of things waiting, 0 for none."""

    label: str
    url: str
    icon: str
    active: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of items."""

    title: str
    items: tuple[Item, ...]


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        N_("For me"),
        (
            Entry(N_("Today"), "today.index", "house"),
            Entry(N_("My calendar"), "calendar.index", "calendar3"),
            Entry(N_("My rotations"), "my_rotations.index", "person-walking"),
            Entry(N_("Placements"), "placements.index", "signpost-split"),
            Entry(N_("Trainings"), "catalogue.index", "mortarboard"),
            Entry(N_("Field trips"), "trips.index", "signpost-2"),
            Entry(N_("My bookings"), "bookings.index", "ticket"),
            Entry(N_("Surveys"), "surveys.index", "chat-square-text"),
        ),
    ),
    (
        N_("My teams"),
        (
            Entry(N_("Away and here"), "cover.index", "calendar3-range"),
            Entry(N_("Endorsements"), "endorsements.index", "hand-thumbs-up"),
            Entry(N_("Collaboration"), "health.index", "activity"),
            Entry(N_("Actions"), "actions.index", "check2-square"),
            Entry(N_("Remedies"), "remedies.index", "bandaid"),
            Entry(N_("Approvals"), "approvals.index", "check2-square"),
        ),
    ),
    (
        N_("Programme"),
        (
            Entry(N_("Overview"), "programme.index", "speedometer2"),
            Entry(N_("Rounds"), "rounds.index", "arrow-repeat"),
            Entry(N_("Stays"), "stays.index", "suitcase-lg"),
            Entry(N_("Insights"), "insights.index", "lightbulb"),
            Entry(N_("Courses"), "courses.index", "mortarboard"),
            Entry(N_("Sessions"), "planning_sessions.index", "calendar-event"),
            Entry(N_("Occupancy"), "occupancy.index", "bar-chart"),
            Entry(N_("Blackout times"), "blackouts.index", "calendar-x"),
            Entry(N_("Survey waves"), "waves.index", "clipboard-data"),
        ),
    ),
    (
        N_("Works council"),
        (Entry(N_("Register"), "council.index", "clipboard-check"),),
    ),
    (
        N_("Company"),
        (
            Entry(N_("People"), "people.index", "people"),
            Entry(N_("Organisation"), "organisation.index", "diagram-3"),
            Entry(N_("Import"), "imports.index", "file-earmark-arrow-up"),
            Entry(N_("Leavers' data"), "erasures.index", "person-x"),
        ),
    ),
    (
        N_("Administration"),
        (
            Entry(N_("Accounts and roles"), "accounts.index", "key"),
            Entry(N_("Audit log"), "audit.index", "journal-check"),
            Entry(N_("Outbox"), "outbox.index", "mailbox"),
            Entry(N_("Settings"), "settings.index", "sliders"),
        ),
    ),
)


def navigation() -> tuple[Group, ...]:
    """The groups this visitor may use; empty groups are left out."""
    shown = []
    for title, entries in GROUPS:
        items = tuple(_item(entry) for entry in entries if _is_open(entry.endpoint))
        if items:
            shown.append(Group(gettext(title), items))
    return tuple(shown)


def _is_open(endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    policy = policy_of(current_app, endpoint)
    return policy is not None and policy.admits(visitor())


def _item(entry: Entry) -> Item:
    room = entry.endpoint.partition(".")[0]
    return Item(
        label=gettext(entry.label),
        url=url_for(entry.endpoint),
        icon=entry.icon,
        active=(request.blueprint or "") == room,
    )


def set_up(app: Flask) -> None:
    """Give every template `navigation()` and `visitor`."""
    app.jinja_env.globals["navigation"] = navigation
    app.context_processor(lambda: {"visitor": visitor()})

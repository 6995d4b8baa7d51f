"""People's time in the words of other calendars, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.agenda.models import CommitmentKind, FeedVariant, ShownAs
from app.agenda.queries.entries import Held
from app.calendars.writing import Entry, Shown
from app.domain.refusals import N_

TITLES = {  # a training is called by its own name
    CommitmentKind.STAY: N_("Rotation: %(title)s"),
    CommitmentKind.TEACHING: N_("As trainer: %(title)s"),
    CommitmentKind.TRIP: N_("Joint day: %(title)s"),
}
KINDS = {
    CommitmentKind.STAY: N_("Rotation"),
    CommitmentKind.SESSION: N_("Training"),
    CommitmentKind.TEACHING: N_("Training I lead"),
    CommitmentKind.TRIP: N_("Joint day"),
}
SHOWN = {ShownAs.BUSY: Shown.BUSY, ShownAs.FREE: Shown.FREE, ShownAs.AWAY: Shown.AWAY}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a calendar is read: where pages are, how much is told, and whether names are."""

    base_url: str
    variant: FeedVariant = FeedVariant.FULL
    names: bool = False


def title_of(held: Held, *, name: bool = False) -> str:
    """What it is called: "Rotation: Campaign desk", with a name "Ada Test: …" before it."""
    title = held.title
    if held.kind in TITLES:
        title = str(gettext(TITLES[held.kind], title=title))
    if held.called_off:
        title = str(gettext("Cancelled: %(title)s", title=title))
    if name and held.person:
        title = str(gettext("%(person)s: %(title)s", person=held.person, title=title))
    return title


def own_entries(held: Iterable[Held], how: Reading) -> list[Entry]:
    """A person's own time. The busy variant tells nothing but that time is taken."""
    if how.variant is FeedVariant.BUSY:
        return [_only_busy(one) for one in held if _takes_time(one)]
    return [entry_of(one, how) for one in held]


def team_entries(held: Iterable[Held], how: Reading) -> list[Entry]:
    """A team's time. Without names, what several do together is one entry."""
    if how.names and how.variant is FeedVariant.FULL:
        return [_for_the_team(one, how) for one in held]
    firm = (one for one in held if not one.tentative)
    together: dict[object, Held] = {}
    for one in sorted(firm, key=lambda one: one.id):
        together.setdefault((one.kind, one.starts_at, one.ends_at, one.title, one.location), one)
    if how.variant is FeedVariant.BUSY:
        return [_only_busy(one) for one in together.values() if _takes_time(one)]
    return [_for_the_team(one, how) for one in together.values()]


def entry_of(held: Held, how: Reading) -> Entry:
    """One commitment with all that its owner may know."""
    link = how.base_url + held.path if held.path else ""
    details = str(gettext("Details: %(link)s", link=link)) if link else ""
    return _entry(
        held,
        title=title_of(held),
        location=held.location,
        note="\n\n".join(part for part in (held.note, details) if part),
        url=link,
        category=str(gettext(KINDS[held.kind])),
    )


def _for_the_team(held: Held, how: Reading) -> Entry:
    return _entry(
        held,
        title=title_of(held, name=how.names),
        location="" if "://" in held.location else held.location,  # the link is for who takes part
        category=str(gettext(KINDS[held.kind])),
    )


def _only_busy(held: Held) -> Entry:
    return _entry(held, title=str(gettext("Busy")))


def _takes_time(held: Held) -> bool:
    return held.shown_as is not ShownAs.FREE and not held.called_off


def _entry(held: Held, *, title: str, **told: str) -> Entry:
    return Entry(
        uid=held.uid,
        sequence=held.sequence,
        created_at=held.created_at,
        changed_at=held.changed_at,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        zone=held.zone,
        title=title,
        all_day=held.all_day,
        shown=SHOWN[held.shown_as],
        tentative=held.tentative,
        called_off=held.called_off,
        **told,
    )

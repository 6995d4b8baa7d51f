"""The fate of every row of a file of teams: a team is known by its department and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.refusals import N_
from app.domain.roster import cells as read
from app.domain.roster.cells import Cells
from app.domain.roster.columns import Heading, folded
from app.domain.roster.fates import Additions, Change, Fate, FateKind, Outlook, shown
from app.domain.tables import Fault, Table

FIELDS = ("site", "purpose", "minimum_present", "guest_limit")
MOST_PEOPLE = 1000
MOST_GUESTS = 100


@dataclass(frozen=True, slots=True)
class KnownTeam:
    """A team as stored; `side` is its department's."""

    department: str
    name: str
    side: str = "other"
    site: str = ""
    purpose: str = ""
    minimum_present: int = 0
    guest_limit: int = 2


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What is stored. Keys are compared names; `departments` gives name and side."""

    sites: Mapping[str, str]
    departments: Mapping[str, tuple[str, str]]
    teams: Mapping[tuple[str, str], KnownTeam]


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team as it will be stored, and as it was."""

    team: KnownTeam
    known: KnownTeam | None


def teams_outlook(table: Table, heading: Heading, facts: TeamFacts) -> Outlook[TeamDraft]:
    """Decide the fate of every row; pure."""
    broken: dict[int, list[Fault]] = defaultdict(list)
    for fault in table.faults:
        broken[fault.line].append(fault)
    rows = [Cells(row, heading, table.header, list(broken.get(row.line, ()))) for row in table.rows]
    sides = _sides(rows, facts)
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for cells in rows:
        lines[folded(cells.raw("department")), folded(cells.raw("team"))].append(cells.row.line)
    fates = tuple(_fate(cells, facts, sides, lines) for cells in rows)
    new = {
        folded(fate.draft.team.department): fate.draft.team.department
        for fate in fates
        if fate.draft and folded(fate.draft.team.department) not in facts.departments
    }
    return Outlook(fates, Additions(departments=tuple(new.values())))


def _sides(rows: list[Cells], facts: TeamFacts) -> dict[str, str]:
    """The side of each department after the import: the file's last word, else what is stored."""
    found = {key: side for key, (_, side) in facts.departments.items()}
    for cells in rows:
        side = cells.take("side", read.side)
        if side:
            found[folded(cells.raw("department"))] = side
    return found


def _fate(
    cells: Cells,
    facts: TeamFacts,
    sides: Mapping[str, str],
    lines: Mapping[tuple[str, str], list[int]],
) -> Fate[TeamDraft]:
    department = cells.take("department", read.words(120))
    name = cells.take("team", read.words(120))
    for column in ("department", "team"):
        if not cells.raw(column):
            cells.refuse(column, N_("Every row needs this."))
    subject = f"{name or '?'} / {department or '?'}"
    if name is None or department is None:
        return _refused(cells, subject)
    key = (folded(department), folded(name))
    same = [line for line in lines[key] if line != cells.row.line]
    if same:
        cells.refuse("team", N_("Line %(line)s has the same team."), line=same[0])
    known = facts.teams.get(key)
    written = facts.departments.get(key[0], (department, ""))[0]
    before = known or KnownTeam(written, name)
    after = _team(cells, facts, before, sides.get(key[0], "other"))
    if known is None and not cells.raw("site"):
        cells.refuse("site", N_("A new team needs a site."))
    if cells.faults:
        return _refused(cells, subject)
    changes = tuple(_changes(known, after))
    kind = FateKind.CHANGED if changes else FateKind.UNCHANGED
    kind = FateKind.NEW if known is None else kind
    return Fate(cells.row.line, kind, subject, changes, draft=TeamDraft(after, known))


def _refused(cells: Cells, subject: str) -> Fate[TeamDraft]:
    return Fate(cells.row.line, FateKind.REFUSED, subject[:260], faults=tuple(cells.faults))


def _team(cells: Cells, facts: TeamFacts, before: KnownTeam, side: str) -> KnownTeam:
    site = facts.sites.get(folded(cells.raw("site")))
    if cells.raw("site") and site is None:
        cells.refuse("site", N_("There is no site “%(name)s”."), name=cells.raw("site")[:120])
    given: dict[str, Any] = {
        "site": site,
        "side": side,
        "purpose": cells.take("purpose", read.words(500)),
        "minimum_present": cells.take("minimum_present", read.count(MOST_PEOPLE)),
        "guest_limit": cells.take("guest_limit", read.count(MOST_GUESTS)),
    }
    return replace(before, **{key: value for key, value in given.items() if value is not None})


def _changes(before: KnownTeam | None, after: KnownTeam) -> list[Change]:
    found = []
    for key in (*FIELDS, "side"):
        old, new = shown(getattr(before, key)) if before else "", shown(getattr(after, key))
        if old != new:
            found.append(Change(key, old, new))
    return found

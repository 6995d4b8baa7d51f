"""What becomes of each row, and the fingerprint of it all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.refusals import N_
from app.domain.roster.facts import TeamFact
from app.domain.tables import Fault

Draft = TypeVar("Draft")
MOST_FAULTS_SHOWN = 200


class FateKind(StrEnum):
    """One per row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


FATE_LABELS = {
    FateKind.NEW: N_("New"),
    FateKind.CHANGED: N_("Changed"),
    FateKind.UNCHANGED: N_("Unchanged"),
    FateKind.REFUSED: N_("Refused"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, by its column key, with the text before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fate(Generic[Draft]):
    """What a row does. `subject` names the person or team; `draft` is what will be stored."""

    line: int
    kind: FateKind
    subject: str
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Additions:
    """Names the file mentions that do not exist yet and will be made."""

    departments: tuple[str, ...] = ()
    teams: tuple[TeamFact, ...] = ()
    skills: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.departments or self.teams or self.skills)


@dataclass(frozen=True, slots=True)
class Outlook(Generic[Draft]):
    """The fate of every row of a file, in its order, and what will be made on the way."""

    fates: tuple[Fate[Draft], ...]
    additions: Additions = Additions()

    @property
    def counts(self) -> dict[FateKind, int]:
        """Rows per fate; every fate is there."""
        found = Counter(fate.kind for fate in self.fates)
        return {kind: found[kind] for kind in FateKind}

    @property
    def faults(self) -> list[Fault]:
        """All faults of all rows, in the order of the file."""
        return [fault for fate in self.fates for fault in fate.faults]

    @property
    def is_refused(self) -> bool:
        """Whether a row cannot be taken; then none is."""
        return self.counts[FateKind.REFUSED] > 0

    @property
    def does_nothing(self) -> bool:
        """Whether everything in the file is already so."""
        return self.counts[FateKind.UNCHANGED] == len(self.fates)

    @property
    def digest(self) -> str:
        """SHA-256 of what would be done, as hex: equal digests do equal things."""
        content = [
            [fate.line, fate.kind.value, fate.subject, *_changes(fate.changes), *_said(fate.faults)]
            for fate in self.fates
        ]
        teams = [[*team.name, team.site] for team in self.additions.teams]
        added = [self.additions.departments, teams, self.additions.skills]
        text = json.dumps([content, added], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _changes(changes: Sequence[Change]) -> list[list[str]]:
    return [[change.field, change.old, change.new] for change in changes]


def _said(faults: Sequence[Fault]) -> list[list[str]]:
    return [
        [fault.column, fault.reason, json.dumps(fault.values, sort_keys=True, default=str)]
        for fault in faults
    ]


def shown(value: object) -> str:
    """A value as a change shows it: days in ISO form, nothing for None."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)

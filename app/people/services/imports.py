"""Imports: read a file, show the fate of every row, then apply exactly what was shown, or nothing.

Nothing is ever deleted and no right is ever given by a file; the same file twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Refusal
from app.domain.roster.columns import PEOPLE, TEAMS, Column, Heading, read_heading
from app.domain.roster.fates import FateKind, Outlook
from app.domain.roster.people import compared, people_outlook
from app.domain.roster.teams import teams_outlook
from app.domain.tables import Fault, Row, Table
from app.people.models import ImportDraft, ImportKind
from app.people.queries import roster as stored
from app.people.services import roster
from app.people.services.spreadsheets import read_table

COLUMNS: dict[ImportKind, tuple[Column, ...]] = {
    ImportKind.PEOPLE: PEOPLE,
    ImportKind.TEAMS: TEAMS,
}
KEPT_FOR = timedelta(hours=24)
LONGEST_NAME = 120


class ChangedMeanwhile(Refusal):
    """The fates are no longer those that were shown."""

    msgid = N_("The data changed since this preview was shown. Please look at it again.")


class HasRefusedRows(Refusal):
    """All or nothing: a row that cannot be taken stops the whole file."""

    msgid = N_("Some rows cannot be taken, so nothing was changed. Please correct the file.")
    status = 422


@dataclass(frozen=True, slots=True)
class Preview:
    """What a read file would do now."""

    draft: ImportDraft
    table: Table
    heading: Heading
    outlook: Outlook[Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent: `name` as the sender's machine calls the file."""

    name: str
    content: bytes
    kind: ImportKind
    adds_missing: bool


def keep(session: Session, upload: Upload, *, person_id: int, at: datetime) -> ImportDraft:
    """Read a file and keep it for a day under the person who sent it.

    Raises an UnreadableTable when it cannot be read as a whole.
    """
    table = read_table(upload.content)
    read_heading(table.header, COLUMNS[upload.kind])
    draft = ImportDraft(
        person_id=person_id,
        kind=upload.kind,
        file_name=_shown_name(upload.name),
        adds_missing=upload.adds_missing,
        content=_stored(table),
        created_at=at,
        expires_at=at + KEPT_FOR,
    )
    session.add(draft)
    session.flush()  # the preview's address needs the key
    return draft


def find(session: Session, draft_id: int, *, person_id: int, at: datetime) -> ImportDraft | None:
    """The person's own read file, or None; nobody sees another one's. One statement."""
    return session.scalar(
        select(ImportDraft).where(
            ImportDraft.id == draft_id,
            ImportDraft.person_id == person_id,
            ImportDraft.expires_at > at,
        )
    )


def waiting(session: Session, *, person_id: int, at: datetime) -> list[ImportDraft]:
    """The person's read files that are not applied yet, newest first. One statement."""
    return list(
        session.scalars(
            select(ImportDraft)
            .where(ImportDraft.person_id == person_id, ImportDraft.expires_at > at)
            .order_by(ImportDraft.id.desc())
        )
    )


def preview(session: Session, draft: ImportDraft, *, today: date, lock: bool = False) -> Preview:
    """The fate of every row as things stand now. At most ten statements."""
    table = _restored(draft.content)
    heading = read_heading(table.header, COLUMNS[draft.kind])
    if draft.kind is ImportKind.TEAMS:
        outlook: Outlook[Any] = teams_outlook(table, heading, stored.team_facts(session))
        return Preview(draft, table, heading, outlook)
    mentioned = _mentioned(table, heading, adds_missing=draft.adds_missing)
    facts = stored.facts(session, mentioned, today=today, lock=lock)
    return Preview(draft, table, heading, people_outlook(table, heading, facts))


def apply(
    session: Session, draft: ImportDraft, *, digest: str, today: date, at: datetime
) -> Outlook[Any]:
    """Do what the preview with this digest showed, all of it, and forget the file.

    Raises ChangedMeanwhile when it would do something else by now, HasRefusedRows when a row
    cannot be taken; nothing is changed then.
    """
    outlook = preview(session, draft, today=today, lock=True).outlook
    if outlook.digest != digest:
        raise ChangedMeanwhile
    if outlook.is_refused:
        raise HasRefusedRows
    if draft.kind is ImportKind.TEAMS:
        roster.store_teams(session, outlook)
    else:
        roster.store_people(session, outlook)
    record(
        session,
        AuditKind.IMPORTED,
        actor_id=draft.person_id,
        subject=f"import_draft:{draft.id}",
        at=at,
        rows=draft.kind.value,
        digest=digest,
        new=outlook.counts[FateKind.NEW],
        changed=outlook.counts[FateKind.CHANGED],
        unchanged=outlook.counts[FateKind.UNCHANGED],
    )
    discard(session, draft)
    return outlook


def discard(session: Session, draft: ImportDraft) -> None:
    """Forget a read file."""
    session.delete(draft)


def forget_expired(session: Session, *, now: datetime) -> None:
    """Forget what nobody applied within a day. One statement."""
    session.execute(delete(ImportDraft).where(ImportDraft.expires_at <= now))


def _shown_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[:LONGEST_NAME] or "?"


def _mentioned(table: Table, heading: Heading, *, adds_missing: bool) -> stored.Mentioned:
    def named(key: str) -> set[str]:
        place = heading.places.get(key)
        if place is None:
            return set()
        return {compared(key, row.cells[place]) for row in table.rows} - {""}

    return stored.Mentioned(named("number"), named("email"), adds_missing)


def _stored(table: Table) -> dict[str, Any]:
    return {
        "header": list(table.header),
        "rows": [[row.line, list(row.cells)] for row in table.rows],
        "faults": [[f.line, f.column, f.reason, f.values] for f in table.faults],
        "encoding": table.encoding,
        "separator": table.separator,
    }


def _restored(content: dict[str, Any]) -> Table:
    return Table(
        header=tuple(content["header"]),
        rows=tuple(Row(line, tuple(cells)) for line, cells in content["rows"]),
        faults=tuple(Fault(*fault) for fault in content["faults"]),
        encoding=content["encoding"],
        separator=content["separator"],
    )

"""Close a wave in one transaction: open the boxes, keep what may be kept, let the rest go.

Before it the wave is open, after it closed; there is nothing in between, so it may be killed at
any moment and begun anew. What was said is written in random order under random keys, and what
the release plan does not publish is not kept.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import collector_paused, insert_many
from app.domain.disclosure import ReleasePlan
from app.domain.waves import WaveState, WrongState
from app.surveys.models import Answer, SealedBox, Wave
from app.surveys.queries import waves as queries
from app.surveys.services.counting import Counted, count, store_cells
from app.surveys.services.emptying import empty, end
from app.surveys.services.keys import Keys
from app.surveys.services.releasing import keep_comments
from app.surveys.services.sealing import AT_ONCE, Unsealed, opened
from app.surveys.services.signing import sign

if TYPE_CHECKING:
    from app.scoring.sheets import Sheets

TENS = 10
COLUMNS = ("wave_id", "key", "source_id", "target_id", "steps")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the close works with: the key, the dice, and boxes that were opened beforehand.

    The dice must be the system's own in production; a told past brings its own, so that the same
    seed tells the same story.
    """

    keys: Keys
    random: Random
    known: Unsealed = field(default_factory=Unsealed)


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """What a close kept: records of published pairs."""

    wave_id: int
    plan: ReleasePlan
    kept: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """How many records were kept and what their digest is, and how many comments may be read."""

    records: int
    digest: str
    readable: int


def read_boxes(session: Session, wave_id: int, keys: Keys) -> Unsealed:
    """Open what lies in the boxes now, so that the transaction of the close need not.

    Two statements. Raises KeyIsMissingError.
    """
    found = Unsealed()
    _open_what_came(session, _open_wave(queries.find(session, wave_id)), keys, found)
    return found


@collector_paused()
def close_wave(session: Session, wave_id: int, *, at: datetime, opening: Opening) -> ClosedWave:
    """Close an open wave; the caller commits, destroys the key and cleans the files.

    `opening.known` takes in the boxes that came after it. Some twenty statements whatever the
    number of answers, and one more each where comments may be read, and where any were written.
    Loads numpy. Raises WrongState and KeyIsMissingError.
    """
    from app.scoring import sheets as table  # noqa: PLC0415 - loads numpy

    wave = _open_wave(queries.find_locked(session, wave_id))
    _open_what_came(session, wave, opening.keys, opening.known)
    ballots = table.read(opening.known.packed())
    counted = count(session, wave, table.tally(ballots, wave.k))
    kept = _keep(session, wave, counted, ballots, opening)
    end(wave, WaveState.CLOSED, at)
    wave.digest = counted.plan.told_digest()
    wave.protocol = _protocol(wave, counted, kept, len(ballots))
    sign(wave, opening.keys.signer())
    _record(session, wave, at)
    empty(session, wave)
    return ClosedWave(wave_id, counted.plan, kept.records)


def _open_wave(wave: Wave | None) -> Wave:
    if wave is None or wave.state is not WaveState.OPEN:
        raise WrongState
    return wave


def _open_what_came(session: Session, wave: Wave, keys: Keys, known: Unsealed) -> None:
    """Add what lies in further boxes. While a wave is open boxes only come, so a count will do."""
    own = SealedBox.wave_id == wave.id
    if known.keys:
        there = session.scalar(select(func.count()).select_from(SealedBox).where(own))
        if there == len(known.keys):
            return
    private = keys.private(wave.id, wave.public_key or "")
    boxes = SealedBox.__table__.c  # plain rows: there are very many
    rows = session.connection().execute(
        select(boxes.key, boxes.content).where(own).execution_options(yield_per=AT_ONCE)
    )
    with closing(rows):
        for part in rows.partitions():
            new = {key: content for key, content in part if key not in known.keys}
            known.add(new, opened(private, new.values()))


def _keep(
    session: Session, wave: Wave, counted: Counted, ballots: Sheets, opening: Opening
) -> _Kept:
    """Write what the plan allows: counts, then the records they are about, then comments."""
    from app.scoring import sheets as table  # noqa: PLC0415 - loads numpy

    records = table.kept(ballots, counted.published)
    store_cells(session, wave, counted)
    digest = _store(session, wave, records, opening.random)
    comments = opening.known.comments()
    readable = keep_comments(session, wave, counted.teams, counted.heard, comments, opening.random)
    return _Kept(len(records), digest, readable)


def _protocol(wave: Wave, counted: Counted, kept: _Kept, ballots: int) -> dict[str, Any]:
    """Counts for the works council. Exact, they would tell the turnout of small teams."""
    return {
        "people": wave.asked,
        "ballots_at_least": _tens(ballots),
        "kept": _tens(kept.records),
        "pairs_asked": len(counted.asked),
        "pairs_published": len(counted.plan.published),
        "plan": wave.digest,
        "comments_readable": kept.readable,
        "answers": kept.digest,
    }


def _tens(number: int) -> int:
    return number // TENS * TENS


def _store(session: Session, wave: Wave, rows: Sheets, random: Random) -> str:
    """Write the records under random keys, and in the order of these; gives the digest of all."""
    from app.scoring import sheets as table  # noqa: PLC0415 - loads numpy

    keys, rows = table.under_keys(rows, random.randbytes(table.KEY_BYTES * len(rows)))
    columns = repeat(wave.id, len(rows)), keys, *table.stored(rows)
    insert_many(session, Answer, COLUMNS, zip(*columns, strict=True))
    return table.digest(keys, rows)


def _record(session: Session, wave: Wave, at: datetime) -> None:
    """The protocol of counts: part of the chained log, so that nobody changes it later."""
    record(
        session,
        AuditKind.WAVE_CLOSED,
        actor_id=None,
        subject=f"wave:{wave.id}",
        at=at,
        **(wave.protocol or {}),
    )

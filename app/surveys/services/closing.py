"""Close a wave in one transaction: open the boxes, keep what may be kept, let the rest go.

Before it the wave is open, after it closed; there is nothing in between, so it may be killed at
any moment and begun anew. What was said is written in random order under random keys, and what
the release plan does not publish is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_many
from app.domain.disclosure import Count, Limits, ReleasePlan, release_plan
from app.domain.questionnaire import SCORED
from app.domain.waves import WaveState, WrongState, importance_of
from app.surveys.models import Answer, Asked, AskedAbout, Cell, SealedBox, Tie, Wave, WaveTeam
from app.surveys.queries import waves as queries
from app.surveys.services.emptying import empty
from app.surveys.services.keys import Keys
from app.surveys.services.releasing import keep_comments
from app.surveys.services.sealing import opened, parted

if TYPE_CHECKING:
    from app.scoring.sheets import Brought, Sheets

Pair = tuple[int, int]
Tally = Mapping[Pair, "Brought"]
TENS = 10
COLUMNS = ("wave_id", "key", "source_id", "target_id", *SCORED)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the close works with: the key, the dice, and boxes that were opened beforehand.

    The dice must be the system's own in production; a told past brings its own, so that the same
    seed tells the same story.
    """

    keys: Keys
    random: Random
    known: Mapping[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """What a close kept: records with their pair, records that count for the company only."""

    wave_id: int
    plan: ReleasePlan
    kept: int
    without_pair: int


def read_boxes(session: Session, wave_id: int, keys: Keys) -> dict[bytes, bytes]:
    """Open what lies in the boxes now, so that the transaction of the close need not.

    Two statements. Raises KeyIsMissingError.
    """
    wave = queries.find(session, wave_id)
    if wave is None or wave.state is not WaveState.OPEN:
        raise WrongState
    return _opened(session, wave, Opening(keys, Random()))  # noqa: S311 - no dice are thrown


def close_wave(session: Session, wave_id: int, *, at: datetime, opening: Opening) -> ClosedWave:
    """Close an open wave; the caller commits, destroys the key and cleans the files.

    Eighteen statements (on PostgreSQL seventeen) whatever the number of answers, and one more each
    where boxes came after those opened beforehand, where comments may be read, and where any were
    written. Loads numpy. Raises WrongState and KeyIsMissingError.
    """
    from app.scoring import sheets as table  # noqa: PLC0415 - loads numpy

    wave = queries.find_locked(session, wave_id)
    if wave is None or wave.state is not WaveState.OPEN:
        raise WrongState
    packed, comments = parted(_opened(session, wave, opening).values())
    ballots = table.read(packed)
    teams = queries.frozen_teams(session, wave_id)
    asked = _asked(session, wave_id)
    tally = table.tally(ballots)
    plan = _plan(wave, teams, asked, tally)
    rows = table.kept(ballots, _published(plan), _leftover(plan))
    _store_cells(session, wave, teams, plan, asked, tally)
    digest = _store(session, wave, rows, opening.random)
    readable = keep_comments(session, wave, teams, _heard(tally), comments, opening.random)
    empty(session, wave)
    without = int((rows["source"] == table.NOBODY).sum())
    wave.state, wave.closed_at, wave.claimed_until = WaveState.CLOSED, at, None
    wave.digest = plan.told_digest()
    wave.protocol = {
        "people": wave.asked,
        # Exact, these numbers would tell the turnout of small teams.
        "ballots_at_least": _tens(len(ballots)),
        "kept": _tens(len(rows) - without),
        "kept_without_pair": _tens(without),
        "pairs_asked": len(asked),
        "pairs_published": len(plan.published),
        "comments_readable": readable,
        "plan": wave.digest,
        "answers": digest,
    }
    _record(session, wave, at)
    return ClosedWave(wave_id, plan, len(rows) - without, without)


def _tens(number: int) -> int:
    return number // TENS * TENS


def _opened(session: Session, wave: Wave, opening: Opening) -> dict[bytes, bytes]:
    """What is in all boxes. While a wave is open boxes only come, so known ones are still there."""
    own = SealedBox.wave_id == wave.id
    if opening.known:
        count = session.scalar(select(func.count()).select_from(SealedBox).where(own))
        if count == len(opening.known):
            return dict(opening.known)
    rows = session.execute(select(SealedBox.key, SealedBox.content).where(own)).all()
    boxes = {key: content for key, content in rows if key not in opening.known}
    private = opening.keys.private(wave.id, wave.public_key or "")
    contents = opened(private, boxes.values())
    return {**opening.known, **dict(zip(boxes, contents, strict=True))}


def _asked(session: Session, wave_id: int) -> dict[Pair, int]:
    """Directed pair -> people asked."""
    rows = session.execute(
        select(Asked.team_id, AskedAbout.target_id, func.count())
        .join(
            AskedAbout,
            (AskedAbout.wave_id == Asked.wave_id) & (AskedAbout.person_id == Asked.person_id),
        )
        .where(Asked.wave_id == wave_id)
        .group_by(Asked.team_id, AskedAbout.target_id)
    )
    return {(source, target): people for source, target, people in rows}


def _plan(
    wave: Wave, teams: Mapping[int, WaveTeam], asked: Mapping[Pair, int], tally: Tally
) -> ReleasePlan:
    """The plan of what may be told, from counts alone."""
    counts = [
        Count(str(source), str(target), brought.answers, teams[target].members)
        for (source, target), brought in tally.items()
        if (source, target) in asked
    ]
    departments = {str(team): str(frozen.department_id) for team, frozen in teams.items()}
    return release_plan(counts, departments, Limits(wave.k, wave.k_target))


def _published(plan: ReleasePlan) -> set[Pair]:
    return {(int(source), int(target)) for source, target in plan.published}


def _leftover(plan: ReleasePlan) -> set[Pair]:
    """Pairs whose records are kept without their teams: all that are too small, or none."""
    if not plan.leftover_used:
        return set()
    return {(int(count.src), int(count.tgt)) for count in plan.leftover}


def _heard(tally: Tally) -> dict[Pair, int]:
    """How many people with contact answered."""
    return {pair: brought.returned - brought.no_contact for pair, brought in tally.items()}


def _store(session: Session, wave: Wave, rows: Sheets, random: Random) -> str:
    """Write the records under random keys, and in the order of these; gives the digest of all."""
    from app.scoring import sheets as table  # noqa: PLC0415 - loads numpy

    keys, rows = table.under_keys(rows, random.randbytes(table.KEY_BYTES * len(rows)))
    wave_id = wave.id
    pairs = zip(keys, table.stored(rows), strict=True)
    told: list[tuple[object, ...]] = [(wave_id, key, *row) for key, row in pairs]
    insert_many(session, Answer, COLUMNS, told)
    return table.digest(keys, rows)


def _store_cells(
    session: Session,
    wave: Wave,
    teams: Mapping[int, WaveTeam],
    plan: ReleasePlan,
    asked: Mapping[Pair, int],
    tally: Tally,
) -> None:
    """Counts of published pairs; of the others only what the chart told beforehand."""
    published = _published(plan)
    settled = _settled_importance(session, wave)
    rows = [
        {
            "wave_id": wave.id,
            "source_id": pair[0],
            "target_id": pair[1],
            "eligible": eligible,
            "members": teams[pair[1]].members,
            "published": pair in published,
            **_counts(tally[pair] if pair in published else None, settled.get(pair)),
        }
        for pair, eligible in sorted(asked.items())
    ]
    if rows:
        session.connection().execute(insert(Cell), rows)


def _counts(brought: Brought | None, settled: float | None) -> dict[str, float]:
    return {
        "answers": brought.answers if brought else 0,
        "returned": brought.returned if brought else 0,
        "no_contact": brought.no_contact if brought else 0,
        "importance": importance_of(brought.importance if brought else None, settled),
    }


def _settled_importance(session: Session, wave: Wave) -> dict[Pair, float]:
    """What management says about the weight of pairs, on the day the wave opened."""
    rows = session.execute(
        select(Tie.source_id, Tie.target_id, Tie.importance).where(
            Tie.importance.is_not(None),
            Tie.starts_on <= wave.opens_on,
            (Tie.ends_on.is_(None)) | (Tie.ends_on > wave.opens_on),
        )
    )
    return {(source, target): importance for source, target, importance in rows if importance}


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

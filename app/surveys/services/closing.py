"""Close a wave in one transaction: open the boxes, keep what may be kept, let the rest go.

Before it the wave is open, after it closed; there is nothing in between, so it may be killed at
any moment and begun anew. What was said is written in random order under random keys, and what
the release plan does not publish is not kept.
"""

from __future__ import annotations

import gc
import hashlib
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain import questionnaire
from app.domain.disclosure import Count, Limits, ReleasePlan, release_plan
from app.domain.questionnaire import SCORED
from app.domain.waves import WaveState, WrongState, importance_of
from app.surveys.models import Answer, Asked, AskedAbout, Cell, SealedBox, Tie, Wave, WaveTeam
from app.surveys.queries import waves as queries
from app.surveys.services.emptying import empty
from app.surveys.services.keys import Keys
from app.surveys.services.releasing import keep_comments
from app.surveys.services.sealing import Ballot, CommentSheet, opened

Pair = tuple[int, int]
Content = Ballot | CommentSheet
DIGESTED = struct.Struct(f"<II{len(SCORED)}BBB")
TENS = 10
KEY_BYTES = 16
COLUMNS = ("key", "wave_id", "source_id", "target_id", *SCORED, "contact", "importance")
INSERT_ANSWER = (  # by hand, because there may be a hundred thousand rows in one transaction
    f"INSERT INTO {Answer.__tablename__} ({', '.join(COLUMNS)})"  # noqa: S608 - names of ours
    f" VALUES ({', '.join('?' * len(COLUMNS))})"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the close works with: the key, the dice, and boxes that were opened beforehand.

    The dice must be the system's own in production; a told past brings its own, so that the same
    seed tells the same story.
    """

    keys: Keys
    random: Random
    known: Mapping[bytes, Content] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """What a close kept: records with their pair, records that count for the company only."""

    wave_id: int
    plan: ReleasePlan
    kept: int
    without_pair: int


@contextmanager
def undisturbed() -> Iterator[None]:
    """No search for litter meanwhile: it would look through all ballots again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_boxes(session: Session, wave_id: int, keys: Keys) -> dict[bytes, Content]:
    """Open what lies in the boxes now, so that the transaction of the close need not.

    Two statements. Raises KeyIsMissingError.
    """
    wave = queries.find(session, wave_id)
    if wave is None or wave.state is not WaveState.OPEN:
        raise WrongState
    return _opened(session, wave, Opening(keys, Random()))  # noqa: S311 - no dice are thrown


def close_wave(session: Session, wave_id: int, *, at: datetime, opening: Opening) -> ClosedWave:
    """Close an open wave; the caller commits, destroys the key and cleans the files.

    Twenty-one statements whatever the number of answers. Raises WrongState and KeyIsMissingError.
    """
    wave = queries.find_locked(session, wave_id)
    if wave is None or wave.state is not WaveState.OPEN:
        raise WrongState
    ballots, sheets = _shuffled(_opened(session, wave, opening).values(), opening.random)
    teams = queries.frozen_teams(session, wave_id)
    asked = _asked(session, wave_id)
    tally = tallied(ballots)
    plan = _plan(wave, teams, asked, tally)
    rows = list(_records(tally, plan))
    digest = _store(session, wave, rows, opening.random)
    _store_cells(session, wave, teams, plan, asked, tally)
    comments = keep_comments(session, wave, teams, ballots, sheets, opening.random)
    empty(session, wave)
    wave.state, wave.closed_at, wave.claimed_until = WaveState.CLOSED, at, None
    wave.digest = plan.told_digest()
    without = sum(source is None for source, _target, _ballot in rows)
    wave.protocol = {
        "people": wave.asked,
        # Exact, these numbers would tell the turnout of small teams.
        "ballots_at_least": _tens(len(ballots)),
        "kept": _tens(len(rows) - without),
        "kept_without_pair": _tens(without),
        "pairs_asked": len(asked),
        "pairs_published": len(plan.published),
        "comments_readable": comments,
        "plan": wave.digest,
        "lots": f"{opening.random.getrandbits(128):032x}",  # for draws, before figures are seen
        "answers": digest,
    }
    _record(session, wave, at)
    return ClosedWave(wave_id, plan, len(rows) - without, without)


def _tens(number: int) -> int:
    return number // TENS * TENS


def _opened(session: Session, wave: Wave, opening: Opening) -> dict[bytes, Content]:
    keys = session.scalars(select(SealedBox.key).where(SealedBox.wave_id == wave.id)).all()
    found = {key: opening.known[key] for key in keys if key in opening.known}
    if len(found) == len(keys):
        return found
    rows = session.execute(
        select(SealedBox.key, SealedBox.content).where(SealedBox.wave_id == wave.id)
    ).all()
    missing = [row for row in rows if row.key not in found]
    private = opening.keys.private(wave.id, wave.public_key or "")
    contents = opened(private, (row.content for row in missing))
    return found | dict(zip((row.key for row in missing), contents, strict=True))


def _shuffled(
    contents: Iterable[Content], random: Random
) -> tuple[list[Ballot], list[CommentSheet]]:
    """Ballots and sheets, each in an order that only the dice know."""
    ballots = []
    sheets = []
    for content in contents:
        if isinstance(content, CommentSheet):
            sheets.append(content)
        else:
            ballots.append(content)
    ballots.sort()  # from here on not even the boxes' order is left
    sheets.sort(key=repr)
    random.shuffle(ballots)
    random.shuffle(sheets)
    return ballots, sheets


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


def tells_enough(ballot: Ballot) -> bool:
    """Whether the ballot is a record of the score: contact, and six of eight dimensions."""
    if ballot.contact == 0:
        return False
    return 0 not in ballot.answers or questionnaire.counts(
        dict(zip(SCORED, ballot.answers, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """The ballots of a wave, counted by directed pair.

    `scored` are those that tell enough, in their random order; `answers` counts them, `returned`
    all, `no_contact` those without contact; `weights` are the scored ones' ticks of importance.
    """

    scored: list[Ballot] = field(default_factory=list)
    answers: Counter[Pair] = field(default_factory=Counter)
    returned: Counter[Pair] = field(default_factory=Counter)
    no_contact: Counter[Pair] = field(default_factory=Counter)
    weights: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))


def tallied(ballots: Iterable[Ballot]) -> Tally:
    """Count ballots by pair, each looked at once."""
    tally = Tally()
    for ballot in ballots:
        pair = ballot.source, ballot.target
        tally.returned[pair] += 1
        if tells_enough(ballot):
            tally.scored.append(ballot)
            tally.answers[pair] += 1
            if ballot.importance:
                tally.weights[pair].append(ballot.importance)
        elif ballot.contact == 0:
            tally.no_contact[pair] += 1
    return tally


def _plan(
    wave: Wave, teams: Mapping[int, WaveTeam], asked: Mapping[Pair, int], tally: Tally
) -> ReleasePlan:
    """The plan of what may be told, from counts alone."""
    counts = [
        Count(str(source), str(target), tally.answers[source, target], teams[target].members)
        for source, target in asked
    ]
    departments = {str(team): str(frozen.department_id) for team, frozen in teams.items()}
    return release_plan(counts, departments, Limits(wave.k, wave.k_target))


Record = tuple[int | None, int | None, Ballot]


def _records(tally: Tally, plan: ReleasePlan) -> Iterator[Record]:
    """What is kept: published pairs whole, the leftover block without its teams."""
    published = {(int(source), int(target)) for source, target in plan.published}
    leftover = (
        {(int(count.src), int(count.tgt)) for count in plan.leftover}
        if plan.leftover_used
        else set()
    )
    for ballot in tally.scored:
        pair = ballot.source, ballot.target
        if pair in published:
            yield (*pair, ballot)
        elif pair in leftover:
            yield None, None, ballot


def _store(session: Session, wave: Wave, records: Sequence[Record], random: Random) -> str:
    """Write the records in their random order; gives a digest of them all, order left out."""
    keys = random.randbytes(KEY_BYTES * len(records))
    rows = [
        (
            keys[KEY_BYTES * number : KEY_BYTES * (number + 1)],
            wave.id,
            source,
            target,
            *(step or None for step in ballot.answers),
            ballot.contact,
            ballot.importance or None,
        )
        for number, (source, target, ballot) in enumerate(records)
    ]
    if rows:
        rows.sort()  # by their random keys: as good an order as any, and how tables like it
        connection = session.connection()
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        connection.exec_driver_sql(INSERT_ANSWER.replace("?", mark), rows)
    told = sorted(
        DIGESTED.pack(source or 0, target or 0, *ballot.answers, ballot.contact, ballot.importance)
        for source, target, ballot in records
    )
    return hashlib.sha256(b"".join(told)).hexdigest()


def _store_cells(
    session: Session,
    wave: Wave,
    teams: Mapping[int, WaveTeam],
    plan: ReleasePlan,
    asked: Mapping[Pair, int],
    tally: Tally,
) -> None:
    """Counts of published pairs; of the others only what the chart told beforehand."""
    published = {(int(source), int(target)) for source, target in plan.published}
    settled = _settled_importance(session, wave)
    rows = [
        {
            "wave_id": wave.id,
            "source_id": pair[0],
            "target_id": pair[1],
            "eligible": eligible,
            "members": teams[pair[1]].members,
            "published": pair in published,
            **_counts(tally if pair in published else Tally(), pair, settled.get(pair)),
        }
        for pair, eligible in sorted(asked.items())
    ]
    if rows:
        session.connection().execute(insert(Cell), rows)


def _counts(tally: Tally, pair: Pair, settled: float | None) -> dict[str, float]:
    return {
        "answers": tally.answers[pair],
        "returned": tally.returned[pair],
        "no_contact": tally.no_contact[pair],
        "importance": importance_of(tally.weights.get(pair, ()), settled),
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

"""Hand in: a mark that somebody has answered and a sealed box with what was said, at once.

Nothing else is written: no time, no entry in the log, no key of the form. The mark itself makes
sure that the same ballot is counted once, however often it is sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.domain.waves import EndedAlready, WaveState, is_over
from app.people.queries.organisation import company_zone
from app.surveys.models import Asked, AskedAbout, BallotMark, CommentMark, SealedBox, Wave
from app.surveys.services.sealing import (
    Ballot,
    CommentSheet,
    Remark,
    seal_ballot,
    seal_sheet,
)

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ticks:
    """What was ticked about a team: contact 0..3, ten questions and importance, 0 for none."""

    contact: int
    answers: tuple[int, ...]
    importance: int


class NotAsked(Exception):  # noqa: N818 - answered as what does not exist
    """The person is not asked about this team in this wave."""


@dataclass(frozen=True, slots=True)
class Booth:
    """A wave that takes answers until the unit of work ends, and what seals them."""

    wave_id: int
    public_key: str


def enter(session: Session, wave_id: int, *, at: datetime) -> Booth:
    """Hold a wave open for the rest of the unit of work. Two statements.

    Raises EndedAlready, and NotAsked for a wave that is not there.
    """
    wave = session.scalar(select(Wave).where(Wave.id == wave_id).with_for_update(read=True))
    if wave is None:
        raise NotAsked
    zone = company_zone(session)
    if wave.state is not WaveState.OPEN or is_over(wave.ends_on, zone, at):
        raise EndedAlready
    return Booth(wave.id, wave.public_key or "")


def hand_in(session: Session, booth: Booth, person_id: int, target_id: int, ticks: Ticks) -> bool:
    """Hand in the ballot about a team; False when it was handed in before, and nothing changes.

    Four statements. Raises NotAsked.
    """
    source = _source(session, booth.wave_id, person_id)
    mark = {"wave_id": booth.wave_id, "person_id": person_id, "target_id": target_id}
    if session.get(AskedAbout, tuple(mark.values())) is None:
        raise NotAsked
    if not insert_ignoring_twins(session, BallotMark, **mark):
        return False
    ballot = Ballot(source, target_id, ticks.contact, ticks.answers, ticks.importance)
    if ticks.contact == 0:  # what was ticked before contact was taken back does not count
        ballot = Ballot(source, target_id, 0)
    _drop_in(session, booth.wave_id, seal_ballot(booth.public_key, ballot))
    return True


def comment(session: Session, booth: Booth, person_id: int, remarks: Mapping[int, Remark]) -> bool:
    """Hand in the sheet of comments, empty or not; False when one was handed in before.

    Four statements. Raises NotAsked.
    """
    source = _source(session, booth.wave_id, person_id)
    mark = {"wave_id": booth.wave_id, "person_id": person_id}
    own = (AskedAbout.wave_id == booth.wave_id, AskedAbout.person_id == person_id)
    if not remarks.keys() <= set(session.scalars(select(AskedAbout.target_id).where(*own))):
        raise NotAsked
    if not insert_ignoring_twins(session, CommentMark, **mark):
        return False
    sheet = CommentSheet(source, tuple(remarks[target] for target in sorted(remarks)))
    _drop_in(session, booth.wave_id, seal_sheet(booth.public_key, sheet))
    return True


def _source(session: Session, wave_id: int, person_id: int) -> int:
    asked = session.get(Asked, (wave_id, person_id))
    if asked is None:
        raise NotAsked
    return asked.team_id


def _drop_in(session: Session, wave_id: int, content: bytes) -> None:
    row = {"key": secrets.token_bytes(KEY_BYTES), "wave_id": wave_id, "content": content}
    session.execute(insert(SealedBox), row)

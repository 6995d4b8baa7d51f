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


def hand_in(
    session: Session, wave_id: int, person_id: int, target_id: int, ticks: Ticks, *, at: datetime
) -> bool:
    """Hand in the ballot about a team; False when it was handed in before, and nothing changes.

    Six statements. Raises EndedAlready and NotAsked.
    """
    wave = _held_open(session, wave_id, at)
    source = _source(session, wave_id, person_id)
    if session.get(AskedAbout, (wave_id, person_id, target_id)) is None:
        raise NotAsked
    mark = {"wave_id": wave_id, "person_id": person_id, "target_id": target_id}
    if not insert_ignoring_twins(session, BallotMark, **mark):
        return False
    ballot = Ballot(source, target_id, ticks.contact, ticks.answers, ticks.importance)
    if ticks.contact == 0:  # what was ticked before contact was taken back does not count
        ballot = Ballot(source, target_id, 0)
    _drop_in(session, wave_id, seal_ballot(wave.public_key or "", ballot))
    return True


def comment(
    session: Session,
    wave_id: int,
    person_id: int,
    remarks: Mapping[int, Remark],
    *,
    at: datetime,
) -> bool:
    """Hand in the sheet of comments, empty or not; False when one was handed in before.

    Six statements. Raises EndedAlready and NotAsked.
    """
    wave = _held_open(session, wave_id, at)
    source = _source(session, wave_id, person_id)
    asked = set(
        session.scalars(
            select(AskedAbout.target_id).where(
                AskedAbout.wave_id == wave_id, AskedAbout.person_id == person_id
            )
        )
    )
    if not remarks.keys() <= asked:
        raise NotAsked
    if not insert_ignoring_twins(session, CommentMark, wave_id=wave_id, person_id=person_id):
        return False
    sheet = CommentSheet(source, tuple(remarks[target] for target in sorted(remarks)))
    _drop_in(session, wave_id, seal_sheet(wave.public_key or "", sheet))
    return True


def _held_open(session: Session, wave_id: int, at: datetime) -> Wave:
    """The open wave, which cannot be closed until the unit of work ends."""
    wave = session.scalar(select(Wave).where(Wave.id == wave_id).with_for_update(read=True))
    if wave is None:
        raise NotAsked
    zone = company_zone(session)
    if wave.state is not WaveState.OPEN or is_over(wave.ends_on, zone, at):
        raise EndedAlready
    return wave


def _source(session: Session, wave_id: int, person_id: int) -> int:
    asked = session.get(Asked, (wave_id, person_id))
    if asked is None:
        raise NotAsked
    return asked.team_id


def _drop_in(session: Session, wave_id: int, content: bytes) -> None:
    row = {"key": secrets.token_bytes(KEY_BYTES), "wave_id": wave_id, "content": content}
    session.execute(insert(SealedBox).values(row))

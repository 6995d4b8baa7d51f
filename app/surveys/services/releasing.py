"""Keep the comments that may be read, without names and without their writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from sqlalchemy.orm import Session

from app.domain.comments import (
    ENOUGH_RESPONDENTS,
    Comment,
    released,
    without_names,
)
from app.people.queries.names import names_of_all
from app.surveys.models import CommentCount, ReleasedComment, Wave, WaveTeam
from app.surveys.services.sealing import CommentSheet


def keep_comments(
    session: Session,
    wave: Wave,
    teams: Mapping[int, WaveTeam],
    heard: Mapping[tuple[int, int], int],
    sheets: Sequence[CommentSheet],
    random: Random,
) -> int:
    """Store what may be read and how many there were; gives how many may be read.

    `heard` counts by pair who answered and has contact. Comments whose writers did not want them
    read are counted and not kept; those about a team with fewer than ten respondents are neither.
    """
    respondents = Counter[tuple[int, int]]()
    for (source, target), n in heard.items():
        respondents[target, teams[source].department_id] += n
    people = Counter[int]()
    for (target, _department), n in respondents.items():
        people[target] += n
    told = [
        comment for comment in _readable(sheets, teams) if people[comment.tgt] >= ENOUGH_RESPONDENTS
    ]
    kept = list(released(told, respondents))
    names = names_of_all(session) if kept else frozenset()
    random.shuffle(kept)
    session.add_all(_stored(wave, comment, names, random) for comment in kept)
    written = _written(sheets)
    session.add_all(
        CommentCount(
            wave_id=wave.id,
            target_id=target,
            written=written[target],
            readable=sum(comment.tgt == target for comment in kept),
        )
        for target in sorted(written)
        if people[target] >= ENOUGH_RESPONDENTS
    )
    session.flush()
    return len(kept)


def _readable(sheets: Iterable[CommentSheet], teams: Mapping[int, WaveTeam]) -> list[Comment]:
    return [
        Comment(remark.target, teams[sheet.source].department_id, item, text)
        for sheet in sheets
        for remark in sheet.remarks
        if remark.readable
        for item, text in sorted(remark.texts.items())
        if text
    ]


def _written(sheets: Iterable[CommentSheet]) -> Counter[int]:
    return Counter(
        remark.target
        for sheet in sheets
        for remark in sheet.remarks
        for text in remark.texts.values()
        if text
    )


def _stored(wave: Wave, comment: Comment, names: frozenset[str], random: Random) -> ReleasedComment:
    return ReleasedComment(
        key=random.getrandbits(128).to_bytes(16, "big"),
        wave_id=wave.id,
        target_id=comment.tgt,
        department_id=comment.department,
        item=comment.item,
        text=without_names(comment.text, names),
    )

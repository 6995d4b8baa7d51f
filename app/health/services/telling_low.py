"""Tell those whom it concerns which pairs are very likely below 50, when a wave is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.collaboration import Body, Reading
from app.domain.refusals import N_
from app.domain.weak import surely_low
from app.health.queries import concerned, snapshots
from app.health.queries.snapshots import Published
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify

MOST_NAMED = 4


def tell_low(session: Session, wave_id: int, *, today: date, at: datetime) -> int:
    """Tell sponsors, those who answer for either team, and HR; one notice each, once per wave.

    Gives how many were told. Two statements, three more where a pair is low, one per person.
    """
    wave = snapshots.find(session, wave_id)
    low = surely_low(wave.body) if wave else []
    if wave is None or not low:
        return 0
    pairs = {(found.source, found.target) for found in low}
    told = 0
    for person_id, own in sorted(concerned.by_pairs(session, pairs, today=today).items()):
        theirs = [found for found in low if (found.source, found.target) in own]
        key = f"wave:{wave_id}:low"
        told += notify(session, _low(wave, theirs), to=[person_id], key=key, at=at)
    return told


def _low(wave: Published, low: Sequence[Reading]) -> Message:
    return Message(
        topic=NoticeTopic.COLLABORATION,
        title=N_("Very likely below 50: %(pairs)s"),
        text=N_(
            "So %(wave)s says, from whole teams. Please look at it with both sides and name a step"
            " with an owner and a day, or say why not."
        ),
        path=_path(wave, low),
        action=N_("To the figures"),
        params={"pairs": _named(wave.body, low), "wave": wave.title},
    )


def _named(body: Body, low: Sequence[Reading]) -> str:
    """The pairs in signs that need no language, the lowest first; how many more at the end."""
    named = [
        f"{body['teams'][str(found.source)]['name']} → {body['teams'][str(found.target)]['name']}"
        for found in low[:MOST_NAMED]
    ]
    more = len(low) - len(named)
    return ", ".join(named) + (f" (+{more})" if more else "")


def _path(wave: Published, low: Sequence[Reading]) -> str:
    pairs = {tuple(sorted((found.source, found.target))) for found in low}
    if len(pairs) > 1:
        return f"/health/?wave={wave.wave_id}"
    one, other = pairs.pop()
    return f"/health/pairs/{one}/{other}?wave={wave.wave_id}"

"""Answer after a contact, once; and let nothing lead back to who answered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.domain.voices import TIME_TO_SPEAK, Contact, NotYourTurn, carried, is_time, quarter
from app.voices.models import PulseMark, PulseSheet
from app.voices.services.mixing import Row, write_anew


def give_taps(
    session: Session,
    contact: Contact,
    person_id: int,
    taps: Mapping[str, int | None],
    *,
    at: datetime,
) -> None:
    """Hand in the three taps after a contact, seen from the person's own team.

    Only the pair and the quarter are kept with them. Raises NotYourTurn the second time, and out
    of time.
    """
    if not is_time(contact.ended_at, at):
        raise NotYourTurn
    marked = insert_ignoring_twins(
        session,
        PulseMark,
        contact=contact.name,
        person_id=person_id,
        ended_at=contact.ended_at,
    )
    if not marked:
        raise NotYourTurn
    sheet = PulseSheet(
        key=secrets.token_hex(16),
        from_team_id=contact.own,
        about_team_id=contact.other,
        quarter=quarter(at),
        **dict(taps),
    )
    session.add(sheet)


def forget_who_tapped(session: Session, *, at: datetime, random: Random | None = None) -> int:
    """Mix all sheets once contacts are over for two weeks, and delete their marks.

    Written anew in random order under new keys, a sheet has nothing left in common with a mark,
    neither neighbour nor transaction. Those too few to be told lose their old quarter as well.
    Gives how many contacts were settled; safe at any time. Two statements, six when there was one.
    """
    is_over = PulseMark.ended_at <= at - TIME_TO_SPEAK
    over = session.scalars(select(PulseMark.contact).where(is_over).distinct()).all()
    if not over:
        return 0
    now = quarter(at)

    def blurred(rows: list[Row]) -> list[Row]:
        return _carried(rows, now)

    write_anew(session, PulseSheet, PulseSheet.key.is_not(None), random or SystemRandom(), blurred)
    session.execute(delete(PulseMark).where(PulseMark.contact.in_(over)))
    return len(over)


def _carried(rows: list[Row], now: str) -> list[Row]:
    """The rows, those that cannot be told yet counted among the quarter that is not over."""
    quarters: dict[frozenset[int], list[str]] = {}
    for row in rows:
        quarters.setdefault(_pair(row), []).append(row["quarter"])
    moving = {pair: carried(given, now) for pair, given in quarters.items()}
    return [
        {**row, "quarter": now} if row["quarter"] in moving[_pair(row)] else row for row in rows
    ]


def _pair(row: Row) -> frozenset[int]:
    return frozenset({row["from_team_id"], row["about_team_id"]})

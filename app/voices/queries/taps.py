"""What may be told of taps: of both sides together, in quarters that are over, from five on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.voices import PULSE_QUESTIONS, Told, quarter, settled
from app.voices.models import PulseMark, PulseSheet


@dataclass(frozen=True, slots=True)
class Taps:
    """How many answered, and the means; none below the floor."""

    answers: int
    means: Sequence[Told]


def has_tapped(session: Session, contact: str, person_id: int) -> bool:
    """Whether somebody has answered after a contact. One statement."""
    return session.get(PulseMark, (contact, person_id)) is not None


def tapped(session: Session, contacts: Iterable[str], person_id: int) -> frozenset[str]:
    """After which of some contacts somebody has answered. One statement."""
    return frozenset(
        session.scalars(
            select(PulseMark.contact).where(
                PulseMark.person_id == person_id, PulseMark.contact.in_(sorted(contacts))
            )
        )
    )


def of_pair(session: Session, one: int, other: int, *, at: datetime) -> Taps:
    """The taps of both teams about each other, after days together and stays. One statement.

    The unit is the pair, both directions and all kinds of contact together, in blocks of five
    answers at least: told at once or apart, a mean before and after one visit would tell what one
    person tapped. Answers of the quarter that is not over are not even counted.
    """
    teams, now = (one, other), quarter(at)
    sheets = session.scalars(
        select(PulseSheet).where(
            PulseSheet.from_team_id.in_(teams),
            PulseSheet.about_team_id.in_(teams),
            PulseSheet.quarter < now,
        )
    ).all()
    means = []
    for name in PULSE_QUESTIONS:
        values = settled(((sheet.quarter, getattr(sheet, name)) for sheet in sheets), now)
        means.append(Told(name, round(sum(values) / len(values), 1) if values else None))
    is_told = any(told.mean is not None for told in means)
    return Taps(len(sheets), means if is_told else ())

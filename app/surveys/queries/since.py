"""What happened since the last wave, told by rooms above before anything is asked anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was done: in the words of those who did it, and what took place for it.

    `notes` are English message ids, each with the day it speaks of.
    """

    text: str
    notes: tuple[tuple[str, date], ...] = ()


Teller = Callable[[Session, datetime], Sequence[Happened]]
tellers: list[Teller] = []  # rooms above add what they know


def lines(session: Session, *, at: datetime) -> list[Happened]:
    """What was done since the last wave."""
    return [line for tell in tellers for line in tell(session, at)]

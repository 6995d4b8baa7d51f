"""Why a date was planned, told by rooms above to those who plan it or lead it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.roles import Actor


@dataclass(frozen=True, slots=True)
class Origin:
    """What a date answers: in the words of those who decided it, for whom, and the page of it."""

    what: str
    teams: tuple[str, str]
    path: str


Teller = Callable[[Session, Actor, int], Sequence[Origin]]
tellers: list[Teller] = []


def of_gathering(session: Session, actor: Actor, gathering_id: int) -> list[Origin]:
    """What a date answers, as far as this reader may know. One statement per room above."""
    return [one for tell in tellers for one in tell(session, actor, gathering_id)]

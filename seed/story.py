"""What is still to happen in the demo company's past, in the order of time.

Events wait in a heap by their instant and are carried out in order, so that the log, the notices
and the versions look as they would after two real years.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from app.rotations.models import Stay
from app.rotations.queries.stays import find
from seed.people import Company


@dataclass
class Story:
    """The company, the dice and what is still to happen."""

    session: Session
    company: Company
    random: Random
    events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    stays: dict[int, Stay] = field(default_factory=dict)
    drops_out: int = 0  # the key of the stay whose person says no in the running round

    def later(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Let `act` happen at an instant; what lies in the future does not happen."""
        if at <= self.company.now:
            heapq.heappush(self.events, (at, next(self.numbers), act))

    def stay(self, stay_id: int) -> Stay:
        """A stay with all that belongs to it, loaded once: nobody else changes it here."""
        if stay_id not in self.stays:
            found = find(self.session, stay_id)
            if found is None:
                raise ValueError(f"no stay {stay_id}")
            self.stays[stay_id] = found
        return self.stays[stay_id]

    def live(self) -> None:
        """Carry everything out in the order of time."""
        while self.events:
            at, _, act = heapq.heappop(self.events)
            act(at)
            self.session.flush()

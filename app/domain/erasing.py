"""Whose name may go, when, and how it is taken out of other people's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.domain.comments import BLACK, SHORTEST_NAME
from app.domain.refusals import N_

SHORTEST_TERM = 30  # days: long enough to see to what a leaver's team still needs
LONGEST_TERM = 3650
GAP = r"[\s,.\u00a0]+"


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for and against erasing somebody, on a day.

    `left_on` is the first day after the employment. `bookings`, `stays` and `tasks` count what is
    still to come or to be done by the person.
    """

    left_on: date | None
    is_held: bool
    is_asked: bool
    bookings: int
    stays: int
    tasks: int


def due_on(left_on: date | None, term: int | None) -> date | None:
    """The day an erasure comes by itself: `term` days after leaving; None: never by itself."""
    if left_on is None or term is None:
        return None
    return left_on + timedelta(days=term)


def hindrances(standing: Standing, *, today: date) -> tuple[str, ...]:
    """English message ids of all that keeps somebody from being erased; empty: nothing does."""
    reasons = (
        (
            standing.left_on is None or standing.left_on > today,
            N_("The person still works here."),
        ),
        (standing.is_held, N_("The data must be kept for now, see the note below.")),
        (
            standing.is_asked,
            N_("An open survey knows the person among those it asked; it forgets them at its end."),
        ),
        (standing.bookings > 0, N_("Bookings or sessions of the person are still to come.")),
        (standing.stays > 0, N_("A stay of the person is not over.")),
        (standing.tasks > 0, N_("The person still has to see to actions or insights.")),
    )
    return tuple(words for holds, words in reasons if holds)


@dataclass(frozen=True, slots=True)
class Called:
    """How somebody is called; each part as it is stored, none of them empty.

    `family_alone`: nobody else in the company has this family name, so that it leads to this
    person wherever people write about one another.
    """

    given: str
    family: str
    email: str
    number: str
    family_alone: bool

    @property
    def needles(self) -> tuple[str, ...]:
        """Texts of which one stands in whatever may name the person, also inside JSON."""
        plain = (self.family, self.email, self.number)
        return tuple(dict.fromkeys((*plain, *(json.dumps(text)[1:-1] for text in plain))))

    def out_of(self, text: str, *, is_personal: bool) -> str:
        """The text without the person: address, number and whole name blacked out.

        In what people write about each other (`is_personal`) the family name alone goes as well,
        and with it the given name before it. Elsewhere it may be an ordinary word.
        """
        alone = is_personal and self.family_alone and len(self.family) >= SHORTEST_NAME
        return _pattern(self, alone).sub(BLACK, text)

    def out_of_json(self, value: Any, *, is_personal: bool = False) -> Any:
        """As `out_of` for every text in a JSON value, also where it is a key."""
        if isinstance(value, str):
            return self.out_of(value, is_personal=is_personal)
        if isinstance(value, list):
            return [self.out_of_json(part, is_personal=is_personal) for part in value]
        if isinstance(value, dict):
            return {
                self.out_of(key, is_personal=is_personal): self.out_of_json(
                    part, is_personal=is_personal
                )
                for key, part in value.items()
            }
        return value

    def forms(self, *, alone: bool) -> Iterator[str]:
        """Patterns of all that names the person; the family name alone where asked for."""
        given, family = _spaced(self.given), _spaced(self.family)
        yield re.escape(self.email)
        yield rf"(?<!\w){given}{GAP}{family}(?:['’]?s)?(?!\w)"
        yield rf"(?<!\w){family}{GAP}{given}(?:['’]?s)?(?!\w)"
        yield rf"(?<!\w)(?:Frau|Herrn?|Mrs?|Ms|Dr){GAP}{family}(?:['’]?s)?(?!\w)"
        yield rf"(?<![\w-]){re.escape(self.number)}(?![\w-])"
        if alone:
            yield rf"(?<!\w){family}(?:['’]?s)?(?!\w)"


@lru_cache(maxsize=8)  # one person is looked for in a great many texts
def _pattern(called: Called, alone: bool) -> re.Pattern[str]:  # noqa: FBT001 - a key of the cache
    return re.compile("|".join(called.forms(alone=alone)), re.IGNORECASE)


def _spaced(name: str) -> str:
    """A name as a pattern; however wide the gaps inside it are written."""
    return GAP.join(re.escape(part) for part in name.split()) or re.escape(name)

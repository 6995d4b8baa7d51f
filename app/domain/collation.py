"""How names are put in order: as a German telephone list does, whatever the database thinks.

Databases disagree about umlauts (SQLite puts Ä behind Z, PostgreSQL does as its locale says), so
lists of people are sorted here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

Item = TypeVar("Item")
SortKey = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

# Letters that carry their stroke inside and therefore do not come apart by decomposition.
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@lru_cache(maxsize=20_000)
def _letters(text: str) -> tuple[str, str, str]:
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(STROKES)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in bare)
    return " ".join(words.split()), folded, text


def sort_key(*texts: str) -> SortKey:
    """Key that sorts by the first text, then the next: DIN 5007-1.

    ä sorts as a, ß as ss, case and punctuation do not count; only names equal so far are told
    apart by their accents and then by case, so that the order is always the same.
    """
    bare, accents, exact = zip(*map(_letters, texts), strict=True)
    return bare, accents, exact


def in_order(items: Iterable[Item], texts: Callable[[Item], tuple[str, ...]]) -> list[Item]:
    """The items sorted by the texts of each, such as family and given name."""
    return sorted(items, key=lambda item: sort_key(*texts(item)))

"""Free text: names blacked out, and how much of its origin may be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BLACK = "█████"
SHORTEST_NAME = 3
ENOUGH_RESPONDENTS = 10
ENOUGH_COMMENTS = 5
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
HYPHEN = re.compile(r"[-'’]")
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Comment:
    """One open answer about team `tgt`; `department` is its writer's and may have to be lost."""

    tgt: int
    department: int | None
    item: str
    text: str


def written_step(number: int) -> int:
    """How many comments are said to be written: in steps of five, rounded down."""
    return number // ENOUGH_COMMENTS * ENOUGH_COMMENTS


def names_of(names: Iterable[str]) -> frozenset[str]:
    """Every word of given and family names from three letters on, casefolded.

    Of a double name the whole and each of its parts.
    """
    words = [word.casefold() for name in names for word in WORD.findall(name)]
    parts = [part for word in words for part in HYPHEN.split(word)]
    return frozenset(word for word in (*words, *parts) if len(word) >= SHORTEST_NAME)


def without_names(text: str, names: frozenset[str]) -> str:
    """The text with mail addresses and every word that is a colleague's name blacked out.

    A name in the possessive ("Müllers", "Ada's") is one too.
    """
    return WORD.sub(lambda found: _shown(found.group(), names), MAIL.sub(BLACK, text))


def _shown(word: str, names: frozenset[str]) -> str:
    plain = re.sub(r"['’]s?$", "", word.casefold())
    forms = {plain, plain.removesuffix("s"), *HYPHEN.split(plain)}
    return BLACK if forms & names else word


def released(
    comments: Sequence[Comment], respondents: Counter[tuple[int, int]]
) -> tuple[Comment, ...]:
    """The comments that may be read, those of a rated team together or by writer's department.

    `respondents` counts persons who answered by (rated team, department). Fewer than ten about a
    team: none of its comments. By department only where every department that answered or wrote
    has ten respondents and five comments; else all of them lose it. Who writes without having
    judged the team, or with no contact to it, stands in no count of respondents.
    """
    kept = []
    for tgt in sorted({comment.tgt for comment in comments}):
        own = [comment for comment in comments if comment.tgt == tgt]
        answered: dict[int | None, int] = {
            dept: n for (team, dept), n in respondents.items() if team == tgt and n
        }
        if sum(answered.values()) < ENOUGH_RESPONDENTS:
            continue
        written = Counter(comment.department for comment in own)
        apart = len(answered) > 1 and all(
            answered.get(dept, 0) >= ENOUGH_RESPONDENTS and written[dept] >= ENOUGH_COMMENTS
            for dept in answered.keys() | written.keys()
        )
        kept += [
            Comment(tgt, comment.department if apart else None, comment.item, comment.text)
            for comment in own
        ]
    return tuple(kept)

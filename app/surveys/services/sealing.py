"""Ballots and comments as sealed boxes: of one length per kind, without time, order or writer.

Inside stands what the close needs and no more: the rating and the rated team, and the answers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from nacl.public import PrivateKey, PublicKey, SealedBox

from app.domain.questionnaire import SCORED
from app.domain.waves import MOST_RATED

BALLOT, SHEET = b"B", b"C"
LAYOUT = struct.Struct(f"<cII{len(SCORED)}BBB")  # after the letter as `app.scoring.sheets` reads it
ROW = slice(len(BALLOT), LAYOUT.size)
BALLOT_BYTES = 32
MOST_LETTERS = 500  # of one comment
SHEET_BYTES = MOST_RATED * 2 * MOST_LETTERS * 4 + 1024  # four bytes a letter, and the frame
NOTHING = 0
FILLING = b" "  # behind a sheet, up to its full length
AT_ONCE = 512  # boxes in memory, with what was in them; PostgreSQL is asked for each lot


class Ballot(NamedTuple):
    """What a member of team `source` says about team `target`.

    `contact` is 0 (none) to 3 (daily); `answers` are the ten scored questions in order, 1 to 5 or
    0 for "cannot judge"; `importance` is 1 to 5 or 0.
    """

    source: int
    target: int
    contact: int
    answers: tuple[int, ...] = (NOTHING,) * len(SCORED)
    importance: int = NOTHING


@dataclass(frozen=True, slots=True)
class Remark:
    """The open answers about one team; `readable`: the writer wants them read there."""

    target: int
    texts: Mapping[str, str]
    readable: bool


@dataclass(frozen=True, slots=True)
class CommentSheet:
    """All open answers of one person; `source` is the person's team."""

    source: int
    remarks: tuple[Remark, ...]


def seal_ballot(public: str, ballot: Ballot) -> bytes:
    """A ballot only the holder of the wave's private key can read."""
    plain = LAYOUT.pack(
        BALLOT, ballot.source, ballot.target, *ballot.answers, ballot.contact, ballot.importance
    )
    return _box(public).encrypt(plain.ljust(BALLOT_BYTES, b"\0"))


def seal_sheet(public: str, sheet: CommentSheet) -> bytes:
    """A sheet of comments, as long as every other. Raises ValueError for one that is too long."""
    content = {
        "source": sheet.source,
        "remarks": [
            [remark.target, dict(remark.texts), remark.readable] for remark in sheet.remarks
        ],
    }
    plain = SHEET + json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > SHEET_BYTES:
        raise ValueError("the comments are longer than a sheet")
    return _box(public).encrypt(plain.ljust(SHEET_BYTES, FILLING))


@lru_cache(maxsize=8)
def _box(public: str) -> SealedBox[PublicKey]:
    return SealedBox(PublicKey(bytes.fromhex(public)))


@dataclass(slots=True)
class Unsealed:
    """What lay in boxes: of ballots a packed row each, sheets of comments as they were written.

    `keys` are those the boxes lay under; which of them held what is not kept.
    """

    keys: set[bytes] = field(default_factory=set)
    ballots: list[bytes] = field(default_factory=list)
    sheets: list[bytes] = field(default_factory=list)

    def add(self, keys: Iterable[bytes], contents: Iterable[bytes]) -> None:
        """Take opened boxes in, without what only fills them up."""
        self.keys.update(keys)
        for plain in contents:
            if plain.startswith(BALLOT):
                self.ballots.append(plain[ROW])
            else:
                self.sheets.append(plain.rstrip(FILLING))

    def packed(self) -> bytes:
        """All ballots as one buffer, a row each."""
        return b"".join(self.ballots)

    def comments(self) -> list[CommentSheet]:
        """All sheets, in an order of their own: that of the boxes is gone."""
        return [_sheet(plain) for plain in sorted(self.sheets)]


def opened(key: PrivateKey, boxes: Iterable[bytes]) -> Iterator[bytes]:
    """What is in the boxes, in their order.

    One after the other: threads would be done sooner, but take more of the processor in all, and
    nobody waits for it.
    """
    return map(SealedBox(key).decrypt, boxes)


def _sheet(plain: bytes) -> CommentSheet:
    content = json.loads(plain[len(SHEET) :])
    remarks = (Remark(target, texts, told) for target, texts, told in content["remarks"])
    return CommentSheet(content["source"], tuple(remarks))

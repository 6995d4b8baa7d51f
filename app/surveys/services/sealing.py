"""Ballots and comments as sealed boxes: of one length per kind, without time, order or writer.

Inside stands what the close needs and no more: the rating and the rated team, and the answers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from nacl.public import PrivateKey, PublicKey, SealedBox

from app.domain.questionnaire import SCORED
from app.domain.waves import MOST_RATED

BALLOT, SHEET = b"B", b"C"
LAYOUT = struct.Struct(f"<cII{len(SCORED)}BBB")
BALLOT_BYTES = 32
MOST_LETTERS = 500  # of one comment
SHEET_BYTES = MOST_RATED * 2 * MOST_LETTERS * 4 + 1024  # four bytes a letter, and the frame
NOTHING = 0
AT_ONCE = 256
THREADS = 4


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
    return _box(public).encrypt(plain.ljust(SHEET_BYTES, b" "))


@lru_cache(maxsize=8)
def _box(public: str) -> SealedBox[PublicKey]:
    return SealedBox(PublicKey(bytes.fromhex(public)))


def opened(key: PrivateKey, boxes: Iterable[bytes]) -> list[Ballot | CommentSheet]:
    """What is in the boxes, in their order. The curve's arithmetic runs beside Python's lock."""
    box = SealedBox(key)
    with ThreadPoolExecutor(THREADS) as threads:
        plain = threads.map(lambda batch: [box.decrypt(one) for one in batch], _batches(boxes))
        return [_read(one) for batch in plain for one in batch]


def _batches(boxes: Iterable[bytes]) -> Iterable[list[bytes]]:
    batch: list[bytes] = []
    for box in boxes:
        batch.append(box)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(plain: bytes) -> Ballot | CommentSheet:
    if plain[:1] == SHEET:
        content = json.loads(plain[1:])
        remarks = (Remark(target, texts, told) for target, texts, told in content["remarks"])
        return CommentSheet(content["source"], tuple(remarks))
    _, source, target, *rest = LAYOUT.unpack_from(plain)
    *answers, contact, importance = rest
    return Ballot(source, target, contact, tuple(answers), importance)

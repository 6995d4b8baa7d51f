"""All sheets of a wave as one table, looked at column by column instead of one by one.

The close of a survey packs what lay in its boxes as rows of `ROW`, learns from `tally` what each
pair brought, and once the plan is known takes from `kept` what may be stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.settings import ITEMS, ITEMS_OF, Settings

ROW = np.dtype(
    [
        ("source", "<u4"),
        ("target", "<u4"),
        ("answers", "u1", (len(ITEMS),)),
        ("contact", "u1"),
        ("importance", "u1"),
    ]
)
KEY_BYTES = 16
STEPS = len(ITEMS)  # digits of a stored row
AS_BYTES = f"S{ROW.itemsize}"  # compares rows byte by byte

Pair = tuple[int, int]
Sheets = NDArray[np.void]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a directed pair brought.

    `returned` sheets in all, `no_contact` of them without contact; `answers` tell enough to be
    scored, and `importance` is the mean of their ticks of 1 to 5, None where too few ticked.
    """

    returned: int = 0
    no_contact: int = 0
    answers: int = 0
    importance: float | None = None


def read(packed: bytes) -> Sheets:
    """The rows of one buffer, in an order of their own: the one they came in is gone."""
    return np.sort(np.frombuffer(packed, dtype=AS_BYTES)).view(ROW)


def tally(sheets: Sheets, least: int) -> dict[Pair, Brought]:
    """What each pair brought; pairs that brought nothing are not in it.

    A mean of importance rests on `least` ticks (at least 1), as every figure does.
    """
    codes, of_row = np.unique(_codes(sheets), return_inverse=True)
    scored = _tells_enough(sheets)

    def per_pair(rows: Mask, weights: NDArray[Any] | None = None) -> list[float]:
        given = None if weights is None else weights[rows]
        counted: list[float] = np.bincount(of_row[rows], given, len(codes)).tolist()
        return counted

    ticked = scored & (sheets["importance"] > 0)
    columns = zip(
        codes.tolist(),
        np.bincount(of_row, minlength=len(codes)).tolist(),
        per_pair(sheets["contact"] == 0),
        per_pair(scored),
        per_pair(ticked),
        per_pair(ticked, sheets["importance"]),
        strict=True,
    )
    return {
        divmod(code, 1 << 32): Brought(
            returned, int(no_contact), int(answers), ticks / ticking if ticking >= least else None
        )
        for code, returned, no_contact, answers, ticking, ticks in columns
    }


def kept(sheets: Sheets, published: Collection[Pair]) -> Sheets:
    """Rows that are scored: those of published pairs. Nothing else is kept of anybody."""
    return sheets[_tells_enough(sheets) & np.isin(_codes(sheets), _codes_of(published))]


def under_keys(sheets: Sheets, drawn: bytes) -> tuple[list[bytes], Sheets]:
    """Each row under one of the drawn keys, `KEY_BYTES` each, and all in the order of these."""
    keys = np.frombuffer(drawn, dtype=f"S{KEY_BYTES}")  # compares them byte by byte
    order = np.argsort(keys)
    whole = keys.view(f"V{KEY_BYTES}")  # whose values end with their zeros
    return whole[order].tolist(), sheets[order]


def stored(sheets: Sheets) -> tuple[list[int], list[int], list[str]]:
    """What a table keeps, column by column: both teams, and ten steps as digits, 0 for none.

    How often people meet, and how much that counts, is not kept beside what they say: who meets
    the other team daily is known to everybody.
    """
    digits = np.ascontiguousarray(sheets["answers"] + ord("0"), dtype=np.uint8).tobytes().decode()
    steps = [digits[start : start + STEPS] for start in range(0, len(digits), STEPS)]
    return sheets["source"].tolist(), sheets["target"].tolist(), steps


def digest(keys: list[bytes], sheets: Sheets) -> str:
    """SHA-256 of rows under their keys.

    The keys keep whoever reads the digest from trying out what somebody may have answered.
    """
    told = (sheets["source"].tobytes(), sheets["target"].tobytes(), sheets["answers"].tobytes())
    return hashlib.sha256(b"".join((*keys, *told))).hexdigest()


def _tells_enough(sheets: Sheets) -> Mask:
    """Which rows are records of the score: contact, and six of eight dimensions."""
    answered = sheets["answers"] > 0
    dimensions = np.zeros(len(sheets), dtype=np.int8)
    for items in ITEMS_OF:
        dimensions += answered[:, items].any(axis=1)
    return (sheets["contact"] > 0) & (dimensions >= Settings().min_dims)


def _codes(sheets: Sheets) -> NDArray[np.int64]:
    """One number per row that stands for its pair."""
    return sheets["source"].astype(np.int64) << 32 | sheets["target"].astype(np.int64)


def _codes_of(pairs: Collection[Pair]) -> NDArray[np.int64]:
    return np.array([source << 32 | target for source, target in pairs], dtype=np.int64)

"""What was sealed is opened as PyNaCl would open it, and nothing else is opened at all."""

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from app.surveys.services.sealing import (
    SHEET_BYTES,
    Ballot,
    CommentSheet,
    Remark,
    opened,
    seal_ballot,
    seal_sheet,
)

KEY = PrivateKey(bytes(range(32)))
PUBLIC = bytes(KEY.public_key).hex()
BALLOT = seal_ballot(PUBLIC, Ballot(1, 2, 3, (4,) * 10, 5))
SHEET = seal_sheet(PUBLIC, CommentSheet(1, (Remark(2, {"o1": "Grüße"}, readable=True),)))


def sealed(plain):
    return SealedBox(KEY.public_key).encrypt(plain)


def test_boxes_of_any_length_are_opened_in_their_order_and_stay_what_they_were():
    boxes = [BALLOT, SHEET, sealed(b""), BALLOT, sealed(b"x" * SHEET_BYTES), SHEET]

    assert list(opened(KEY, boxes)) == [SealedBox(KEY).decrypt(box) for box in boxes]


@pytest.mark.parametrize(
    "box",
    [
        SealedBox(PrivateKey.generate().public_key).encrypt(b"B" * 32),
        BALLOT[:-1] + bytes([BALLOT[-1] ^ 1]),
        BALLOT[:-1],
        BALLOT[:47],
        b"",
        sealed(b"x" * (SHEET_BYTES + 1)),
    ],
    ids=["of another key", "changed", "cut", "shorter than any", "empty", "longer than any"],
)
def test_a_box_that_is_none_of_ours_is_refused(box):
    opening = opened(KEY, [BALLOT, box])
    next(opening)

    with pytest.raises(CryptoError):
        next(opening)

"""Seal what the program must read again but nobody else may: addresses that are passwords."""

from __future__ import annotations

from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

_PURPOSE = b"calendar source"  # another purpose would have another key


class BrokenSealError(Exception):
    """Sealed with another key, or damaged."""


def seal(text: str, *, secret: str) -> bytes:
    """Encrypt `text` under a key derived from the installation's secret."""
    return bytes(_box(secret).encrypt(text.encode()))


def unseal(sealed: bytes, *, secret: str) -> str:
    """The text again. Raises BrokenSealError."""
    try:
        return _box(secret).decrypt(sealed).decode()
    except (CryptoError, ValueError) as error:
        raise BrokenSealError from error


def _box(secret: str) -> SecretBox:
    key = blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=_PURPOSE)
    return SecretBox(key.digest())

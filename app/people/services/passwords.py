"""Passwords: how they are stored, how they are checked, and which ones are too weak."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Checked when there is no account or no password, so that an unknown address costs the same time.
# Made once with the parameters above from 48 random bytes that nobody kept.
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$2weSLx81Ka+ytA4b6ngp3w$WdNEB1"
    "eXmbyTrQ3RrL+VqNtKY2j+vo7LCK8g4t/deYQ"
)


def hashed(password: str) -> str:
    """What is stored of a password: Argon2id with its parameters and a random salt."""
    return HASHER.hash(_canonical(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one. Takes as long when nothing is stored (None)."""
    try:
        HASHER.verify(stored or NOBODYS_HASH, _canonical(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than those in use now."""
    return HASHER.check_needs_rehash(stored)


def _canonical(password: str) -> str:
    """One form for the same characters, whatever keyboard composed them."""
    return unicodedata.normalize("NFC", password)

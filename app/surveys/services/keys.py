"""The private keys of open waves: outside the database, and destroyed at the close.

A backup of the database holds sealed boxes that nobody can open, for good once the key is gone.
Where several hosts serve one database, the folder must be shared by them.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from nacl.public import PrivateKey

SUFFIX = ".key"


class KeyIsMissingError(Exception):
    """The key of an open wave is not where it was put: its boxes cannot be opened here."""


class Keys(Protocol):
    """Where private keys of waves live."""

    def make(self, wave_id: int) -> str:
        """Make the key of a wave; gives its public half in hexadecimal."""

    def private(self, wave_id: int, public: str) -> PrivateKey:
        """The private half. Raises KeyIsMissingError."""

    def destroy_all_but(self, kept: Collection[int]) -> None:
        """Destroy every key but those of these waves; safe to repeat."""


class KeyFolder:
    """Keys as files for our own eyes, one per wave."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, wave_id: int) -> str:
        """Make the key of a wave and wait until it is on the disk; a former one is replaced."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = PrivateKey.generate()
        file = self._file(wave_id)
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(bytes(key).hex())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        return bytes(key.public_key).hex()

    def private(self, wave_id: int, public: str) -> PrivateKey:
        """The private half of the key whose public half is `public`. Raises KeyIsMissingError."""
        try:
            key = PrivateKey(bytes.fromhex(self._file(wave_id).read_text(encoding="ascii")))
        except FileNotFoundError as missing:
            raise KeyIsMissingError(str(self._file(wave_id))) from missing
        if bytes(key.public_key).hex() != public:
            raise KeyIsMissingError(f"{self._file(wave_id)} is another wave's key")
        return key

    def destroy_all_but(self, kept: Collection[int]) -> None:
        """Overwrite and remove every other key."""
        names = {self._file(wave_id) for wave_id in kept}
        for file in self._folder.glob(f"wave-*{SUFFIX}"):
            if file not in names:
                _overwrite(file)
                file.unlink(missing_ok=True)

    def _file(self, wave_id: int) -> Path:
        return self._folder / f"wave-{wave_id}{SUFFIX}"


def _overwrite(file: Path) -> None:
    with file.open("r+b") as out:
        out.write(b"0" * file.stat().st_size)
        out.flush()
        os.fsync(out.fileno())


class KeysInMemory:
    """Keys that end with the process, for a past that is told and for measuring."""

    def __init__(self) -> None:
        self._keys: dict[int, PrivateKey] = {}

    def make(self, wave_id: int) -> str:
        """Make the key of a wave; gives its public half in hexadecimal."""
        self._keys[wave_id] = PrivateKey.generate()
        return bytes(self._keys[wave_id].public_key).hex()

    def private(self, wave_id: int, public: str) -> PrivateKey:
        """The private half. Raises KeyIsMissingError."""
        key = self._keys.get(wave_id)
        if key is None or bytes(key.public_key).hex() != public:
            raise KeyIsMissingError(f"wave {wave_id}")
        return key

    def destroy_all_but(self, kept: Collection[int]) -> None:
        """Forget every other key."""
        self._keys = {wave: key for wave, key in self._keys.items() if wave in kept}

"""The private keys of open waves: outside the database, and destroyed at the close.

Beside them lies the key that signs protocols, which stays.

A backup of the database holds sealed boxes that nobody can open, for good once the key is gone.
Where several hosts serve one database, the folder must be shared by them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from nacl.public import PrivateKey
from nacl.signing import SigningKey

SUFFIX = ".key"
SIGNER = "protocol-signer"


class KeyIsMissingError(Exception):
    """The key of an open wave is not where it was put: its boxes cannot be opened here."""


class Keys(Protocol):
    """Where private keys of waves live."""

    def make(self, wave_id: int) -> str:
        """Make the key of a wave; gives its public half in hexadecimal."""

    def private(self, wave_id: int, public: str) -> PrivateKey:
        """The private half. Raises KeyIsMissingError."""

    def destroy_all_but(self, kept: Collection[int]) -> None:
        """Destroy the key of every other wave; safe to repeat."""

    def signer(self) -> SigningKey:
        """The key that signs protocols, made on first use."""


class KeyFolder:
    """Keys as files for our own eyes, one per wave."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, wave_id: int) -> str:
        """Make the key of a wave and wait until it is on the disk; a former one is replaced."""
        self.signer()  # its public half is on the data sheet before anything is signed
        key = PrivateKey.generate()
        file = self._file(wave_id)
        self._drafted(file, bytes(key)).replace(file)
        return bytes(key.public_key).hex()

    def signer(self) -> SigningKey:
        """The key that signs protocols, made on first use; of several hosts the first makes it."""
        file = self._folder / SIGNER
        if not file.exists():
            draft = self._drafted(file, bytes(SigningKey.generate()))
            with suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        return SigningKey(bytes.fromhex(file.read_text(encoding="ascii")))

    def _drafted(self, file: Path, key: bytes) -> Path:
        """A file beside `file` that holds the key, on the disk and for our eyes only."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}.new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(key.hex())
            out.flush()
            os.fsync(out.fileno())
        return draft

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
        self._signer = SigningKey.generate()

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
        """Forget the key of every other wave."""
        self._keys = {wave: key for wave, key in self._keys.items() if wave in kept}

    def signer(self) -> SigningKey:
        """The key that signs protocols."""
        return self._signer

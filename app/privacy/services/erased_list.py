"""Who was erased, kept outside the database: a restored backup does not bring them back.

A line holds a key, a mark made of key and personnel number with the instance's secret, and a day.
Without the secret and the erased record itself it says nothing about anybody. Lines older than any
backup may be are dropped.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import date, timedelta
from pathlib import Path

from app.people.models import Person

KEPT = timedelta(days=400)


class ErasedList:
    """The list in `file`; `secret` is the instance's key."""

    def __init__(self, file: Path, secret: str) -> None:
        self._file = file
        self._secret = secret.encode()

    def add(self, person: Person, *, on: date) -> None:
        """Write a person down, on the disk before this returns. Twice does no harm."""
        line: dict[str, str | int] = {
            "person": person.id,
            "mark": self._mark(person),
            "on": on.isoformat(),
        }
        kept = [one for one in self._lines() if date.fromisoformat(str(one["on"])) > on - KEPT]
        self._write([*(one for one in kept if one["mark"] != line["mark"]), line])

    def keys(self) -> list[int]:
        """The keys that people on the list had, who may not be those who have them now."""
        return sorted({int(one["person"]) for one in self._lines()})

    def knows(self, person: Person) -> bool:
        """Whether this very person was erased and is back."""
        return any(one["mark"] == self._mark(person) for one in self._lines())

    def _mark(self, person: Person) -> str:
        told = f"{person.id}:{person.number}".encode()
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()

    def _lines(self) -> list[dict[str, str | int]]:
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text("utf-8").splitlines() if line]

    def _write(self, lines: list[dict[str, str | int]]) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8") as out:
            out.writelines(f"{json.dumps(line)}\n" for line in lines)
            out.flush()
            os.fsync(out.fileno())
        unfinished.chmod(0o600)
        unfinished.replace(self._file)

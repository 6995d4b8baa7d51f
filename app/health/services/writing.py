"""What is published as text, in one way only: equal values are equal bytes, digests are of these.

Every figure is written once, for the digest, the snapshot and its own row alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.database import Written
from app.scoring import ITEMS
from app.surveys.queries.results import Pair, Results

written = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Told:
    """The body of a snapshot with its text, and the text of each pair's own row."""

    body: Written
    figures: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of the body."""
        return sha256(self.body.text)


def told(body: dict[str, Any]) -> Told:
    """Write a body; a pair's own row tells its change as well."""
    pairs = {name: written(figures) for name, figures in body["pairs"].items()}
    changes = {name: written(change) for name, change in body["changes"].items()}
    parts = {
        name: written(value) for name, value in body.items() if name not in {"pairs", "changes"}
    }
    text = _object(parts | {"pairs": _object(pairs), "changes": _object(changes)})
    figures = {
        name: f'{{"change":{changes.get(name, "null")},{own[1:]}' for name, own in pairs.items()
    }
    return Told(Written(body, text), figures)


def _object(texts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{written(name)}:{text}' for name, text in sorted(texts.items()))}}}"


def inputs_digest(found: Results) -> str:
    """SHA-256 of what was scored, in an order that does not depend on how it was stored."""
    return sha256(
        _object(
            {
                "answers": f"[{','.join(_records(found.answers))}]",
                "cells": written(
                    [
                        [*pair, cell.eligible, cell.no_contact, cell.members, cell.importance]
                        for pair, cell in sorted(found.cells.items())
                    ]
                ),
                "settings": written([found.wave.k, found.wave.k_target]),
            }
        )
    )


def _records(answers: Mapping[Pair, str]) -> Iterator[str]:
    """Each record as a list of numbers: both teams and the steps."""
    length = len(ITEMS)
    for (source, target), steps in sorted(answers.items()):
        begin = f"[{source},{target},"
        for record in sorted(steps[at : at + length] for at in range(0, len(steps), length)):
            yield f"{begin}{','.join(record)}]"


def sha256(text: str) -> str:
    """The digest of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()

"""`python -m app.calendars.reading`: answers questions from standard input, each in its bounds.

It loads neither Flask nor the database, and knows nothing but what it is asked.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from app.calendars.reading import limits, wire, zones
from app.calendars.reading.bounds import Bounds, within
from app.calendars.reading.limits import FileRefused
from app.calendars.reading.reader import Reading, read


def main(asked: BinaryIO, answered: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    zones.prepare()  # once, not in every child
    for line in asked:
        question = json.loads(line)
        data = asked.read(question["size"]) if "size" in question else None
        try:
            answer = within(Bounds(), partial(_answer, data, question))
        except FileRefused as refusal:
            answer = wire.answer_line(Reading(refused=refusal.reason))
        answered.write(answer)
        answered.flush()


def _answer(data: bytes | None, question: dict[str, Any]) -> bytes:
    if data is None:
        with Path(question["path"]).open("rb") as file:
            data = file.read(limits.MAX_BYTES + 1)
    window = wire.window(question["window"])
    return wire.answer_line(read(data, ZoneInfo(question["zone"]), window))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

"""What the reading process is asked and answers: one JSON line each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.calendars.reading.events import Occurrence, Presence
from app.calendars.reading.reader import Reading, Skipped
from app.calendars.reading.series import Window


@dataclass(frozen=True, slots=True)
class Question:
    """A calendar to read: its bytes, or the path of a file; for whose clock; and which window."""

    source: bytes | str
    zone: ZoneInfo
    window: Window


def question_line(question: Question) -> bytes:
    """The line that asks; the bytes themselves follow it."""
    source = question.source
    asked: dict[str, object] = {
        "zone": question.zone.key,
        "window": [question.window.start.isoformat(), question.window.end.isoformat()],
    }
    asked |= {"path": source} if isinstance(source, str) else {"size": len(source)}
    return json.dumps(asked).encode() + b"\n"


def answer_line(reading: Reading) -> bytes:
    """The line that answers."""
    answer = {
        "occurrences": [
            [written(one.start), written(one.end), one.presence, one.whole_day]
            for one in reading.occurrences
        ],
        "skipped": [[one.uid, one.reason] for one in reading.skipped],
        "remarks": reading.remarks,
        "refused": reading.refused,
    }
    return json.dumps(answer).encode() + b"\n"


def read_answer(line: bytes) -> Reading:
    """The answer as it was given."""
    answer = json.loads(line)
    return Reading(
        occurrences=[_occurrence(*one) for one in answer["occurrences"]],
        skipped=[Skipped(uid, reason) for uid, reason in answer["skipped"]],
        remarks=answer["remarks"],
        refused=answer["refused"],
    )


def window(texts: list[Any]) -> Window:
    """A window from two instants as text. Raises ValueError."""
    start, end = (datetime.fromisoformat(str(text)).astimezone(UTC) for text in texts)
    return Window(start, end)


def written(at: datetime | date) -> str:
    """An instant as `2026-03-01T08:00:00Z`, a date as `2026-03-01`."""
    if not isinstance(at, datetime):
        return at.isoformat()
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _occurrence(start: str, end: str, presence: str, whole_day: bool) -> Occurrence:  # noqa: FBT001
    return Occurrence(_at(start), _at(end), Presence(presence), whole_day)


def _at(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)

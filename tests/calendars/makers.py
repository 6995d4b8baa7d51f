"""Small calendars as text, and what the import reads of them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.calendars.reading.reader import Reading, read
from app.calendars.reading.series import Window
from app.calendars.reading.wire import written

BERLIN = ZoneInfo("Europe/Berlin")
YEAR_2026 = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def event(*lines: str, uid: str = "one") -> str:
    """A VEVENT of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]) + "\r\n"


def calendar(*parts: str, head: str = "") -> bytes:
    """A VCALENDAR of these parts."""
    body = "".join(parts)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{body}END:VCALENDAR\r\n".encode()


def understood(data: bytes, *, zone: ZoneInfo = BERLIN, window: Window = YEAR_2026) -> Reading:
    """What the reader makes of it for somebody in Berlin."""
    return read(data, zone, window)


def spans(data: bytes, *, zone: ZoneInfo = BERLIN, window: Window = YEAR_2026) -> list[str]:
    """The spans the reader finds, as `start/end`, in UTC or as dates."""
    reading = understood(data, zone=zone, window=window)
    assert reading.refused is None
    return [f"{written(one.start)}/{written(one.end)}" for one in reading.occurrences]

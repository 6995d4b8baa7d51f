"""From bytes to content lines: sniff, unfold, decode, and take a line apart."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from app.calendars.reading import limits
from app.calendars.reading.limits import FileRefused

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FOLD = re.compile(rb"\r*\n[ \t]")
_PARAMETER = re.compile(r";\s*([A-Za-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^;]*)")


@dataclass(frozen=True, slots=True)
class Line:
    """A property as written: `name` in capitals, the parameters as text, and the value."""

    name: str
    parameters: str
    value: str

    def parameter(self, name: str) -> str | None:
        """The parameter `name` (in capitals) without its quotes, or None."""
        for found, text in _PARAMETER.findall(self.parameters):
            if found.upper() == name:
                return str(text).strip().strip('"').strip()
        return None


def lines(data: bytes) -> tuple[list[str], bool]:
    """The unfolded lines of a calendar, and whether they were UTF-8.

    A fold may stand inside a character, so it is taken out before the bytes are decoded. Raises
    FileRefused for what is too large, has too many lines, or is no calendar.
    """
    if len(data) > limits.MAX_BYTES:
        raise FileRefused(limits.TOO_LARGE)
    plain = _as_utf8(data)
    if not looks_like_calendar(plain):
        raise FileRefused(limits.NO_CALENDAR)

    if b"\n" not in plain:
        plain = plain.replace(b"\r", b"\n")
    if plain.count(b"\n") > limits.MAX_LINES:
        raise FileRefused(limits.TOO_MANY_LINES)
    unfolded = _FOLD.sub(b"", plain)
    try:
        return unfolded.decode("utf-8").split("\n"), True
    except UnicodeDecodeError:
        return unfolded.decode("cp1252", errors="replace").split("\n"), False


def looks_like_calendar(data: bytes) -> bool:
    """Whether a calendar begins within the first kilobyte, in any of the usual encodings."""
    begin = data[: 2 * limits.SNIFFED_BYTES].replace(b"\0", b"")[: limits.SNIFFED_BYTES]
    return b"BEGIN:VCALENDAR" in begin.upper()


def _as_utf8(data: bytes) -> bytes:
    if data.startswith(_UTF16):
        data = data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return data.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")


def name_of(line: str) -> str:
    """The property's name, in capitals, or an empty text when there is none."""
    for place, sign in enumerate(line[:64]):
        if sign in ";:":
            return line[:place].strip().upper()
    return ""


def with_plain_value(name: str, line: str) -> Line:
    """Take a line apart at its first colon outside quotes: texts."""
    quoted = False
    for place, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            return Line(name, line[len(name) : place], line[place + 1 :].strip())
    head, _, value = line.partition(":")
    return Line(name, head[len(name) :], value.strip())


def with_dates(name: str, line: str) -> Line:
    """Take a line apart at its last colon: dates and rules hold none, careless zone names do."""
    head, _, value = line.rpartition(":")
    return Line(name, head[len(name) :], value.strip())

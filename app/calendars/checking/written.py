"""How the file is written: bytes, line ends, line lengths, characters, size."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from app.calendars.checking.findings import Finding, error, warning

MAX_OCTETS = 75
GOOGLE_BYTES = 1_000_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_MOST_TOLD = 5


def check_bytes(data: bytes) -> Iterator[Finding]:
    """What can be said before the text is understood."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        yield error(1, "A byte order mark stands at the beginning; most readers stop at it.")
    if data[:1] in {b"\r", b"\n"}:
        yield error(1, "An empty line stands before BEGIN; Google reads nothing then.")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        yield error(line, "This is not UTF-8.")
    if len(data) > GOOGLE_BYTES:
        yield warning(0, "It is larger than 1 MB; Google silently reads only a part.")
    yield from _line_ends(data)


def _line_ends(data: bytes) -> Iterator[Finding]:
    if b"\r" in data.replace(b"\r\n", b""):
        yield error(0, "A carriage return stands alone, without a line feed.")
    if data.count(b"\n") != data.count(b"\r\n"):
        yield warning(0, "Lines end with a line feed alone; the standard asks for CR LF.")
    if data and not data.endswith(b"\n"):
        yield warning(0, "The last line has no end.")
    told = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if len(line.removesuffix(b"\r")) > MAX_OCTETS and told < _MOST_TOLD:
            told += 1
            yield warning(number, f"The line is longer than {MAX_OCTETS} bytes and not folded.")


def check_characters(text: str) -> Iterator[Finding]:
    """Characters that no text of a calendar may hold."""
    for told, found in enumerate(_CONTROLS.finditer(text)):
        if told == _MOST_TOLD:
            return
        line = text.count("\n", 0, found.start()) + 1
        yield error(line, f"The control character U+{ord(found[0]):04X} stands here.")

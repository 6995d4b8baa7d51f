"""People's text on its way into a calendar."""

from __future__ import annotations

import re

from icalendar import vText

# Controls of both sets, the separators that some readers take for line ends, lone halves of pairs.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def block(text: str) -> vText:
    """Text of several lines; line ends are kept as such, other controls go."""
    return vText(UNSPEAKABLE.sub("", LINE_END.sub("\n", text)).replace("\t", " ").strip())


def line(text: str) -> vText:
    """Text of one line: every run of spaces and line ends becomes one space."""
    return vText(" ".join(UNSPEAKABLE.sub("", LINE_END.sub("\n", text)).split()))


def parameter(text: str) -> str:
    """The value of a parameter such as CN, in which no quote can be written for all readers."""
    return str(line(text)).replace('"', "'").replace("^", "")

"""What the text of one cell means, or why it cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from app.domain.mailbox import normalised
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.roster.columns import Heading, plain
from app.domain.tables import Fault, Row

Value = TypeVar("Value")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EARLIEST, LATEST = 1900, 2199
WEEKDAYS = {
    name: str(number)
    for number, names in enumerate(
        (
            ("mo", "mon", "monday", "montag"),
            ("di", "tu", "tue", "tues", "tuesday", "dienstag"),
            ("mi", "we", "wed", "wednesday", "mittwoch"),
            ("do", "th", "thu", "thur", "thurs", "thursday", "donnerstag"),
            ("fr", "fri", "friday", "freitag"),
            ("sa", "sat", "saturday", "samstag", "sonnabend"),
            ("so", "su", "sun", "sunday", "sonntag"),
        ),
        start=1,
    )
    for name in names
}
LANGUAGES = {"de": "de", "deutsch": "de", "german": "de", "dede": "de"} | {
    "en": "en", "englisch": "en", "english": "en", "engb": "en", "enus": "en",
}  # fmt: skip
SIDES = {
    "marketing": "marketing", "sales": "sales", "vertrieb": "sales", "verkauf": "sales",
    "other": "other", "sonstige": "other", "andere": "other",
}  # fmt: skip


class TooLong(Invalid):
    """More characters than the field holds."""

    msgid = N_("More than %(most)s characters.")


class NoDay(Invalid):
    """Not a day of the calendar, or written in a way that can mean two days."""

    msgid = N_("This is not a day. Please write 2026-12-01 or 01.12.2026.")


class NoWeekdays(Invalid):
    """Not a set of weekdays."""

    msgid = N_("These are not weekdays. Please write 12345, Mo-Fr or Mon, Tue, Thu.")


class NoLanguage(Invalid):
    """A language the pages do not speak."""

    msgid = N_("This language is not available. Please write de or en.")


class NoSide(Invalid):
    """Not a side of the house."""

    msgid = N_("Please write marketing, sales or other.")


class NoCount(Invalid):
    """Not a whole number within bounds."""

    msgid = N_("Please write a whole number from 0 to %(most)s.")


@dataclass(slots=True)
class Cells:
    """One row being read: what is taken from it, and the faults met on the way."""

    row: Row
    heading: Heading
    header: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)

    def raw(self, key: str) -> str:
        """The text under a column, empty when the file has no such column."""
        place = self.heading.places.get(key)
        return "" if place is None else self.row.cells[place]

    def take(self, key: str, read: Callable[[str], Value]) -> Value | None:
        """The cell's value, or None when it is empty or wrong; what is wrong is noted."""
        text = self.raw(key)
        if not text:
            return None
        try:
            return read(text)
        except Refusal as refusal:
            self.refuse(key, refusal.msgid, **refusal.values)
            return None

    def refuse(self, key: str, reason: str, **values: object) -> None:
        """Note that the cell under a column cannot be taken."""
        place = self.heading.places.get(key)
        column = key if place is None else self.header[place]
        self.faults.append(Fault(self.row.line, column, reason, values))


CELL_REFUSALS = (Invalid,)
LONGEST_NUMBER = 40


def number(text: str) -> str:
    """Reads a personnel number: NFKC, no blanks around, at most 40 characters."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(folded) > LONGEST_NUMBER:
        raise TooLong(most=LONGEST_NUMBER)
    return folded


def words(most: int) -> Callable[[str], str]:
    """Reads one line of text of at most `most` characters, blanks in a row made one."""

    def read(text: str) -> str:
        line = " ".join(text.split())
        if len(line) > most:
            raise TooLong(most=most)
        return line

    return read


def mail(text: str) -> str:
    """Reads an e-mail address. Raises NoMailbox."""
    return normalised(text)


def day(text: str) -> date:
    """Reads 2026-12-01 or 01.12.2026, nothing that could mean two days. Raises NoDay."""
    iso, german = ISO_DAY.fullmatch(text), GERMAN_DAY.fullmatch(text)
    if iso:
        year, month, number = map(int, iso.groups())
    elif german:
        number, month, year = map(int, german.groups())
    else:
        raise NoDay
    if not EARLIEST <= year <= LATEST:
        raise NoDay
    try:
        return date(year, month, number)
    except ValueError as error:
        raise NoDay from error


def weekdays(text: str) -> str:
    """Reads weekdays as ISO digits in order, "12345". Raises NoWeekdays."""
    if re.fullmatch(r"[1-7]{1,7}", text):
        return "".join(sorted(set(text)))
    found: set[str] = set()
    for part in re.split(r"[,;/+ ]+", re.sub(r"\s*[-–]\s*", "-", text.casefold()).strip()):
        found |= _span(part)
    return "".join(sorted(found))


def _span(part: str) -> set[str]:
    ends = [WEEKDAYS.get(name.strip(". ")) for name in part.split("-")]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2 or first > last:  # noqa: PLR2004 - from, to
        raise NoWeekdays
    return {str(number) for number in range(int(first), int(last) + 1)}


def language(text: str) -> str:
    """Reads `de` or `en`. Raises NoLanguage."""
    found = LANGUAGES.get(plain(text))
    if found is None:
        raise NoLanguage
    return found


def side(text: str) -> str:
    """Reads marketing, sales or other. Raises NoSide."""
    found = SIDES.get(plain(text))
    if found is None:
        raise NoSide
    return found


def count(most: int) -> Callable[[str], int]:
    """Reads a whole number from 0 to `most`; raises NoCount."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > most:
            raise NoCount(most=most)
        return int(text)

    return read


def listed(text: str) -> tuple[str, ...]:
    """Reads names separated by semicolons, bars or line ends; each once, in their order."""
    names = [" ".join(name.split()) for name in re.split(r"[;|\n]", text)]
    for name in names:
        if len(name) > 80:  # noqa: PLR2004 - the longest name of a skill
            raise TooLong(most=80)
    return tuple(dict.fromkeys(name for name in names if name))

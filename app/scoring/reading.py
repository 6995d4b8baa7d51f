"""Read a company from three tables: answers, cells, teams. Says exactly where a file is wrong.

The separator is a comma, a semicolon or a tab; a byte order mark and blank lines do not matter;
columns may stand in any order and beside others.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.domain.disclosure import Pair
from app.scoring.figures import Asked, Ballots
from app.scoring.settings import ITEMS, LARGEST_ANSWER

SEPARATORS = (",", ";", "\t")
ANSWER_COLUMNS = ("wave", "src", "tgt", *ITEMS)
CELL_COLUMNS = ("wave", "src", "tgt", "eligible", "no_contact", "tgt_members", "importance")
TEAM_COLUMNS = ("team", "department")
LARGEST = 1_000_000_000
LONGEST_PICTURE = 40

Key = tuple[str, str, str]
Name = TypeVar("Name")
Value = TypeVar("Value")


class UnreadableTableError(ValueError):
    """The file breaks its format; `line` counts from 1, `column` is the name in the header."""

    def __init__(self, file: str, reason: str, line: int = 0, column: str = "") -> None:
        place = "".join([f", line {line}" if line else "", f", column {column}" if column else ""])
        super().__init__(f"{file}{place}: {reason}")
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    file: str
    line: int
    values: dict[str, str]

    def fail(self, column: str, reason: str) -> UnreadableTableError:
        """What to raise about this line."""
        return UnreadableTableError(self.file, reason, self.line, column)

    def name(self, column: str) -> str:
        """A name, which may hold no bar because figures are named `src|tgt`."""
        value = self.values[column]
        if not value:
            raise self.fail(column, "is empty")
        if "|" in value:
            raise self.fail(column, f"{_shown(value)} holds a bar (|)")
        return value

    def whole(self, column: str, most: int = LARGEST) -> int:
        """A whole number from 0 to `most`."""
        value = _without_zeros(self.values[column])
        if not re.fullmatch(r"[0-9]{1,10}", value):
            raise self.fail(column, f"must be a whole number, not {_shown(value)}")
        if int(value) > most:
            raise self.fail(column, f"{value} is above {most}")
        return int(value)

    def share(self, column: str) -> float:
        """A number from 0 to 1, with a point or a comma."""
        value = self.values[column]
        if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,17})?", value):
            raise self.fail(column, f"must be a number from 0 to 1, not {_shown(value)}")
        number = float(value.replace(",", "."))
        if number > 1.0:
            raise self.fail(column, f"{value} is above 1")
        return number

    def answer(self, column: str) -> int:
        """A ticked step of 1 to 5; 0 where nothing is ticked or it cannot be judged."""
        value = _without_zeros(self.values[column])
        if value == "":
            return 0
        if len(value) > 1 or value not in "012345":
            raise self.fail(column, f"must be 0 to {LARGEST_ANSWER} or empty, not {_shown(value)}")
        return int(value)


def _without_zeros(value: str) -> str:
    """`3` for `3.0`, as table programs write whole numbers in columns with gaps."""
    whole, point, rest = value.partition(".")
    return whole if point and whole and rest and not rest.strip("0") else value


def _shown(value: str) -> str:
    value = "".join(sign if sign.isprintable() else " " for sign in value)  # one line
    cut = value if len(value) <= LONGEST_PICTURE else value[: LONGEST_PICTURE - 1] + "…"
    return f"“{cut}”"


@dataclass(frozen=True, slots=True)
class Company:
    """Everything `flask scoring run` reads, waves in their order."""

    waves: tuple[str, ...]
    asked: dict[str, list[Asked]]
    ballots: dict[str, Ballots]
    departments: dict[str, str]


def read_company(
    answers: tuple[str, bytes], cells: tuple[str, bytes], teams: tuple[str, bytes]
) -> Company:
    """Read the three files, each given as its name and content.

    Raises UnreadableTableError at the first line that is wrong.
    """
    departments = _once(rows(*teams, TEAM_COLUMNS), _team, "team")
    asked = _once(rows(*cells, CELL_COLUMNS), lambda row: _asked(row, departments), "tgt")
    waves = tuple(sorted({wave for wave, _, _ in asked}, key=_wave_order))
    by_wave: dict[str, list[Asked]] = {wave: [] for wave in waves}
    for (wave, _, _), one in asked.items():
        by_wave[wave].append(one)
    return Company(waves, by_wave, _ballots(rows(*answers, ANSWER_COLUMNS), by_wave), departments)


def _wave_order(wave: str) -> tuple[bool, int, str]:
    """Numbers by value, anything else after them by its letters."""
    is_number = re.fullmatch(r"[0-9]{1,18}", wave) is not None
    return not is_number, int(wave) if is_number else 0, wave


def _once(
    lines: Iterator[Row], read: Callable[[Row], tuple[Name, Value]], column: str
) -> dict[Name, Value]:
    """What `read` makes of every line, by its key. Raises where a key comes again."""
    found: dict[Name, Value] = {}
    for row in lines:
        key, value = read(row)
        if key in found:
            raise row.fail(column, "stands in an earlier line already")
        found[key] = value
    return found


def _team(row: Row) -> tuple[str, str]:
    name = row.name("team")
    return name, row.name("department") if row.values["department"] else ""


def _asked(row: Row, departments: dict[str, str]) -> tuple[Key, Asked]:
    wave, src, tgt = row.name("wave"), row.name("src"), row.name("tgt")
    for column, team in (("src", src), ("tgt", tgt)):
        if team not in departments:
            raise row.fail(column, f"the teams file has no team {_shown(team)}")
    if src == tgt:
        raise row.fail("tgt", "a team does not rate itself")
    one = Asked(
        src,
        tgt,
        eligible=row.whole("eligible"),
        no_contact=row.whole("no_contact"),
        tgt_members=row.whole("tgt_members"),
        importance=row.share("importance"),
    )
    return (wave, src, tgt), one


def _ballots(lines: Iterator[Row], asked: dict[str, list[Asked]]) -> dict[str, Ballots]:
    """The records of every wave. Raises where one belongs to a pair that was not asked."""
    import numpy as np  # noqa: PLC0415 - numbers are loaded when they are needed

    pairs = {wave: tuple(one.pair for one in ones) for wave, ones in asked.items()}
    places = {wave: {pair: place for place, pair in enumerate(own)} for wave, own in pairs.items()}
    pair_of: dict[str, list[int]] = {wave: [] for wave in asked}
    ticks: dict[str, list[int]] = {wave: [] for wave in asked}
    for row in lines:
        place, wave = _place(row, places), row.values["wave"]
        pair_of[wave].append(place)
        ticks[wave].extend(row.answer(item) for item in ITEMS)
    return {
        wave: Ballots(
            pairs[wave],
            np.array(pair_of[wave], dtype=np.int32),
            np.array(ticks[wave], dtype=np.uint8).reshape(-1, len(ITEMS)),
        )
        for wave in asked
    }


def _place(row: Row, places: dict[str, dict[Pair, int]]) -> int:
    of_wave = places.get(row.values["wave"])
    if of_wave is None:
        raise row.fail("wave", f"the cells file has no wave {_shown(row.values['wave'])}")
    place = of_wave.get((row.values["src"], row.values["tgt"]))
    if place is None:
        asked = f"{row.values['src']} about {row.values['tgt']}"
        raise row.fail("tgt", f"the cells file does not ask {_shown(asked)} in this wave")
    return place


def rows(file: str, content: bytes, columns: Sequence[str]) -> Iterator[Row]:
    """The lines of a table that are not blank, after a header that has at least `columns`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableTableError(file, "is not UTF-8 text", line) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    header: list[str] = []
    try:
        for fields in reader:
            values = [field.strip() for field in fields]
            if not any(values):
                continue
            if not header:
                header = _header(file, reader.line_num, values, columns)
                continue
            yield _row(file, reader.line_num, header, values)
    except csv.Error as error:
        raise UnreadableTableError(file, str(error), reader.line_num) from error
    if not header:
        raise UnreadableTableError(file, f"has no header ({', '.join(columns)})", 1)


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _header(file: str, line: int, values: list[str], columns: Sequence[str]) -> list[str]:
    for column in columns:
        if column not in values:
            raise UnreadableTableError(file, "the header lacks this column", line, column)
        if values.count(column) > 1:
            raise UnreadableTableError(file, "the header has this column twice", line, column)
    return values


def _row(file: str, line: int, header: list[str], values: list[str]) -> Row:
    if len(values) < len(header):
        raise UnreadableTableError(file, "the line ends before it", line, header[len(values)])
    if any(values[len(header) :]):
        reason = f"has {len(values)} fields where the header has {len(header)}"
        raise UnreadableTableError(file, reason, line)
    return Row(file, line, dict(zip(header, values, strict=False)))

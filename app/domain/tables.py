"""Bytes of a spreadsheet export become rows of text, each with the line it stands in.

Encoding and separator are found out, bounds are kept, and what cannot be right is named by line
and column. Nothing here knows what the columns mean.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.refusals import N_, Invalid

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 40
MAX_CELL = 2000  # characters

SEPARATORS = ",;\t"
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
    b"\x1f\x8b",
    b"Rar!",
)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What a spreadsheet program would take for a formula; exports put an apostrophe before it.
FORMULA_STARTS = frozenset("=+-@＝＋－＠")


class UnreadableTable(Invalid):
    """The file as a whole cannot be read."""

    msgid = N_("This file cannot be read as a table.")


class EmptyTable(UnreadableTable):
    """There is nothing in it."""

    msgid = N_("This file is empty.")


class NoRows(UnreadableTable):
    """There is a header and nothing else."""

    msgid = N_("This file has a header but no rows.")


class TooBig(UnreadableTable):
    """More bytes than we take."""

    msgid = N_("This file is larger than 2 MB. Please split it.")


class TooManyRows(UnreadableTable):
    """More rows than we take."""

    msgid = N_("This file has more than %(most)s rows. Please split it.")


class TooManyColumns(UnreadableTable):
    """More columns than we take."""

    msgid = N_("This file has more than %(most)s columns (line %(line)s).")


class WrongKind(UnreadableTable):
    """Not a table at all, whatever it is called."""

    msgid = N_("This is neither a CSV file nor an Excel file (.xlsx).")


class OldExcel(UnreadableTable):
    """The format Excel wrote before 2007."""

    msgid = N_("This is an old Excel file (.xls). Please save it as .xlsx or CSV.")


class UnknownEncoding(UnreadableTable):
    """Neither UTF-8, UTF-16 nor Windows-1252."""

    msgid = N_("The encoding of this file is unknown. Please save it as UTF-8.")


class ZeroBytes(UnreadableTable):
    """A zero byte, which no text holds and PostgreSQL refuses."""

    msgid = N_("Line %(line)s holds a zero byte. Please remove it.")


class HugeCell(UnreadableTable):
    """A cell so long that the file cannot be what it seems."""

    msgid = N_("A cell in line %(line)s is far too long. Is a quotation mark missing?")


class UnbalancedQuotes(UnreadableTable):
    """A quote is opened and never closed, or closed in the middle of a cell."""

    msgid = N_("The quotation marks do not match from line %(line)s on.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a place: `column` as the file calls it, `reason` an English msgid."""

    line: int
    column: str
    reason: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one record; `line` is where it begins in the file, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header, its rows and the faults found while reading; cells are trimmed NFC text."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
    encoding: str = ""
    separator: str = ""


def read_csv(content: bytes) -> Table:
    """Read a CSV file. Raises an UnreadableTable when not even its rows can be told apart."""
    if len(content) > MAX_BYTES:
        raise TooBig
    text, encoding = decoded(content)
    zero = text.find("\x00")
    if zero >= 0:
        raise ZeroBytes(line=text.count("\n", 0, zero) + 1)
    separator, text, skipped = separated(text)
    return as_table(_records(text, separator, skipped), encoding=encoding, separator=separator)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises WrongKind, OldExcel or UnknownEncoding."""
    if not content.strip(b" \t\r\n\x00"):
        raise EmptyTable
    if content.startswith(OLD_EXCEL):
        raise OldExcel
    if content.startswith(OTHER_KINDS):
        raise WrongKind
    for encoding in _encodings(content):
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return (encoding,)
    sample = content[:4096]
    half = len(sample) // 2
    # Western text in UTF-16 has a zero in every second byte.
    if half and sample[1::2].count(0) > half * 0.6 and not sample[0::2].count(0):
        return ("utf-16-le",)
    if half and sample[0::2].count(0) > half * 0.6 and not sample[1::2].count(0):
        return ("utf-16-be",)
    return ("utf-8", "windows-1252")


def separated(text: str) -> tuple[str, str, int]:
    """Separator, the text without a leading `sep=` line, and how many lines that took."""
    head, _, rest = text.partition("\n")
    named = head.strip().lower()
    if named.startswith("sep=") and len(named) <= len("sep=;"):
        return (named[4:] or "\t") if named[4:] in SEPARATORS else ",", rest, 1
    line = next((line for line in text.splitlines() if line.strip()), "")
    counts = {separator: _outside_quotes(line, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: counts[separator]), text, 0


def _outside_quotes(line: str, separator: str) -> int:
    return sum(part.count(separator) for part in line.split('"')[::2])


def _records(text: str, separator: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise TooManyColumns(most=MAX_COLUMNS, line=line + skipped)
            yield Row(line + skipped, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        kind = HugeCell if "field limit" in str(error) else UnbalancedQuotes
        raise kind(line=line + skipped) from error


def as_table(records: Iterable[Row], *, encoding: str, separator: str = "") -> Table:
    """Header and rows from raw records: blank ones left out, cells tidied, faults named.

    Raises EmptyTable, NoRows, TooManyRows. Also used for Excel sheets.
    """
    filled: list[Row] = []
    for row in records:
        if any(cell.strip() for cell in row.cells):
            filled.append(row)
        if len(filled) > MAX_ROWS + 1:  # stop reading: a hostile file has millions
            raise TooManyRows(most=MAX_ROWS)
    if not filled:
        raise EmptyTable
    header = tuple(_title(name) for name in _without_empty_tail(filled[0].cells))
    if len(filled) == 1:
        raise NoRows

    faults = [fault for row in filled[1:] for fault in _faults(row, header)]
    rows = tuple(Row(row.line, _fitted(row.cells, len(header))) for row in filled[1:])
    return Table(header, rows, tuple(faults), encoding, separator)


def _title(name: str) -> str:
    return "".join(character for character in tidy(name)[:MAX_CELL] if character.isprintable())


def _without_empty_tail(cells: Sequence[str]) -> Sequence[str]:
    last = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:last]


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """As many cells as the header has; what a spreadsheet left out at the end is empty."""
    fitted = [tidy(cell)[:MAX_CELL] for cell in cells[:width]]
    return (*fitted, *[""] * (width - len(fitted)))


def _faults(row: Row, header: Sequence[str]) -> Iterator[Fault]:
    if len(_without_empty_tail(row.cells)) > len(header):
        yield Fault(
            row.line,
            letter(len(header)),
            N_("This row has more cells than the header has columns."),
        )
    for place, cell in enumerate(row.cells[: len(header)]):
        column = header[place] or letter(place)
        if len(cell) > MAX_CELL:
            yield Fault(
                row.line,
                column,
                N_("This cell has more than %(most)s characters."),
                {"most": MAX_CELL},
            )
        elif not is_plain(cell):
            yield Fault(row.line, column, N_("Please remove invisible control characters."))


def tidy(cell: str) -> str:
    """A cell as it is used: NFC, plain line ends, trimmed, the export's apostrophe taken off."""
    text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if text.startswith("'") and text.lstrip("'")[:1] in FORMULA_STARTS:
        return text[1:]
    return text


def marked(text: str) -> str:
    """Text of ours on its way into a file that will be read again: `tidy` gives it back.

    A text that itself begins as an export's apostrophe does gets one more.
    """
    return f"'{text}" if text.startswith("'") and text.lstrip("'")[:1] in FORMULA_STARTS else text


def is_plain(text: str) -> bool:
    """Whether text is free of control characters, lone surrogates and direction switches."""
    if text.isascii() and text.isprintable():
        return True
    return not any(
        character in BIDI
        or (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t")
        for character in text
    )


def letter(place: int) -> str:
    """A column's name in a spreadsheet, from 0: A, B, …, Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

"""Uploaded files become tables: CSV by the domain, Excel sheets here, both within the same bounds.

An Excel file is a zip of XML. What it would unpack to is looked at before anything is unpacked,
only the first sheet is read, and formulas are kept as the text they are.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from typing import IO, Any
from xml.parsers import expat

from app.domain.refusals import N_
from app.domain.tables import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    EmptyTable,
    Row,
    Table,
    TooBig,
    TooManyColumns,
    TooManyRows,
    UnreadableTable,
    WrongKind,
    as_table,
    read_csv,
)

ZIP = b"PK\x03\x04"
MOST_PARTS = 200
MOST_UNPACKED = 24 * 1024 * 1024  # a full sheet of 5,000 rows unpacks to about a third of it
MOST_BLANK_ROWS = 5_000
MOST_ELEMENTS = 650_000  # per part: 5,000 rows of 40 cells, each with text in two elements
MOST_CELLS_A_ROW = 2_000  # whole rows are sometimes formatted, though hardly filled
CHUNK = 64 * 1024
# What the zip reader, the XML parser and openpyxl raise when a file is not what it claims to be.
BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class BrokenExcel(UnreadableTable):
    """A zip that is no workbook, or a damaged one."""

    msgid = N_("This Excel file is damaged or protected. Please save it anew without a password.")


class SwollenExcel(UnreadableTable):
    """It would unpack to far more than it shows."""

    msgid = N_("This Excel file unpacks to more than we take. Please save the first sheet as CSV.")


def read_table(content: bytes) -> Table:
    """Read an uploaded file by what is in it, whatever it is called.

    Raises an UnreadableTable when it cannot be read as a whole; faults of single cells are in the
    table.
    """
    if len(content) > MAX_BYTES:
        raise TooBig
    if not content.startswith(ZIP):
        return read_csv(content)
    _refuse_bombs(content)
    return _read_workbook(content)


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise SwollenExcel
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise WrongKind
            for part in parts:
                if part.filename.endswith(".xml"):
                    with packed.open(part) as stream:
                        _refuse_swollen(stream)
    except UnreadableTable:
        raise
    except (*BROKEN, expat.ExpatError) as error:
        raise BrokenExcel from error


def _refuse_swollen(stream: IO[bytes]) -> None:
    """Count elements before openpyxl, which holds whole rows, is let near a part."""
    elements = cells = 0

    def begin(name: str, _attributes: object) -> None:
        nonlocal elements, cells
        elements += 1
        local = name.rpartition(":")[2]
        cells = 0 if local == "row" else cells + (local == "c")
        if elements > MOST_ELEMENTS or cells > MOST_CELLS_A_ROW:
            raise SwollenExcel

    def declare(*_declaration: object) -> None:
        raise BrokenExcel  # no workbook declares entities, only attacks do

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EntityDeclHandler = declare
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)  # noqa: FBT003 - the C function takes no keywords
    parser.Parse(b"", True)  # noqa: FBT003


def _read_workbook(content: bytes) -> Table:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and rarely wanted
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise EmptyTable
            return as_table(_rows(book.worksheets[0]), encoding="xlsx")
        finally:
            book.close()
    except UnreadableTable:
        raise
    except (*BROKEN, InvalidFileException) as error:
        raise BrokenExcel from error


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet as text; never more than a hostile size tag promises."""
    last = MAX_ROWS + MOST_BLANK_ROWS
    for line, cells in enumerate(
        sheet.iter_rows(max_row=last, max_col=MAX_COLUMNS + 1, values_only=True), start=1
    ):
        if len(cells) > MAX_COLUMNS and cells[MAX_COLUMNS] not in {None, ""}:
            raise TooManyColumns(most=MAX_COLUMNS, line=line)
        yield Row(line, tuple(_text(cell) for cell in cells[:MAX_COLUMNS]))
        if line == last:
            raise TooManyRows(most=MAX_ROWS)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

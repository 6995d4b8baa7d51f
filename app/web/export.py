"""Lists as files: CSV and Excel, with no cell that a spreadsheet would run as a formula.

Instants are handed in as the reader's wall clock; a cell may be text, a number, a date, a naive
datetime, a bool or None.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Response

TRIGGERS = frozenset("=+-@\t\r\n\0＝＋－＠")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MOST_CHARACTERS = 32_767  # what one Excel cell can hold
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx")


def safe_text(text: str) -> str:
    """Text that a spreadsheet shows as it is: an apostrophe goes before what could be a formula.

    Blanks in front do not hide a formula. Control characters that no file format allows are
    dropped.
    """
    start = text[:1] if text[:1] in TRIGGERS else text.lstrip()[:1]
    cleaned = CONTROL.sub("", text)
    guarded = f"'{cleaned}" if start in TRIGGERS and start else cleaned
    return guarded[:MOST_CHARACTERS]


def csv_bytes(headers: Sequence[object], rows: Iterable[Sequence[Any]], *, locale: str) -> bytes:
    """UTF-8 with a byte order mark; German gets semicolons and decimal commas, as Excel there."""
    german = locale.startswith("de")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow([safe_text(str(header)) for header in headers])
    for row in rows:
        writer.writerow([_csv_cell(value, german=german) for value in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(headers: Sequence[object], rows: Iterable[Sequence[Any]]) -> bytes:
    """One worksheet, headers bold and frozen; numbers and dates stay what they are."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and rarely wanted
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    titles = []
    for header in headers:
        cell = WriteOnlyCell(sheet, value=safe_text(str(header)))
        cell.font = Font(bold=True)
        titles.append(cell)
    sheet.append(titles)
    for row in rows:
        sheet.append([_xlsx_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(
    form: str,
    name: str,
    headers: Sequence[object],
    rows: Iterable[Sequence[Any]],
    *,
    locale: str,
) -> Response:
    """The rows as a file to save, named `name` with its ending. `form` is `csv` or `xlsx`.

    Raises ValueError for another form: views check against FORMATS first.
    """
    if form == "csv":
        return attachment(csv_bytes(headers, rows, locale=locale), f"{name}.csv", CSV_TYPE)
    if form == "xlsx":
        return attachment(xlsx_bytes(headers, rows), f"{name}.xlsx", XLSX_TYPE)
    raise ValueError(f"no such export: {form}")


def attachment(content: bytes, filename: str, mimetype: str) -> Response:
    """A file to save under `filename`."""
    response = Response(content, content_type=mimetype)
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    names = {"filename": plain, "filename*": f"UTF-8''{quote(filename, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _is_no_number(value: object) -> bool:
    return isinstance(value, float | Decimal) and not math.isfinite(value)


def _csv_cell(value: Any, *, german: bool) -> str:
    if value is None or _is_no_number(value):
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value).replace(".", ",") if german else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return safe_text(value.isoformat() if isinstance(value, date) else str(value))


def _xlsx_cell(value: Any) -> Any:
    if value is None or _is_no_number(value):
        return None
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.isoformat(sep=" ", timespec="minutes")
    return value if isinstance(value, date) else safe_text(str(value))

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from app.web.export import csv_bytes, download, safe_text, xlsx_bytes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 123", "'+49 30 123"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\0=1", "'=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("－1", "'－1"),
        ("Ada = Bo", "Ada = Bo"),
        ("a\x07b", "ab"),
        ("\ud800x", "x"),
        ("", ""),
        ("   ", "   "),
    ],
)
def test_text_that_could_be_a_formula_gets_an_apostrophe(text, shown):
    assert safe_text(text) == shown


def test_text_longer_than_a_cell_is_cut():
    assert safe_text("x" * 40_000) == "x" * 32_767


ROW = ["Ä=b", "=cmd()", 3, -2.5, Decimal("0.10"), True, None, float("nan"), date(2026, 11, 23)]


def test_german_csv_has_semicolons_and_decimal_commas():
    content = csv_bytes(["Name", "=x"], [ROW], locale="de_DE")

    assert content == ("\ufeffName;'=x\r\nÄ=b;'=cmd();3;-2,5;0,10;True;;;2026-11-23\r\n".encode())


def test_english_csv_has_commas_and_decimal_points():
    content = csv_bytes(["a", "b"], [[datetime(2026, 11, 23, 9, 30), 1.5]], locale="en")

    assert content == "\ufeffa,b\r\n2026-11-23 09:30,1.5\r\n".encode()


def test_excel_file_keeps_numbers_and_dates_and_shows_formulas_as_text():
    content = xlsx_bytes(["Name", "=x"], [[*ROW, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)]])

    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[1]][:2] == ["Name", "'=x"]
    assert [cell.value for cell in sheet[2]] == [
        "Ä=b", "'=cmd()", 3, -2.5, 0.1, True, None, None,
        datetime(2026, 11, 23), "2026-11-23 09:30+00:00",
    ]  # fmt: skip
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "b", "d"}


def test_download_is_named_and_typed_by_its_form():
    answer = download("csv", "Übersicht", ["a"], [], locale="en")

    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=Ubersicht.csv; filename*=UTF-8''%C3%9Cbersicht.csv"
    )
    assert answer.mimetype == "text/csv"
    with pytest.raises(ValueError, match="no such export: pdf"):
        download("pdf", "x", [], [], locale="en")

"""Bytes become tables, or a refusal in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tables import (
    Fault,
    Row,
    UnreadableTable,
    decoded,
    letter,
    marked,
    read_csv,
    tidy,
)


def test_rows_carry_the_line_in_which_they_begin():
    table = read_csv(b'a;b\n1;"two\nlines"\n\n3;4\n')

    assert table.header == ("a", "b")
    assert table.rows == (Row(2, ("1", "two\nlines")), Row(5, ("3", "4")))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_and_none_at_the_end_is_read(end, last):
    text = end.join(["a,b", "1,2", "3,4"]) + (end if last else "")

    assert [row.cells for row in read_csv(text.encode()).rows] == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("header", "separator"),
    [("a;b,c;d", ";"), ("a,b;c,d,e", ","), ("a\tb;c\td", "\t"), ('"x;y;z",b', ","), ("only", ",")],
)
def test_the_separator_is_found_outside_quotes(header, separator):
    assert read_csv(f"{header}\n1\n".encode()).separator == separator


def test_a_separator_line_of_excel_is_obeyed_and_counted():
    table = read_csv(b"sep=;\na,x;b\n1;2\n")

    assert (table.header, table.rows) == (("a,x", "b"), (Row(3, ("1", "2")),))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("ü".encode(), "utf-8"),
        ("ü".encode("utf-8-sig"), "utf-8"),
        ("Grüße an alle".encode("utf-16"), "utf-16"),
        ("Grüße an alle".encode("utf-16-le"), "utf-16-le"),
        ("Grüße an alle".encode("utf-16-be"), "utf-16-be"),
        ("Grüße €".encode("cp1252"), "windows-1252"),
    ],
)
def test_the_encoding_is_found_out(content, encoding):
    text, found = decoded(content)

    assert (found, "ü" in text) == (encoding, True)


def test_a_row_longer_than_the_header_is_named():
    table = read_csv(b"a,b\n1,2,3\n")

    assert table.faults == (Fault(2, "C", "This row has more cells than the header has columns."),)


def test_decomposed_letters_become_the_same_text():
    assert tidy(" Mu\u0308ller ") == "Müller"


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_called_as_in_a_spreadsheet(place, name):
    assert letter(place) == name


@given(st.text())
def test_what_is_marked_on_the_way_out_comes_back_the_same(text):
    clean = tidy(text)
    once = tidy(clean)
    if clean == once:
        assert tidy(marked(clean)) == clean


def outcome(content):
    """Give the widths of the rows, or what is said about the file."""
    try:
        table = read_csv(content)
    except UnreadableTable as refusal:
        return str(refusal)
    return {len(row.cells) - len(table.header) for row in table.rows}


@given(st.binary(max_size=2000))
def test_no_bytes_make_the_reader_fall_over(content):
    found = outcome(content)

    assert found == {0} or (isinstance(found, str) and found)


@given(
    st.lists(
        st.lists(st.text(alphabet='ab;,"\n\tüß\u0308=', max_size=5), min_size=2, max_size=4),
        max_size=6,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_no_text_makes_the_reader_fall_over(lines, encoding):
    found = outcome("\n".join(";".join(cells) for cells in lines).encode(encoding))

    assert found == {0} or (isinstance(found, str) and found)

"""What a cell means."""

from datetime import date

import pytest

from app.domain.mailbox import NoMailbox, normalised
from app.domain.roster import cells
from app.domain.roster.columns import PEOPLE, TEAMS, read_heading
from app.domain.tables import UnreadableTable


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12345", "12345"),
        ("531", "135"),
        ("Mo-Fr", "12345"),
        ("mo – do", "1234"),
        ("Mon, Tue, Thu", "124"),
        ("Montag;Mittwoch", "13"),
        ("Di/Do", "24"),
        ("Sa. So.", "67"),
    ],
)
def test_weekdays_are_read_in_many_ways(text, digits):
    assert cells.weekdays(text) == digits


@pytest.mark.parametrize("text", ["0", "8", "Fr-Mo", "M", "Mo-Di-Mi", "weekend", "-", ","])
def test_other_weekdays_are_refused(text):
    with pytest.raises(cells.NoWeekdays):
        cells.weekdays(text)


@pytest.mark.parametrize("text", ["2026-12-01", "2026-12-1", "01.12.2026", "1.12.2026"])
def test_days_are_read_in_two_ways(text):
    assert cells.day(text) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "text", ["12/01/2026", "01.12.26", "2026-13-01", "31.02.2026", "46022", "0001-01-01", "soon"]
)
def test_days_that_could_mean_two_days_are_refused(text):
    with pytest.raises(cells.NoDay):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" ADA@Example.COM ", "ada@example.com"),
        ("ａｄａ@example.com", "ada@example.com"),
        ("o'hara+x@sub.example.co", "o'hara+x@sub.example.co"),
    ],
)
def test_addresses_have_one_form(text, address):
    assert normalised(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada@", "@example.com", "a b@example.com", "аda@example.com", "a@b", "a@-b.de",
     "a..b@example.com", "a@example.com\r\nBcc: x@y.de", "x" * 250 + "@e.de"],
)  # fmt: skip
def test_other_addresses_are_refused(text):
    with pytest.raises(NoMailbox):
        normalised(text)


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("columns", [PEOPLE, TEAMS])
def test_the_headers_of_templates_are_understood(locale, columns):
    header = [column.name(locale) for column in columns]

    heading = read_heading(header, columns)

    assert dict(heading.places) == {column.key: n for n, column in enumerate(columns)}
    assert (heading.ignored, heading.rights) == ((), ())


@pytest.mark.parametrize("header", [["Vorname"], ["Number", "ID"], []])
def test_a_header_without_or_with_two_keys_is_refused(header):
    with pytest.raises(UnreadableTable):
        read_heading(header, PEOPLE)

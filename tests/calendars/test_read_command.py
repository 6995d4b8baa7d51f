"""`flask calendar read`: the same answer for every file, in one call."""

import json

import pytest

from tests.calendars.makers import calendar, event

MEETING = event(
    "DTSTART;TZID=Europe/Berlin:20260301T090000", "DTEND;TZID=Europe/Berlin:20260301T100000"
)
HOLIDAY = event("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260304", uid="two")
FREE = event("DTSTART:20260305T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT", uid="three")
BROKEN = event("DTSTART:soon", uid="four")
YEAR = ["--window", "2026-01-01/2027-01-01"]


@pytest.fixture
def read(app, tmp_path):
    def run(*arguments):
        output = tmp_path / "out.json"
        result = app.test_cli_runner().invoke(
            args=["calendar", "read", *map(str, arguments), "-o", str(output)]
        )
        assert (result.exit_code, result.output) == (0, "")
        return json.loads(output.read_text())

    return run


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "good.ics").write_bytes(calendar(MEETING, HOLIDAY, FREE, BROKEN))
    (tmp_path / "sub" / "none.ics").write_bytes(b"<html></html>")
    return tmp_path / "sub"


def test_files_are_told_with_what_was_understood_and_what_not(read, folder):
    good, none = folder / "good.ics", folder / "none.ics"

    assert read(good, none, *YEAR) == {
        str(good): {
            "busy": [["2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"]],
            "all_day": [["2026-03-02", "2026-03-04"]],
            "skipped": [{"uid": "four", "reason": "Its start cannot be read."}],
            "refused": None,
        },
        str(none): {
            "busy": [],
            "all_day": [],
            "skipped": [],
            "refused": "This is not a calendar.",
        },
    }


def test_free_times_are_told_on_request(read, folder):
    found = read(folder / "good.ics", "--with-free", *YEAR)

    assert found[str(folder / "good.ics")]["busy"] == [
        ["2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"],
        ["2026-03-05T08:00:00Z", "2026-03-05T09:00:00Z"],
    ]


def test_windows_come_from_a_file_by_the_end_of_the_path(read, folder, tmp_path):
    windows = tmp_path / "expectations.json"
    windows.write_text(
        json.dumps({"sub/good.ics": {"window": ["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"]}})
    )

    found = read(folder / "good.ics", "--window-from", windows)

    assert found[str(folder / "good.ics")]["busy"] == []
    assert found[str(folder / "good.ics")]["all_day"] == [["2026-03-02", "2026-03-04"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--zone", "Nowhere/Land"],
        ["--window", "2026-01-01"],
        ["--window", "2027-01-01/2026-01-01"],
        ["--window-from", "missing.json"],
    ],
)
def test_wrong_arguments_are_refused_in_a_sentence(app, folder, arguments):
    file = str(folder / "good.ics")

    result = app.test_cli_runner().invoke(args=["calendar", "read", file, *arguments])

    assert result.exit_code == 2
    assert "Error: " in result.output

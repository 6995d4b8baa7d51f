"""Times as people read them: on their own clock, or on the one of a site."""

from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import force_locale

from app.web import locale

NINE = datetime(2027, 2, 2, 8, 0, tzinfo=UTC)  # 9:00 in Berlin, where visitors are taken to be


@pytest.fixture
def reader(app_without_database):
    """Read pages as a visitor from Berlin does; no database is asked."""
    with app_without_database.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Tue, Feb 2, 2027, 09:00–12:00"),
        ("de", "Di., 2. Feb. 2027, 09:00–12:00"),
    ],
)
@pytest.mark.usefixtures("reader")
def test_hours_of_one_day_name_the_day_once(language, expected):
    with force_locale(language):
        assert locale.hours(NINE, NINE + timedelta(hours=3)) == expected


@pytest.mark.usefixtures("reader")
def test_hours_over_midnight_name_both_days():
    with force_locale("en"):
        found = locale.hours(NINE, NINE + timedelta(hours=16))

    assert found == "Tue, Feb 2, 2027, 09:00 – Wed, Feb 3, 2027, 01:00"


@pytest.mark.usefixtures("reader")
def test_hours_are_told_on_the_clock_of_a_site():
    with force_locale("en"):
        found = locale.hours(NINE, NINE + timedelta(hours=3), "Europe/Lisbon")

    assert found == "Tue, Feb 2, 2027, 08:00–11:00"


@pytest.mark.usefixtures("reader")
def test_a_deadline_names_its_weekday():
    with force_locale("de"):
        assert locale.moment(NINE, "weekday") == "Di., 2. Feb. 2027, 09:00"


@pytest.mark.usefixtures("reader")
def test_a_leaf_shows_day_and_month_of_the_reader():
    with force_locale("de"):
        assert locale.leaf(datetime(2027, 1, 31, 23, 30, tzinfo=UTC)) == ("1", "Feb")


@pytest.mark.parametrize(("zone", "expected"), [("Europe/Vienna", False), ("Europe/Lisbon", True)])
@pytest.mark.usefixtures("reader")
def test_only_clocks_that_differ_are_told_apart(zone, expected):
    assert locale.reads_otherwise(NINE, zone) is expected

"""Lengths, languages and names in words."""

import pytest
from flask_babel import force_locale

from app.gatherings.views import sayings


@pytest.fixture(autouse=True)
def _reader(app_without_database):
    """Read pages as somebody does; no database is asked."""
    with app_without_database.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (45, "45 minutes"),
        (60, "1 hour"),
        (90, "1 h 30 min"),
        (240, "4 hours"),
        (480, "1 day"),
        (720, "12 hours"),
        (960, "2 days"),
    ],
)
def test_a_length_is_told_in_the_largest_unit_that_fits(minutes, expected):
    with force_locale("en"):
        assert sayings.length(minutes) == expected


@pytest.mark.parametrize(
    ("months", "expected"), [(None, "for good"), (6, "6 months"), (12, "1 year"), (24, "2 years")]
)
def test_a_validity_is_told_in_months_or_years(months, expected):
    with force_locale("en"):
        assert sayings.validity(months) == expected


@pytest.mark.parametrize(("locale", "expected"), [("en", "German"), ("de", "Deutsch")])
def test_a_language_has_its_name_in_the_readers_language(locale, expected):
    with force_locale(locale):
        assert sayings.language("de") == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], ""), (["Ada"], "Ada"), (["Ada", "Bo"], "Ada oder Bo"), (["A", "B", "C"], "A, B oder C")],
)
def test_of_several_who_may_decide_one_will_do(names, expected):
    with force_locale("de"):
        assert sayings.one_of(names) == expected

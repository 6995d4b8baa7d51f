"""What tests of the people room share."""

import re

import pytest


@pytest.fixture
def tokens():
    """Give the CSRF token of a signed-in browser's session."""

    def of(browser):
        return re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/absences").text)[1]

    return of

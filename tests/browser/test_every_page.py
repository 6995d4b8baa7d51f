"""Every page a role can reach: it answers, fits, is accessible and speaks German."""

from collections import Counter

import pytest

from tests.browser.crawl import Walk, accessibility, english_of, is_foreign, walk

pytestmark = pytest.mark.timeout(600)  # the demo company is made first
ROLES = ["hr", "lead", "employee", "works_council", "administrator", "deputy", "trainer"]
IN_THE_DARK = ["/today", "/placements/", "/rounds/", "/stays/", "/insights/", "/people", "/account"]


@pytest.fixture(scope="session")
def english(project):
    return english_of(project / "translations" / "de" / "LC_MESSAGES" / "messages.po")


@pytest.fixture(scope="module")
def examined():
    """Count, over all roles, the kinds of pages that axe has seen."""
    return Counter()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_without_fault(role, page, sign_in, english, examined):
    faults, seen = walk(sign_in(page, role), english, Walk(examined=examined))

    assert faults == []
    assert seen > len(IN_THE_DARK)


def test_pages_are_accessible_in_the_dark(open_page, sign_in):
    page = sign_in(open_page(color_scheme="dark"), "hr")

    faults = {}
    for path in IN_THE_DARK:
        page.goto(path)
        faults[path] = accessibility(page)

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Save", True),
        ("Please talk to the lead first.", True),
        ("2026-12-01", True),
        ("12/1/2026", True),
        ("None", True),
        ("Hello %(name)s", True),
        ("Speichern", False),
        ("als 2026-12-01 oder 01.12.2026", False),
        ("01.12.2026", False),
        ("Ihre Team-Runde im Oktober", False),
    ],
)
def test_a_text_that_is_no_german_is_noticed(text, foreign, english):
    assert is_foreign(text, english) is foreign

"""From a course in the catalogue to a booking: by keyboard, without scripts, on a phone as well."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crawl import accessibility
from tests.browser.desk import german

COURSE = "Mit Fragen führen: Coaching für Buddys und Paten"
MOST_TABS = 120
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def say():
    """Give the German of an English text as it stands on the page."""
    words = german()
    return lambda english: words.get(english) or english


def tab_to(page: Page, name: str, *, role: str = "link") -> None:
    """Walk by the tab key, as people without a mouse do, until the link or button has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def press(page: Page, name: str, *, role: str = "link") -> None:
    tab_to(page, name, role=role)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.mark.timeout(300)  # the demo company is made first
def test_employee_asks_for_a_seat_and_the_deputy_agrees(open_page, sign_in, say):
    vera = sign_in(open_page(java_script_enabled=False), "employee", which=1)
    press(vera, say("Trainings"))
    vera.get_by_role("searchbox").focus()
    vera.keyboard.type("Buddys")
    vera.keyboard.press("Enter")
    vera.wait_for_load_state()
    press(vera, COURSE)
    date = vera.locator("#dates .stretched").first.inner_text()
    press(vera, date)
    press(vera, say("Ask for a seat"), role="button")
    expect(vera.locator("main")).to_contain_text(say("You asked for a seat"))

    tarik = sign_in(open_page(java_script_enabled=False), "deputy")
    press(tarik, say("Approvals"))
    row = tarik.locator("tbody tr", has_text=COURSE).filter(has_text="Vera")
    box = row.get_by_role("checkbox")
    box.focus()
    tarik.keyboard.press("Space")
    expect(box).to_be_checked()
    press(tarik, say("Agree to all ticked"), role="button")
    expect(row).to_have_count(0)

    press(vera, say("My bookings"))
    coming = vera.locator("section.section", has=vera.get_by_role("heading", name=say("Coming")))
    booking = coming.locator(".booking-row", has_text=COURSE)
    expect(booking).to_contain_text(say("booked"))

    booking.get_by_text(say("Cancel my booking")).click()
    booking.get_by_role("button", name=say("Yes, cancel it")).click()
    expect(vera.locator("main")).to_contain_text(re.compile(r"\d+ Plätze sind frei"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_trainings_fit_a_phone_and_are_accessible(open_page, sign_in, scheme):
    page = sign_in(open_page(viewport=PHONE, color_scheme=scheme, has_touch=True), "employee")
    page.goto("/trainings/")
    course = page.locator(".course-title a").first.get_attribute("href")
    date = page.locator(".date-line .stretched").first.get_attribute("href")

    found = {}
    for path in ("/trainings/", course, date, "/my-bookings", "/sessions/led"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        found[path] = (width <= PHONE["width"], accessibility(page))

    assert found == dict.fromkeys(found, (True, []))


def test_one_box_ticks_every_request(open_page, sign_in, say):
    page = sign_in(open_page(), "lead")
    page.goto("/approvals/")
    boxes = page.locator("input[name=booking]")
    expect(boxes).not_to_have_count(0)

    page.get_by_label(say("Tick all")).check()

    assert [box.is_checked() for box in boxes.all()] == [True] * boxes.count()

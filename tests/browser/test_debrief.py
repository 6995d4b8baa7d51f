"""A debrief on the way home: on a narrow phone, by thumb, by keyboard, and without JavaScript."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from app import clock
from seed.accounts import PASSWORD
from tests.browser.desk import german
from tests.live import live_server

PHONE = {"width": 320, "height": 640}
CUSTOMER, WORD = "Mur Papierwerk", "Papierwerk"
# Somebody of the demo company who has not looked back yet, and on which day they were out.
WHO = """
SELECT person.email, trip_debrief.gathering_id FROM trip_debrief
JOIN person ON person.id = trip_debrief.person_id
JOIN gathering ON gathering.id = trip_debrief.gathering_id
WHERE trip_debrief.written_at IS NULL AND gathering.kind = 'trip'
ORDER BY trip_debrief.due_at DESC
"""
# After a week the worker forgets the customer, so the day has to be a fresh one.
FRESH = "UPDATE gathering SET ends_at = :ended WHERE id = :id"
NAMED = "UPDATE trip SET customer = :name, customer_deleted_at = NULL WHERE gathering_id = :id"


@pytest.fixture
def live(chromium, demo_company, store, tmp_path_factory):
    """Run the product for one test: a debrief is written once."""
    url = demo_company("sqlite")
    with live_server(url, tmp_path_factory.mktemp("debrief"), WEB_PROCESSES="1") as server:
        yield server
    store("sqlite").drop(url)


@pytest.fixture
def day(live):
    """Who has to look back on which day, which ended two hours ago."""
    ended = f"{clock.now() - timedelta(hours=2):%Y-%m-%d %H:%M:%S.%f}"
    engine = create_engine(live.environ["DATABASE_URL"])
    with engine.begin() as connection:
        email, key = connection.execute(text(WHO)).first()
        connection.execute(text(FRESH), {"ended": ended, "id": key})
        connection.execute(text(NAMED), {"name": CUSTOMER, "id": key})
    engine.dispose()
    return SimpleNamespace(email=email, id=key)


@pytest.fixture
def host(day):
    """Sign a page in as the one who has to look back."""

    def signed_in(page: Page) -> Page:
        page.goto("/sign-in")
        page.locator("input[name=email]").fill(day.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/today")
        return page

    return signed_in


def say(english: str) -> str:
    return german().get(english) or english


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def begin(page: Page, day) -> Page:
    """From Today to the form, with one tap."""
    page.locator(f'main a[href="/trips/{day.id}/debrief"]').first.tap()
    expect(page.locator("h1")).to_have_text(say("What did you see?"))
    return page


@pytest.mark.timeout(600)  # the demo company may have to be made first
def test_a_host_looks_back_by_thumb_at_320_pixels(open_page, host, day, assert_accessible, shoot):
    page = begin(host(open_page(viewport=PHONE, has_touch=True, is_mobile=True)), day)
    assert fits(page)
    assert_accessible(page)
    shoot(page, "debrief-phone")

    page.locator("#observation_1").tap()
    page.locator("#observation_1").fill("Zu viel Papier auf dem Tisch")
    page.locator("#for_marketing").fill(f"{WORD} liest keine Broschüren")
    page.locator("#promise_1").fill("Kennlinie schicken")
    page.get_by_role("button", name=say("Hand it in")).tap()

    expect(page.locator("#for_marketing-error")).to_contain_text(f"„{WORD}“")
    expect(page.locator("#observation_1")).to_have_value("Zu viel Papier auf dem Tisch")
    expect(page.locator("#promise_1")).to_have_value("Kennlinie schicken")
    expect(page.locator("#means_else")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
    shoot(page, "debrief-phone-refused")
    page.locator("#for_marketing").fill("Niemand liest Broschüren")
    page.get_by_role("button", name=say("Hand it in")).tap()

    page.wait_for_url(f"**/trips/{day.id}")
    main = page.locator("main")
    expect(main).to_contain_text(say("You looked back, thank you"))
    expect(main).to_contain_text("Niemand liest Broschüren")
    expect(main).not_to_contain_text(WORD)
    assert fits(page)
    shoot(page, "debrief-phone-written")


@pytest.mark.timeout(600)
def test_a_host_looks_back_by_keyboard_without_javascript(open_page, host, day):
    page = host(open_page(viewport=PHONE, java_script_enabled=False, color_scheme="dark"))
    page.goto(f"/trips/{day.id}/debrief")
    page.locator("#observation_1").focus()
    page.keyboard.type("Entschieden wird im Pumpenraum")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == say("Hand it in"):
            break
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/trips/{day.id}")
    expect(page.locator("main")).to_contain_text("Entschieden wird im Pumpenraum")

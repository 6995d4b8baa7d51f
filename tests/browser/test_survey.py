"""A survey on a phone: by thumb, by keyboard, and without JavaScript; kept on the device alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.live import live_server

PHONE = {"width": 320, "height": 720}
COMMENT = "Das Briefing kam diesmal frueh."
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('tandem-sheet:')).length"


@pytest.fixture(scope="module")
def live(chromium, demo_company, store, tmp_path_factory):
    """Run the product for this module: ballots can be handed in once."""
    url = demo_company("sqlite")
    with live_server(url, tmp_path_factory.mktemp("survey"), WEB_PROCESSES="1") as server:
        yield server
    store("sqlite").drop(url)


def begin(page):
    page.goto("/surveys/")
    page.locator("main a.btn-primary").click()
    return page


@pytest.mark.timeout(300)
def test_a_draft_outlives_a_lost_connection_and_a_new_sign_in(open_page, sign_in):
    page = begin(sign_in(open_page(), "employee", which=1))
    page.locator("main a.btn-primary").click()
    page.locator("#contact-2").check()
    page.locator("#q01-3").check()
    address = page.url

    page.route("**/ballots", lambda route: route.abort())
    page.locator("main form button[type=submit]").click()
    page.unroute("**/ballots")
    page.context.clear_cookies()
    sign_in(page, "employee", which=1)
    page.goto(address)

    expect(page.locator("#q01-3")).to_be_checked()
    expect(page.locator("#contact-2")).to_be_checked()


@pytest.mark.timeout(300)
def test_a_colleague_on_the_same_device_is_shown_nothing_of_a_draft(open_page, sign_in):
    page = begin(sign_in(open_page(), "employee", which=1))
    page.locator("main a.btn-primary").click()
    page.locator("#contact-2").check()

    page.context.clear_cookies()
    begin(sign_in(page, "employee", which=0))
    page.locator("main a.btn-primary").click()

    assert page.locator("main input[type=radio]:checked").count() == 0


@pytest.mark.timeout(300)  # the demo company may have to be made first
def test_a_person_answers_on_a_phone(open_page, sign_in, assert_accessible, shoot):
    page = begin(sign_in(open_page(viewport=PHONE), "employee"))
    expect(page.locator("h1")).to_have_text(re.compile("Welle 9"))
    assert_accessible(page)
    page.locator("main a.btn-primary").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shoot(page, "survey-ballot-phone")

    page.locator("#contact-2").check()
    page.locator("#q01-3").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#q01-4")).to_be_checked()
    page.reload()
    expect(page.locator("#q01-4")).to_be_checked()
    assert page.evaluate(KEPT) == 1

    while "/about/" in page.url:
        page.locator("#contact-0").check()
        expect(page.locator(".sheet-rest")).to_be_hidden()
        address = page.url
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda url, before=address: url != before)
    assert page.evaluate(KEPT) == 0
    assert_accessible(page)
    shoot(page, "survey-comments-phone")
    page.locator("textarea").first.fill(COMMENT)
    page.locator("main input[type=checkbox]").first.check()
    page.reload()
    expect(page.locator("textarea").first).to_have_value(COMMENT)
    expect(page.locator("main input[type=checkbox]").first).to_be_checked()
    assert page.evaluate(KEPT) == 1
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/thanks")
    assert page.evaluate(KEPT) == 0
    assert_accessible(page)


@pytest.mark.timeout(300)
def test_a_person_answers_without_javascript(open_page, sign_in):
    page = begin(sign_in(open_page(java_script_enabled=False), "employee", which=1))
    page.locator("main a.btn-primary").click()

    while "/about/" in page.url:
        page.locator("#contact-1").check()
        page.locator("#q05-1").check()
        page.locator("main form button[type=submit]").click()
    page.locator("main form button[type=submit]").click()

    expect(page.locator("h1")).to_have_text("Vielen Dank")

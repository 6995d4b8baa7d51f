"""The house style, which shows every component, seen by axe, by hand and without scripts."""

import pytest

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 700}


@pytest.mark.parametrize("path", ["/style", "/style/sign-in", "/style/problem/404"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_component_is_accessible_and_fits(path, theme, size, open_page, assert_accessible):
    page = open_page(viewport=size, color_scheme=theme)
    page.goto(path)

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_drawer_opens_without_scripts(open_page):
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto("/style")

    page.locator(".thumbbar button").click()

    assert page.locator("#navigation").is_visible()
    page.locator(".side-close").click()
    assert page.locator("#navigation").is_hidden()


def test_a_theme_is_kept_on_the_next_page_without_scripts(open_page):
    page = open_page(viewport=WIDE, java_script_enabled=False)
    page.goto("/style")

    page.locator("button[name=theme][value=dark]").click()

    page.goto("/style/sign-in")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_form_pressed_twice_is_sent_once(open_page):
    page, sent = open_page(viewport=WIDE), []
    page.goto("/style")
    page.route("**/style/nowhere", lambda route: sent.append(route.request.method))

    busy = page.locator("main form.form[method=post] button[type=submit]").evaluate(
        """button => {
          button.form.action = "/style/nowhere";
          button.click();
          button.click();
          return button.getAttribute("aria-busy");
        }"""
    )
    page.wait_for_timeout(300)

    assert (busy, sent) == ("true", ["POST"])


def test_long_text_counts_its_characters(open_page):
    page = open_page(viewport=WIDE)
    page.goto("/style")

    page.locator("#task").fill("ä" * 12)

    assert page.locator("#task-count").text_content() == "12 / 400"


def test_escape_closes_a_menu_and_returns_to_its_button(open_page):
    page = open_page(viewport=WIDE)
    page.goto("/style")
    menu = page.locator("main details.menu")

    menu.locator("summary").click()
    page.keyboard.press("Escape")

    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.matches('main details.menu summary')")

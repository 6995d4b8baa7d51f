"""The report of a pair, on the table of the quarterly meeting and on the screen; one's own data."""

import re

PHONE = {"width": 320, "height": 700}
STICKING_OUT = """() => [...document.querySelectorAll(".card .pill")].filter((pill) => {
  const card = pill.closest(".card").getBoundingClientRect();
  const { left, right } = pill.getBoundingClientRect();
  return left < card.left || right > card.right;
}).map((pill) => pill.textContent.trim())"""
LINES = """() => [...document.querySelectorAll(".key-counts > div")].map((line) => {
  const [label, number] = [...line.children].map((child) => child.getBoundingClientRect());
  return number.top < label.bottom && number.left >= label.right;
})"""
PAGE_OF_A_PDF = re.compile(rb"/Type\s*/Page[^s]")


def test_the_report_of_a_pair_fits_one_sheet_and_its_cards_hold_it(open_page, sign_in):
    page = sign_in(open_page(), "hr")
    page.goto("/health/")
    pairs = page.eval_on_selector_all(
        ".heat td a", "links => links.map((link) => link.getAttribute('href'))"
    )

    sheets, outside = {}, {}
    for path in pairs[::10]:
        page.goto(path)
        outside[path] = page.evaluate(STICKING_OUT)
        page.locator("[data-chart] svg").wait_for()
        sheets[path] = len(PAGE_OF_A_PDF.findall(page.pdf(format="A4")))

    assert len(sheets) > 1
    assert set(sheets.values()) == {1}, sheets
    assert outside == {path: [] for path in sheets}


def test_on_a_phone_the_numbers_of_one_s_data_stand_beside_their_names(open_page, sign_in):
    page = sign_in(open_page(viewport=PHONE), "employee")
    page.goto("/account/data")

    lines = page.evaluate(LINES)

    assert len(lines) > 5
    assert all(lines)


def test_on_a_phone_both_views_of_each_dimension_are_seen_at_once(open_page, sign_in):
    page = sign_in(open_page(viewport=PHONE), "hr")
    page.goto("/health/")
    pairs = page.eval_on_selector_all(
        ".heat td a", "links => links.map((link) => link.getAttribute('href'))"
    )

    hidden = []
    for path in pairs[::4]:
        page.goto(path)
        hidden += page.eval_on_selector_all(
            ".table-beside, .thumbbar-entry > span",
            """found => found.map((each) => each.matches("table") ? each.parentElement : each)
              .map((each) => each.scrollWidth - each.clientWidth)""",
        )

    assert len(hidden) > 5 * len(pairs[::4]), "no pair shows its dimensions"
    assert max(hidden) <= 0

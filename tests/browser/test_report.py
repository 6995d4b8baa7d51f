"""The report of a pair, as it lies on the table of the quarterly meeting."""

import re

PAGE_OF_A_PDF = re.compile(rb"/Type\s*/Page[^s]")


def test_the_report_of_a_pair_fits_one_sheet(open_page, sign_in):
    page = sign_in(open_page(), "hr")
    page.goto("/health/")
    pairs = page.eval_on_selector_all(
        ".heat td a", "links => links.map((link) => link.getAttribute('href'))"
    )

    sheets = {}
    for path in pairs[::10]:
        page.goto(path)
        page.locator("[data-chart] svg").wait_for()
        sheets[path] = len(PAGE_OF_A_PDF.findall(page.pdf(format="A4")))

    assert len(sheets) > 1
    assert set(sheets.values()) == {1}, sheets

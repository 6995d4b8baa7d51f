"""Charts, as drawn: in any light and motion people asked for, on a phone and on paper."""

import pytest

STROKES = """() => [...document.querySelectorAll("[data-chart] svg path[stroke]")]
  .map((path) => path.getAttribute("stroke"))"""
LETTERS = """() => [...document.querySelectorAll("[data-chart] svg text")].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { words: text.textContent, fill: getComputedStyle(text).fill, left, right, top, bottom };
})"""
INK = "rgb(90, 83, 75)"  # the softer ink of the light theme


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lines_of_a_chart_are_told_apart_by_colour(motion, theme, open_page):
    page = open_page(color_scheme=theme, reduced_motion=motion)
    page.goto("/style")
    page.locator("[data-chart] svg").first.wait_for()

    tones = page.evaluate(
        """() => ["lake", "ember"].map((name) => {
          const probe = document.createElement("i");
          probe.style.color = `var(--${name})`;
          document.body.append(probe);
          return getComputedStyle(probe).color;
        })"""
    )

    assert len(set(tones)) == 2
    assert set(tones) <= set(page.evaluate(STROKES))


def drawn(page, path):
    page.goto(path)
    page.locator("[data-chart] svg text").first.wait_for()
    return page.evaluate(LETTERS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_paper_a_chart_is_as_wide_as_the_sheet_and_dark_on_white(theme, open_page):
    page = open_page(color_scheme=theme, viewport={"width": 400, "height": 800})
    before = inks(drawn(page, "/style"))

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = inks(page.evaluate(LETTERS))
    box = page.locator("[data-chart] svg").first.get_attribute("viewBox")
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert printed == {INK}
    assert box == "0 0 690 150"
    assert inks(page.evaluate(LETTERS)) == before


def inks(texts):
    return {each["fill"] for each in texts}


@pytest.mark.parametrize("width", [320, 1280])
def test_no_two_words_of_a_chart_lie_on_each_other(width, open_page, sign_in):
    page = sign_in(open_page(viewport={"width": width, "height": 800}), "hr")
    page.goto("/health/")
    pairs = page.eval_on_selector_all(
        ".heat td a", "links => links.map((link) => link.getAttribute('href'))"
    )

    found = {path: overlapping(drawn(page, path)) for path in pairs[::5]}

    assert len(found) > 3
    assert {path: words for path, words in found.items() if words} == {}


def overlapping(texts):
    """Words that share more than a hair of the same place."""
    return [
        (one["words"], other["words"])
        for place, one in enumerate(texts)
        for other in texts[place + 1 :]
        if min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 3
    ]

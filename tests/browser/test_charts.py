"""Charts, as drawn: each line in its own colour, whatever motion and light people asked for."""

import pytest

STROKES = """() => [...document.querySelectorAll("[data-chart] svg path[stroke]")]
  .map((path) => path.getAttribute("stroke"))"""


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

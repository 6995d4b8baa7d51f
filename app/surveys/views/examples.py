"""The report a lead will get, with invented numbers: rounded and bounded as real ones are.

The numbers go through the very rules of real ones: grid, range of answers, level, dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.disclosure import Shown, grid_of, may_show_dimensions, n_range, on_grid, shown
from app.domain.questionnaire import DIMENSION_LABELS, Dimension
from app.web import charts
from app.web.charts import Point

# Per direction and wave: mean, interval, answers. The last wave is the one that is told.
INVENTED = (
    (
        (54.2, 47.0, 61.4, 13),
        (57.8, 51.0, 64.6, 14),
        (58.9, 52.3, 65.5, 14),
        (66.4, 60.6, 72.2, 14),
    ),
    ((44.9, 33.0, 56.8, 7), (47.1, 36.0, 58.2, 7), (45.3, 34.2, 56.4, 8), (48.2, 37.0, 59.5, 7)),
)
DIMENSION_MEANS = (55, 64, 71, 58, 49, 69, 73, 66)
LIMITS = (50, 60, 75)  # between strained, fragile, workable and strong
TONES = ("lake", "ember")


@dataclass(frozen=True, slots=True)
class Line:
    """One direction as a lead reads it: its level in words, and its figures wave by wave."""

    who: str
    figure: Shown
    answers: str
    level: str
    dimensions: tuple[tuple[str, int], ...]
    past: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Both directions, the gap between them in words, and the trend as a chart and as a table."""

    lines: tuple[Line, ...]
    gap: str
    change: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def example_report(k: int) -> Report:
    """Both directions of an invented pair, published under the limit `k`."""
    names = (_("Your team about team X"), _("Team X about your team"))
    lines = tuple(_line(name, waves, k) for name, waves in zip(names, INVENTED, strict=True))
    waves = tuple(_("Wave %(number)d", number=number) for number in range(1, len(INVENTED[0]) + 1))
    drawn = [
        charts.Line(line.who, tone, [_point(one) for one in line.past])
        for line, tone in zip(lines, TONES, strict=True)
    ]
    event = charts.Event(waves[-1], _("Field trip"))
    return Report(
        lines=lines,
        gap=_gap(),
        change=_(
            "Your team finds the work with team X better than before: about %(points)d points"
            " higher. In the other direction there is no clear change.",
            points=_change(),
        ),
        spec=charts.trend(waves, drawn, [event]),
        columns=(_("Wave"), *names),
        rows=tuple(
            (wave, *(_cell(line.past[place]) for line in lines)) for place, wave in enumerate(waves)
        ),
    )


def _line(name: str, waves: tuple[tuple[float, float, float, int], ...], k: int) -> Line:
    mean, low, high, n = waves[-1]
    return Line(
        name,
        shown(mean, low, high, n),
        n_range(n, k),
        _level(low, high),
        _dimensions(n) if may_show_dimensions(n) else (),
        tuple(shown(*one) for one in waves),
    )


def _level(low: float, high: float) -> str:
    """The level in words; an interval across a limit has none."""
    words = (_("strained"), _("fragile"), _("workable"), _("strong"))
    ends = {sum(end >= limit for limit in LIMITS) for end in (low, high)}
    if len(ends) > 1:
        return str(_("between two levels, or too few answers for a colour"))
    return str(words[ends.pop()])


def _gap() -> str:
    """The difference of the two shown figures on the coarser of their grids."""
    ours, theirs = (waves[-1] for waves in INVENTED)
    grid = max(grid_of(ours[3]), grid_of(theirs[3]))
    points = on_grid(ours[0], grid) - on_grid(theirs[0], grid)
    return str(_("Your team sees it %(points)d points more kindly than team X.", points=points))


def _change() -> int:
    now, before = INVENTED[0][-1], INVENTED[0][:-1]
    grid = max(grid_of(one[3]) for one in INVENTED[0])
    mean = sum(one[0] for one in before) / len(before)
    return on_grid(now[0], grid) - on_grid(mean, grid)


def _dimensions(n: int) -> tuple[tuple[str, int], ...]:
    return tuple(
        (_(DIMENSION_LABELS[dimension]), shown(mean, mean, mean, n).mean)
        for dimension, mean in zip(Dimension, DIMENSION_MEANS, strict=True)
    )


def _point(one: Shown) -> Point:
    return Point(one.mean, one.low, one.high, str(one.mean))


def _cell(one: Shown) -> str:
    return str(_("%(mean)d (%(low)d to %(high)d)", mean=one.mean, low=one.low, high=one.high))

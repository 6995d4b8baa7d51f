"""Totals through time: a chart of the company's figure, or of a team's, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from app.domain.collaboration import Total, total
from app.health.queries.snapshots import Published
from app.web import charts
from app.web.charts import Line, Point

TONES = ("lake", "ember")


def of(waves: Sequence[Published], named: Mapping[str, str]) -> dict[str, object] | None:
    """One line per total (its name -> what it is called), at most two; None below two waves.

    The lines end where a question was worded anew, as those of pairs do.
    """
    if len(waves) < 2:  # noqa: PLR2004 - a line needs two ends
        return None
    stops = _stops(waves)
    lines = [
        Line(called, tone, [_point(wave, name) for _label, wave in stops])
        for (name, called), tone in zip(named.items(), TONES, strict=False)
    ]
    return {
        "spec": charts.trend([label for label, _wave in stops], lines, ()),
        "columns": [_("Wave"), *named.values()],
        "rows": [
            [label, *(_cell(wave, line.points[place]) for line in lines)]
            for place, (label, wave) in enumerate(stops)
        ],
    }


def _stops(waves: Sequence[Published]) -> list[tuple[str, Published | None]]:
    """Every wave by its title, and an empty stop before those that asked other questions."""
    stops: list[tuple[str, Published | None]] = []
    before: Published | None = None
    for wave in waves:
        if before is not None and before.body["editions"] != wave.body["editions"]:
            stops.append((str(_("new wording")), None))
        stops.append((wave.title, wave))
        before = wave
    return stops


def _point(wave: Published | None, name: str) -> Point | None:
    found = total(wave.body, name) if wave is not None else None
    return None if found is None else Point(found.mean, found.low, found.high, _words(found))


def _words(found: Total) -> str:
    return str(_("%(mean)d (%(low)d to %(high)d)", mean=found.mean, low=found.low, high=found.high))


def _cell(wave: Published | None, point: Point | None) -> str:
    if point is not None:
        return point.text
    return "" if wave is None else str(_("not published"))

"""A pair through time: the chart, what happened in between, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.domain.collaboration import Pair, Reading, view, views
from app.health import wording
from app.health.queries.contact import Began
from app.health.queries.snapshots import Published
from app.web import charts


@dataclass(frozen=True, slots=True)
class Stop:
    """A wave with its figures; or, with `crossing`, the empty place where questions are new.

    What was asked differently is never joined by a line: figures on eight dimensions would show
    a fall or a rise that is nothing but the new question.
    """

    label: str
    found: Mapping[Pair, Reading] = field(default_factory=dict)
    crossing: Published | None = None


def of(
    waves: Sequence[Published], teams: Pair, names: Mapping[int, str], began: Sequence[Began]
) -> dict[str, object]:
    """The chart of a pair with what happened in between, and the rows of the table under it."""
    stops = _stops(waves, teams)
    one, other = teams
    directions = ((one, other), (other, one))
    lines = [
        wording.line(
            _("%(source)s about %(target)s", source=names[pair[0]], target=names[pair[1]]),
            tone,
            [stop.found.get(pair) for stop in stops],
        )
        for pair, tone in zip(directions, ("lake", "ember"), strict=True)
    ]
    events = _events(waves, began)
    rows = [
        [
            stop.label,
            *(
                _cell(stop, pair, line.points[place])
                for pair, line in zip(directions, lines, strict=True)
            ),
            events.get(stop.label, ""),
        ]
        for place, stop in enumerate(stops)
    ]
    marks = [charts.Event(label, text) for label, text in events.items()]
    return {
        "spec": charts.trend([stop.label for stop in stops], lines, marks),
        "columns": [_("Wave"), *(line.name for line in lines), _("Since the wave before")],
        "rows": rows,
    }


def _stops(waves: Sequence[Published], teams: Pair) -> list[Stop]:
    """Every wave, and before it an empty stop where it asked other questions than the last one."""
    stops: list[Stop] = []
    before: Published | None = None
    for wave in waves:
        if before is not None and before.body["editions"] != wave.body["editions"]:
            stops.append(Stop(str(_("new wording")), crossing=wave))
        stops.append(Stop(wave.title, views(wave.body, *teams)))
        before = wave
    return stops


def _cell(stop: Stop, pair: Pair, point: charts.Point | None) -> str:
    if stop.crossing is not None:
        found = view(stop.crossing.body, pair)
        return wording.crossing_words(found, stop.crossing.body)
    if point is not None:
        return point.text
    hidden = stop.found.get(pair)
    return wording.figure_words(hidden) if hidden else str(_("not published"))


def _events(waves: Sequence[Published], began: Sequence[Began]) -> dict[str, str]:
    """Wave title -> what had begun since the wave before, each kind once."""
    found: dict[str, str] = {}
    since = None
    for wave in waves:
        kinds = {
            one.kind: _(wording.CONTACT_LABELS[one.kind])
            for one in began
            if since is not None and since <= one.on < wave.published_on
        }
        if kinds:
            found[wave.title] = ", ".join(sorted(kinds.values()))
        since = wave.published_on
    return found

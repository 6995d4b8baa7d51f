"""Did rotations, field trips and trainings help? What may be said, and why nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database import reading
from app.health import wording
from app.health.models import RemedyKind
from app.health.queries import effects as queries
from app.health.queries import snapshots
from app.health.services.lottery import DRAWN_KINDS
from app.web import charts
from app.web.charts import Line, Point
from app.web.guards import allow, lead_sponsor_or_hr

bp = Blueprint("effects", __name__, url_prefix="/health/effects")


@dataclass(frozen=True, slots=True)
class Told:
    """A study in the reader's words; `spec` and `rows` draw the two lines, where there are any."""

    title: str
    verdict: str
    reasons: list[str]
    picked: str
    to_pick: str
    lots: str
    groups: tuple[str, str]
    treated: int
    controls: int
    spec: dict[str, Any] | None
    columns: list[str]
    rows: list[list[str]]


@bp.get("/")
@allow(lead_sponsor_or_hr)
def index() -> ResponseReturnValue:
    """Each kind of contact as it was studied after the wave published last."""
    with reading() as session:
        waves = snapshots.published(session, limit=1)
        found = queries.of_snapshot(session, waves[0].snapshot_id) if waves else {}
    studies = [_told(kind.value, found[kind.value]) for kind in DRAWN_KINDS if kind.value in found]
    return render_template("health/effects.html", wave=waves[0] if waves else None, studies=studies)


def _told(kind: str, body: Mapping[str, Any]) -> Told:
    groups = wording.groups_words(body)
    columns, rows, spec = _lines(body["lines"], groups)
    return Told(
        title=str(_(wording.KIND_LABELS[RemedyKind(kind)])),
        verdict=wording.effect_words(body),
        reasons=wording.effect_silences(body),
        picked=wording.picked_words(body),
        to_pick=wording.still_to_pick(body),
        lots=wording.lots_words(body),
        groups=groups,
        treated=body["treated"],
        controls=body["controls"],
        spec=spec,
        columns=columns,
        rows=rows,
    )


def _lines(
    lines: list[list[int]], groups: tuple[str, str]
) -> tuple[list[str], list[list[str]], dict[str, Any] | None]:
    """Both groups by distance from the wave before the contact."""
    columns = [str(_("Wave")), *groups]
    labels = [wording.distance_words(distance) for distance, _ours, _theirs in lines]
    rows = [
        [label, str(ours), str(theirs)]
        for label, (_distance, ours, theirs) in zip(labels, lines, strict=True)
    ]
    if not lines:
        return columns, rows, None
    both = [
        Line(name, tone, [_point(line[place]) for line in lines])
        for place, (name, tone) in enumerate(((columns[1], "lake"), (columns[2], "ember")), 1)
    ]
    return columns, rows, charts.trend(labels, both, [])


def _point(mean: int) -> Point:
    return Point(mean, mean, mean, str(mean))

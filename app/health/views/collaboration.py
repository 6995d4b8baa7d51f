"""How teams work together: the company, the matrix, one page per pair and per team."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from app import clock
from app.database import reading
from app.domain import collaboration
from app.domain.voices import PULSE_QUESTIONS
from app.health import wording
from app.health.access import actions as action_access
from app.health.access import figures as access
from app.health.queries import actions as action_queries
from app.health.queries import contact, snapshots, sponsors, starts
from app.health.queries.snapshots import Published
from app.health.views.actions import STATE_LABELS
from app.people.queries import organisation
from app.surveys.queries import switch
from app.voices.queries.taps import of_pair
from app.web import charts
from app.web.guards import actor, allow, lead_sponsor_or_hr, signed_in

bp = Blueprint("health", __name__, url_prefix="/health")
MOST_IN_NEED = 5


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The company for everybody; the matrix for HR, leads and sponsors."""
    with reading() as session:
        waves = snapshots.published(session)
        wave = _asked_for(waves)
        may_read = access.may_read_pairs(actor)
        since = action_queries.since_last_wave(session)
        order = [team.id for team in organisation.teams(session)] if may_read else []
        is_on = wave is not None or switch.is_on(session)
    if wave is None:
        return render_template(
            "health/index.html",
            wave=None,
            waves=(),
            may_read=may_read and is_on,
            may_draw=actor.is_hr and is_on,
            is_on=is_on,
            may_decide=actor.is_hr,
        )
    names = _names(wave)
    return render_template(
        "health/index.html",
        wave=wave,
        waves=waves,
        may_read=may_read,
        may_draw=actor.is_hr,
        names=names,
        since=since if wave is waves[-1] else None,
        company=collaboration.total(wave.body, "company"),
        clear=collaboration.stands_out(wave.body) if may_read else (),
        matrix=collaboration.matrix(wave.body, order) if may_read else None,
        company_change=wording.company_change(wave.body["company_change"]),
        levels=[(level, _(text)) for level, text in wording.MEANINGS],
        decimal=format_decimal,
        neediest=collaboration.neediest(wave.body, at_most=MOST_IN_NEED) if may_read else (),
        wording=wording,
    )


@bp.get("/pairs/<int:one>/<int:other>")
@allow(lead_sponsor_or_hr)
def pair(one: int, other: int) -> ResponseReturnValue:
    """Both views of a pair, the gap between them, dimensions and the trend."""
    with reading() as session:
        waves = snapshots.published(session)
        wave = _asked_for(waves)
        actions = action_queries.of_pair(session, one, other)
        now = clock.now()
        ledger = contact.ledger(session, one, other)
        pulse = of_pair(session, one, other, at=now)
        began = contact.began(session, one, other, at=now)
        looking_after = sponsors.of_pair(session, one, other, today=clock.today(actor.zone))
        seen = [action for action in actions if action_access.may_see(actor, action)]
        started = starts.of_actions(session, [one.id for one in seen], reader=actor, at=now)
    if wave is None or not _is_asked(wave, one, other):
        abort(404)
    names = _names(wave)
    views = collaboration.readings(wave.body)
    return render_template(
        "health/pair.html",
        wave=wave,
        waves=waves,
        one=one,
        other=other,
        names=names,
        views=[((a, b), views.get((a, b))) for a, b in ((one, other), (other, one))],
        gap=collaboration.gap(wave.body, one, other),
        trend=_trend(waves, (one, other), names, began),
        ledger=ledger,
        pulse=pulse,
        pulse_questions=PULSE_QUESTIONS,
        sponsors=looking_after,
        actions=seen,
        started=started,
        states=STATE_LABELS,
        may_answer=action_access.may_answer(actor, one, other),
        may_name_sponsors=actor.is_hr,
        wording=wording,
    )


@bp.get("/teams/<int:team_id>")
@allow(lead_sponsor_or_hr)
def team(team_id: int) -> ResponseReturnValue:
    """How a team sees the others and how they see it."""
    with reading() as session:
        waves = snapshots.published(session)
        wave = _asked_for(waves)
    if wave is None or str(team_id) not in wave.body["teams"]:
        abort(404)
    views = collaboration.readings(wave.body).values()
    return render_template(
        "health/team.html",
        wave=wave,
        waves=waves,
        team_id=team_id,
        names=_names(wave),
        seen=[found for found in views if found.source == team_id],
        shown=[found for found in views if found.target == team_id],
        out_of=collaboration.total(wave.body, f"out|{team_id}"),
        into=collaboration.total(wave.body, f"in|{team_id}"),
        wording=wording,
    )


def _asked_for(waves: Sequence[Published]) -> Published | None:
    """The wave of `?wave=`, else the latest; 404 for one that was never published."""
    wanted = request.args.get("wave", "")
    if not waves:
        return None
    if not wanted:
        return waves[-1]
    return next((wave for wave in waves if str(wave.wave_id) == wanted), None) or abort(404)


def _names(wave: Published) -> dict[int, str]:
    return {int(key): frozen["name"] for key, frozen in wave.body["teams"].items()}


def _is_asked(wave: Published, one: int, other: int) -> bool:
    asked = {*wave.body["pairs"], *wave.body["unpublished"]}
    return not asked.isdisjoint({f"{one}|{other}", f"{other}|{one}"})


def _trend(
    waves: Sequence[Published],
    teams: tuple[int, int],
    names: dict[int, str],
    began: Sequence[contact.Began],
) -> dict[str, object]:
    """The chart of a pair with what happened in between, and the rows of the table under it."""
    stops = _stops(waves)
    past = [found for _label, found in stops]
    one, other = teams
    lines = [
        wording.line(
            _("%(source)s about %(target)s", source=names[a], target=names[b]),
            tone,
            [found.get((a, b)) for found in past],
        )
        for a, b, tone in ((one, other, "lake"), (other, one, "ember"))
    ]
    labels = [label for label, _found in stops]
    events = _events(waves, began)
    rows = [
        [
            label,
            _cell(found.get((one, other))),
            _cell(found.get((other, one))),
            events.get(label, ""),
        ]
        for label, found in stops
    ]
    marks = [charts.Event(label, text) for label, text in events.items()]
    return {
        "spec": charts.trend(labels, lines, marks),
        "columns": [_("Wave"), *(line.name for line in lines), _("Since the wave before")],
        "rows": rows,
    }


def _stops(
    waves: Sequence[Published],
) -> list[tuple[str, dict[tuple[int, int], collaboration.Reading]]]:
    """Every wave with what it published; an empty stop breaks the line where questions are new."""
    stops: list[tuple[str, dict[tuple[int, int], collaboration.Reading]]] = []
    for wave in waves:
        if stops and wording.is_broken(wave.body):
            stops.append((str(_("new questions")), {}))
        stops.append((wave.title, collaboration.readings(wave.body)))
    return stops


def _events(waves: Sequence[Published], began: Sequence[contact.Began]) -> dict[str, str]:
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


def _cell(found: collaboration.Reading | None) -> str:
    return wording.figure_words(found) if found else str(_("not published"))

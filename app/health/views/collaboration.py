"""How teams work together: the company, the matrix, one page per pair and per team."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading
from app.domain import collaboration, weak
from app.domain.both_views import both_views, yardsticks
from app.domain.comments import written_step
from app.domain.voices import PULSE_QUESTIONS
from app.health import wording
from app.health.access import actions as action_access
from app.health.access import comments as comment_access
from app.health.access import figures as access
from app.health.queries import actions as action_queries
from app.health.queries import contact, snapshots, sponsors, starts
from app.health.queries.snapshots import Published, Told
from app.health.views import pair_trend, totals_trend
from app.health.views.actions import STATE_LABELS
from app.people.queries import organisation
from app.surveys.queries import comments, switch
from app.surveys.queries.comments import Voices
from app.voices.queries.taps import of_pair
from app.web.guards import actor, allow, lead_sponsor_or_hr, signed_in

bp = Blueprint("health", __name__, url_prefix="/health")
MOST_IN_NEED = 5
MOST_PRINTED = 4  # answers of a pair on its sheet of paper; the page has all


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The company for everybody; the matrix for HR, leads and sponsors."""
    with reading() as session:
        told, waves = _asked_for(session)
        wave = waves[-1] if waves else None
        may_read = access.may_read_pairs(actor)
        since = action_queries.since_last_wave(session)
        voices = _own_voices(session)
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
        waves=told,
        may_read=may_read,
        may_draw=actor.is_hr,
        voices=voices,
        names=names,
        since=since if wave.wave_id == told[-1].wave_id else None,
        company=collaboration.total(wave.body, "company"),
        trend=totals_trend.of(waves, {"company": _("The company")}),
        clear=collaboration.stands_out(wave.body) if may_read else (),
        low=weak.surely_low(wave.body) if may_read else (),
        drifting=weak.drifting(wave.body) if may_read else (),
        departments=collaboration.departments(wave.body) if may_read else (),
        matrix=collaboration.matrix(wave.body, order) if may_read else None,
        company_change=wording.company_change(wave.body["company_change"]),
        levels=[(level, _(text)) for level, text in wording.MEANINGS],
        decimal=format_decimal,
        neediest=weak.neediest(wave.body, at_most=MOST_IN_NEED) if may_read else (),
        wording=wording,
    )


@bp.get("/pairs/<int:one>/<int:other>")
@allow(lead_sponsor_or_hr)
def pair(one: int, other: int) -> ResponseReturnValue:
    """Both views of a pair, the gap between them, dimensions and the trend."""
    with reading() as session:
        told, waves = _asked_for(session)
        wave = waves[-1] if waves else None
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
    views = collaboration.views(wave.body, one, other)
    return render_template(
        "health/pair.html",
        wave=wave,
        waves=told,
        one=one,
        other=other,
        names=names,
        views=[((a, b), views.get((a, b))) for a, b in ((one, other), (other, one))],
        gap=collaboration.gap(wave.body, one, other),
        both=both_views(wave.body, one, other),
        yardsticks=yardsticks(wave.body, one, other),
        trend=pair_trend.of(waves, (one, other), names, began),
        ledger=ledger,
        pulse=pulse,
        pulse_questions=PULSE_QUESTIONS,
        sponsors=looking_after,
        actions=seen,
        most_printed=MOST_PRINTED,
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
        told, waves = _asked_for(session)
        wave = waves[-1] if waves else None
        voices = comments.about(session, [team_id], today=_company_day(session))
    if wave is None or str(team_id) not in wave.body["teams"]:
        abort(404)
    views = collaboration.readings(wave.body).values()
    return render_template(
        "health/team.html",
        wave=wave,
        waves=told,
        team_id=team_id,
        names=_names(wave),
        voices=next((one for one in voices if one.wave_id == wave.wave_id), None),
        may_read_comments=comment_access.may_read_comments(actor, team_id),
        step=written_step,
        seen=[found for found in views if found.source == team_id],
        shown=[found for found in views if found.target == team_id],
        out_of=collaboration.total(wave.body, f"out|{team_id}"),
        into=collaboration.total(wave.body, f"in|{team_id}"),
        trend=totals_trend.of(
            waves,
            {
                f"out|{team_id}": _("How this team sees the others"),
                f"in|{team_id}": _("How the others see this team"),
            },
        ),
        wording=wording,
    )


def _asked_for(session: UnitOfWork) -> tuple[list[Told], list[Published]]:
    """All waves ever published, and the last ones up to that of `?wave=`, else up to the newest.

    404 for a wave that was never published. Two statements.
    """
    told = snapshots.titles(session)
    wanted = request.args.get("wave", "")
    until = next((wave for wave in told if str(wave.wave_id) == wanted), None)
    if wanted and until is None:
        abort(404)
    return told, snapshots.published(session, until=until)


def _own_voices(session: UnitOfWork) -> dict[int, Voices]:
    """The newest comments about each team of the reader's own. Two statements at most."""
    own = comment_access.readers_teams(actor)
    if not own:
        return {}
    told = comments.about(session, own, today=_company_day(session))
    return {one.team_id: one for one in reversed(told) if one.readable}


def _company_day(session: UnitOfWork) -> date:
    return clock.today(organisation.company_zone(session))


def _names(wave: Published) -> dict[int, str]:
    return {int(key): frozen["name"] for key, frozen in wave.body["teams"].items()}


def _is_asked(wave: Published, one: int, other: int) -> bool:
    asked = {*wave.body["pairs"], *wave.body["unpublished"]}
    return not asked.isdisjoint({f"{one}|{other}", f"{other}|{one}"})

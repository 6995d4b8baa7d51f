"""What a person fills in: who sees what, one page per team, a sheet of comments, thanks.

These pages carry no name and write nothing but the mark and the sealed box.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal
from app.domain.timespan import last_day
from app.domain.waves import WaveState, is_over
from app.people.queries.organisation import company_zone
from app.surveys.forms.sheets import ballot_form, comment_form, remarks, ticks
from app.surveys.models import Question, WaveTeam
from app.surveys.queries import data_sheet, since
from app.surveys.queries import waves as queries
from app.surveys.queries.waves import Mine
from app.surveys.services import voting
from app.surveys.services.voting import NotAsked
from app.surveys.views.examples import example_report
from app.web.guards import actor, allow, signed_in
from app.web.problems import translated

COMMENTS = 0  # instead of a team: the draft of the sheet of comments
bp = Blueprint("surveys", __name__, url_prefix="/surveys")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the pages of one person in one wave need."""

    mine: Mine
    teams: dict[int, WaveTeam]
    questions: dict[str, Question]

    @property
    def drafts_done(self) -> list[str]:
        """What the device no longer needs to keep: it has been handed in."""
        done = [_draft_tag(self.mine.wave.id, target) for target in self.mine.done_targets]
        return done + [_draft_tag(self.mine.wave.id, COMMENTS)] * self.mine.comments_done

    @property
    def next_page(self) -> str:
        """Where the next thing to fill in is."""
        wave_id = self.mine.wave.id
        if self.mine.open_targets:
            return url_for("surveys.ballot", wave_id=wave_id, team_id=self.mine.open_targets[0])
        if not self.mine.comments_done:
            return url_for("surveys.comments", wave_id=wave_id)
        return url_for("surveys.thanks", wave_id=wave_id)


def sheet_of(session: UnitOfWork, wave_id: int) -> Sheet:
    """The visitor's own part of an open wave, or 404. Six statements."""
    wave = queries.find(session, wave_id) or abort(404)
    zone = company_zone(session)
    if wave.state is not WaveState.OPEN or is_over(wave.ends_on, zone, clock.now()):
        abort(404)
    mine = queries.mine(session, wave, actor.person_id) or abort(404)
    return Sheet(mine, queries.frozen_teams(session, wave_id), queries.questions(session, wave_id))


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The survey that waits for this person, if there is one."""
    with reading() as session:
        wave = queries.open_for(session, actor.person_id)
        if wave is None or is_over(wave.ends_on, company_zone(session), clock.now()):
            return render_template("surveys/index.html", mine=None)
        mine = queries.mine(session, wave, actor.person_id)
        return render_template("surveys/index.html", mine=mine, last_on=last_day(wave.ends_on))


@bp.get("/<int:wave_id>")
@allow(signed_in, scoped=True)
def start(wave_id: int) -> ResponseReturnValue:
    """Who sees what, before anything is asked."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
        if sheet.mine.finished:
            return redirect(sheet.next_page)
        return render_template(
            "surveys/start.html",
            sheet=sheet,
            wave=sheet.mine.wave,
            last_on=last_day(sheet.mine.wave.ends_on),
            happened=since.lines(session, at=clock.now()),
        )


@bp.get("/<int:wave_id>/example")
@allow(signed_in, scoped=True)
def example(wave_id: int) -> ResponseReturnValue:
    """What leads will read, with invented numbers, for everybody who is asked."""
    with reading() as session:
        wave = sheet_of(session, wave_id).mine.wave
    return render_template("surveys/example.html", wave=wave, report=example_report(wave.k))


@bp.get("/<int:wave_id>/about/<int:team_id>")
@allow(signed_in, scoped=True)
def ballot(wave_id: int, team_id: int) -> ResponseReturnValue:
    """The ballot about one team."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
    if team_id in sheet.mine.done_targets:
        return redirect(sheet.next_page)
    if team_id not in sheet.mine.open_targets:
        abort(404)
    form = ballot_form(sheet.questions, sheet.teams[team_id].name)(formdata=None)
    return _ballot_page(sheet, team_id, form)


def _ballot_page(sheet: Sheet, team_id: int, form: Any) -> str:
    done, still = len(sheet.mine.done_targets), len(sheet.mine.open_targets)
    return render_template(
        "surveys/ballot.html",
        form=form,
        team=sheet.teams[team_id],
        wave=sheet.mine.wave,
        number=done + 1,
        total=done + still,
        draft=_draft_tag(sheet.mine.wave.id, team_id),
        done=sheet.drafts_done,
    )


def _draft_tag(wave_id: int, team_id: int) -> str:
    """Under what the device keeps what was ticked or written until it is handed in.

    The same person finds it again after signing in anew. Somebody else on the same device gets
    another tag, so that nobody is shown a colleague's draft; the tag tells nothing to whoever
    lacks the server's secret.
    """
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = f"survey draft:{actor.person_id}:{wave_id}:{team_id}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:20]


@bp.post("/<int:wave_id>/ballots")
@allow(signed_in, scoped=True)
def hand_in(wave_id: int) -> ResponseReturnValue:
    """Hand in a ballot; its address names no team, and sending it twice changes nothing."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
    team_id = _number(request.form.get("team", ""))
    if team_id not in (*sheet.mine.open_targets, *sheet.mine.done_targets):
        abort(404)
    form = ballot_form(sheet.questions, sheet.teams[team_id].name)()
    if not form.validate():
        return _ballot_page(sheet, team_id, form), 422
    return _handed_in(wave_id, team_id, form)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def _handed_in(wave_id: int, team_id: int, form: Any) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            booth = voting.enter(session, wave_id, at=clock.now())
            voting.hand_in(session, booth, actor.person_id, team_id, ticks(form))
    except NotAsked:
        abort(404)
    except Refusal as refusal:
        flash(translated(refusal), "danger")
        return redirect(url_for(".index"))
    with reading() as session:
        return redirect(sheet_of(session, wave_id).next_page, 303)


@bp.get("/<int:wave_id>/comments")
@allow(signed_in, scoped=True)
def comments(wave_id: int) -> ResponseReturnValue:
    """The sheet of comments: apart from the ballots, for all teams at once."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
    if sheet.mine.comments_done:
        return redirect(sheet.next_page)
    return _comment_page(sheet, comment_form(sheet.questions, _named(sheet))(formdata=None))


def _named(sheet: Sheet) -> list[tuple[int, str]]:
    """The teams a person may comment on, by key and name."""
    targets = sorted((*sheet.mine.open_targets, *sheet.mine.done_targets))
    return [(key, sheet.teams[key].name) for key in targets]


def _comment_page(sheet: Sheet, form: Any) -> str:
    return render_template(
        "surveys/comments.html",
        form=form,
        wave=sheet.mine.wave,
        teams=_named(sheet),
        draft=_draft_tag(sheet.mine.wave.id, COMMENTS),
        done=sheet.drafts_done,
    )


@bp.post("/<int:wave_id>/comments")
@allow(signed_in, scoped=True)
def comment(wave_id: int) -> ResponseReturnValue:
    """Hand in the sheet of comments, or an empty one; the second one changes nothing."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
    teams = _named(sheet)
    form = comment_form(sheet.questions, teams)()
    if not form.validate():
        return _comment_page(sheet, form), 422
    written = remarks(form, [key for key, _name in teams])
    try:
        with unit_of_work() as session:
            booth = voting.enter(session, wave_id, at=clock.now())
            voting.comment(session, booth, actor.person_id, written)
    except NotAsked:
        abort(404)
    except Refusal as refusal:
        flash(translated(refusal), "danger")
        return redirect(url_for(".index"))
    with reading() as session:
        return redirect(sheet_of(session, wave_id).next_page, 303)


@bp.get("/<int:wave_id>/thanks")
@allow(signed_in, scoped=True)
def thanks(wave_id: int) -> ResponseReturnValue:
    """Thanks, without a word of what was said; whoever is not done is led on."""
    with reading() as session:
        sheet = sheet_of(session, wave_id)
    if not sheet.mine.finished:
        return redirect(sheet.next_page)
    return render_template("surveys/thanks.html", wave=sheet.mine.wave, done=sheet.drafts_done)


@bp.get("/privacy")
@allow(signed_in)
def privacy() -> ResponseReturnValue:
    """What happens with answers, from the settings as they are."""
    with reading() as session:
        return render_template("surveys/privacy.html", facts=data_sheet.facts(session))

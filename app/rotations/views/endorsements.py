"""Endorsements: leads and deputies answer for their team, HR for those who did not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.collation import sort_key
from app.domain.endorsing import OPEN, STATE_LABELS
from app.domain.refusals import Refusal, Stale
from app.queue import ring
from app.rotations.access import endorsements as access
from app.rotations.forms.endorsements import BulkForm, DecisionForm
from app.rotations.models import Endorsement
from app.rotations.queries import endorsements as queries
from app.rotations.queries import rounds
from app.rotations.services import endorsements as services
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, lead_or_hr, require
from app.web.pages import ListRequest, Page, arranged
from app.web.problems import translated

bp = Blueprint("endorsements", __name__, url_prefix="/endorsements")
MOST_TICKED = 200


@bp.get("/")
@allow(lead_or_hr)
def index() -> ResponseReturnValue:
    """What waits for me, with each team's cover beside it."""
    with reading() as session:
        return _index_page(session, BulkForm(formdata=None))


def _index_page(session: UnitOfWork, form: BulkForm, problem: str = "") -> str:
    found = _visible(session)
    waiting = [one for one in found if one.state in OPEN and access.may_decide(actor, one)]
    return render_template(
        "rotations/endorsements/index.html",
        form=form,
        problem=problem,
        groups=_groups(session, waiting),
        labels=STATE_LABELS,
        tabs=_tabs(len(waiting), len(found), active="index"),
    )


def _visible(session: UnitOfWork) -> list[Endorsement]:
    """Those of rounds that can still be decided: HR's view, or the own teams'."""
    if actor.is_hr:
        found = queries.for_hr(session)
    else:
        found = queries.for_teams(session, actor.responsible_for)
    return [one for one in found if access.may_see(actor, one)]


def _tabs(waiting: int, every: int, *, active: str) -> list[tuple[str, str, bool, int]]:
    return [
        (_("Waiting for me"), url_for(".index"), active == "index", waiting),
        (_("All"), url_for(".listed"), active == "listed", every),
    ]


def _groups(session: UnitOfWork, waiting: list[Endorsement]) -> list[dict[str, Any]]:
    """The waiting ones per round and home team, each with the team's cover per block."""
    by_round: dict[int, dict[int, list[Endorsement]]] = {}
    for one in waiting:
        application = one.application
        teams = by_round.setdefault(application.round_id, {})
        teams.setdefault(application.home_team_id, []).append(one)
    endorsed = queries.endorsed_counts(session, list(by_round))
    groups = []
    for round_id, teams in by_round.items():
        round_ = next(iter(teams.values()))[0].application.round
        homes = [rows[0].application.home for rows in teams.values()]
        cover = queries.cover(session, round_, homes)
        groups += [
            {
                "round": round_,
                "team": rows[0].application.home,
                "endorsements": rows,
                "cover": cover[team_id],
                "endorsed": endorsed.get((round_id, team_id), 0),
            }
            for team_id, rows in teams.items()
        ]
    return groups


@bp.get("/all")
@allow(lead_or_hr)
def listed() -> ResponseReturnValue:
    """Open and decided ones: searched, sorted, paged; `format=csv` or `xlsx` gives a file."""
    asked = ListRequest.from_args(
        request.args,
        sorts=queries.ORDERS,
        default="due",
        filters={"round": None, "team": None, "state": [state.value for state in STATE_LABELS]},
    )
    with reading() as session:
        every = _visible(session)
        found = _narrowed(every, asked)
        if request.args.get("format") in FORMATS:
            return _file(request.args["format"], found)
        waiting = sum(one.state in OPEN and access.may_decide(actor, one) for one in every)
        applications = [one.application for one in every]
        return render_template(
            "rotations/endorsements/all.html",
            page=Page.cut(found, asked),
            rounds=_options((one.round_id, one.round.name) for one in applications),
            teams=_options((one.home_team_id, one.home.name) for one in applications),
            states=[(state.value, _(label)) for state, label in STATE_LABELS.items()],
            labels=STATE_LABELS,
            tabs=_tabs(waiting, len(every), active="listed"),
        )


def _narrowed(every: list[Endorsement], asked: ListRequest) -> list[Endorsement]:
    wanted = {name: asked.filters.get(name) for name in ("round", "team", "state")}
    fitting = [
        one
        for one in every
        if wanted["round"] in {None, str(one.application.round_id)}
        and wanted["team"] in {None, str(one.application.home_team_id)}
        and wanted["state"] in {None, one.state.value}
    ]
    return arranged(
        fitting,
        asked,
        texts=lambda one: (one.application.person.name, one.application.home.name),
        keys=queries.ORDERS,
    )


def _options(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(set(found), key=lambda option: sort_key(option[1]))


def _file(form: str, found: list[Endorsement]) -> ResponseReturnValue:
    headers = [
        *(_("Person"), _("Home team"), _("Round"), _("Choices"), _("State"), _("Due")),
        *(_("Decided by"), _("Cover plan"), _("Reason")),
    ]
    rows = (
        (
            one.application.person.name,
            one.application.home.name,
            one.application.round.name,
            " · ".join(choice.placement.title for choice in one.application.choices),
            _(STATE_LABELS[one.state]),
            one.due_on,
            one.decider.name if one.decider else "",
            one.cover_plan,
            one.reason,
        )
        for one in found
    )
    return traced_download(form, _("Endorsements"), headers, rows, subject="list:endorsements")


@bp.get("/<int:endorsement_id>")
@allow(lead_or_hr, scoped=True)
def page(endorsement_id: int) -> ResponseReturnValue:
    """One application and the cover of its home team."""
    with reading() as session:
        endorsement = _found(session, endorsement_id)
        form = DecisionForm(formdata=None)
        form.take(endorsement)
        return _page(session, endorsement, form)


def _found(session: UnitOfWork, endorsement_id: int) -> Endorsement:
    endorsement = queries.find(session, endorsement_id) or abort(404)
    require(access.may_see(actor, endorsement))
    return endorsement


def _page(session: UnitOfWork, endorsement: Endorsement, form: DecisionForm, **more: Any) -> str:
    application = endorsement.application
    round_, home = application.round, application.home
    endorsed = queries.endorsed_counts(session, [round_.id]).get((round_.id, home.id), 0)
    decidable = round_.state in queries.DECIDABLE and application.submitted_at is not None
    return render_template(
        "rotations/endorsements/page.html",
        endorsement=endorsement,
        application=application,
        round=round_,
        form=form,
        cover=queries.cover(session, round_, [home])[home.id],
        endorsed=endorsed,
        labels=STATE_LABELS,
        may_decide=decidable and access.may_decide(actor, endorsement),
        **more,
    )


@bp.post("/<int:endorsement_id>")
@allow(lead_or_hr, scoped=True)
def decide(endorsement_id: int) -> ResponseReturnValue:
    """Endorse with a cover plan or refuse with a reason."""
    form = DecisionForm()
    with reading() as session:
        endorsement = _found(session, endorsement_id)
        require(access.may_decide(actor, endorsement))
        if not form.validate():
            return _page(session, endorsement, form), 422
    try:
        _store(endorsement_id, form)
    except Stale:
        return _both(form, endorsement_id)
    except Refusal as refusal:
        form.show(refusal)
        with reading() as session:
            return _page(session, _found(session, endorsement_id), form), refusal.status
    ring("mail")
    flash(_("Your answer is saved and the person is told."))
    return redirect(url_for(".index"))


def _store(endorsement_id: int, form: DecisionForm) -> None:
    with unit_of_work() as session:
        endorsement = _found(session, endorsement_id)
        require(access.may_decide(actor, endorsement))
        rounds.find_shared(session, endorsement.application.round_id)
        services.decide(
            session,
            endorsement,
            form.verdict(),
            actor,
            opened_on=form.opened_on,
            at=clock.now(),
        )


def _both(form: DecisionForm, endorsement_id: int) -> ResponseReturnValue:
    with reading() as session:
        endorsement = _found(session, endorsement_id)
        stored = DecisionForm(formdata=None)
        stored.take(endorsement)
        form.version.data = str(endorsement.version)
        both = differences(form, stored)
        return _page(session, endorsement, form, conflict=both), 409


@bp.post("/bulk")
@allow(lead_or_hr)
def endorse_ticked() -> ResponseReturnValue:
    """Endorse all ticked people at once, all or none."""
    form, now = BulkForm(), clock.now()
    ticked = _ticked()
    problem = "" if ticked else _("Please tick at least one person.")
    if problem or not form.validate():
        with reading() as session:
            return _index_page(session, form, problem), 422
    try:
        with unit_of_work() as session:
            lines = [_line(session, key, version) for key, version in ticked.items()]
            for round_id in {line.endorsement.application.round_id for line in lines}:
                rounds.find_shared(session, round_id)  # nobody publishes meanwhile
            plan = form.cover_plan.data
            done = services.endorse_all(session, lines, plan, actor, at=now)
    except Refusal as refusal:
        with reading() as session:
            return _index_page(session, form, translated(refusal)), refusal.status
    ring("mail")
    flash(ngettext("%(num)s person is endorsed.", "%(num)s people are endorsed.", done))
    return redirect(url_for(".index"))


def _ticked() -> dict[int, int]:
    """Endorsement id -> version, from checkboxes with the value "id:version"."""
    found = {}
    for value in request.form.getlist("endorsement")[:MOST_TICKED]:
        key, _sep, version = value.partition(":")
        if key.isdecimal() and version.isdecimal() and len(key) < 10 > len(version):  # noqa: PLR2004
            found[int(key)] = int(version)
    return found


def _line(session: UnitOfWork, key: int, version: int) -> services.Ticked:
    endorsement = _found(session, key)
    require(access.may_decide(actor, endorsement))
    return services.Ticked(endorsement, version)

"""Applications: write, submit, change, withdraw, and follow one's own; HR sees them all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.collation import sort_key
from app.domain.endorsing import STATE_LABELS as ENDORSEMENT_LABELS
from app.domain.refusals import N_, Invalid, Stale
from app.domain.rounds import STATE_LABELS as ROUND_LABELS
from app.domain.rounds import RoundState
from app.domain.timespan import Days
from app.queue import ring
from app.rotations.access import applications as access
from app.rotations.forms.applications import ApplicationForm
from app.rotations.models import (
    Application,
    ApplicationState,
    EndorsementState,
    PlacementState,
    Round,
)
from app.rotations.queries import applications as queries
from app.rotations.queries import company, placements, rounds
from app.rotations.queries.own_calendar import booked_in
from app.rotations.services import applications as services
from app.rotations.views import hints
from app.rotations.views.progress import progress_of
from app.rotations.views.round_tabs import round_tabs
from app.rotations.views.rounds import today_in
from app.rotations.views.wording import said
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, require, signed_in
from app.web.pages import ListRequest, Page

bp = Blueprint("applications", __name__, url_prefix="/applications")
bp.add_app_template_filter(said, "reason")
STATE_LABELS = {
    ApplicationState.DRAFT: N_("Draft"),
    ApplicationState.SUBMITTED: N_("Submitted"),
    ApplicationState.WITHDRAWN: N_("Withdrawn"),
}


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """My applications in every round, and the rounds I could apply in."""
    with reading() as session:
        mine = queries.own_all(session, actor.person_id)
        written = {application.round_id for application in mine}
        today = today_in(session, clock.now())
        waiting = [
            round_
            for round_ in rounds.in_states(session, RoundState.OPEN)
            if round_.id not in written and services.is_open(round_, today=today)
        ]
        return render_template(
            "rotations/applications/index.html",
            applications=mine,
            open_rounds=waiting,
            labels=STATE_LABELS,
            today=today,
        )


@bp.get("/round/<int:round_id>/all")
@allow(hr)
def of_round(round_id: int) -> ResponseReturnValue:
    """Every submitted application of a round: searched, sorted, paged, as a file."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"name", "team", "endorsement", "submitted"},
        default="name",
        filters={"team": None, "endorsement": [state.value for state in EndorsementState]},
    )
    wish = queries.Narrowed(
        asked.q, asked.filters.get("team", ""), asked.filters.get("endorsement", ""), asked.order
    )
    with reading() as session:
        round_ = rounds.find(session, round_id) or abort(404)
        everything = queries.of_round(session, round_.id)
        found = queries.narrowed(everything, wish)
        if request.args.get("format") in FORMATS:
            return _as_file(request.args["format"], round_, found)
        page = Page.cut(found, asked)
        return render_template(
            "rotations/applications/of_round.html",
            round=round_,
            page=page,
            teams=sorted(
                {(str(row.home_team_id), row.home.name) for row in everything},
                key=lambda option: sort_key(option[1]),
            ),
            labels=STATE_LABELS,
            endorsement_labels=ENDORSEMENT_LABELS,
            endorsement_choices=[(key.value, _(text)) for key, text in ENDORSEMENT_LABELS.items()],
            tabs=round_tabs(round_, "applications.of_round"),
        )


def _as_file(form: str, round_: Round, found: list[Application]) -> ResponseReturnValue:
    headers = [_("Person"), _("Home team"), _("Choices"), _("State"), _("Endorsement")]
    rows = [
        [
            row.person.name,
            row.home.name,
            " · ".join(choice.placement.title for choice in row.choices),
            _(STATE_LABELS[row.state]),
            _(ENDORSEMENT_LABELS[row.endorsement.state]) if row.endorsement else "",
        ]
        for row in found
    ]
    return traced_download(form, round_.name, headers, rows, subject="list:applications")


@bp.get("/round/<int:round_id>")
@allow(signed_in, scoped=True)
def apply(round_id: int) -> ResponseReturnValue:
    """The form of my application; `choose` in the address adds a placement."""
    with reading() as session:
        round_ = _open_to_me(session, round_id)
        application = queries.own(session, round_.id, actor.person_id)
        if not services.is_open(round_, today=today_in(session, clock.now())):
            require(application is not None)
            return redirect(url_for(".page", application_id=application.id if application else 0))
        form = ApplicationForm(formdata=None)
        if application is not None:
            form.take(application)
        _choose(form, request.args.get("choose", ""))
        return _form_page(session, form, round_, application)


def _open_to_me(session: UnitOfWork, round_id: int) -> Round:
    round_ = rounds.find(session, round_id) or abort(404)
    require(round_.state is not RoundState.DRAFT)
    return round_


def _choose(form: ApplicationForm, text: str) -> None:
    """Put a placement of the catalogue on the first free rank."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004
        return
    wanted = int(text)
    if any(field.data == wanted for field in form.choice_fields):
        return
    free = next((field for field in form.choice_fields if not field.data), None)
    if free is not None:
        free.data = wanted


def _form_page(
    session: UnitOfWork,
    form: ApplicationForm,
    round_: Round,
    application: Application | None,
    **more: Any,
) -> str:
    offered = _fill(session, form, round_, application)
    zone = company.zone(session)
    whole = Days(round_.starts_on, round_.ends_on)
    return render_template(
        "rotations/applications/form.html",
        booked=booked_in(session, actor.person_id, whole, actor.zone),
        form=form,
        round=round_,
        application=application,
        placements=offered,
        hints=hints.reasons(session, round_, application, offered.values()),
        zone=zone.key.rpartition("/")[2].replace("_", " "),
        submitted=application is not None and application.state is ApplicationState.SUBMITTED,
        **more,
    )


def _fill(
    session: UnitOfWork, form: ApplicationForm, round_: Round, application: Application | None
) -> dict[int, Any]:
    """Give the form its options; returns the placements by id that may be chosen."""
    today = clock.today()
    found = placements.of_round(session, round_.id)
    offered = {one.id: one for one in found if one.state is PlacementState.OFFERED}
    impossible = hints.reasons(session, round_, application, offered.values())
    hosts = sorted({one.host_team_id for one in offered.values()})
    people = company.members(session, hosts, today=today)
    known = {person.id for person in people}
    if application is not None:
        people += [
            row.person
            for row in application.avoidances
            if row.person is not None and row.person_id not in known
        ]
    teams = company.teams(session, today=today)
    form.offer_options(
        offered.values(),
        [team for team in teams if team.id != actor.home_team],
        [person for person in people if person.id != actor.person_id],
        frozenset(impossible),
    )
    return offered


@bp.post("/round/<int:round_id>")
@allow(signed_in, scoped=True)
def save(round_id: int) -> ResponseReturnValue:
    """Keep the draft, submit it, or only put the choices in another order."""
    form = ApplicationForm()
    with reading() as session:
        round_ = _open_to_me(session, round_id)
        application = queries.own(session, round_.id, actor.person_id)
        _fill(session, form, round_, application)
        valid = form.validate()
        if "move" in request.form:
            form.shift(request.form["move"])
            return _form_page(session, form, round_, application)
        if not valid:
            return _form_page(session, form, round_, application), 422
    try:
        path = _store(form, round_id)
    except Stale:
        return _both(form, round_id)
    except Invalid as refusal:
        with reading() as session:
            form.show(refusal)
            application = queries.own(session, round_.id, actor.person_id)
            return _form_page(session, form, round_, application), 422
    return redirect(path)


def _store(form: ApplicationForm, round_id: int) -> str:
    """Save in one unit of work; gives where to go next."""
    now, submit = clock.now(), "submit" in request.form
    with unit_of_work() as session:
        round_ = rounds.find_shared(session, round_id) or abort(404)
        today = today_in(session, now)
        applicant = queries.applicant(session, actor.person_id, round_, today=today)
        stored = services.save(
            session,
            round_,
            applicant or abort(404),
            form.draft(),
            submit=submit,
            opened_on=form.opened_on,
            today=today,
            at=now,
        )
        submitted = stored.state is ApplicationState.SUBMITTED
        page_of_it = url_for(".page", application_id=stored.id)
    ring("mail")
    if submitted:
        flash(_("Your application is submitted. You can change it until the deadline."))
        return page_of_it
    flash(_("Your draft is saved. Nobody else sees it until you submit it."))
    return url_for(".apply", round_id=round_id)


def _both(form: ApplicationForm, round_id: int) -> ResponseReturnValue:
    with reading() as session:
        round_ = _open_to_me(session, round_id)
        application = queries.own(session, round_.id, actor.person_id)
        stored = ApplicationForm(formdata=None)
        if application is not None:
            stored.take(application)
        _fill(session, stored, round_, application)
        form.version.data = str(application.version) if application else ""
        both = differences(form, stored)
        return _form_page(session, form, round_, application, conflict=both), 409


@bp.get("/<int:application_id>")
@allow(signed_in, scoped=True)
def page(application_id: int) -> ResponseReturnValue:
    """One application: every step and what comes next."""
    with reading() as session:
        application = _found(session, application_id)
        today = today_in(session, clock.now())
        is_own = access.is_own(actor, application)
        offered = [choice.placement for choice in application.choices]
        told = hints.reasons(session, application.round, application, offered) if is_own else {}
        outcome = application.outcome
        reasons = access.readable_reasons(actor, application, outcome.reasons) if outcome else []
        return render_template(
            "rotations/applications/page.html",
            application=application,
            round=application.round,
            is_own=is_own,
            reasons=reasons,
            shows_avoidances=access.may_read_avoidances(actor, application),
            steps=progress_of(application, today=today),
            hints=told,
            labels=STATE_LABELS,
            round_labels=ROUND_LABELS,
            endorsement_labels=ENDORSEMENT_LABELS,
            is_open=services.is_open(application.round, today=today),
            may_withdraw=is_own
            and application.state is not ApplicationState.WITHDRAWN
            and application.round.state in services.WITHDRAWABLE,
        )


def _found(session: UnitOfWork, application_id: int) -> Application:
    application = queries.find(session, application_id) or abort(404)
    require(access.may_read(actor, application))
    return application


@bp.post("/<int:application_id>/withdraw")
@allow(signed_in, scoped=True)
def withdraw(application_id: int) -> ResponseReturnValue:
    """Take my application back."""
    now = clock.now()
    with unit_of_work() as session:
        application = _found(session, application_id)
        require(access.is_own(actor, application))
        rounds.find_shared(session, application.round_id)  # nobody publishes meanwhile
        services.withdraw(session, application, today=today_in(session, now), at=now)
    ring("mail")
    flash(_("Your application is withdrawn."))
    return redirect(url_for(".page", application_id=application_id))

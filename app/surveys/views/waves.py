"""Waves: HR prepares, opens, extends and cancels them; the works council reads them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

import config
from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Stale
from app.domain.timespan import last_day
from app.domain.waves import PREPARED, STATE_LABELS, WaveState, reminder_days, share_from
from app.queue import ring
from app.surveys.access import waves as access
from app.surveys.forms.waves import ExtensionForm, WaveForm
from app.surveys.models import Wave
from app.surveys.queries import data_sheet, switch
from app.surveys.queries import waves as queries
from app.surveys.services import preparing
from app.surveys.services.keys import KeyFolder
from app.surveys.services.opening import Hands, open_wave
from app.surveys.services.preparing import BadFields
from app.surveys.views.examples import example_report
from app.web.conflicts import differences
from app.web.guards import actor, allow, council_or_hr, hr, require
from app.web.pages import ListRequest, Page, arranged

bp = Blueprint("waves", __name__, url_prefix="/waves")
USUAL_LENGTH = timedelta(days=14)
FORM = "waves/form.html"


def keys() -> KeyFolder:
    """Where this instance keeps the keys of open waves."""
    settings: config.Settings = current_app.extensions["settings"]
    return KeyFolder(settings.survey_keys)


def found(session: UnitOfWork, wave_id: int) -> Wave:
    """The wave, or 404 when it is not there or not for this visitor."""
    wave = queries.find(session, wave_id) or abort(404)
    require(access.may_see(actor, wave))
    return wave


def found_for_change(session: UnitOfWork, wave_id: int) -> Wave:
    """The wave with its row held, on the version the form was opened on, or 404."""
    wave = queries.find_locked(session, wave_id) or abort(404)
    require(access.may_steer(actor, wave))
    if request.form.get("version", "") != str(wave.version):
        raise Stale
    return wave


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """All waves, latest first."""
    states = [state for state in WaveState if actor.is_hr or state is not WaveState.DRAFT]
    asked = ListRequest.from_args(
        request.args,
        sorts=queries.ORDERS,
        default="-opens",
        filters={"state": [state.value for state in states]},
    )
    with reading() as session:
        rows = [wave for wave in queries.every(session) if access.may_see(actor, wave)]
        is_on = switch.is_on(session)
    wanted = asked.filters.get("state")
    chosen = arranged(
        [wave for wave in rows if wanted in {None, wave.state.value}],
        asked,
        texts=lambda wave: [wave.title],
        keys={
            "title": lambda wave: wave.title.casefold(),
            "opens": lambda wave: (wave.opens_on, wave.id),
            "state": lambda wave: list(WaveState).index(wave.state),
        },
    )
    return render_template(
        "waves/index.html",
        page=Page.cut(chosen, asked),
        is_on=is_on,
        labels=STATE_LABELS,
        states=[(state.value, _(STATE_LABELS[state])) for state in states],
    )


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form of a new wave."""
    with reading() as session:
        today = queries.today(session, clock.now())
    usual = {
        "opens_on": today,
        "last_on": last_day(today + USUAL_LENGTH),
        "k": 5,
        "k_target": 5,
    }
    return render_template(FORM, form=WaveForm(formdata=None, data=usual), wave=None)


@bp.post("/")
@allow(hr)
def create() -> ResponseReturnValue:
    """Begin a wave as a draft."""
    form = WaveForm()
    terms = form.terms() if form.validate() else None
    if terms is None:
        return render_template(FORM, form=form, wave=None), 422
    try:
        with unit_of_work() as session:
            wave = preparing.create(session, terms, by=actor.person_id, at=clock.now())
            path = url_for(".page", wave_id=wave.id)
    except BadFields as problems:
        form.show(problems.problems)
        return render_template(FORM, form=form, wave=None), 422
    flash(_("The wave is kept as a draft. Nobody but HR sees it."))
    return redirect(path)


@bp.get("/<int:wave_id>")
@allow(council_or_hr, scoped=True)
def page(wave_id: int) -> ResponseReturnValue:
    """One wave: whom it asks, how far it is, what comes next."""
    with reading() as session:
        wave = found(session, wave_id)
        today = queries.today(session, clock.now())
        return _page(session, wave, today, extension=_extension(wave))


def _extension(wave: Wave) -> ExtensionForm:
    return ExtensionForm(formdata=None, data={"last_on": wave.ends_on + timedelta(days=6)})


def _page(session: UnitOfWork, wave: Wave, today: date, *, extension: ExtensionForm) -> str:
    is_prepared = wave.state in PREPARED
    day = max(wave.opens_on, today)
    return render_template(
        "waves/page.html",
        wave=wave,
        today=today,
        last_on=last_day(wave.ends_on),
        labels=STATE_LABELS,
        preview=queries.preview(session, wave, day=day) if is_prepared else None,
        share=queries.share(session, wave) if actor.is_hr else None,
        share_from=share_from(wave.k),
        protocol=data_sheet.protocol(wave),
        reminders=reminder_days(wave.opens_on, wave.ends_on),
        may_steer=access.may_steer(actor, wave),
        extension=extension,
    )


@bp.get("/<int:wave_id>/edit")
@allow(hr)
def edit(wave_id: int) -> ResponseReturnValue:
    """Change the terms of a wave that is not open yet; of any other, its page."""
    with reading() as session:
        wave = found(session, wave_id)
        if wave.state not in PREPARED:
            return redirect(url_for(".page", wave_id=wave_id))
        return render_template(FORM, form=WaveForm.of(wave), wave=wave)


@bp.post("/<int:wave_id>/edit")
@allow(hr)
def save(wave_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    form = WaveForm()
    with reading() as session:
        stored = found(session, wave_id)
    terms = form.terms() if form.validate() else None
    if terms is None:
        return render_template(FORM, form=form, wave=stored), 422
    try:
        with unit_of_work() as session:
            wave = found_for_change(session, wave_id)
            preparing.change(session, wave, terms, by=actor.person_id, at=clock.now())
    except Stale:
        return _both(form, wave_id)
    except BadFields as problems:
        form.show(problems.problems)
        return render_template(FORM, form=form, wave=stored), 422
    flash(_("The changes are saved."))
    return redirect(url_for(".page", wave_id=wave_id))


def _both(form: Any, wave_id: int) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        wave = found(session, wave_id)
    form.version.data = str(wave.version)
    both = differences(form, WaveForm.of(wave))
    return render_template(FORM, form=form, wave=wave, conflict=both), 409


@bp.post("/<int:wave_id>/plan")
@allow(hr)
def plan(wave_id: int) -> ResponseReturnValue:
    """Let it open by itself on its first day; today means at once."""
    now = clock.now()
    with unit_of_work() as session:
        wave = found_for_change(session, wave_id)
        today = queries.today(session, now)
        people = 0
        if wave.opens_on <= today:
            hands = Hands(keys(), by=actor.person_id)
            people = open_wave(session, wave, hands, today=today, at=now)
        else:
            preparing.plan(session, wave, by=actor.person_id, today=today, at=now)
    if people:
        ring("mail")
        flash(
            ngettext(
                "The wave is open; %(num)s person is asked.",
                "The wave is open; %(num)s people are asked.",
                people,
            )
        )
    else:
        flash(_("The wave opens by itself on its first day."))
    return redirect(url_for(".page", wave_id=wave_id))


@bp.post("/<int:wave_id>/unplan")
@allow(hr)
def unplan(wave_id: int) -> ResponseReturnValue:
    """Make a planned wave a draft again."""
    with unit_of_work() as session:
        wave = found_for_change(session, wave_id)
        preparing.unplan(session, wave, by=actor.person_id, at=clock.now())
    flash(_("The wave is a draft again."))
    return redirect(url_for(".page", wave_id=wave_id))


@bp.post("/<int:wave_id>/extend")
@allow(hr)
def extend(wave_id: int) -> ResponseReturnValue:
    """Let an open wave end later."""
    form, now = ExtensionForm(), clock.now()
    if not form.validate():
        with reading() as session:
            wave, today = found(session, wave_id), queries.today(session, now)
            return _page(session, wave, today, extension=form), 422
    with unit_of_work() as session:
        wave = found_for_change(session, wave_id)
        today = queries.today(session, now)
        preparing.extend(session, wave, form.ends_on, by=actor.person_id, today=today, at=now)
    flash(_("The wave ends later."))
    return redirect(url_for(".page", wave_id=wave_id))


@bp.get("/<int:wave_id>/cancel")
@allow(hr)
def confirm_cancel(wave_id: int) -> ResponseReturnValue:
    """What cancelling does, before it is done; where it is too late for it, the wave's page."""
    with reading() as session:
        wave = found(session, wave_id)
        if wave.state in {WaveState.CLOSED, WaveState.CANCELLED}:
            return redirect(url_for(".page", wave_id=wave_id))
        return render_template("waves/cancel.html", wave=wave)


@bp.post("/<int:wave_id>/cancel")
@allow(hr)
def cancel(wave_id: int) -> ResponseReturnValue:
    """Call a wave off; what was handed in is destroyed unread."""
    with unit_of_work() as session:
        wave = found_for_change(session, wave_id)
        preparing.cancel(session, wave, by=actor.person_id, at=clock.now())
    ring("waves")
    flash(_("The wave is cancelled. What had been handed in was destroyed unread."))
    return redirect(url_for(".page", wave_id=wave_id))


@bp.get("/<int:wave_id>/example")
@allow(council_or_hr, scoped=True)
def example(wave_id: int) -> ResponseReturnValue:
    """What a lead will see, with invented numbers; who is asked reads it beside the survey."""
    with reading() as session:
        wave = found(session, wave_id)
    return render_template("waves/example.html", wave=wave, report=example_report(wave.k))


@bp.get("/data-sheet")
@allow(council_or_hr)
def sheet() -> ResponseReturnValue:
    """The data sheet for the works council, from live settings; printable."""
    with reading() as session:
        return render_template(
            "waves/data_sheet.html",
            facts=data_sheet.facts(session),
            signer=bytes(keys().signer().verify_key).hex(),
        )

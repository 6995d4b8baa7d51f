"""My calendars: the outside calendars whose busy times somebody brought here."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import config
from app import clock
from app.agenda.forms.busy_sources import AddressForm, DaysForm, FileForm
from app.agenda.models import CalendarSource, SourceKind
from app.agenda.queries import busy as queries
from app.agenda.services import busy_sources as services
from app.agenda.services.busy_sources import MOST_SOURCES, Origin, TooManySources
from app.calendars.reading.asking import ask_one
from app.calendars.reading.limits import MAX_BYTES
from app.calendars.reading.series import usual_window
from app.calendars.reading.wire import Question
from app.database import UnitOfWork, reading, unit_of_work
from app.queue import ring
from app.web.form import tidy
from app.web.guards import actor, allow, signed_in
from app.web.problems import translated

bp = Blueprint("busy_sources", __name__, url_prefix="/calendar/busy")


@bp.get("")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The own calendars, how fresh each is, and the two ways to bring one."""
    return _page(AddressForm(is_http_allowed=_settings().http_calendars), FileForm())


@bp.post("/addresses")
@allow(signed_in)
def follow() -> ResponseReturnValue:
    """Follow a calendar at an address; the worker looks within a minute."""
    form = AddressForm(is_http_allowed=_settings().http_calendars)
    if not form.validate_on_submit():
        return _page(form, FileForm()), 422
    address = form.chosen()
    origin = Origin(actor.person_id, address.host, all_day_counts=form.address_days.data)
    try:
        with unit_of_work() as session:
            services.add_address(
                session, origin, address.url, secret=_settings().secret_key, at=clock.now()
            )
    except TooManySources as refusal:
        form.address.errors = [translated(refusal)]
        return _page(form, FileForm()), 422
    ring("busy_times")
    flash(_("Saved. The calendar is read within a minute."))
    return redirect(url_for(".index"), 303)


@bp.post("/files")
@allow(signed_in)
def send() -> ResponseReturnValue:
    """Read a file at once and keep its busy times."""
    form = FileForm()
    if not form.validate_on_submit():
        return _file_page(form)
    now = clock.now()
    window, sent = usual_window(now), form.file.data
    found = ask_one(Question(sent.read(MAX_BYTES + 1), actor.zone, window))
    if found.refused is not None:
        form.file.errors = [_(found.refused)]
        return _file_page(form)

    counts = form.file_days.data
    times = services.taken(found, actor.zone, all_day_counts=counts, known_until=window.end)
    origin = Origin(actor.person_id, _plain(sent.filename), all_day_counts=counts)
    try:
        with unit_of_work() as session:
            services.add_file(session, origin, times, at=now)
    except TooManySources as refusal:
        form.file.errors = [translated(refusal)]
        return _file_page(form)
    flash(_("Read. Only the times in which you are busy were kept."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:source_id>/look")
@allow(signed_in, scoped=True)
def look(source_id: int) -> ResponseReturnValue:
    """Have an address read soon."""
    with unit_of_work() as session:
        is_due = services.look_soon(_address(session, source_id), at=clock.now())
    if is_due:
        ring("busy_times")
        flash(_("The calendar is read within a minute."))
    else:
        flash(_("The calendar was read a moment ago."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:source_id>/days")
@allow(signed_in, scoped=True)
def days(source_id: int) -> ResponseReturnValue:
    """Let whole days of an address count, or not."""
    form = DaysForm()
    if not form.validate_on_submit():
        abort(422)
    with unit_of_work() as session:
        source = _address(session, source_id)
        services.count_days(session, source, counts=form.counts.data, at=clock.now())
    ring("busy_times")
    flash(_("Saved. The calendar is read within a minute."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:source_id>/remove")
@allow(signed_in, scoped=True)
def remove(source_id: int) -> ResponseReturnValue:
    """Forget a calendar and its busy times."""
    with unit_of_work() as session:
        services.remove(session, _own(session, source_id), at=clock.now())
    flash(_("The calendar and its busy times were deleted here."))
    return redirect(url_for(".index"), 303)


def _plain(name: str | None) -> str:
    """A file's name as pages may show it and databases keep it."""
    return "".join(sign for sign in tidy(name) if sign.isprintable()) or "?"


def _own(session: UnitOfWork, source_id: int) -> CalendarSource:
    return queries.find_source(session, source_id, actor.person_id) or abort(404)


def _address(session: UnitOfWork, source_id: int) -> CalendarSource:
    source = _own(session, source_id)
    return source if source.kind is SourceKind.URL else abort(404)


def _file_page(form: FileForm) -> ResponseReturnValue:
    return _page(AddressForm(is_http_allowed=_settings().http_calendars), form), 422


def _page(address: AddressForm, file: FileForm) -> str:
    with reading() as session:
        return render_template(
            "agenda/busy_sources.html",
            address=address,
            file=file,
            sources=queries.sources_of(session, actor.person_id),
            times=queries.times_ahead(session, actor.person_id, after=clock.now()),
            most=MOST_SOURCES,
        )


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["settings"]
    return settings

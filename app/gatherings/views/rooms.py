"""Rooms: where sessions take place, kept by HR."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.gatherings.access import courses as access
from app.gatherings.forms.rooms import FIELD_OF, RoomForm
from app.gatherings.models import Room
from app.gatherings.queries import rooms as queries
from app.gatherings.services import rooms as services
from app.people.queries import organisation
from app.people.views.refused import beside
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, require
from app.web.pages import ListRequest, Page, arranged

bp = Blueprint("rooms", __name__, url_prefix="/rooms")


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """All rooms; `format=csv` or `xlsx` gives them as a file."""
    asked = ListRequest.from_args(
        request.args,
        sorts=queries.ORDERS,
        default="site",
        filters={"site": None, "state": ["open", "closed"]},
    )
    with reading() as session:
        lines = [line for line in queries.lines(session, at=clock.now()) if _fits(line, asked)]
        found = arranged(
            lines,
            asked,
            texts=lambda line: (line.room.name, line.room.site.name),
            keys=queries.ORDERS,
        )
        if request.args.get("format") in FORMATS:
            return _file(request.args["format"], found)
        sites = [(str(site.id), site.name) for site in organisation.sites(session)]
    return render_template("gatherings/rooms/index.html", page=Page.cut(found, asked), sites=sites)


def _fits(line: queries.RoomLine, asked: ListRequest) -> bool:
    site, state = asked.filters.get("site"), asked.filters.get("state")
    is_closed = line.room.closed_on is not None
    return site in {None, str(line.room.site_id)} and state in {
        None,
        "closed" if is_closed else "open",
    }


def _file(form: str, found: list[queries.RoomLine]) -> ResponseReturnValue:
    headers = [_("Room"), _("Site"), _("Seats"), _("Meetings to come"), _("Closed from")]
    rows = (
        (line.room.name, line.room.site.name, line.room.seats, line.meetings, line.room.closed_on)
        for line in found
    )
    return traced_download(form, _("Rooms"), headers, rows, subject="list:rooms")


def _found(session: UnitOfWork, room_id: int) -> Room:
    require(access.may_edit(actor))
    return queries.find(session, room_id) or abort(404)


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form of a new room."""
    form = RoomForm(formdata=None, data={"seats": 12})
    with reading() as session:
        form.offer_sites(organisation.sites(session))
    return _page(form, None)


@bp.post("/")
@allow(hr)
def create() -> ResponseReturnValue:
    """Add a room."""
    form = RoomForm()
    with reading() as session:
        form.offer_sites(organisation.sites(session))
    if not form.validate():
        return _page(form, None, status=422)
    try:
        with unit_of_work() as session:
            services.add(session, form.fields(), by=actor.person_id, at=clock.now())
    except services.RoomNameTaken as refusal:
        beside(form, "name", refusal)
        return _page(form, None, status=422)
    flash(_("Saved."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:room_id>")
@allow(hr)
def edit(room_id: int) -> ResponseReturnValue:
    """A room, what meets in it, and the form to change or close it."""
    now = clock.now()
    with reading() as session:
        room = _found(session, room_id)
        form = _stored(session, room)
        meetings = queries.meetings_from(session, room.id, since=now)
        return _page(form, room, meetings=meetings)


@bp.post("/<int:room_id>")
@allow(hr)
def save(room_id: int) -> ResponseReturnValue:
    """Change or close a room."""
    form = RoomForm()
    with reading() as session:
        room = _found(session, room_id)
        form.offer_sites(organisation.sites(session))
    if not form.validate():
        return _page(form, room, status=422)
    try:
        with unit_of_work() as session:
            row, fields, by = _found(session, room_id), form.fields(), actor.person_id
            opened_on = form.opened_on
            services.change(session, row, fields, opened_on=opened_on, by=by, at=clock.now())
    except Stale:
        return _both(form, room_id)
    except Refusal as refusal:
        beside(form, FIELD_OF.get(type(refusal), "name"), refusal)
        return _page(form, room, status=422)
    flash(_("Saved."))
    return redirect(url_for(".index"), 303)


def _stored(session: UnitOfWork, room: Room) -> RoomForm:
    form = RoomForm(formdata=None, obj=room)
    form.offer_sites(organisation.sites(session))
    return form


def _both(form: RoomForm, room_id: int) -> ResponseReturnValue:
    with reading() as session:
        room = _found(session, room_id)
        both = differences(form, _stored(session, room))
    form.version.data = str(room.version)
    return _page(form, room, status=409, conflict=both)


def _page(
    form: RoomForm, room: Room | None, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    return render_template("gatherings/rooms/form.html", form=form, room=room, **values), status

"""Move an announced session: other times, other rooms; everybody concerned is told."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork
from app.domain.refusals import Refusal
from app.gatherings.forms import sessions as forms
from app.gatherings.models import Gathering
from app.gatherings.queries import rooms
from app.gatherings.services import bookings
from app.gatherings.services.planning import Asked, BadPlan, moves
from app.gatherings.views.planning.blueprint import bp
from app.gatherings.views.planning.stepping import Step, opened, taken
from app.web.guards import actor, allow, hr
from app.web.locale import chosen_locale


def _form(session: UnitOfWork, gathering: Gathering, *, stored: bool = False) -> Any:
    count = len(gathering.meetings)
    kind = forms.with_meetings(forms.MeetingsForm, count)
    values = {**forms.stored_meetings(gathering), "version": str(gathering.version)}
    form = kind(formdata=None, data=values) if stored else kind()
    form.count.data = str(count)
    form.offer_rooms(rooms.open_rooms(session, today=clock.now().date()))
    return form


def _is_filled(form: Any, gathering: Gathering) -> bool:
    return bool(form.validate()) and form.meetings(gathering.site.timezone) is not None


def _move(session: UnitOfWork, gathering: Gathering, form: Any) -> bookings.Moved:
    """Move it, and tell everybody who booked or waits. Raises BadPlan and other refusals."""
    meetings, now = form.meetings(gathering.site.timezone), clock.now()
    course_minutes = gathering.course.minutes if gathering.course else 0
    asked = Asked(now, chosen_locale(), course_minutes, but=gathering.id)
    against = moves.against_move(session, gathering, meetings, asked)
    if against:
        raise BadPlan(tuple(against))
    sittings = moves.sittings(gathering, meetings)
    return bookings.reschedule(session, gathering.id, sittings, by=actor.person_id, at=now)


def _told(moved: bookings.Moved) -> None:
    flash(_("The session is moved."))
    if moved.told:
        told = ngettext("%(num)s person is told.", "%(num)s people are told.", moved.told)
        flash(str(told), "info")
    if moved.elsewhere:
        flash(
            ngettext(
                "%(num)s person is elsewhere at the new time, keeps the seat and hears of it.",
                "%(num)s people are elsewhere at the new time, keep their seats and hear of it.",
                len(moved.elsewhere),
            ),
            "warning",
        )


MOVE = Step(
    "gatherings/planning/move.html",
    _form,
    _move,
    field="day_0",
    shows=Refusal,
    fits=_is_filled,
    told=_told,
)


@bp.get("/sessions/<int:gathering_id>/move")
@allow(hr, scoped=True)
def move(gathering_id: int) -> ResponseReturnValue:
    """The meetings as they stand, to be changed; a draft leads to its page."""
    return opened(MOVE, gathering_id)


@bp.post("/sessions/<int:gathering_id>/move")
@allow(hr, scoped=True)
def reschedule(gathering_id: int) -> ResponseReturnValue:
    """Move it, and tell everybody who booked or waits."""
    return taken(MOVE, gathering_id)

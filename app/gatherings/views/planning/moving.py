"""Move an announced session: other times, other rooms; everybody concerned is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork
from app.domain.refusals import Refusal
from app.domain.seats import BEFORE_IT_STARTS
from app.gatherings.forms import sessions as forms
from app.gatherings.models import Gathering
from app.gatherings.queries import rooms
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import bookings
from app.gatherings.services.planning import Asked, BadPlan, moves
from app.gatherings.views.planning.blueprint import bp, hinted
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


def _who_hears(session: UnitOfWork, gathering: Gathering) -> dict[str, int]:
    counts = queries.counts(session, gathering.id)
    return {"who_hears": sum(counts.get(state, 0) for state in BEFORE_IT_STARTS)}


@dataclass(frozen=True, slots=True)
class _Moved:
    """What came of a move, and what trainers have beside it."""

    moved: bookings.Moved
    hints: tuple[str, ...]


def _move(session: UnitOfWork, gathering: Gathering, form: Any) -> _Moved:
    """Move it, and tell everybody who booked or waits. Raises BadPlan and other refusals."""
    meetings, now = form.meetings(gathering.site.timezone), clock.now()
    course_minutes = gathering.course.minutes if gathering.course else 0
    asked = Asked(now, chosen_locale(), course_minutes, but=gathering.id)
    against = moves.against_move(session, gathering, meetings, asked)
    if against.faults:
        raise BadPlan(against.faults)
    sittings = moves.sittings(gathering, meetings)
    moved = bookings.reschedule(session, gathering.id, sittings, by=actor.person_id, at=now)
    return _Moved(moved, tuple(hinted(hint) for hint in against.of_trainers))


def _told(done: _Moved) -> None:
    moved = done.moved
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
    for hint in done.hints:
        flash(hint, "warning")


MOVE = Step(
    "gatherings/planning/move.html",
    _form,
    _move,
    field="day_0",
    shows=Refusal,
    fits=_is_filled,
    more=_who_hears,
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

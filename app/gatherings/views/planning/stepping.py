"""One step that is taken with a session: a form of one page, opened, sent, refused or kept.

Every such page does the same: what was entered is never lost, a refusal stands beside its field,
and who was overtaken by somebody else sees both versions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.domain.seats import BOOKABLE
from app.gatherings.forms.leading import LeadingForm
from app.gatherings.models import Gathering
from app.gatherings.services.planning import BadPlan
from app.gatherings.views.planning.blueprint import found, found_unchanged
from app.people.views.refused import beside, said
from app.queue import ring
from app.web.conflicts import differences


def _is_filled(form: Any, _gathering: Gathering) -> bool:
    return bool(form.validate())


def _nothing_more(_session: UnitOfWork, _gathering: Gathering) -> dict[str, Any]:
    return {}


def _saved(_done: Any) -> None:
    flash(_("Saved."))


@dataclass(frozen=True, slots=True)
class Step:
    """What one step asks for and does.

    `form` gives the form of a session as it was sent, or as it is stored with `stored=True`.
    `act` takes the step with a filled form. Refusals of the kind `shows` are put beside the field
    `field` (a BadPlan beside several), others are answered as everywhere. `more` is what else the
    page needs, `told` says what was done.
    """

    template: str
    form: Callable[..., Any]
    act: Callable[[UnitOfWork, Gathering, Any], Any]
    field: str = ""
    shows: type[Refusal] = BadPlan
    fits: Callable[[Any, Gathering], bool] = _is_filled
    more: Callable[[UnitOfWork, Gathering], dict[str, Any]] = _nothing_more
    told: Callable[[Any], None] = _saved


def opened(step: Step, gathering_id: int, *, only_bookable: bool = True) -> ResponseReturnValue:
    """The page with the form as it is stored; the session's page where the step is not taken."""
    with reading() as session:
        gathering = found(session, gathering_id)
        if only_bookable and gathering.state not in BOOKABLE:
            return redirect(url_for(".show", gathering_id=gathering.id))
        return shown(session, step, gathering, step.form(session, gathering, stored=True))


def taken(step: Step, gathering_id: int) -> ResponseReturnValue:
    """Take the step with what was sent, and lead to the session's page; or the page again."""
    with reading() as session:
        gathering = found(session, gathering_id)
        form = step.form(session, gathering)
        if not step.fits(form, gathering):
            return shown(session, step, gathering, form, status=422)
    try:
        with unit_of_work() as session:
            row = found_unchanged(session, gathering_id, form.opened_on)
            done = step.act(session, row, form)
    except Stale:
        return _both(step, gathering_id, form)
    except step.shows as refusal:
        return _refused(step, gathering_id, form, refusal)
    ring("mail")
    step.told(done)
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _both(step: Step, gathering_id: int, form: Any) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        gathering = found(session, gathering_id)
        stored = step.form(session, gathering, stored=True)
        if isinstance(form, LeadingForm):
            form.compare_with(stored)
        both = differences(form, stored)
        form.version.data = str(gathering.version)
        return shown(session, step, gathering, form, status=409, conflict=both)


def _refused(step: Step, gathering_id: int, form: Any, refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, BadPlan):
        form.show(refusal.faults, said)
    else:
        beside(form, step.field, refusal)
    with reading() as session:  # what was read before is no longer whole
        return shown(session, step, found(session, gathering_id), form, status=422)


def shown(
    session: UnitOfWork,
    step: Step,
    gathering: Gathering,
    form: Any,
    *,
    status: int = 200,
    **more: Any,
) -> ResponseReturnValue:
    """The page of a step."""
    page = render_template(
        step.template,
        gathering=gathering,
        form=form,
        **step.more(session, gathering),
        **more,
    )
    return page, status

"""HR draws lots among equally needy pairs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal
from app.health.forms.lottery import DrawForm
from app.health.models import RemedyKind, Snapshot
from app.health.queries import draws, snapshots
from app.health.services import lottery as services
from app.health.wording import KIND_LABELS
from app.people.queries import organisation
from app.scoring.lottery import ALIKE
from app.web.guards import actor, allow, hr
from app.web.problems import translated

bp = Blueprint("lottery", __name__, url_prefix="/health/lottery")


@bp.get("/")
@allow(hr)
def index() -> ResponseReturnValue:
    """Why lots, how many could be drawn, and what was drawn."""
    with reading() as session:
        return _page(session, DrawForm(formdata=None, data={"places": 1}), 200)


@bp.post("/")
@allow(hr)
def draw() -> ResponseReturnValue:
    """Draw once for the wave published last."""
    form = DrawForm().offer(KIND_LABELS)
    with unit_of_work() as session:
        if not form.validate_on_submit():
            return _page(session, form, 422)
        try:
            _drawn(session, form)
        except (services.TooFewPairs, services.NobodyAlike) as refusal:
            form.places.errors = [translated(refusal)]
            return _page(session, form, 422)
        except Refusal as refusal:
            form.kind.errors = [translated(refusal)]
            return _page(session, form, 409)
    flash(_("The lots are drawn."), "success")
    return redirect(url_for(".index"))


def _drawn(session: UnitOfWork, form: DrawForm) -> None:
    waves = snapshots.published(session, limit=1)
    if not waves:
        raise services.NothingPublished
    who, at = actor.person_id, clock.now()
    services.draw_lots(session, waves[-1].wave_id, form.chosen, form.places.data, by=who, at=at)


def _page(session: UnitOfWork, form: DrawForm, status: int) -> ResponseReturnValue:
    waves = snapshots.published(session, limit=1)
    newest = snapshots.of_wave(session, waves[-1].wave_id) if waves else None
    most = _most_places(session, newest) if newest else {}
    page = render_template(
        "health/lottery.html",
        form=form.offer(KIND_LABELS),
        wave=waves[-1] if waves else None,
        most=most,
        left=[(_(KIND_LABELS[kind]), _at_most(number)) for kind, number in most.items()],
        alike=format_decimal(ALIKE),
        in_need=len(draws.in_need(newest.body)) if newest else 0,
        draws=draws.latest(session),
        names={team.id: team.name for team in organisation.teams(session)},
        kinds=KIND_LABELS,
    )
    return page, status


def _at_most(number: int) -> str:
    return str(ngettext("lots for %(num)d pair at most", "lots for %(num)d pairs at most", number))


def _most_places(session: UnitOfWork, snapshot: Snapshot) -> dict[RemedyKind, int]:
    """For how many pairs lots of each kind can be drawn that are not drawn yet."""
    drawn = draws.of_wave(session, snapshot.wave_id)
    at = clock.now()
    return {
        kind: services.most_places(draws.in_lots(session, snapshot, kind, at=at))
        for kind in services.DRAWN_KINDS
        if kind not in drawn
    }

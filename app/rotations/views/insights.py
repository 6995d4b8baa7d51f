"""Insights: what should change, and what became of it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import N_, Refusal, Stale
from app.queue import ring
from app.rotations.access import insights as access
from app.rotations.forms.insights import FateForm, OwnerForm
from app.rotations.models import Insight, InsightFate
from app.rotations.queries import insights as queries
from app.rotations.services import debriefs as services
from app.rotations.views.stays import LABELS
from app.web.export import FORMATS
from app.web.guards import actor, allow, require, signed_in
from app.web.pages import ListRequest, Page
from app.web.paging import Wish
from app.web.problems import translated

bp = Blueprint("insights", __name__, url_prefix="/insights")


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The insights of the visitor's teams; HR sees all."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"due", "fate"},
        default="due",
        filters={"fate": [fate.value for fate in InsightFate], "team": None, "mine": ["1"]},
    )
    form = request.args.get("format", "")
    whole = form in FORMATS
    wish = Wish.of(asked, most=MOST_EXPORTED if whole else 0)
    with reading() as session:
        rows, total = queries.listed(session, actor, wish)
        if whole:
            return _file(form, list(rows))
        teams = queries.teams_that_answer(session, actor)
        return render_template(
            "rotations/insights/index.html",
            page=Page(rows, total, asked),
            options={
                "fate": {fate.value: _(label) for fate, label in queries.FATE_LABELS.items()},
                "team": {str(key): name for key, name in teams},
                "mine": {"1": _("Mine")},
            },
            today=clock.today(actor.zone),
            **LABELS,
        )


def _file(form: str, rows: list[Insight]) -> ResponseReturnValue:
    headers = [
        *(_("What should change"), _("Owner"), _("Team"), _("Due"), _("What became of it")),
        *(_("Note"), _("From team"), _("To team")),
    ]
    content = (
        (
            row.text,
            row.owner.name,
            row.team.name,
            row.due_on,
            _(queries.FATE_LABELS[row.fate]),
            row.fate_note,
            row.debrief.stay.home.name,
            row.debrief.stay.host.name,
        )
        for row in rows
    )
    return traced_download(form, "insights", headers, content, subject="list:insights")


@bp.get("/<int:insight_id>")
@allow(signed_in, scoped=True)
def show(insight_id: int) -> ResponseReturnValue:
    """One insight, and the owner's answer."""
    with reading() as session:
        insight = _seen(session, insight_id)
        data = {"note": insight.fate_note, "version": insight.version}
        if insight.fate is not InsightFate.OPEN:
            data["fate"] = insight.fate.value
        return _page(session, insight, FateForm(formdata=None, data=data), 200)


def _seen(session: UnitOfWork, insight_id: int) -> Insight:
    insight = queries.find(session, insight_id) or abort(404)
    require(access.may_see(actor, insight))
    return insight


def _owners(session: UnitOfWork, insight: Insight, form: OwnerForm) -> OwnerForm:
    today = clock.today(actor.zone)
    return form.offer(queries.possible_owners(session, insight, today=today))


def _page(
    session: UnitOfWork, insight: Insight, form: FateForm, status: int, conflict: str = ""
) -> ResponseReturnValue:
    owner_form = None
    if access.may_hand_over(actor, insight):
        data = {"owner": insight.owner_id, "version": insight.version}
        owner_form = _owners(session, insight, OwnerForm(formdata=None, data=data))
    page = render_template(
        "rotations/insights/show.html",
        insight=insight,
        stay=insight.debrief.stay,
        form=form,
        owner_form=owner_form,
        may_decide=access.may_decide(actor, insight),
        conflict=conflict,
        today=clock.today(actor.zone),
        **LABELS,
    )
    return page, status


@bp.post("/<int:insight_id>/fate")
@allow(signed_in, scoped=True)
def decide(insight_id: int) -> ResponseReturnValue:
    """The owner says what became of it."""
    form = FateForm()
    with unit_of_work() as session:
        insight = _seen(session, insight_id)
        require(access.may_decide(actor, insight))
        if not form.validate_on_submit():
            return _page(session, insight, form, 422)
        try:
            services.decide_fate(
                session,
                insight,
                fate=form.chosen,
                note=form.note.data,
                opened_on=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
        except Stale as refusal:
            form.version.data = str(insight.version)
            return _page(session, insight, form, 409, translated(refusal))
    ring("mail")
    flash(_("Thank you. Those who wrote it have been told."), "success")
    return redirect(url_for(".show", insight_id=insight_id), 303)


@bp.post("/<int:insight_id>/owner")
@allow(signed_in, scoped=True)
def hand_over(insight_id: int) -> ResponseReturnValue:
    """Give an insight to somebody else of the same team."""
    with unit_of_work() as session:
        insight = _seen(session, insight_id)
        require(access.may_hand_over(actor, insight))
        form = _owners(session, insight, OwnerForm())
        if not form.validate_on_submit():
            raise _NoSuchOwner
        services.hand_to(
            session,
            insight,
            form.owner.data,
            opened_on=form.opened_on,
            by=actor.person_id,
            at=clock.now(),
        )
    ring("mail")
    flash(_("The new owner has been told."), "success")
    return redirect(url_for(".show", insight_id=insight_id), 303)


class _NoSuchOwner(Refusal):
    """The owner must be a member of the answering team."""

    msgid = N_("Choose somebody of the team that answers.")
    status = 422

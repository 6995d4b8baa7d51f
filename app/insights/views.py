"""Insights: what should change, who answers, and what became of it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.insights import FATE_LABELS, KIND_LABELS, InsightFate, InsightKind
from app.domain.refusals import N_, Invalid, Stale
from app.domain.timespan import last_day
from app.insights import access, queries, services
from app.insights.forms import FateForm, OwnerForm
from app.insights.models import Insight
from app.insights.wording import FATE_TONES
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, allow, require, signed_in
from app.web.pages import ListRequest, Page
from app.web.paging import Wish
from app.web.problems import translated

bp = Blueprint("insights", __name__, url_prefix="/insights")
LOOKS = {"kinds": KIND_LABELS, "fates": FATE_LABELS, "fate_tones": FATE_TONES}


class NoSuchOwner(Invalid):
    """The owner must be a member of the answering team."""

    msgid = N_("Choose somebody of the team that answers.")


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The insights the visitor may read, from stays and joint days; HR sees all."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"waiting", "due", "fate"},
        default="waiting",
        filters={
            "kind": [kind.value for kind in InsightKind],
            "fate": [fate.value for fate in InsightFate],
            "team": None,
            "mine": ["1"],
        },
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
            "insights/index.html",
            page=Page(rows, total, asked),
            options={
                "kind": [(kind.value, _(label)) for kind, label in KIND_LABELS.items()],
                "fate": [(fate.value, _(label)) for fate, label in FATE_LABELS.items()],
                "team": [(str(key), name) for key, name in teams],
                "mine": [("1", _("Mine"))],
            },
            today=clock.today(actor.zone),
            **LOOKS,
        )


def _file(form: str, rows: list[Insight]) -> ResponseReturnValue:
    headers = [
        *(_("What should change"), _("Kind"), _("Where it comes from"), _("Last day")),
        *(_("From team"), _("Owner"), _("Team"), _("Due"), _("What became of it"), _("Note")),
    ]
    content = (
        (
            row.text,
            _(KIND_LABELS[row.kind]),
            row.source_title,
            last_day(row.ends_on),
            row.from_team.name if row.from_team else "",
            row.owner.name,
            row.team.name,
            row.due_on,
            _(FATE_LABELS[row.fate]),
            row.fate_note,
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
        "insights/show.html",
        insight=insight,
        form=form,
        owner_form=owner_form,
        may_decide=access.may_decide(actor, insight),
        names_writer=access.names_writer(insight),
        source_url=_source_url(insight) if access.may_open_source(actor, insight) else "",
        conflict=conflict,
        **LOOKS,
    )
    return page, status


def _source_url(insight: Insight) -> str:
    if insight.kind is InsightKind.STAY:
        return url_for("stays.show", stay_id=insight.stay_id)
    return url_for("trips.show", gathering_id=insight.gathering_id)


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
        said = {"fate": form.chosen, "note": form.note.data, "opened_on": form.opened_on}
        by, now = actor.person_id, clock.now()
        try:
            services.decide(session, insight, **said, by=by, at=now)
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
            raise NoSuchOwner
        opened_on, by, now = form.opened_on, actor.person_id, clock.now()
        services.hand_to(session, insight, form.owner.data, opened_on=opened_on, by=by, at=now)
        is_seen = access.may_see(actor, insight)  # who answered may have read it for that alone
    ring("mail")
    flash(_("The new owner has been told."), "success")
    return redirect(url_for(".show", insight_id=insight_id) if is_seen else url_for(".index"), 303)

"""People who left: whose data goes when, what keeps it, and HR's word in it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.personal import Fate
from app.domain.refusals import Stale
from app.privacy.forms import DecisionForm, EraseForm, HoldForm, TermForm
from app.privacy.queries import leavers as queries
from app.privacy.queries.leavers import Leaver
from app.privacy.queries.register import counts, register
from app.privacy.services import deciding
from app.privacy.wording import LABELS, STATE_LABELS, STATE_TONES
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, allow, council_or_hr, hr
from app.web.pages import ListRequest, Page, arranged
from app.web.problems import translated

bp = Blueprint("erasures", __name__, url_prefix="/erasures")
SORTS = {
    "left": lambda one: one.left_on,
    "due": lambda one: (one.due_on is None, one.due_on),
    "name": lambda one: one.sorted_name,
}


@bp.get("")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Everybody who has left, and the rule after which their data goes."""
    with reading() as session:
        return _index(session, None, 200)


@bp.post("/rule")
@allow(hr)
def set_rule() -> ResponseReturnValue:
    """Write the rule; before and after stand in the log."""
    form = TermForm()
    with unit_of_work() as session:
        if not form.validate_on_submit():
            return _index(session, form, 422)
        at = clock.now()
        try:
            deciding.set_term(
                session, form.term.data, opened_on=form.opened_on, by=actor.person_id, at=at
            )
        except Stale as stale:
            form.term.errors = [translated(stale)]
            form.version.data = str(queries.rule(session).version)
            return _index(session, form, 409)
    ring("erasures")
    flash(_("The rule is saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/<int:person_id>")
@allow(hr)
def show(person_id: int) -> ResponseReturnValue:
    """What an erasure would take away and what would stay, before anything is done."""
    with reading() as session:
        return _page(session, _left(session, person_id, clock.now()), HoldForm(formdata=None), 200)


@bp.post("/<int:person_id>/hold")
@allow(hr)
def hold(person_id: int) -> ResponseReturnValue:
    """Keep everything about a person, and say why."""
    form, at = HoldForm(), clock.now()
    with unit_of_work() as session:
        leaver = _left(session, person_id, at)
        if not form.validate_on_submit():
            return _page(session, leaver, form, 422)
        reason = form.reason.data or ""
        try:
            deciding.hold(
                session, leaver, reason, opened_on=form.opened_on, by=actor.person_id, at=at
            )
        except Stale as stale:
            form.reason.errors = [translated(stale)]
            form.version.data = str(leaver.version)
            return _page(session, leaver, form, 409)
    flash(_("The data is kept until you let it go."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/let-go")
@allow(hr)
def let_go(person_id: int) -> ResponseReturnValue:
    """Keep it no longer than the rule says."""
    form, at = DecisionForm(), clock.now()
    with unit_of_work() as session:
        leaver = _left(session, person_id, at)
        deciding.let_go(session, leaver, opened_on=form.opened_on, by=actor.person_id, at=at)
    flash(_("The data goes when its time has come."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<int:person_id>/erase")
@allow(hr)
def erase(person_id: int) -> ResponseReturnValue:
    """Have the worker erase a person now."""
    form, at = EraseForm(), clock.now()
    with unit_of_work() as session:
        leaver = _left(session, person_id, at)
        if not form.validate_on_submit():
            return _page(session, leaver, HoldForm(formdata=None), 422, erasing=form)
        deciding.want(session, leaver, opened_on=form.opened_on, by=actor.person_id, at=at)
    ring("erasures")
    flash(_("The person is being erased. This takes a moment and cannot be undone."), "success")
    return redirect(url_for(".index"), 303)


def _left(session: UnitOfWork, person_id: int, now: datetime) -> Leaver:
    found = deciding.find(session, person_id, today=clock.today(actor.zone), now=now)
    return found or abort(404)


def _index(session: UnitOfWork, form: TermForm | None, status: int) -> ResponseReturnValue:
    now = clock.now()
    asked = ListRequest.from_args(
        request.args, sorts=SORTS, default="left", filters={"state": set(STATE_LABELS)}
    )
    found = queries.leavers(session, today=clock.today(actor.zone), now=now)
    state = asked.filters.get("state")
    fitting = [one for one in found if state in {None, one.state}]
    rows = arranged(fitting, asked, texts=lambda one: (one.name,), keys=SORTS)
    if request.args.get("format") in FORMATS:
        return _file(request.args["format"], rows)
    rule = queries.rule(session)
    shown = form or TermForm(formdata=None, data={"term": rule.term, "version": rule.version})
    page = render_template(
        "privacy/erasures.html",
        page=Page.cut(rows, asked),
        form=shown,
        term=rule.term,
        states=[(name, _(label)) for name, label in STATE_LABELS.items()],
        tones=STATE_TONES,
        may_decide=actor.is_hr,
    )
    return page, status


def _file(form: str, rows: list[Leaver]) -> ResponseReturnValue:
    headers = [_("Name"), _("Left on"), _("Goes by itself on"), _("State"), _("Note")]
    lines = [
        (one.sorted_name, one.left_on, one.due_on, _(STATE_LABELS[one.state]), one.reason)
        for one in rows
    ]
    return traced_download(form, "leavers", headers, lines, subject="list:leavers")


def _page(
    session: UnitOfWork,
    leaver: Leaver,
    form: HoldForm,
    status: int,
    *,
    erasing: EraseForm | None = None,
) -> ResponseReturnValue:
    numbers = counts(session, leaver.id)
    goes: list[tuple[str, int]] = []
    stays: list[tuple[str, int]] = []
    for name, label in LABELS.items():
        if name in numbers:
            fate = register()[name][1].fate
            (goes if fate is Fate.GOES else stays).append((_(label), numbers[name]))
    erasing = erasing or EraseForm(formdata=None)
    for one in (form, erasing):
        one.version.data = one.version.data or str(leaver.version)
    page = render_template(
        "privacy/erasure.html",
        leaver=leaver,
        form=form,
        erasing=erasing,
        goes=goes,
        stays=stays,
        hindrances=[_(words) for words in leaver.hindrances],
        state=_(STATE_LABELS[leaver.state]),
        tone=STATE_TONES[leaver.state],
    )
    return page, status

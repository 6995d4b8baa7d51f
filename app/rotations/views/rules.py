"""Pins and forbids of a round."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal
from app.rotations.forms.plan_rules import RuleForm
from app.rotations.models import Round
from app.rotations.queries import plans as queries
from app.rotations.services import plan_rules
from app.rotations.views.plans import round_or_404
from app.rotations.views.round_tabs import round_tabs
from app.web import locale
from app.web.guards import actor, allow, hr
from app.web.problems import translated

bp = Blueprint("rules", __name__, url_prefix="/rounds/<int:round_id>/rules")


@bp.get("/")
@allow(hr, scoped=True)
def index(round_id: int) -> ResponseReturnValue:
    """Every rule, and the form for another."""
    with reading() as session:
        round_ = round_or_404(session, round_id)
        form = _form(session, round_, RuleForm(formdata=None))
        return _page(session, round_, form)


def _form(session: UnitOfWork, round_: Round, form: RuleForm) -> RuleForm:
    cast = queries.cast_of(session, round_)
    hosts = {row.host_id for row in cast.placements.values()}
    form.offer(
        [(ident, row.name) for ident, row in cast.people.items()],
        [(ident, row.title, cast.teams[row.host_id].name)
         for ident, row in cast.placements.items()],
        [(ident, row.name) for ident, row in cast.teams.items() if ident in hosts],
        [(b, locale.day(round_.block_starts_on(b))) for b in range(round_.blocks)],
    )  # fmt: skip
    return form


def _page(session: UnitOfWork, round_: Round, form: RuleForm) -> str:
    return render_template(
        "rotations/plans/rules.html",
        round=round_,
        form=form,
        cast=queries.cast_of(session, round_),
        rules=queries.rules_of(session, round_.id),
        round_tabs=round_tabs(round_, "plans.index"),
    )


@bp.post("/")
@allow(hr, scoped=True)
def add(round_id: int) -> ResponseReturnValue:
    """Write a rule."""
    with reading() as session:
        round_ = round_or_404(session, round_id)
        form = _form(session, round_, RuleForm())
    if form.validate():
        try:
            with unit_of_work() as session:
                round_ = round_or_404(session, round_id)
                plan_rules.add(session, round_, form.draft(), at=clock.now(), by=actor.person_id)
        except Refusal as refusal:
            form.placement.errors = [translated(refusal)]
        else:
            flash(_("The rule holds from the next computation on."))
            return redirect(url_for(".index", round_id=round_id))
    with reading() as session:
        return _page(session, round_or_404(session, round_id), form), 422


@bp.post("/<int:rule_id>/delete")
@allow(hr, scoped=True)
def remove(round_id: int, rule_id: int) -> ResponseReturnValue:
    """Take a rule back."""
    with unit_of_work() as session:
        round_ = round_or_404(session, round_id)
        rule = next(
            (rule for rule in queries.rules_of(session, round_.id) if rule.id == rule_id), None
        )
        plan_rules.remove(session, rule or abort(404), at=clock.now(), by=actor.person_id)
    flash(_("The rule was removed."))
    return redirect(url_for(".index", round_id=round_id))

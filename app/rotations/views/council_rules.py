"""From which length on the works council is asked: HR writes it down, the works council reads."""

from __future__ import annotations

from babel import Locale
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.consent import LengthRule
from app.domain.refusals import Stale
from app.rotations.forms.council_rules import CouncilRuleForm
from app.rotations.queries import council_rules as queries
from app.rotations.services.council_rules import save_rule
from app.web.guards import EVERYBODY, Policy, actor, allow, hr_or_administrator
from app.web.problems import translated

bp = Blueprint("council_rules", __name__, url_prefix="/settings/council-rules")
readers = Policy(
    "works council, HR or administrator",
    frozenset({"works_council", "hr", "administrator"}) & EVERYBODY,
)


def country_name(code: str) -> str:
    """The name of a country in the reader's language."""
    names = Locale.parse(str(get_locale())).territories
    return str(names.get(code, code))


@bp.get("/")
@allow(readers)
def index() -> ResponseReturnValue:
    """The rule of each country the company has a site in."""
    with reading() as session:
        rules = queries.all_rules(session)
        rows = [(code, country_name(code), rule) for code, rule in rules.items()]
        return render_template(
            "rotations/council_rules/index.html",
            rows=rows,
            may_edit=actor.is_hr or actor.is_administrator,
        )


@bp.get("/<country>")
@allow(hr_or_administrator)
def edit(country: str) -> ResponseReturnValue:
    """Show the form of a country's rule."""
    with reading() as session:
        rule = _known(session, country)
        row = queries.find(session, country)
        form = CouncilRuleForm(obj=rule)
        if row is None and rule.source:
            form.source.data = _(rule.source)  # our own words until HR writes its own
        form.version.data = str(row.version if row else 0)
        return _page(country, form, None, 200)


def _known(session: UnitOfWork, country: str) -> LengthRule:
    return queries.all_rules(session).get(country) or abort(404)


def _page(
    country: str, form: CouncilRuleForm, stored: LengthRule | None, status: int
) -> ResponseReturnValue:
    page = render_template(
        "rotations/council_rules/edit.html",
        form=form,
        country=country,
        name=country_name(country),
        stored=stored,
        conflict=translated(Stale()) if stored else "",
    )
    return page, status


@bp.post("/<country>")
@allow(hr_or_administrator)
def save(country: str) -> ResponseReturnValue:
    """Write a country's rule; before and after stand in the audit log."""
    form = CouncilRuleForm()
    with unit_of_work() as session:
        stored = _known(session, country)
        if not form.validate_on_submit():
            return _page(country, form, None, 422)
        try:
            save_rule(
                session,
                country,
                form.rule(),
                opened_on=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
        except Stale:
            row = queries.find(session, country)
            form.version.data = str(row.version if row else 0)
            return _page(country, form, stored, 409)
    flash(_("The rule is saved. It holds for stays opened or moved from now on."), "success")
    return redirect(url_for(".index"), 303)

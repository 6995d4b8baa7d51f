"""The works council's register: requests, dates, answers; and the rule of each country."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.consent import STATE_LABELS as CONSENT_LABELS
from app.domain.consent import ConsentParty, ConsentState, ReasonMissing
from app.domain.stays import LIVE
from app.domain.timespan import last_day
from app.queue import ring
from app.rotations.access import stays as access
from app.rotations.forms.stays import AnswerForm
from app.rotations.models import Consent
from app.rotations.queries import council_rules, register
from app.rotations.queries.stays import find as find_stay
from app.rotations.services import stays as services
from app.rotations.services.stays.answering import Answer
from app.rotations.views.council_rules import country_name
from app.rotations.views.stays import LABELS
from app.web.export import FORMATS
from app.web.guards import actor, allow, council, council_or_hr, require
from app.web.pages import ListRequest, Page
from app.web.paging import Wish
from app.web.problems import translated

bp = Blueprint("council", __name__, url_prefix="/council")
SHOWN = (
    ConsentState.ASKED,
    ConsentState.GIVEN,
    ConsentState.DEEMED,
    ConsentState.REFUSED,
)


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Every request to the works council, by year and state."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"asked", "due", "state"},
        default="-asked",
        filters={"year": None, "state": [state.value for state in SHOWN]},
    )
    form = request.args.get("format", "")
    whole = form in FORMATS
    wish = Wish.of(asked, most=MOST_EXPORTED if whole else 0)
    with reading() as session:
        rows, total = register.listed(session, wish)
        if whole:
            return _file(form, list(rows))
        return render_template(
            "rotations/council/index.html",
            page=Page(rows, total, asked),
            options={
                "year": {str(year): str(year) for year in register.years(session)},
                "state": {state.value: _(CONSENT_LABELS[state]) for state in SHOWN},
            },
            rules=_rules(session),
            live=LIVE,
            **LABELS,
        )


def _rules(session: UnitOfWork) -> list[tuple[str, object]]:
    rules = council_rules.all_rules(session)
    return [(country_name(country), rule) for country, rule in rules.items()]


def _file(form: str, rows: list[Consent]) -> ResponseReturnValue:
    headers = [
        *(_("Person"), _("Home team"), _("Host team"), _("Task"), _("First day"), _("Last day")),
        *(_("Asked"), _("Answer due"), _("Answer"), _("Answered"), _("Reason")),
    ]
    content = (
        (
            row.stay.person.name,
            row.stay.home.name,
            row.stay.host.name,
            row.stay.placement.title,
            row.stay.starts_on,
            last_day(row.stay.ends_on),
            *_dates(row),
            row.reason,
        )
        for row in rows
    )
    return traced_download(form, "register", headers, content, subject="list:register")


def _dates(row: Consent) -> tuple[object, ...]:
    zone = row.stay.person.site.timezone
    asked = row.asked_at.astimezone(zone).replace(tzinfo=None) if row.asked_at else None
    answered = row.answered_at.astimezone(zone).replace(tzinfo=None) if row.answered_at else None
    return asked, row.due_on, _(CONSENT_LABELS[row.state]), answered


@bp.get("/<int:stay_id>")
@allow(council_or_hr, scoped=True)
def show(stay_id: int) -> ResponseReturnValue:
    """One request: the facts needed to decide, and no more."""
    with reading() as session:
        consent = register.find(session, stay_id) or abort(404)
        return _page(session, consent, AnswerForm(formdata=None), 200)


def _page(
    session: UnitOfWork, consent: Consent, form: AnswerForm, status: int
) -> ResponseReturnValue:
    country = consent.stay.person.site.country
    page = render_template(
        "rotations/council/show.html",
        consent=consent,
        stay=consent.stay,
        form=form,
        rule=council_rules.rule_of(session, country),
        country=country_name(country),
        may_answer=consent.state is ConsentState.ASKED
        and access.may_answer(actor, consent.stay, ConsentParty.COUNCIL),
        **LABELS,
    )
    return page, status


@bp.post("/<int:stay_id>")
@allow(council, scoped=True)
def decide(stay_id: int) -> ResponseReturnValue:
    """The works council agrees, or refuses with its reason."""
    form = AnswerForm()
    with unit_of_work() as session:
        consent = register.find(session, stay_id) or abort(404)
        stay = find_stay(session, stay_id) or abort(404)
        require(access.may_answer(actor, stay, ConsentParty.COUNCIL))
        if not form.validate_on_submit():
            return _page(session, consent, form, 422)
        said = Answer(
            ConsentParty.COUNCIL, form.state, by=actor.person_id, reason=form.reason.data or ""
        )
        try:
            services.answer(session, stay, said, at=clock.now())
        except ReasonMissing as refusal:
            form.reason.errors = [translated(refusal)]
            return _page(session, consent, form, 422)
    ring("mail")
    flash(_("The answer of the works council is written down."), "success")
    return redirect(url_for(".show", stay_id=stay_id), 303)

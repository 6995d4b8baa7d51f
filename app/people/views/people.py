"""The directory, one person's page, and what HR does there."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.models import AuditKind
from app.audit.services import record
from app.audit.views.exports import traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.people.access import people as access
from app.people.forms.organisation import EndForm
from app.people.forms.people import LeaveForm, PersonForm, TeamOnForm
from app.people.models import Person
from app.people.queries import absences, directory, organisation
from app.people.services import memberships, persons
from app.people.views.refused import beside
from app.people.views.roster_files import roster_download
from app.web.conflicts import differences
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr, require, signed_in
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page

bp = Blueprint("people", __name__, url_prefix="/people")
FILTERS = {"site": None, "department": None, "team": None, "left": {"1"}}

FIELDS: dict[type[Refusal], str] = {
    persons.NumberTaken: "number",
    persons.MailTaken: "email",
    persons.MailGuarded: "email",
}


@bp.get("")
@allow(signed_in, scoped=True)
def index() -> ResponseReturnValue:
    """The people the visitor may find; `format=csv` or `xlsx` gives them as a file."""
    wanted = ListRequest.from_args(
        request.args, sorts=directory.SORTS, default="name", filters=FILTERS
    )
    today = clock.now().date()
    with reading() as session:
        found = _found(session, wanted, today)
        if request.args.get("format") in FORMATS:
            return _as_file(found)
        sites = [(str(site.id), site.name) for site in organisation.sites(session)]
        departments = [(str(row.id), row.name) for row in organisation.departments(session)]
        teams = [(str(team.id), team.name) for team in organisation.teams(session, today=today)]
        return render_template(
            "people/index.html",
            page=Page.cut(found, wanted),
            sites=sites,
            departments=departments,
            teams=teams,
            sees_everybody=access.sees_everybody(actor),
            may_edit=access.may_edit(actor),
        )


def _found(session: UnitOfWork, wanted: ListRequest, today: date) -> list[directory.Entry]:
    narrowed = directory.Wanted(
        text=wanted.q,
        site_id=_key(wanted, "site"),
        department_id=_key(wanted, "department"),
        team_id=_key(wanted, "team"),
        everybody=wanted.filters.get("left") == "1" and access.sees_everybody(actor),
    )
    return directory.entries(
        session, actor, narrowed, today=today, sort=wanted.sort, descending=wanted.descending
    )


def _key(wanted: ListRequest, name: str) -> int | None:
    text = wanted.filters.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _as_file(found: list[directory.Entry]) -> ResponseReturnValue:
    form = request.args["format"]
    headers = [_("Name"), _("Job title"), _("Team"), _("Department"), _("Site")]
    rows = [(e.sorted_name, e.job_title, e.team, e.department, e.site) for e in found]
    return traced_download(form, "people", headers, rows, subject="list:people")


@bp.post("/export")
@allow(hr)
def export() -> ResponseReturnValue:
    """Write all people as a file that can be imported again; leaves a trace."""
    now = clock.now()
    form = "xlsx" if request.form.get("format") == "xlsx" else "csv"
    with unit_of_work() as session:
        found = directory.entries(
            session, actor, directory.Wanted(everybody=True), today=now.date()
        )
        record(
            session,
            AuditKind.LIST_EXPORTED,
            actor_id=actor.person_id,
            subject="list:people",
            at=now,
            rows=len(found),
        )
        return roster_download(session, form, [entry.id for entry in found])


@bp.get("/<int:person_id>")
@allow(signed_in, scoped=True)
def show(person_id: int) -> ResponseReturnValue:
    """One person: teams today and before, skills; records and days away for those concerned."""
    today = clock.now().date()
    with reading() as session:
        person = _visible(session, person_id, today)
        current = [m for m in person.memberships if _holds(m, today)]
        teams = {membership.team_id for membership in current}
        return render_template(
            "people/show.html",
            person=person,
            current=current,
            leads=directory.leads_of(session, person.id),
            history=access.sees_history(actor, person.id),
            records=access.sees_record(actor, person.id),
            absences=(
                absences.of(session, person.id, after=today)
                if access.sees_absences(actor, person.id, teams)
                else None
            ),
            weekday_names=weekday_names,
            may_edit=access.may_edit(actor),
            is_self=actor.person_id == person.id,
            today=today,
        )


def weekday_names(digits: str) -> str:
    """ISO digits of weekdays as short names in the reader's language, "Mo, Di"."""
    names = get_day_names("abbreviated", locale=chosen_locale())
    return ", ".join(names[int(digit) - 1] for digit in digits)


def _holds(row: Any, today: date) -> bool:
    return row.starts_on <= today and (row.ends_on is None or row.ends_on > today)


def _visible(session: UnitOfWork, person_id: int, today: date) -> Person:
    return directory.find(session, actor, person_id, today=today) or abort(404)


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """The form for a new person."""
    today = clock.now().date()
    form = PersonForm(data={"joined_on": today, "working_days": list("12345"), "team_id": 0})
    with reading() as session:
        form.offer(organisation.sites(session), organisation.teams(session, today=today))
    return _form(form, person=None)


@bp.post("/new")
@allow(hr)
def add() -> ResponseReturnValue:
    """Add a person."""
    form, now = PersonForm(), clock.now()
    try:
        with unit_of_work() as session:
            teams = organisation.teams(session, today=now.date())
            form.offer(organisation.sites(session), teams)
            if not form.validate():
                return _form(form, person=None, status=422)
            person = persons.add(
                session,
                form.fields(),
                team_id=form.team_id.data or None,
                actor_id=actor.person_id,
                at=now,
            )
    except (persons.NumberTaken, persons.MailTaken) as refusal:
        beside(form, FIELDS[type(refusal)], refusal)
        return _form(form, person=None, status=422)
    flash(_("%(name)s was added.", name=person.name), "success")
    return redirect(url_for(".show", person_id=person.id), 303)


@bp.get("/<int:person_id>/edit")
@allow(hr, scoped=True)
def edit(person_id: int) -> ResponseReturnValue:
    """The form with what is stored."""
    with reading() as session:
        person = _visible(session, person_id, clock.now().date())
        return _form(_filled(session, person), person=person)


def _filled(session: UnitOfWork, person: Person) -> PersonForm:
    form = PersonForm(
        formdata=None,
        obj=person,
        data={"working_days": list(person.working_days), "locale": person.locale or ""},
    )
    form.working_days.data = list(person.working_days)
    form.locale.data = person.locale or ""
    form.offer(organisation.sites(session), None)
    return form


@bp.post("/<int:person_id>/edit")
@allow(hr, scoped=True)
def change(person_id: int) -> ResponseReturnValue:
    """Correct what is known about a person."""
    form, now = PersonForm(), clock.now()
    person: Person | None = None
    try:
        with unit_of_work() as session:
            person = _visible(session, person_id, now.date())
            form.offer(organisation.sites(session), None)
            if not form.validate():
                return _form(form, person=person, status=422)
            persons.change(
                session,
                person,
                form.fields(),
                opened_on=form.opened_on,
                actor_id=actor.person_id,
                at=now,
            )
    except Stale:
        return _conflict(form, person_id)
    except Refusal as refusal:
        beside(form, FIELDS.get(type(refusal), "joined_on"), refusal)
        return _form(form, person=person, status=422)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


def _conflict(form: PersonForm, person_id: int) -> ResponseReturnValue:
    with reading() as session:
        person = _visible(session, person_id, clock.now().date())
        both = differences(form, _filled(session, person))
        form.version.data = person.version
        return _form(form, person=person, status=409, conflict=both)


def _form(
    form: PersonForm, *, person: Person | None, status: int = 200, conflict: Any = None
) -> ResponseReturnValue:
    page = render_template("people/form.html", form=form, person=person, conflict=conflict)
    return page, status


@bp.get("/<int:person_id>/teams")
@allow(hr, scoped=True)
def teams(person_id: int) -> ResponseReturnValue:
    """The person's teams over time, and the forms to change them."""
    return _teams_page(person_id)


def _teams_page(
    person_id: int, *, status: int = 200, **forms: TeamOnForm | LeaveForm | EndForm
) -> ResponseReturnValue:
    today = clock.now().date()
    with reading() as session:
        person = _visible(session, person_id, today)
        offered = organisation.teams(session, today=today)
        values: dict[str, Any] = {
            "move": TeamOnForm(formdata=None, prefix="move-", data={"on": today}),
            "join": TeamOnForm(formdata=None, prefix="join-", data={"on": today}),
            "leave": LeaveForm(formdata=None, prefix="leave-", data={"on": person.left_on}),
            **forms,
        }
        values["move"].offer(offered)
        values["join"].offer(offered)
        page = render_template("people/teams.html", person=person, today=today, **values)
    return page, status


@bp.post("/<int:person_id>/home")
@allow(hr, scoped=True)
def move(person_id: int) -> ResponseReturnValue:
    """Let the home team change on a day."""
    return _begin(person_id, TeamOnForm(prefix="move-"), memberships.move_home, "move")


@bp.post("/<int:person_id>/segments")
@allow(hr, scoped=True)
def join(person_id: int) -> ResponseReturnValue:
    """Let the person belong to a team beside the home team."""
    return _begin(person_id, TeamOnForm(prefix="join-"), memberships.join_segment, "join")


def _begin(person_id: int, form: TeamOnForm, act: Any, name: str) -> ResponseReturnValue:
    now = clock.now()
    try:
        with unit_of_work() as session:
            person = _visible(session, person_id, now.date())
            form.offer(organisation.teams(session, today=now.date()))
            if not form.validate():
                return _teams_page(person_id, status=422, **{name: form})
            team = organisation.find_team(session, form.team_id.data) or abort(404)
            act(session, person, team, on=form.on.data, actor_id=actor.person_id, at=now)
    except Refusal as refusal:
        beside(form, "on", refusal)
        return _teams_page(person_id, status=refusal.status, **{name: form})
    flash(_("Saved."), "success")
    return redirect(url_for(".teams", person_id=person_id), 303)


@bp.post("/<int:person_id>/leave")
@allow(hr, scoped=True)
def leave(person_id: int) -> ResponseReturnValue:
    """Say from when on the person no longer works here."""
    form, now = LeaveForm(prefix="leave-"), clock.now()
    try:
        with unit_of_work() as session:
            person = _visible(session, person_id, now.date())
            if not form.validate():
                return _teams_page(person_id, status=422, leave=form)
            persons.leave(session, person, on=form.on.data, actor_id=actor.person_id, at=now)
    except Refusal as refusal:
        beside(form, "on", refusal)
        return _teams_page(person_id, status=refusal.status, leave=form)
    flash(_("Saved."), "success")
    return redirect(url_for(".teams", person_id=person_id), 303)


@bp.post("/<int:person_id>/memberships/<int:membership_id>/end")
@allow(hr, scoped=True)
def end_membership(person_id: int, membership_id: int) -> ResponseReturnValue:
    """End a membership on a day; the row stays as history."""
    form, now = EndForm(), clock.now()
    require(form.on.data is not None)
    with unit_of_work() as session:
        membership = memberships.find(session, person_id, membership_id) or abort(404)
        memberships.end(session, membership, on=form.on.data, actor_id=actor.person_id, at=now)
    flash(_("Saved."), "success")
    return redirect(url_for(".teams", person_id=person_id), 303)

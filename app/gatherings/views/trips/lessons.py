"""What joint days taught, who answers, and what became of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit.views.exports import MOST_EXPORTED, traced_download
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import N_, Invalid, Stale
from app.gatherings.access import trips as access
from app.gatherings.forms.trips import FateForm, OwnerForm
from app.gatherings.models import LessonFate, TripLesson
from app.gatherings.queries.trips import debriefs as queries
from app.gatherings.services import trips as services
from app.gatherings.views.trips.blueprint import bp
from app.queue import ring
from app.web.export import FORMATS
from app.web.guards import actor, allow, require, signed_in
from app.web.pages import ListRequest, Page
from app.web.problems import translated

FATE_TONES = {
    LessonFate.OPEN: "requested",
    LessonFate.USED: "used",
    LessonFate.AGREEMENT: "agreed",
    LessonFate.DECLINED: "cancelled",
}


class NoSuchOwner(Invalid):
    """The owner is somebody of the team that answers."""

    msgid = N_("Choose somebody of the team that answers.")


@bp.get("/lessons")
@allow(signed_in)
def lessons() -> ResponseReturnValue:
    """The lessons the visitor wrote or answers for; HR reads all."""
    asked = ListRequest.from_args(
        request.args,
        sorts={"due", "fate"},
        default="due",
        filters={"fate": [fate.value for fate in LessonFate], "mine": ["1"]},
    )
    form = request.args.get("format", "")
    whole = form in FORMATS
    offset, limit = (0, MOST_EXPORTED) if whole else (asked.offset, asked.size)
    wish = queries.Wish(asked.order, asked.q, asked.filters, offset, limit)
    with reading() as session:
        rows, total = queries.listed(session, actor, wish)
        if whole:
            return _file(form, list(rows))
        return render_template(
            "gatherings/trips/lessons.html",
            page=Page(rows, total, asked),
            options={
                "fate": [(fate.value, _(label)) for fate, label in queries.FATE_LABELS.items()],
                "mine": [("1", _("Mine"))],
            },
            fates=queries.FATE_LABELS,
            tones=FATE_TONES,
            today=clock.today(actor.zone),
        )


def _file(form: str, rows: list[TripLesson]) -> ResponseReturnValue:
    headers = [
        *(_("Lesson"), _("Owner"), _("Team"), _("Due"), _("What became of it"), _("Note")),
        _("Joint day"),
    ]
    content = (
        (
            row.text,
            row.owner.name,
            row.team.name,
            row.due_on,
            _(queries.FATE_LABELS[row.fate]),
            row.fate_note,
            row.debrief.gathering.title,
        )
        for row in rows
    )
    return traced_download(form, _("Lessons"), headers, content, subject="list:lessons")


def _seen(session: UnitOfWork, lesson_id: int) -> TripLesson:
    found = queries.find_lesson(session, lesson_id) or abort(404)
    require(access.may_read_lesson(actor, found))
    return found


@bp.get("/lessons/<int:lesson_id>")
@allow(signed_in, scoped=True)
def lesson(lesson_id: int) -> ResponseReturnValue:
    """One lesson, and the owner's answer."""
    with reading() as session:
        found = _seen(session, lesson_id)
        data = {"note": found.fate_note, "version": str(found.version)}
        if found.fate is not LessonFate.OPEN:
            data["fate"] = found.fate.value
        return _page(session, found, FateForm(formdata=None, data=data))


def _page(
    session: UnitOfWork, found: TripLesson, form: FateForm, status: int = 200, conflict: str = ""
) -> ResponseReturnValue:
    owner_form = None
    if access.may_hand_over(actor, found):
        data = {"owner": found.owner_id, "version": str(found.version)}
        owner_form = _owners(session, found, OwnerForm(formdata=None, data=data))
    page = render_template(
        "gatherings/trips/lesson.html",
        lesson=found,
        form=form,
        owner_form=owner_form,
        may_answer=access.may_answer_lesson(actor, found),
        conflict=conflict,
        fates=queries.FATE_LABELS,
        tones=FATE_TONES,
    )
    return page, status


def _owners(session: UnitOfWork, found: TripLesson, form: OwnerForm) -> OwnerForm:
    today = clock.today(actor.zone)
    form.offer_people(queries.possible_owners(session, found, today=today))
    return form


@bp.post("/lessons/<int:lesson_id>/fate")
@allow(signed_in, scoped=True)
def decide(lesson_id: int) -> ResponseReturnValue:
    """The owner says what became of it."""
    form = FateForm()
    with unit_of_work() as session:
        found = _seen(session, lesson_id)
        require(access.may_answer_lesson(actor, found))
        if not form.validate():
            return _page(session, found, form, 422)
        said = {"fate": form.chosen, "note": form.note.data, "opened_on": form.opened_on}
        by, now = actor.person_id, clock.now()
        try:
            services.decide(session, found, **said, by=by, at=now)
        except Stale as refusal:
            form.version.data = str(found.version)
            return _page(session, found, form, 409, translated(refusal))
    ring("mail")
    flash(_("Thank you. Who wrote it has been told."), "success")
    return redirect(url_for(".lesson", lesson_id=lesson_id), 303)


@bp.post("/lessons/<int:lesson_id>/owner")
@allow(signed_in, scoped=True)
def hand_over(lesson_id: int) -> ResponseReturnValue:
    """Give a lesson to somebody else of the same team."""
    with unit_of_work() as session:
        found = _seen(session, lesson_id)
        require(access.may_hand_over(actor, found))
        form = _owners(session, found, OwnerForm())
        if not form.validate():
            raise NoSuchOwner
        opened_on, by, now = form.opened_on, actor.person_id, clock.now()
        services.hand_to(session, found, form.owner.data, opened_on=opened_on, by=by, at=now)
    ring("mail")
    flash(_("The new owner has been told."), "success")
    return redirect(url_for(".lessons"), 303)

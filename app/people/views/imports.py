"""Imports: send a file, see the fate of every row, apply exactly that."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.roster.fates import FATE_LABELS, MOST_FAULTS_SHOWN, FateKind
from app.domain.tables import MAX_BYTES, Fault, TooBig, UnreadableTable
from app.people.forms.imports import UploadForm
from app.people.models import ImportDraft, ImportKind
from app.people.services import imports as services
from app.people.views.refused import beside, readable, said
from app.people.views.roster_files import template_download
from app.web.export import FORMATS
from app.web.guards import actor, allow, hr
from app.web.locale import chosen_locale
from app.web.pages import ListRequest, Page

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.get("")
@allow(hr)
def index() -> ResponseReturnValue:
    """Send a file; read files that wait are listed."""
    return _index(UploadForm())


def _index(form: UploadForm, *, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        drafts = services.waiting(session, person_id=actor.person_id, at=clock.now())
        page = render_template(
            "imports/index.html",
            form=form,
            drafts=drafts,
            columns={kind.value: services.COLUMNS[kind] for kind in ImportKind},
            locale=chosen_locale(),
        )
    return page, status


@bp.get("/template/<kind>.<form>")
@allow(hr)
def template(kind: str, form: str) -> ResponseReturnValue:
    """The file to fill in, as CSV or Excel."""
    if kind not in set(ImportKind) or form not in FORMATS:
        abort(404)
    return template_download(form, services.COLUMNS[ImportKind(kind)], kind)


@bp.post("")
@allow(hr)
def send() -> ResponseReturnValue:
    """Read a file and lead to its preview."""
    form, now = UploadForm(), clock.now()
    if not form.validate():
        return _index(form, status=422)
    sent = form.file.data
    upload = services.Upload(
        name=sent.filename or "",
        content=sent.read(MAX_BYTES + 1),
        kind=ImportKind(form.kind.data),
        adds_missing=bool(form.adds_missing.data),
    )
    try:
        with unit_of_work() as session:
            draft = services.keep(session, upload, person_id=actor.person_id, at=now)
    except UnreadableTable as refusal:
        beside(form, "file", refusal)
        return _index(form, status=413 if isinstance(refusal, TooBig) else 422)
    return redirect(url_for(".show", draft_id=draft.id), 303)


@bp.get("/<int:draft_id>")
@allow(hr, scoped=True)
def show(draft_id: int) -> ResponseReturnValue:
    """The fate of every row, by fate and page."""
    with reading() as session:
        return _preview(session, _own(session, draft_id))


def _own(session: UnitOfWork, draft_id: int) -> ImportDraft:
    found = services.find(session, draft_id, person_id=actor.person_id, at=clock.now())
    return found or abort(404)


def _preview(session: UnitOfWork, draft: ImportDraft, *, problem: str = "") -> str:
    kinds = {kind.value for kind in FateKind}
    wanted = ListRequest.from_args(
        request.args, sorts={"line"}, default="line", filters={"fate": kinds}
    )
    preview = services.preview(session, draft, today=clock.now().date())
    outlook = preview.outlook
    fates = [f for f in outlook.fates if wanted.filters.get("fate") in {None, f.kind.value}]
    if wanted.descending:
        fates.reverse()
    shown = fates[wanted.offset : wanted.offset + wanted.size]
    faults = outlook.faults
    return render_template(
        "imports/show.html",
        draft=draft,
        heading=preview.heading,
        table=preview.table,
        outlook=outlook,
        page=Page(shown, len(fates), wanted),
        tabs=[(kind, FATE_LABELS[kind], outlook.counts[kind]) for kind in FateKind],
        labels={column.key: column.name(chosen_locale()) for column in _columns(draft)},
        faults=faults[:MOST_FAULTS_SHOWN],
        more_faults=max(0, len(faults) - MOST_FAULTS_SHOWN),
        reason=reason,
        readable=readable,
        fate_label=lambda kind: _(FATE_LABELS[kind]),
        problem=problem,
    )


def _columns(draft: ImportDraft) -> Any:
    return services.COLUMNS[draft.kind]


def reason(fault: Fault) -> str:
    """What is wrong in a place, in the reader's language."""
    values = {name: readable(value) for name, value in fault.values.items()}
    return str(_(fault.reason, **values)) if values else str(_(fault.reason))


@bp.post("/<int:draft_id>/apply")
@allow(hr, scoped=True)
def apply(draft_id: int) -> ResponseReturnValue:
    """Do what the preview showed, all of it or nothing."""
    now = clock.now()
    try:
        with unit_of_work() as session:
            outlook = services.apply(
                session,
                _own(session, draft_id),
                digest=request.form.get("digest", ""),
                today=now.date(),
                at=now,
            )
    except (services.ChangedMeanwhile, services.HasRefusedRows) as refusal:
        with reading() as session:
            page = _preview(session, _own(session, draft_id), problem=said(refusal))
            return page, refusal.status
    counts = outlook.counts
    flash(
        _(
            "The import is done: %(new)s new, %(changed)s changed, %(same)s unchanged.",
            new=counts[FateKind.NEW],
            changed=counts[FateKind.CHANGED],
            same=counts[FateKind.UNCHANGED],
        ),
        "success",
    )
    return redirect(url_for("people.index"), 303)


@bp.post("/<int:draft_id>/discard")
@allow(hr, scoped=True)
def discard(draft_id: int) -> ResponseReturnValue:
    """Forget a read file."""
    with unit_of_work() as session:
        services.discard(session, _own(session, draft_id))
    flash(_("The file was discarded. Nothing was changed."), "info")
    return redirect(url_for(".index"), 303)

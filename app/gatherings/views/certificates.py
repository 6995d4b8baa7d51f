"""My certificates, their files, and the page where anybody checks one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.database import reading
from app.domain.timespan import ONE_DAY
from app.gatherings.forms.attendance import CheckForm
from app.gatherings.queries import certificates as queries
from app.gatherings.queries.session_page import leads_anything
from app.queue import ring
from app.web.guards import actor, allow, public, require, signed_in, visitor

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("/")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """The visitor's certificates."""
    with reading() as session:
        found = queries.of_person(session, actor.person_id)
        ready = queries.written_ones(session, actor.person_id)
        leads = leads_anything(session, actor.person_id)
    if len(ready) < sum(one.withdrawn_at is None for one in found):
        ring("certificates")
    return render_template(
        "gatherings/certificates/index.html",
        certificates=found,
        ready=ready,
        leads=leads,
        today=clock.today(actor.zone),
    )


@bp.get("/<int:certificate_id>.pdf")
@allow(signed_in, scoped=True)
def download(certificate_id: int) -> ResponseReturnValue:
    """The file of an own certificate; 404 until the worker has written it."""
    with reading() as session:
        certificate = queries.find(session, certificate_id) or abort(404)
        require(certificate.person_id == actor.person_id)
        content = certificate.pdf or abort(404)
    name = f"tandem-{certificate.last_day.isoformat()}-{certificate.code[:4].lower()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@bp.get("/check")
@allow(public)
def check() -> ResponseReturnValue:
    """Say whether a certificate is genuine; what stands on it is all that is told."""
    asked = "code" in request.args
    form = CheckForm(request.args if asked else None, meta={"csrf": False})
    found = None
    if asked and form.validate():
        with reading() as session:
            found = queries.by_code(session, form.code.data)
    return render_template(
        "gatherings/certificates/check.html",
        form=form,
        asked=asked and not form.errors,
        certificate=found,
        is_signed_in=visitor() is not None,
        one_day=ONE_DAY,
        today=clock.now().date(),
    )

"""My data: what is stored about me and why, to read and to take along."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.audit.models import AuditKind
from app.audit.services import record
from app.database import reading, unit_of_work
from app.privacy.queries import own_data as queries
from app.privacy.queries.register import counts
from app.privacy.wording import AREAS
from app.web.export import attachment, csv_bytes
from app.web.guards import actor, allow, signed_in

bp = Blueprint("own_data", __name__, url_prefix="/account/data")
JSON_TYPE, ZIP_TYPE = "application/json", "application/zip"


@bp.get("")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """How much is stored of what, for which purpose, and two files of all of it."""
    with reading() as session:
        numbers = counts(session, actor.person_id)
        mentions = queries.mentions(session, actor.person_id)
    areas = [
        (
            _(area.title),
            _(area.purpose),
            [(_(label), numbers[name]) for name, label in area.tables.items() if name in numbers],
        )
        for area in AREAS
    ]
    return render_template(
        "privacy/own_data.html",
        areas=[area for area in areas if area[2]],
        mentions=sum(mentions.values()),
    )


@bp.post("/file")
@allow(signed_in)
def download() -> ResponseReturnValue:
    """All of it as one JSON file or as a ZIP of CSV files; leaves a trace in the log."""
    form = request.form.get("format", "")
    if form not in {"json", "csv"}:
        abort(422)
    now, locale = clock.now(), str(get_locale())
    with unit_of_work() as session:
        found = queries.own_data(session, actor.person_id, locale=locale)
        named = queries.mentions(session, actor.person_id)
        record(
            session,
            AuditKind.OWN_DATA_TAKEN,
            actor_id=actor.person_id,
            subject=f"person:{actor.person_id}",
            at=now,
            format=form,
        )
    if form == "json":
        whole = {"made_at": now.isoformat(), "data": found, "named_in_rows_of_others": named}
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        return attachment(text.encode(), "tandem-my-data.json", JSON_TYPE)
    return attachment(_zipped(found, locale), "tandem-my-data.zip", ZIP_TYPE)


def _zipped(found: dict[str, list[dict[str, Any]]], locale: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in found.items():
            headers = list(dict.fromkeys(column for row in rows for column in row))
            lines = [[_cell(row.get(column)) for column in headers] for row in rows]
            archive.writestr(f"{name}.csv", csv_bytes(headers, lines, locale=locale))
    return out.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value

"""The audit log: for the works council and administrators, to read and to verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import queries, services
from app.audit.models import AuditEntry, AuditKind
from app.audit.queries import Wanted
from app.audit.services import Verdict
from app.audit.views.exports import traced_download
from app.audit.views.words import KINDS, SUBJECTS
from app.database import reading
from app.domain.timespan import start_of
from app.web.export import FORMATS
from app.web.guards import actor, allow, auditors
from app.web.pages import ListRequest, Page

bp = Blueprint("audit", __name__, url_prefix="/audit")
MOST_EXPORTED = 50_000
FILTERS = {"kind": [kind.value for kind in AuditKind], "since": None, "until": None}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is shown: who did what to what; `detail` as "name: value"."""

    number: int
    at: datetime
    who: str
    what: str
    subject: str
    detail: str


@bp.get("")
@allow(auditors)
def index() -> ResponseReturnValue:
    """Entries by time, newest first; as a file with `format`."""
    asked = _asked()
    if request.args.get("format") in FORMATS:
        return _file(request.args["format"], asked)
    return _page(asked)


@bp.get("/verify")
@allow(auditors)
def verify() -> ResponseReturnValue:
    """Walk the whole chain and say whether anything was changed or is missing."""
    with reading() as session:
        verdict = services.verify(session)
    return _page(_asked(), verdict)


def _asked() -> ListRequest:
    return ListRequest.from_args(request.args, sorts={"at"}, default="-at", filters=FILTERS)


def _page(asked: ListRequest, verdict: Verdict | None = None) -> ResponseReturnValue:
    with reading() as session:
        found, total = queries.entries(
            session,
            _wanted(asked),
            newest_first=asked.descending,
            offset=asked.offset,
            limit=asked.size,
        )
        lines = _lines(found, queries.names(session, found))
    return render_template(
        "audit/index.html",
        page=Page(lines, total, asked),
        kinds=sorted(((kind.value, _(text)) for kind, text in KINDS.items()), key=lambda k: k[1]),
        verdict=verdict,
    )


def _file(form: str, asked: ListRequest) -> ResponseReturnValue:
    with reading() as session:
        found, _total = queries.entries(session, _wanted(asked), limit=MOST_EXPORTED)
        names = queries.names(session, found)
    rows = [
        (line.number, _on_the_wall(line.at), line.who, line.what, line.subject, line.detail)
        for line in _lines(found, names)
    ]
    headers = (_("Number"), _("Time"), _("Who"), _("What"), _("Concerning"), _("Details"))
    return traced_download(form, _("Audit log"), headers, rows, subject="list:audit")


def _wanted(asked: ListRequest) -> Wanted:
    kind, last = asked.filters.get("kind"), _day(asked.filters.get("until"))
    return Wanted(
        kind=AuditKind(kind) if kind else None,
        name=asked.q,
        since=_start_of(_day(asked.filters.get("since"))),
        until=_start_of(last + timedelta(days=1) if last else None),
    )


def _day(text: str | None) -> date | None:
    """A day as the browser writes it; what is none asks for nothing."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 9000 else None  # noqa: PLR2004 - beyond that clocks break


def _start_of(day: date | None) -> datetime | None:
    return start_of(day, actor.zone) if day else None


def _on_the_wall(at: datetime) -> datetime:
    return at.astimezone(actor.zone).replace(tzinfo=None)


def _lines(found: Sequence[AuditEntry], names: Mapping[int, str]) -> list[Line]:
    return [
        Line(
            number=entry.id,
            at=entry.at,
            who=_who(entry, names),
            what=_(KINDS[entry.kind]),
            subject=_subject(entry.subject, names),
            detail=", ".join(f"{name}: {value}" for name, value in sorted(entry.detail.items())),
        )
        for entry in found
    ]


def _who(entry: AuditEntry, names: Mapping[int, str]) -> str:
    if entry.actor_id is None:
        return str(_("nobody signed in"))
    return names.get(entry.actor_id) or str(_("person %(number)s", number=entry.actor_id))


def _subject(subject: str, names: Mapping[int, str]) -> str:
    table, _sign, key = subject.partition(":")
    person = queries.person_of(subject)
    if person is not None and person in names:
        return names[person]
    return f"{_(SUBJECTS[table])} {key}" if table in SUBJECTS else subject

"""Lists as files, with a line in the log about who took which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from app import clock
from app.audit.models import AuditKind
from app.audit.services import record
from app.database import unit_of_work
from app.web.export import download
from app.web.guards import actor
from app.web.locale import chosen_locale

MOST_EXPORTED = 10_000  # rows of one file


def traced_download(
    form: str,
    title: str,
    headers: Sequence[object],
    rows: Iterable[Sequence[Any]],
    *,
    subject: str,
) -> Response:
    """The rows as a file named `title`; the log keeps who took the list and how long it was.

    `subject` is "list:<what>". `form` is `csv` or `xlsx`.
    """
    content = [tuple(row) for row in rows]  # a unit of work forgets what was read before it
    with unit_of_work() as session:
        record(
            session,
            AuditKind.LIST_EXPORTED,
            actor_id=actor.person_id,
            subject=subject,
            at=clock.now(),
            rows=len(content),
        )
    return download(form, title, headers, content, locale=chosen_locale())

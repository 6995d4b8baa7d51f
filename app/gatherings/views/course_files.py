"""Courses and their demand as files."""

from __future__ import annotations

from collections.abc import Sequence

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.views.exports import traced_download
from app.gatherings.models import TOPIC_LABELS
from app.gatherings.queries.course_list import CourseLine, Waiting
from app.web.guards import actor


def courses_file(form: str, found: Sequence[CourseLine]) -> ResponseReturnValue:
    """The catalogue with numbers."""
    headers = [
        *(_("Title in German"), _("Title in English"), _("Topic"), _("Length in minutes")),
        *(_("Certificate valid for months"), _("Sessions to come"), _("Next session")),
        *(_("Waiting for a date"), _("No longer offered since")),
    ]
    rows = (
        (
            line.course.title_de,
            line.course.title_en,
            _(TOPIC_LABELS[line.course.topic]),
            line.course.minutes,
            line.course.validity_months,
            line.sessions,
            line.next_at.astimezone(actor.zone).replace(tzinfo=None) if line.next_at else None,
            line.waiting,
            line.course.retired_on,
        )
        for line in found
    )
    return traced_download(form, _("Courses"), headers, rows, subject="list:courses")


def waiting_file(form: str, title: str, waiting: Sequence[Waiting]) -> ResponseReturnValue:
    """Who waits for a date, longest first."""
    headers = [_("Name"), _("Team"), _("Waiting since")]
    rows = (
        (
            f"{one.person.family_name}, {one.person.given_name}",
            one.team.name if one.team else "",
            one.since.astimezone(actor.zone).replace(tzinfo=None),
        )
        for one in waiting
    )
    name = _("Waiting for %(course)s", course=title)
    return traced_download(form, name, headers, rows, subject="list:course_interest")

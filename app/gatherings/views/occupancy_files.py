"""Occupancy as files; who takes one is written down."""

from __future__ import annotations

from collections.abc import Sequence

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.views.exports import traced_download
from app.gatherings.models import TOPIC_LABELS
from app.gatherings.queries.occupancy import CourseLine, Figures, SessionLine, host_of
from app.gatherings.views.state_words import KIND_LABELS, STATE_LABELS
from app.web.guards import actor
from app.web.locale import chosen_locale


def _headers() -> list[str]:
    return [
        *(_("Seats"), _("Booked"), _("Fill rate in per cent"), _("Requests"), _("Waiting")),
        *(_("Came"), _("Did not come"), _("Excused"), _("Cancelled by the person")),
        _("Declined or cancelled by others"),
    ]


def _cells(figures: Figures) -> tuple[int | None, ...]:
    return (
        *(figures.seats, figures.booked, figures.fill, figures.requested, figures.waiting),
        *(figures.came, figures.no_shows, figures.excused, figures.cancelled),
        figures.turned_away,
    )


def sessions_file(form: str, lines: Sequence[SessionLine]) -> ResponseReturnValue:
    """Session by session."""
    headers = [_("Session"), _("Topic"), _("Begins"), _("Site"), _("State"), *_headers()]
    locale = chosen_locale()
    rows = (
        (
            line.gathering.title_in(locale),
            _(TOPIC_LABELS[line.gathering.course.topic]) if line.gathering.course else "",
            line.gathering.starts_at.astimezone(actor.zone).replace(tzinfo=None),
            line.gathering.site.name,
            _(STATE_LABELS[line.gathering.state]),
            *_cells(line.figures),
        )
        for line in lines
    )
    return traced_download(form, _("Occupancy"), headers, rows, subject="list:occupancy")


def joint_days_file(form: str, lines: Sequence[SessionLine]) -> ResponseReturnValue:
    """Joint day by joint day, with its host."""
    headers = [_("Joint day"), _("Kind"), _("Host"), _("Begins"), _("Site"), _("State")]
    rows = (
        (
            line.gathering.title,
            _(KIND_LABELS[line.gathering.kind]),
            host_of(line),
            line.gathering.starts_at.astimezone(actor.zone).replace(tzinfo=None),
            line.gathering.site.name,
            _(STATE_LABELS[line.gathering.state]),
            *_cells(line.figures),
        )
        for line in lines
    )
    name, subject = _("Occupancy of joint days"), "list:occupancy_joint_days"
    return traced_download(form, name, [*headers, *_headers()], rows, subject=subject)


def courses_file(form: str, lines: Sequence[CourseLine]) -> ResponseReturnValue:
    """Course by course."""
    headers = [
        *(_("Course"), _("Topic"), _("Sessions"), _("Called off"), _("Waiting for a date")),
        *_headers(),
    ]
    rows = (
        (
            line.title,
            _(TOPIC_LABELS[line.course.topic]),
            line.sessions,
            line.called_off,
            line.demand,
            *_cells(line.figures),
        )
        for line in lines
    )
    name = _("Occupancy by course")
    return traced_download(form, name, headers, rows, subject="list:occupancy_courses")

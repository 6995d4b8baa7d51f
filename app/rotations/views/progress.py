"""The way of an application in steps: what happened, where it stands, what comes next."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from app.domain.endorsing import EndorsementState
from app.domain.rounds import RoundState
from app.rotations.models import Application, ApplicationState
from app.web.locale import day, moment

Step = tuple[str, str, str]  # name, past | now | next, note
PLANNED = (RoundState.PUBLISHED, RoundState.RUNNING, RoundState.CLOSED)


def progress_of(application: Application, *, today: date) -> list[Step]:
    """Steps for the macro `steps`: exactly one is now, unless it is withdrawn or answered."""
    if application.state is ApplicationState.WITHDRAWN:
        return [
            (_("Withdrawn"), "now", moment(application.withdrawn_at)),
        ]
    return [
        _submitting(application),
        _endorsing(application),
        _planning(application),
        _answering(application, today),
    ]


def _submitting(application: Application) -> Step:
    if application.state is ApplicationState.SUBMITTED:
        return _("Submitted"), "past", moment(application.submitted_at)
    due = day(application.round.applications_due_on)
    return _("Submit your application"), "now", _("until %(day)s", day=due)


def _endorsing(application: Application) -> Step:
    endorsement = application.endorsement
    if endorsement is None or application.state is not ApplicationState.SUBMITTED:
        return _("Your home team endorses it"), "next", ""
    if endorsement.state is EndorsementState.ENDORSED:
        return _("Endorsed by your home team"), "past", moment(endorsement.decided_at)
    if endorsement.state is EndorsementState.REFUSED:
        return _("Not endorsed by your home team"), "past", moment(endorsement.decided_at)
    if endorsement.state is EndorsementState.ESCALATED:
        return _("HR decides on the endorsement"), "now", moment(endorsement.escalated_at)
    due = day(endorsement.due_on)
    return _("Your home team endorses it"), "now", _("until %(day)s", day=due)


def _planning(application: Application) -> Step:
    state = application.round.state
    note = _("published by %(day)s", day=day(application.round.publish_on))
    if state in PLANNED:
        return _("Planned"), "past", ""
    if state is RoundState.PLANNING:
        return _("HR plans the round"), "now", note
    return _("HR plans the round"), "next", note


def _answering(application: Application, today: date) -> Step:
    outcome = application.outcome
    if outcome is None:
        late = today > application.round.publish_on
        note = "" if late else day(application.round.publish_on)
        return _("You get an answer with its reasons"), "next", note
    title = _("You have a place") if outcome.placed else _("No place this time")
    return title, "past", moment(outcome.decided_at)

"""Write down what the told contact of pairs grows by, once after each publication."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.domain.contact_steps import Step, Visit, step_of_meetings, step_of_visits
from app.health.models import ContactStep
from app.health.queries import contact


def write(session: Session, *, at: datetime) -> list[ContactStep]:
    """Tell what came to an end until `at` (UTC), where enough people stand behind it.

    What is not told yet waits for the next time. A visit that is entered after its time was told
    is in no step: a step is never counted anew.
    """
    since = contact.told_until(session)
    written = []
    for series, overs in sorted(contact.visits(session, until=at).items()):
        told = since.get(series)
        fresh = [over.visit for over in overs if told is None or over.ended_at > told]
        step = _step(series[2], fresh)
        if step is not None:
            written.append(_row(series, step, at))
    session.add_all(written)
    return written


def _step(kind: CommitmentKind, visits: list[Visit]) -> Step | None:
    return (step_of_meetings if kind is CommitmentKind.SESSION else step_of_visits)(visits)


def _row(series: contact.Series, step: Step, at: datetime) -> ContactStep:
    low, high, kind = series
    return ContactStep(
        low_team_id=low,
        high_team_id=high,
        kind=kind,
        until=at,
        times=step.times,
        people=step.people,
        days=step.days,
    )

"""Look back on a stay, and hand what should change to the other side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.insights import InsightKind
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.stays import MOST_INSIGHTS, OVER
from app.domain.timespan import Days
from app.insights import services as insights
from app.rotations.models import Debrief, DebriefSide, Stay
from app.rotations.queries.stays.days import calendar_of
from app.rotations.services.stays.chain import touch


class NotOverYet(Refusal):
    """One looks back when the stay is over."""

    msgid = N_("The debrief opens when the stay is over.")


class AlreadyWritten(Refusal):
    """Each side looks back once."""

    msgid = N_("This side has already written its debrief.")


class TooManyInsights(Invalid):
    """Three points are read, ten are not."""

    msgid = N_("Please choose the three most important points.")


@dataclass(frozen=True, slots=True)
class LookBack:
    """One side's debrief: what was learned, and up to three things that should change."""

    side: DebriefSide
    learned: str
    changes: Sequence[str]


def write_debrief(
    session: Session, stay: Stay, said: LookBack, *, by: int, at: datetime
) -> Debrief:
    """Write one side's debrief; each change becomes an insight of somebody on the other side.

    Raises NotOverYet, AlreadyWritten, TooManyInsights, NobodyAnswers.
    """
    if stay.state not in OVER:
        raise NotOverYet
    if any(debrief.side is said.side for debrief in stay.debriefs):
        raise AlreadyWritten
    changes = [text for text in said.changes if text]
    if len(changes) > MOST_INSIGHTS:
        raise TooManyInsights
    today = calendar_of(session, stay.person_id).day_of(at)
    debrief = Debrief(
        stay_id=stay.id, side=said.side, learned=said.learned, written_at=at, written_by=by
    )
    session.add(debrief)
    touch(stay)
    session.flush()  # the insights need its key
    to, source = answering_team(stay, said.side), _source(stay, debrief)
    insights.write(session, source, changes, team_id=to, today=today, at=at)
    record(
        session,
        AuditKind.STAY_DEBRIEFED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        side=said.side.value,
        insights=len(changes),
    )
    return debrief


def answering_team(stay: Stay, side: DebriefSide) -> int:
    """The team on the other side of a debrief: the home team answers the host, and vice versa."""
    return stay.home_team_id if side is DebriefSide.HOST else stay.host_team_id


def _source(stay: Stay, debrief: Debrief) -> insights.Source:
    own_team = stay.host_team_id if debrief.side is DebriefSide.HOST else stay.home_team_id
    return insights.Source(
        kind=InsightKind.STAY,
        debrief_id=debrief.id,
        key=stay.id,
        title=stay.placement.title,
        days=Days(stay.starts_on, stay.ends_on),
        written_by=debrief.written_by,
        from_team_id=own_team,
        person_id=stay.person_id,
        for_both_teams=True,
    )

"""Makers of insights: each adds a debrief and what follows from it, flushes and gives it back."""

from datetime import date, timedelta

from app.domain.insights import InsightKind
from app.gatherings.models import TripDebrief
from app.insights.models import Insight
from app.rotations.models import Debrief, DebriefSide
from tests.factories import NOW

DUE_ON = date(2026, 12, 21)


def _added(session, row):
    session.add(row)
    session.flush()
    return row


def make_stay_insight(session, stay, *, owner, text="One list of leads", **fields):
    """Make an insight of the person of a stay, answered by somebody of the host team."""
    debrief = _added(
        session,
        Debrief(
            stay_id=stay.id,
            side=DebriefSide.PERSON,
            learned="Qualifying",
            written_at=NOW,
            written_by=stay.person_id,
        ),
    )
    values = {
        "stay_debrief_id": debrief.id,
        "source_title": "Campaign desk",
        "starts_on": stay.starts_on,
        "ends_on": stay.ends_on,
        "person_id": stay.person_id,
        "written_by": stay.person_id,
        "from_team_id": stay.home_team_id,
        "for_both_teams": True,
        "team_id": stay.host_team_id,
        "due_on": DUE_ON,
        **fields,
    }
    row = Insight(kind=InsightKind.STAY, stay_id=stay.id, text=text, owner_id=owner.id, **values)
    return _added(session, row)


def make_day_insight(session, gathering, writer, *, owner, teams, text="Brief us", **fields):
    """Make an insight of a joint day; `teams` are the keys of the writer's and the owner's."""
    debrief = _added(
        session,
        TripDebrief(
            gathering_id=gathering.id,
            person_id=writer.id,
            due_at=NOW + timedelta(days=2),
            written_at=NOW,
        ),
    )
    day = gathering.starts_at.date()
    values = {
        "trip_debrief_id": debrief.id,
        "source_title": gathering.title,
        "starts_on": day,
        "ends_on": day + timedelta(days=1),
        "written_by": writer.id,
        "from_team_id": teams[0],
        "team_id": teams[1],
        "due_on": DUE_ON,
        **fields,
    }
    kind = InsightKind.JOINT_DAY
    row = Insight(kind=kind, gathering_id=gathering.id, text=text, owner_id=owner.id, **values)
    return _added(session, row)

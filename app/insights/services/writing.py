"""A debrief was written: what should change goes to somebody on the other side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.insights import ANSWER_WITHIN, InsightKind, NobodyAnswers
from app.domain.timespan import Days
from app.insights.models import Insight
from app.insights.services import notices
from app.people.queries.answering import answer_for, people_of_hr


@dataclass(frozen=True, slots=True)
class Source:
    """The debrief that insights come from, as the room it belongs to knows it.

    `key` is that of the stay or the joint day. `title` is read by everybody who reads the
    insight, so it never names a customer. Everybody of both teams reads what is `for_both_teams`.
    """

    kind: InsightKind
    debrief_id: int
    key: int
    title: str
    days: Days
    written_by: int
    from_team_id: int | None
    person_id: int | None = None  # who stayed
    for_both_teams: bool = False


def write(
    session: Session,
    source: Source,
    texts: Sequence[str],
    *,
    team_id: int,
    today: date,
    at: datetime,
) -> Sequence[Insight]:
    """Hand each text to whoever answers for a team: its lead, else a deputy, else HR.

    `today` is the day at the source's place; the answer is due four weeks later. Raises
    NobodyAnswers.
    """
    if not texts:
        return ()
    owner_id = _owner(session, team_id, today=today)
    due_on = today + ANSWER_WITHIN
    insights = [
        Insight(text=text, owner_id=owner_id, team_id=team_id, due_on=due_on, **_origin(source))
        for text in texts
    ]
    session.add_all(insights)
    session.flush()  # their keys name the notices
    for insight in insights:
        notices.handed_over(session, insight, at=at)
    return insights


def _owner(session: Session, team_id: int, *, today: date) -> int:
    found = answer_for(session, team_id, today=today) or people_of_hr(session, today=today)
    if not found:
        raise NobodyAnswers
    return found[0]


def _origin(source: Source) -> dict[str, object]:
    """The columns that say where an insight comes from."""
    keys = {
        InsightKind.STAY: ("stay_debrief_id", "stay_id"),
        InsightKind.JOINT_DAY: ("trip_debrief_id", "gathering_id"),
    }[source.kind]
    return {
        **dict(zip(keys, (source.debrief_id, source.key), strict=True)),
        "kind": source.kind,
        "source_title": source.title,
        "starts_on": source.days.start,
        "ends_on": source.days.end,
        "written_by": source.written_by,
        "from_team_id": source.from_team_id,
        "person_id": source.person_id,
        "for_both_teams": source.for_both_teams,
    }

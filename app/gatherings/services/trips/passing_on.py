"""What a debrief says for Marketing and for Sales goes to somebody of that side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.insights import InsightKind
from app.domain.refusals import Invalid
from app.domain.timespan import ONE_DAY, Days
from app.gatherings.models import Gathering, TripDebrief
from app.gatherings.queries.trips.addressees import Addressee, addressees
from app.gatherings.services.bookings.lines import today_at
from app.insights import services as insights
from app.people.models import Side


def pass_on(
    session: Session,
    gathering: Gathering,
    debrief: TripDebrief,
    chosen: Mapping[Side, int],
    *,
    at: datetime,
) -> int:
    """Hand each text to who answers for a team of its side; gives how many were handed over.

    `chosen` are the teams the writer picked; without one it is the usual team. What is for a side
    without any team stays with the debrief. Raises NobodyAnswers, and Invalid for a team that is
    not among the addressees.
    """
    today = today_at(gathering, at)
    known = addressees(session, gathering, debrief.person_id, today=today)
    day = today_at(gathering, gathering.starts_at)
    source = insights.Source(
        kind=InsightKind.JOINT_DAY,
        debrief_id=debrief.id,
        key=gathering.id,
        title=gathering.title,
        days=Days(day, day + ONE_DAY),
        written_by=debrief.person_id,
        from_team_id=known.own_team_id,
    )
    texts = {Side.MARKETING: debrief.for_marketing, Side.SALES: debrief.for_sales}
    number = 0
    for side, options in known.by_side.items():
        team_id = _team(options, chosen.get(side))
        if team_id is not None and texts[side]:
            insights.write(session, source, [texts[side]], team_id=team_id, today=today, at=at)
            number += 1
    return number


def _team(options: list[Addressee], chosen: int | None) -> int | None:
    """The chosen team, or the usual one; None where the side has no team. Raises Invalid."""
    keys = [option.team_id for option in options]
    if chosen is not None and chosen not in keys:
        raise Invalid
    return chosen or next(iter(keys), None)

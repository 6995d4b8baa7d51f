"""How many of their teams are there while people who ask are at a training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment
from app.domain.team_cover import TeamCover
from app.domain.timespan import Days, Timespan
from app.gatherings.models import Booking, Meeting
from app.gatherings.queries.engagements import OF_MEETINGS
from app.gatherings.queries.offers import active_meetings
from app.people.models import Absence, Membership, MembershipKind, Person, Site, Team

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeetingCover:
    """One meeting somebody asks for, and their team's cover meanwhile."""

    meeting: Meeting
    cover: TeamCover


@dataclass(frozen=True, slots=True)
class _Member:
    person_id: int
    working_days: str
    starts_on: date
    ends_on: date | None

    def works_on(self, day: date) -> bool:
        """Whether the person belongs to the team and works on this weekday."""
        belongs = self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
        return belongs and str(day.isoweekday()) in self.working_days


@dataclass(frozen=True, slots=True)
class _Team:
    """A team, the clock of its site, and who belongs to it."""

    minimum: int
    zone: ZoneInfo
    members: list[_Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """When people have to be elsewhere, and the days they are off."""

    busy: dict[int, list[Timespan]]
    off: dict[int, list[Days]]

    def has(self, person_id: int, span: Timespan, day: date) -> bool:
        """Whether somebody is not at work with the team during `span`, on `day`."""
        return any(other.overlaps(span) for other in self.busy.get(person_id, ())) or any(
            day in days for days in self.off.get(person_id, ())
        )


def cover_beside(
    session: Session, requests: Sequence[Booking], rivals: Sequence[Booking] = ()
) -> dict[int, list[MeetingCover]]:
    """Booking id -> the cover of the home team during each meeting. At most four statements.

    `rivals` are requests that are open beside these; both come with gathering and meetings.
    Somebody without a home team has no cover. Away is who has the day off or a hard commitment
    during the meeting.
    """
    every = [*requests, *(each for each in rivals if each not in requests)]
    spans = [meeting.span for each in requests for meeting in active_meetings(each.gathering)]
    ids = {each.home_team_id for each in requests if each.home_team_id is not None}
    if not spans or not ids:
        return {each.id: [] for each in requests}
    whole = Timespan(min(span.start for span in spans), max(span.end for span in spans))
    teams = _teams(session, ids, whole)
    people = {one.person_id for team in teams.values() for one in team.members}
    elsewhere = _Elsewhere(_busy(session, people, whole, every), _off(session, people, whole))
    return {each.id: _beside(each, teams, every, elsewhere) for each in requests}


def _beside(
    request: Booking, teams: dict[int, _Team], requests: Sequence[Booking], elsewhere: _Elsewhere
) -> list[MeetingCover]:
    if request.home_team_id is None:
        return []
    team = teams[request.home_team_id]
    rivals = [
        each
        for each in requests
        if each.home_team_id == request.home_team_id and each.person_id != request.person_id
    ]
    return [
        MeetingCover(meeting, _cover(team, request.person_id, meeting.span, rivals, elsewhere))
        for meeting in active_meetings(request.gathering)
    ]


def _cover(
    team: _Team,
    person_id: int,
    span: Timespan,
    rivals: Sequence[Booking],
    elsewhere: _Elsewhere,
) -> TeamCover:
    day = span.start.astimezone(team.zone).date()
    members = {each.person_id for each in team.members if each.works_on(day)}
    away = {each for each in members if elsewhere.has(each, span, day)}
    asking = {
        each.person_id
        for each in rivals
        if any(meeting.span.overlaps(span) for meeting in active_meetings(each.gathering))
    }
    here = members - away - {person_id}
    return TeamCover(len(members), len(here), team.minimum, asking=len(asking & here))


def _teams(session: Session, ids: Collection[int], span: Timespan) -> dict[int, _Team]:
    """Teams with everybody who is at home there at some time of the span. Two statements."""
    rows = session.execute(
        select(Team.id, Team.minimum_present, Site.zone)
        .join(Site, Site.id == Team.site_id)
        .where(Team.id.in_(sorted(ids)))
    )
    teams = {key: _Team(minimum, ZoneInfo(zone)) for key, minimum, zone in rows}
    members = session.execute(
        select(
            Membership.team_id,
            Membership.person_id,
            Person.working_days,
            Membership.starts_on,
            Membership.ends_on,
            Person.left_on,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(sorted(ids)),
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on <= (span.end + A_DAY).date(),
            or_(Membership.ends_on.is_(None), Membership.ends_on > (span.start - A_DAY).date()),
        )
    )
    for team_id, person_id, working_days, starts_on, ends_on, left_on in members:
        ends = min((day for day in (ends_on, left_on) if day is not None), default=None)
        teams[team_id].members.append(_Member(person_id, working_days, starts_on, ends))
    return teams


def _busy(
    session: Session, people: Collection[int], span: Timespan, requests: Sequence[Booking]
) -> dict[int, list[Timespan]]:
    """Hard commitments around the span, but for the time these requests keep. One statement."""
    asked = {
        (each.person_id, meeting.id) for each in requests for meeting in each.gathering.meetings
    }
    rows = session.execute(
        select(
            Commitment.person_id,
            Commitment.kind,
            Commitment.source_id,
            Commitment.starts_at,
            Commitment.ends_at,
        ).where(
            Commitment.person_id.in_(sorted(people)),
            Commitment.active,
            Commitment.hard,
            Commitment.starts_at < span.end,
            Commitment.ends_at > span.start,
        )
    )
    busy: dict[int, list[Timespan]] = defaultdict(list)
    for person_id, kind, source_id, starts_at, ends_at in rows:
        if kind not in OF_MEETINGS or (person_id, source_id) not in asked:
            busy[person_id].append(Timespan(starts_at, ends_at))
    return busy


def _off(session: Session, people: Collection[int], span: Timespan) -> dict[int, list[Days]]:
    """Days off around the span. One statement."""
    rows = session.execute(
        select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(
            Absence.person_id.in_(sorted(people)),
            Absence.starts_on <= (span.end + A_DAY).date(),
            Absence.ends_on >= (span.start - A_DAY).date(),
        )
    )
    off: dict[int, list[Days]] = defaultdict(list)
    for person_id, starts_on, ends_on in rows:
        off[person_id].append(Days(starts_on, ends_on))
    return off

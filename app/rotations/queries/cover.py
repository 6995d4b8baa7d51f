"""Who is away and who comes, per team and week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import sort_key
from app.domain.presence import Away, Member, Week, monday_of, weeks
from app.domain.stays import LIVE, OVER
from app.domain.timespan import Days
from app.people.models import Absence, Membership, MembershipKind, Person, PublicHoliday, Team
from app.rotations.models import Stay

WEEKS = 12
FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Line:
    """One week of a team: presence, and the people behind it.

    `out` are stays of its own people elsewhere, `guests` stays of others here, `off` people with
    other absences (time only, never why).
    """

    week: Week
    minimum: int
    out: tuple[Stay, ...]
    guests: tuple[Stay, ...]
    off: tuple[Person, ...]

    @property
    def is_short(self) -> bool:
        """Whether fewer people are there than the team needs."""
        return self.week.day is not None and self.week.present < self.minimum

    @property
    def last_day(self) -> date:
        """The Friday of the week."""
        return self.week.starts_on + timedelta(days=4)


@dataclass(frozen=True, slots=True)
class TeamCover:
    """A team and its weeks."""

    team: Team
    lines: tuple[Line, ...]


def teams_for(session: Session, ids: Iterable[int]) -> Sequence[Team]:
    """The teams with these keys, by name. One statement."""
    return session.scalars(
        select(Team).where(Team.id.in_(sorted(ids))).order_by(Team.name, Team.id)
    ).all()


def open_teams(session: Session, *, today: date) -> Sequence[Team]:
    """Every team that is not closed, by name. One statement."""
    return session.scalars(
        select(Team)
        .where(or_(Team.closed_on.is_(None), Team.closed_on > today))
        .order_by(Team.name, Team.id)
    ).all()


def cover(session: Session, teams: Sequence[Team], *, today: date) -> list[TeamCover]:
    """The next WEEKS weeks of each team. Four statements whatever the number of teams."""
    start = monday_of(today)
    span = Days(start, start + timedelta(weeks=WEEKS))
    ids = [team.id for team in teams]
    members = _members(session, ids, span)
    stays = _stays(session, ids, span)
    people = {member.person_id for found in members.values() for member in found}
    absences = _absences(session, people, span)
    holidays = _holidays(session, {team.site_id for team in teams}, span)
    return [
        _team(team, members[team.id], stays, absences, holidays[team.site_id], start)
        for team in teams
    ]


def _team(
    team: Team,
    members: list[Membership],
    stays: Sequence[Stay],
    absences: dict[int, list[Absence]],
    holidays: set[date],
    start: date,
) -> TeamCover:
    out = [stay for stay in stays if stay.home_team_id == team.id]
    guests = [stay for stay in stays if stay.host_team_id == team.id]
    own = [row for member in members for row in absences.get(member.person_id, ())]
    away = [Away(s.person_id, Days(s.starts_on, s.ends_on), s.share) for s in out]
    away += [Away(a.person_id, Days(a.starts_on, a.ends_on)) for a in own]
    there = [
        Member(m.person_id, Days(m.starts_on, m.ends_on or FOREVER), m.person.working_days)
        for m in members
    ]
    names = {member.person_id: member.person for member in members}
    return TeamCover(
        team,
        tuple(
            Line(
                week,
                team.minimum_present,
                tuple(s for s in out if _in_week(s.starts_on, s.ends_on, week)),
                tuple(s for s in guests if _in_week(s.starts_on, s.ends_on, week)),
                _off(own, names, week),
            )
            for week in weeks(start, WEEKS, there, away, holidays)
        ),
    )


def _off(rows: list[Absence], names: dict[int, Person], week: Week) -> tuple[Person, ...]:
    found = {a.person_id for a in rows if _in_week(a.starts_on, a.ends_on, week)}
    return tuple(sorted((names[key] for key in found), key=lambda person: sort_key(person.name)))


def _in_week(starts_on: date, ends_on: date, week: Week) -> bool:
    friday = week.starts_on + timedelta(days=4)
    return starts_on <= friday and ends_on > week.starts_on


def _members(session: Session, ids: list[int], span: Days) -> dict[int, list[Membership]]:
    rows = session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(ids),
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on < span.end,
            or_(Membership.ends_on.is_(None), Membership.ends_on > span.start),
            or_(Person.left_on.is_(None), Person.left_on > span.start),
        )
        .options(joinedload(Membership.person))
        .order_by(Membership.person_id)
    )
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows:
        found[row.team_id].append(row)
    return found


def _stays(session: Session, ids: list[int], span: Days) -> Sequence[Stay]:
    return session.scalars(
        select(Stay)
        .where(
            or_(Stay.home_team_id.in_(ids), Stay.host_team_id.in_(ids)),
            Stay.state.in_((*LIVE, *OVER)),
            Stay.starts_on < span.end,
            Stay.ends_on > span.start,
        )
        .options(joinedload(Stay.person), joinedload(Stay.home), joinedload(Stay.host))
        .order_by(Stay.starts_on, Stay.id)
    ).all()


def _absences(session: Session, people: set[int], span: Days) -> dict[int, list[Absence]]:
    rows = session.scalars(
        select(Absence).where(
            Absence.person_id.in_(sorted(people)),
            Absence.starts_on < span.end,
            Absence.ends_on > span.start,
        )
    )
    found: dict[int, list[Absence]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def _holidays(session: Session, sites: set[int], span: Days) -> dict[int, set[date]]:
    rows = session.execute(
        select(PublicHoliday.site_id, PublicHoliday.day).where(
            PublicHoliday.site_id.in_(sorted(sites)),
            PublicHoliday.day >= span.start,
            PublicHoliday.day < span.end,
        )
    )
    found: dict[int, set[date]] = defaultdict(set)
    for site, day in rows:
        found[site].add(day)
    return found

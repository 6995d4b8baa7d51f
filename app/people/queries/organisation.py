"""Sites, departments and teams, with who answers for them and how many belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import in_order, sort_key
from app.domain.roles import Actor
from app.people.models import (
    Absence,
    Department,
    LeadKind,
    Membership,
    MembershipKind,
    Person,
    PublicHoliday,
    Site,
    Team,
    TeamLead,
)
from app.people.queries.circle import on_day, visible_to, works_here

USUAL_ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team as the organisation shows it on a day."""

    team: Team
    members: int
    leads: tuple[TeamLead, ...]

    @property
    def is_closed(self) -> bool:
        """Whether a day of closing is set."""
        return self.team.closed_on is not None


@dataclass(slots=True)
class Branch:
    """A department with its teams."""

    department: Department
    teams: list[TeamCard] = field(default_factory=list)

    @property
    def members(self) -> int:
        """People at home in its teams."""
        return sum(card.members for card in self.teams)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's place in a team. `away` are spans of days within the week shown."""

    person: Person
    membership: Membership
    away: tuple[tuple[date, date], ...] = ()


def sites(session: Session) -> list[Site]:
    """All sites by name. One statement."""
    return in_order(session.scalars(select(Site)), lambda site: (site.name,))


def company_zone(session: Session) -> ZoneInfo:
    """The zone in which the company's days end: that of the first site. One statement."""
    name = session.scalar(select(Site.zone).order_by(Site.id).limit(1))
    return ZoneInfo(name) if name else USUAL_ZONE


def departments(session: Session) -> list[Department]:
    """All departments by name. One statement."""
    return in_order(session.scalars(select(Department)), lambda department: (department.name,))


def teams(session: Session, *, today: date | None = None) -> list[Team]:
    """All teams by department and name, with both; with `today` only those open then."""
    statement = select(Team).options(joinedload(Team.department), joinedload(Team.site))
    if today is not None:
        statement = statement.where((Team.closed_on.is_(None)) | (Team.closed_on > today))
    return in_order(session.scalars(statement), lambda team: (team.department.name, team.name))


def tree(session: Session, *, today: date, site_id: int | None = None) -> list[Branch]:
    """Departments with their open teams, leads and numbers of members. Four statements."""
    branches = {department.id: Branch(department) for department in departments(session)}
    counts = _member_counts(session, today)
    leads = _leads(session, today)
    for team in teams(session, today=today):
        if site_id is None or team.site_id == site_id:
            card = TeamCard(team, counts.get(team.id, 0), tuple(leads[team.id]))
            branches[team.department_id].teams.append(card)
    return list(branches.values())


def _member_counts(session: Session, today: date) -> dict[int, int]:
    rows = session.execute(
        select(Membership.team_id, func.count())
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.kind == MembershipKind.HOME, *on_day(Membership, today), works_here(today)
        )
        .group_by(Membership.team_id)
    )
    return dict(rows.all())


def _leads(session: Session, today: date) -> dict[int, list[TeamLead]]:
    found: dict[int, list[TeamLead]] = defaultdict(list)
    rows = session.scalars(
        select(TeamLead).where(*on_day(TeamLead, today)).options(joinedload(TeamLead.person))
    ).all()
    for lead in sorted(rows, key=_lead_order):
        found[lead.team_id].append(lead)
    return found


def _lead_order(lead: TeamLead) -> tuple[object, ...]:
    name = sort_key(lead.person.family_name, lead.person.given_name)
    return (lead.kind is LeadKind.DEPUTY, *name, lead.id)


def find_site(session: Session, site_id: int) -> Site | None:
    """The site, or None. One statement."""
    return session.get(Site, site_id)


def find_department(session: Session, department_id: int) -> Department | None:
    """The department, or None. One statement."""
    return session.get(Department, department_id)


def find_team(session: Session, team_id: int) -> Team | None:
    """The team with its department and site, or None. One statement."""
    return session.scalar(
        select(Team)
        .where(Team.id == team_id)
        .options(joinedload(Team.department), joinedload(Team.site))
    )


def leads(session: Session, team_id: int, *, today: date) -> list[TeamLead]:
    """Leads and deputies of a team from a day on, those to come included. One statement."""
    rows = session.scalars(
        select(TeamLead)
        .where(TeamLead.team_id == team_id, on_day(TeamLead, today)[1])
        .options(joinedload(TeamLead.person))
    )
    return sorted(rows, key=_lead_order)


def members(
    session: Session, actor: Actor, team_id: int, *, today: date
) -> tuple[list[Member], int]:
    """The members `actor` may see by name, home first, and how many others there are.

    Two statements.
    """
    valid = (Membership.team_id == team_id, *on_day(Membership, today), works_here(today))
    rows = session.execute(
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(*valid, visible_to(actor, today=today))
    )
    found = [Member(person, membership) for person, membership in rows]
    found.sort(key=_member_order)
    total = session.scalar(
        select(func.count(func.distinct(Membership.person_id)))
        .join(Person, Person.id == Membership.person_id)
        .where(*valid)
    )
    return found, (total or 0) - len({member.person.id for member in found})


def _member_order(member: Member) -> tuple[object, ...]:
    name = sort_key(member.person.family_name, member.person.given_name)
    return (member.membership.kind is not MembershipKind.HOME, *name, member.person.id)


def away(
    session: Session, people: Sequence[int], *, first: date, after: date
) -> dict[int, tuple[tuple[date, date], ...]]:
    """Days away of these people within `[first, after)`, cut to it; time only. One statement."""
    rows = session.execute(
        select(Absence.person_id, Absence.starts_on, Absence.ends_on)
        .where(Absence.person_id.in_(people), Absence.starts_on < after, Absence.ends_on > first)
        .order_by(Absence.starts_on)
    )
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    for person_id, starts_on, ends_on in rows:
        cut = (max(starts_on, first), min(ends_on, after))
        found[person_id] = (*found.get(person_id, ()), cut)
    return found


def holidays(session: Session, site_id: int, *, first: date, after: date) -> list[PublicHoliday]:
    """Public holidays of a site within `[first, after)`, in order. One statement."""
    return list(
        session.scalars(
            select(PublicHoliday)
            .where(
                PublicHoliday.site_id == site_id,
                PublicHoliday.day >= first,
                PublicHoliday.day < after,
            )
            .order_by(PublicHoliday.day)
        )
    )


def week_of(day: date) -> tuple[date, date]:
    """Monday of the week of `day`, and the Monday after."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(weeks=1)

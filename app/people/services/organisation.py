"""HR shapes the organisation: sites, departments, teams, and who answers for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Stale
from app.domain.roster.columns import folded
from app.people.models import (
    Department,
    LeadKind,
    Membership,
    Person,
    PublicHoliday,
    Side,
    Site,
    Team,
    TeamLead,
)

Row = TypeVar("Row", Site, Department, Team)


class NameTaken(Invalid):
    """Names tell sites, departments and a department's teams apart, whatever their case."""

    msgid = N_("This name is already in use.")


class LeadsAlready(Invalid):
    """Somebody answers for a team once at a time."""

    msgid = N_("This person already answers for the team in that time.")


class MustWorkHere(Invalid):
    """Only somebody employed can answer for a team."""

    msgid = N_("This person does not work here on that day.")


class StillHasMembers(Invalid):
    """A team with members to come cannot close before them."""

    msgid = N_("People belong to this team after that day. Please move them first.")


class EndsTooEarly(Invalid):
    """Answering for a team lasts a day at least."""

    msgid = N_("It must end after it began on %(day)s.")


@dataclass(frozen=True, slots=True)
class SiteFields:
    """`zone` is an IANA name, `country` ISO 3166-1 alpha-2, `subdivision` ISO 3166-2 without it."""

    name: str
    zone: str
    country: str
    subdivision: str | None


@dataclass(frozen=True, slots=True)
class DepartmentFields:
    """A department's name and side of the house."""

    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class TeamFields:
    """`closed_on` is the first day on which the team is no more, or None."""

    name: str
    department_id: int
    site_id: int
    purpose: str
    minimum_present: int
    guest_limit: int
    closed_on: date | None


def add_site(session: Session, fields: SiteFields, *, actor_id: int, at: datetime) -> Site:
    """Add a site; its public holidays are filled by the worker. Raises NameTaken."""
    _refuse_twin(fields.name, session.execute(select(Site.id, Site.name)), but=None)
    site = Site(**asdict(fields))
    return _added(session, site, AuditKind.SITE_CHANGED, actor_id=actor_id, at=at)


def change_site(
    session: Session, site: Site, fields: SiteFields, *, opened_on: int, actor_id: int, at: datetime
) -> None:
    """Change a site. Another country or subdivision drops its holidays, to be filled anew.

    Raises Stale and NameTaken.
    """
    _refuse_stale(site, opened_on)
    _refuse_twin(fields.name, session.execute(select(Site.id, Site.name)), but=site.id)
    if (site.country, site.subdivision) != (fields.country, fields.subdivision):
        session.execute(delete(PublicHoliday).where(PublicHoliday.site_id == site.id))
    _changed(session, site, fields, AuditKind.SITE_CHANGED, actor_id=actor_id, at=at)


def add_department(
    session: Session, fields: DepartmentFields, *, actor_id: int, at: datetime
) -> Department:
    """Add a department. Raises NameTaken."""
    _refuse_twin(fields.name, session.execute(select(Department.id, Department.name)), but=None)
    row = Department(**asdict(fields))
    kind = AuditKind.DEPARTMENT_CHANGED
    return _added(session, row, kind, actor_id=actor_id, at=at)


def change_department(
    session: Session,
    department: Department,
    fields: DepartmentFields,
    *,
    opened_on: int,
    actor_id: int,
    at: datetime,
) -> None:
    """Change a department. Raises Stale and NameTaken."""
    _refuse_stale(department, opened_on)
    names = session.execute(select(Department.id, Department.name))
    _refuse_twin(fields.name, names, but=department.id)
    kind = AuditKind.DEPARTMENT_CHANGED
    _changed(session, department, fields, kind, actor_id=actor_id, at=at)


def add_team(session: Session, fields: TeamFields, *, actor_id: int, at: datetime) -> Team:
    """Add a team. Raises NameTaken."""
    _refuse_twin(fields.name, _teams_of(session, fields.department_id), but=None)
    row = Team(**asdict(fields))
    return _added(session, row, AuditKind.TEAM_CHANGED, actor_id=actor_id, at=at)


def change_team(
    session: Session, team: Team, fields: TeamFields, *, opened_on: int, actor_id: int, at: datetime
) -> None:
    """Change a team. Raises Stale, NameTaken and, on closing too early, StillHasMembers."""
    _refuse_stale(team, opened_on)
    _refuse_twin(fields.name, _teams_of(session, fields.department_id), but=team.id)
    if fields.closed_on is not None and _has_members_after(session, team.id, fields.closed_on):
        raise StillHasMembers
    _changed(session, team, fields, AuditKind.TEAM_CHANGED, actor_id=actor_id, at=at)


def appoint(
    session: Session, lead: TeamLead, person: Person, *, actor_id: int, at: datetime
) -> TeamLead:
    """Let a person answer for a team in the days of `lead`, a new row.

    Raises MustWorkHere and LeadsAlready.
    """
    if lead.starts_on < person.joined_on or (
        person.left_on is not None and person.left_on <= lead.starts_on
    ):
        raise MustWorkHere
    if person.left_on is not None and (lead.ends_on is None or lead.ends_on > person.left_on):
        lead.ends_on = person.left_on
    if _leads_in(session, lead):
        raise LeadsAlready
    session.add(lead)
    session.flush()  # the database speaks now about a second time, not at commit
    _trace_lead(session, lead, actor_id=actor_id, at=at)
    return lead


def end_lead(session: Session, lead: TeamLead, *, on: date, actor_id: int, at: datetime) -> None:
    """Let somebody answer for a team no longer from a day on. Raises EndsTooEarly."""
    if on <= lead.starts_on:
        raise EndsTooEarly(day=lead.starts_on.isoformat())
    lead.ends_on = on
    _trace_lead(session, lead, actor_id=actor_id, at=at)


def find_lead(session: Session, team_id: int, lead_id: int) -> TeamLead | None:
    """A lead or deputy of this team, or None. One statement."""
    return session.scalar(
        select(TeamLead).where(TeamLead.id == lead_id, TeamLead.team_id == team_id)
    )


def _leads_in(session: Session, lead: TeamLead) -> bool:
    overlap = [or_(TeamLead.ends_on.is_(None), TeamLead.ends_on > lead.starts_on)]
    if lead.ends_on is not None:
        overlap.append(TeamLead.starts_on < lead.ends_on)
    known = select(TeamLead.id).where(
        TeamLead.team_id == lead.team_id, TeamLead.person_id == lead.person_id, *overlap
    )
    return session.scalar(known) is not None


def _trace_lead(session: Session, lead: TeamLead, *, actor_id: int, at: datetime) -> None:
    record(
        session,
        AuditKind.LEAD_CHANGED,
        actor_id=actor_id,
        subject=f"team:{lead.team_id}",
        at=at,
        person=lead.person_id,
        kind_of_lead=LeadKind(lead.kind).value,
        starts_on=lead.starts_on.isoformat(),
        ends_on=lead.ends_on.isoformat() if lead.ends_on else None,
    )


def _has_members_after(session: Session, team_id: int, day: date) -> bool:
    still = select(Membership.id).where(
        Membership.team_id == team_id, or_(Membership.ends_on.is_(None), Membership.ends_on > day)
    )
    return session.scalar(still) is not None


def _teams_of(session: Session, department_id: int) -> Any:
    return session.execute(select(Team.id, Team.name).where(Team.department_id == department_id))


def _refuse_twin(name: str, rows: Any, *, but: int | None) -> None:
    if any(folded(known) == folded(name) and key != but for key, known in rows):
        raise NameTaken


def _refuse_stale(row: Site | Department | Team, opened_on: int) -> None:
    if row.version != opened_on:
        raise Stale


def _added(session: Session, row: Row, kind: AuditKind, *, actor_id: int, at: datetime) -> Row:
    session.add(row)
    session.flush()  # the audit entry needs the key
    subject = f"{row.__tablename__}:{row.id}"
    record(session, kind, actor_id=actor_id, subject=subject, at=at, added=True)
    return row


def _changed(
    session: Session, row: Any, fields: Any, kind: AuditKind, *, actor_id: int, at: datetime
) -> None:
    changed = [name for name, value in asdict(fields).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, getattr(fields, name))
    if changed:
        subject = f"{row.__tablename__}:{row.id}"
        record(session, kind, actor_id=actor_id, subject=subject, at=at, fields=sorted(changed))

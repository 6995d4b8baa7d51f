"""One demo account per role, found again in the database by what makes them that role."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.people.models import LeadKind, Membership, Person, RoleGrant, Team, TeamLead
from seed.organisation import MAIL_DOMAIN

PASSWORD = "gemeinsam-unterwegs"  # noqa: S105 - printed on purpose, for the demo only


def accounts(session: Session) -> list[dict[str, str]]:
    """Role, name, e-mail and a note of each demo account; empty without the demo company."""
    known = select(Person).where(Person.email.endswith(f"@{MAIL_DOMAIN}"))
    if session.scalar(known.limit(1)) is None:
        return []
    found = [
        _line("hr", _with_role(session, Role.HR), "schedules rotations"),
        _line("administrator", _with_role(session, Role.ADMINISTRATOR), "accounts and settings"),
        _line("works_council", _with_role(session, Role.WORKS_COUNCIL), "consents and the log"),
        _line("trainer", _with_role(session, Role.TRAINER), "leads trainings"),
        _line("lead", _lead(session, "Digital und Kampagnen", LeadKind.LEAD), "Marketing"),
        _line("lead", _lead(session, "Außendienst Nord", LeadKind.LEAD), "Sales"),
        _line("deputy", _lead(session, "Innendienst", LeadKind.DEPUTY), "Sales"),
        _line("employee", _member(session, "Digital und Kampagnen"), "Marketing"),
        _line("employee", _member(session, "Innendienst"), "Sales"),
        _line("leaver", _leaver(session), "left the company; cannot sign in"),
    ]
    return [line for line in found if line]


def _line(role: str, person: Person | None, note: str) -> dict[str, str]:
    if person is None:
        return {}
    return {"role": role, "name": person.name, "email": person.email, "note": note}


def _with_role(session: Session, role: Role) -> Person | None:
    return session.scalar(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role)
        .order_by(Person.id)
        .limit(1)
    )


def _lead(session: Session, team: str, kind: LeadKind) -> Person | None:
    return session.scalar(
        select(Person)
        .join(TeamLead, TeamLead.person_id == Person.id)
        .join(Team, Team.id == TeamLead.team_id)
        .where(Team.name == team, TeamLead.kind == kind)
        .order_by(Person.id)
        .limit(1)
    )


def _member(session: Session, team: str) -> Person | None:
    """The fifth of the team: somebody without any other duty."""
    return session.scalar(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Team.name == team, Membership.ends_on.is_(None))
        .order_by(Person.id)
        .offset(4)
        .limit(1)
    )


def _leaver(session: Session) -> Person | None:
    return session.scalar(
        select(Person)
        .where(Person.left_on.is_not(None), Person.email.endswith(f"@{MAIL_DOMAIN}"))
        .order_by(Person.id)
        .limit(1)
    )

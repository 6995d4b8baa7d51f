"""Whose e-mail address is no everyday matter, because a role hangs on who reads its mails."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.people.models import Person, RoleGrant

GUARDED = (Role.ADMINISTRATOR, Role.WORKS_COUNCIL)


def has_guarded_mail(session: Session, person_id: int) -> bool:
    """Whether a person holds a role that HR must not be able to reach. One statement."""
    return _holds(session, person_id, GUARDED)


def is_administrator(session: Session, person_id: int) -> bool:
    """Whether a person may give and take roles anyway. One statement."""
    return _holds(session, person_id, (Role.ADMINISTRATOR,))


def guarded_numbers(session: Session, numbers: Collection[str]) -> frozenset[str]:
    """Which of these personnel numbers belong to people with such a role. One statement."""
    found = session.scalars(
        select(Person.number)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.number.in_(numbers), RoleGrant.role.in_(GUARDED))
    )
    return frozenset(found)


def _holds(session: Session, person_id: int, roles: Collection[Role]) -> bool:
    wanted = (RoleGrant.person_id == person_id, RoleGrant.role.in_(roles))
    return session.scalar(select(RoleGrant.id).where(*wanted).limit(1)) is not None

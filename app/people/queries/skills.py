"""The list of skills, and who has how many of them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.collation import in_order, sort_key
from app.people.models import Person, PersonSkill, Skill


def every(session: Session) -> list[Skill]:
    """All skills by name. One statement."""
    return in_order(session.scalars(select(Skill)), lambda skill: (skill.name,))


def with_counts(session: Session) -> list[tuple[Skill, int]]:
    """All skills by name with the number of people who have them. One statement."""
    rows = session.execute(
        select(Skill, func.count(PersonSkill.person_id))
        .outerjoin(PersonSkill, PersonSkill.skill_id == Skill.id)
        .group_by(Skill.id)
    )
    return sorted(rows, key=lambda row: sort_key(row[0].name))


def of(session: Session, person_id: int) -> frozenset[int]:
    """Ids of the skills a person has. One statement."""
    return frozenset(
        session.scalars(select(PersonSkill.skill_id).where(PersonSkill.person_id == person_id))
    )


def mobility(session: Session, person_id: int) -> tuple[bool, bool]:
    """Whether a person would go to another site, and can work remotely. One statement."""
    row = session.execute(
        select(Person.mobile, Person.remote_ok).where(Person.id == person_id)
    ).one()
    return row[0], row[1]


def find(session: Session, skill_id: int) -> Skill | None:
    """The skill, or None. One statement."""
    return session.get(Skill, skill_id)

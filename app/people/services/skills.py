"""People say what they can do; HR keeps the list to choose from."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.refusals import N_, Invalid, Refusal
from app.domain.roster.columns import folded
from app.people.models import Person, PersonSkill, Skill


class SkillTaken(Invalid):
    """Each skill stands in the list once."""

    msgid = N_("This skill is already in the list.")


class SkillInUse(Refusal):
    """What people or placements name stays."""

    msgid = N_("This skill is in use and stays in the list.")


def choose(session: Session, person_id: int, wanted: Collection[int]) -> None:
    """Make these the person's skills; ids that are no skills are left out. Four statements."""
    known = set(session.scalars(select(Skill.id).where(Skill.id.in_(wanted))))
    have = set(
        session.scalars(select(PersonSkill.skill_id).where(PersonSkill.person_id == person_id))
    )
    gone = have - known
    if gone:
        session.execute(
            delete(PersonSkill).where(
                PersonSkill.person_id == person_id, PersonSkill.skill_id.in_(gone)
            )
        )
    session.add_all(
        PersonSkill(person_id=person_id, skill_id=skill_id) for skill_id in sorted(known - have)
    )


def prefer(session: Session, person_id: int, *, mobile: bool, remote_ok: bool) -> None:
    """Store whether the person would go to another site, and can work remotely."""
    person = session.get_one(Person, person_id)
    person.mobile, person.remote_ok = mobile, remote_ok


def add(session: Session, name: str) -> Skill:
    """Put a skill on the list. Raises SkillTaken."""
    _refuse_twin(session, name, but=None)
    skill = Skill(name=name)
    session.add(skill)
    session.flush()
    return skill


def rename(session: Session, skill: Skill, name: str) -> None:
    """Call a skill otherwise; whoever has it keeps it. Raises SkillTaken."""
    _refuse_twin(session, name, but=skill.id)
    skill.name = name


def remove(session: Session, skill: Skill) -> None:
    """Take a skill off the list. Raises SkillInUse when somebody has it.

    Placements that ask for it are asked by the database: an IntegrityError says so.
    """
    used = select(PersonSkill.person_id).where(PersonSkill.skill_id == skill.id).limit(1)
    if session.scalar(used) is not None:
        raise SkillInUse
    session.delete(skill)
    session.flush()


def _refuse_twin(session: Session, name: str, *, but: int | None) -> None:
    rows = session.execute(select(Skill.id, Skill.name))
    if any(folded(known) == folded(name) and key != but for key, known in rows):
        raise SkillTaken

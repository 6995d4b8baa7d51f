"""Find a stay with everything its page and its services need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.people.models import Person, Team
from app.rotations.models import Consent, Placement, Stay


def find(session: Session, stay_id: int) -> Stay | None:
    """The stay with its people, teams, consents, goals, check-ins, debriefs and sheet.

    Five statements. Stays found here are what every service of stays takes.
    """
    return session.scalar(_whole().where(Stay.id == stay_id))


def load(session: Session, stay_ids: Iterable[int]) -> Sequence[Stay]:
    """Several stays as `find` gives them, by id. Five statements whatever their number."""
    return session.scalars(_whole().where(Stay.id.in_(sorted(stay_ids))).order_by(Stay.id)).all()


def _whole() -> Select[Stay]:
    return select(Stay).options(
        joinedload(Stay.person).joinedload(Person.site),
        joinedload(Stay.buddy),
        joinedload(Stay.round),
        joinedload(Stay.placement).joinedload(Placement.site),
        joinedload(Stay.home).joinedload(Team.department),
        joinedload(Stay.host).joinedload(Team.department),
        joinedload(Stay.sheet),
        selectinload(Stay.consents).joinedload(Consent.answerer),
        selectinload(Stay.goals),
        selectinload(Stay.check_ins),
        selectinload(Stay.debriefs),
    )

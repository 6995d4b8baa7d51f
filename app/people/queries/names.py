"""The names of everybody in the company, to black them out in free words."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.comments import names_of
from app.people.models import Person


def names_of_all(session: Session) -> frozenset[str]:
    """Each word of everybody's given and family names, as `without_names` takes them.

    Also of those who have left; each name is looked at once. One statement.
    """
    staff = select(Person.given_name).union(select(Person.family_name))
    return names_of(session.scalars(staff))

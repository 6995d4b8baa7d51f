"""Who decides on a booking."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.people.queries.answering import answer_for, people_of_hr


def deciders(session: Session, team_id: int | None, person_id: int, *, today: date) -> list[int]:
    """Who may approve what a member of a team asks for; HR where nobody else can.

    Nobody decides on their own request. At most two statements.
    """
    leads = [one for one in answer_for(session, team_id, today=today) if one != person_id]
    return leads or people_of_hr(session, today=today)

"""Waiting for a date of a course, and changing one's mind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.gatherings.models import Course, CourseInterest


def wait_for_a_date(session: Session, course: Course, person_id: int, *, at: datetime) -> None:
    """Note that a person wants the next date of a course; asking again keeps the first day."""
    insert_ignoring_twins(
        session, CourseInterest, course_id=course.id, person_id=person_id, since=at
    )


def stop_waiting(session: Session, course: Course, person_id: int) -> None:
    """Forget that a person wants a date of a course; nothing happens when they did not."""
    wish = session.get(CourseInterest, (course.id, person_id))
    if wish is not None:
        session.delete(wish)

"""HR plans sessions: drafts with their meetings, rooms and trainers, and what stands against them.

Announcing, moving, confirming and calling off is done by `services.bookings`.
"""

from app.gatherings.services.planning.drafts import (
    BadPlan,
    CourseRetired,
    Maker,
    NoDraft,
    change,
    create,
    discard,
    write_note,
)
from app.gatherings.services.planning.looking import Asked, Hint, Preview, look
from app.gatherings.services.planning.terms import Needs, Terms, change_terms

__all__ = [
    "Asked",
    "BadPlan",
    "CourseRetired",
    "Hint",
    "Maker",
    "Needs",
    "NoDraft",
    "Preview",
    "Terms",
    "change",
    "change_terms",
    "create",
    "discard",
    "look",
    "write_note",
]

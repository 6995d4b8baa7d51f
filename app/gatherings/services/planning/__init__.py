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

__all__ = [
    "Asked",
    "BadPlan",
    "CourseRetired",
    "Hint",
    "Maker",
    "NoDraft",
    "Preview",
    "change",
    "create",
    "discard",
    "look",
    "write_note",
]

"""Every job of every room by the name it is rung with. Each looks for due work and does it.

A job finds its work in the database under a lease, so that two of them never do the same thing,
and it is safe to run at any time.
"""

from __future__ import annotations

from collections.abc import Callable

from app.agenda.jobs import busy_times, invitations
from app.gatherings.jobs import bookings, certificates, leading, trips
from app.health.jobs import publishing
from app.insights import jobs as insights
from app.outbox import jobs as outbox
from app.people.jobs import access, holidays, imports
from app.privacy.jobs import erasing
from app.rotations.jobs import deadlines, plans, stays
from app.surveys.jobs import waves
from app.voices.jobs import forgetting


def _mail() -> None:
    """Put invitations into the outbox first, so that they leave with the rest."""
    invitations.post_due()
    outbox.send_due()


JOBS: dict[str, Callable[[], None]] = {
    "access": access.forget,
    "holidays": holidays.fill,
    "imports": imports.forget,
    "busy_times": busy_times.refresh_due,
    "mail": _mail,
    "plans": plans.compute_due,
    "stays": stays.keep_stays,
    "deadlines": deadlines.act,
    "bookings": bookings.keep_bookings,
    "leading": leading.free_sessions,
    "trips": trips.keep_trips,
    "insights": insights.remind,
    "certificates": certificates.write_due,
    "voices": forgetting.forget,
    "waves": waves.look_after,
    "health": publishing.look_after,
    "erasures": erasing.look_after,
}

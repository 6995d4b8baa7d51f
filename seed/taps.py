"""What people tap after stays and days together; the latest of them is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.stays import OVER
from app.domain.voices import Contact, is_time
from app.gatherings.queries.trips.contact import contact_of
from app.rotations.queries.stays.contact import name_of
from app.voices.services.taps import give_taps

if TYPE_CHECKING:  # the story tells what is tapped, and it is known by its words only
    from app.rotations.models import Stay
    from seed.story import Story

STILL_OPEN = timedelta(days=6)
SELDOM_LOW = 5  # one in five answers lower


def after_stay(story: Story, stay_id: int) -> Callable[[datetime], None]:
    """The person away, the buddy and the host lead answer; one stay in four is forgotten."""

    def act(at: datetime) -> None:
        stay = story.stay(stay_id)
        ended_at = stay.ended_at or at
        in_time = stay.state in OVER and is_time(ended_at, at)  # one that ended early is long over
        if not in_time or stay_id % 4 == 0 or _is_fresh(story, at):
            return
        for person_id, own, other in _sides(story, stay):
            contact = Contact(name_of(stay_id), own, other, ended_at)
            give_taps(story.session, contact, person_id, _taps(stay_id, person_id), at=at)

    return act


def after_day(story: Story, key: int, people: Iterable[int]) -> Callable[[datetime], None]:
    """Host and guest answer after a day together."""

    def act(at: datetime) -> None:
        for person_id in people:
            contact = contact_of(story.session, key, person_id, at=at)
            if contact is not None and not _is_fresh(story, at):
                give_taps(story.session, contact, person_id, _taps(key, person_id), at=at)

    return act


def _is_fresh(story: Story, at: datetime) -> bool:
    return at > story.company.now - STILL_OPEN


def _sides(story: Story, stay: Stay) -> list[tuple[int, int, int]]:
    lead = story.company.members[stay.host.name][0].id
    host = sorted({lead, stay.buddy_id or lead} - {stay.person_id})
    away = (stay.person_id, stay.home_team_id, stay.host_team_id)
    return [away, *((person, stay.host_team_id, stay.home_team_id) for person in host)]


def _taps(key: int, person_id: int) -> dict[str, int | None]:
    """Mostly good; always the same for the same person and contact."""
    number = key * 7 + person_id
    low = number % SELDOM_LOW == 0
    return {
        "equal_footing": 1 if low else 3 - number % 2,
        "common_task": 2 if low else 3,
        "backed_by_leads": None if low else 2 + number % 2,
    }

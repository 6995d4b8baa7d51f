"""What somebody may still say on Today: three taps about contacts, feedback on sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.database import UnitOfWork
from app.domain.refusals import N_
from app.domain.roles import Actor
from app.domain.tasks import Task
from app.domain.voices import TIME_TO_SPEAK, Contact
from app.gatherings.queries import feedback
from app.gatherings.queries.approvals import title
from app.gatherings.queries.trips import contact as days
from app.rotations.models import Stay
from app.rotations.queries.stays import contact as stays
from app.voices.queries.taps import tapped
from app.web.locale import chosen_locale


def taps_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """Days together and stays of the last two weeks without an answer. Three statements."""
    found = [_day(*each, actor) for each in days.recent(session, actor.person_id, at=at)]
    found += [_stay(*each, actor) for each in stays.recent(session, actor, at=at)]
    done = tapped(session, [name for name, _task in found], actor.person_id)
    yield from (task for name, task in found if name not in done)


def feedback_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """Sessions somebody came to and may still say what they were worth. One statement."""
    for gathering in feedback.to_give(session, actor.person_id, at=at):
        yield Task(
            "chat-left-text",
            N_("What was “%(title)s” worth? One minute, without your name"),
            "feedback.show",
            params={"title": title(gathering, chosen_locale())},
            values={"gathering_id": gathering.id},
            due_on=(gathering.ends_at + TIME_TO_SPEAK).astimezone(actor.zone).date(),
        )


def _day(contact: Contact, name: str, actor: Actor) -> tuple[str, Task]:
    return contact.name, Task(
        "hand-index-thumb",
        N_("How was “%(title)s”? Three taps, without your name"),
        "pulse.show",
        params={"title": name},
        values={"gathering_id": _key(contact)},
        due_on=(contact.ended_at + TIME_TO_SPEAK).astimezone(actor.zone).date(),
    )


def _stay(contact: Contact, stay: Stay, actor: Actor) -> tuple[str, Task]:
    return contact.name, Task(
        "hand-index-thumb",
        N_("How was the stay of %(person)s with %(host)s? Three taps, without your name"),
        "stay_pulse.show",
        params={"person": stay.person.name, "host": stay.host.name},
        values={"stay_id": stay.id},
        due_on=(contact.ended_at + TIME_TO_SPEAK).astimezone(actor.zone).date(),
    )


def _key(contact: Contact) -> int:
    return int(contact.name.partition(":")[2])

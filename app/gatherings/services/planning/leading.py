"""Who leads which meeting: named in a plan, handed over later, and gone with who leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.agenda.services import release_all
from app.domain.refusals import N_
from app.domain.seats.refusals import NotBookable
from app.gatherings.models import Gathering, Meeting, MeetingTrainer
from app.gatherings.services.bookings.claims import hold_leaders
from app.gatherings.services.bookings.leaders import about_first
from app.gatherings.services.bookings.notices import Words, tell_all

LEADS_NOW = Words(
    N_("You lead a session: %(what)s"),
    N_("It begins on %(when)s (%(where)s). It stands in your calendar."),
    N_("Look at the session"),
    must_know=True,
)
LEADS_SEVERAL_NOW = Words(
    N_("You lead a session: %(what)s"),
    N_(
        "You lead %(count)s of its meetings, the first on %(when)s (%(where)s). They stand in your"
        " calendar."
    ),
    N_("Look at the session"),
    must_know=True,
)
LEADS_NO_MORE = Words(
    N_("You no longer lead: %(what)s"),
    N_("Somebody else leads it on %(when)s, or nobody yet. Your time is free again."),
    N_("Look at the session"),
    must_know=True,
)
LEADS_SEVERAL_NO_MORE = Words(
    N_("You no longer lead: %(what)s"),
    N_(
        "Somebody else leads %(count)s meetings of it, the first on %(when)s, or nobody yet. Your"
        " time is free again."
    ),
    N_("Look at the session"),
    must_know=True,
)


@dataclass
class HandedOver:
    """Person -> the meetings they come to lead, and those they no longer lead, in their order."""

    come: dict[int, list[Meeting]] = field(default_factory=dict)
    gone: dict[int, list[Meeting]] = field(default_factory=dict)


def leading(meeting: Meeting) -> frozenset[int]:
    """The keys of those who lead a meeting; it comes with its trainers."""
    return frozenset(row.person_id for row in meeting.trainers)


def let_lead(meeting: Meeting, people: Collection[int]) -> None:
    """Write down who leads a meeting; nobody's time is held or freed by it."""
    kept = [row for row in meeting.trainers if row.person_id in people]
    known = {row.person_id for row in kept}
    new = [MeetingTrainer(person_id=key) for key in sorted(set(people) - known)]
    meeting.trainers = kept + new


def hand_over(
    session: Session, gathering: Gathering, wanted: Mapping[int, frozenset[int]], *, at: datetime
) -> HandedOver:
    """Let others lead meetings (meeting id -> people) of an announced session that have not begun.

    Meetings that are not named stay as they are. Each trainer's time is held for their meetings
    alone, and who comes or goes is told of these. Raises NotBookable for a meeting that has begun.
    Who is taken elsewhere at the same moment is an IntegrityError.
    """
    done = HandedOver()
    for meeting in gathering.meetings:
        before, after = leading(meeting), wanted.get(meeting.id, leading(meeting))
        if before == after:
            continue
        if meeting.starts_at <= at:
            raise NotBookable
        let_lead(meeting, after)
        _note(done.come, after - before, meeting)
        _note(done.gone, before - after, meeting)
    session.flush()  # the time of those who lead from now on is held by what is stored
    for person_id, meetings in done.gone.items():
        sources = [meeting.id for meeting in meetings]
        release_all(session, CommitmentKind.TEACHING, sources, [person_id], at=at)
    hold_leaders(session, gathering, at=at)
    return done


def tell_handed_over(
    session: Session, gathering: Gathering, done: HandedOver, *, at: datetime
) -> None:
    """Tell who comes and who goes, once per version of the session, of their own meetings."""
    for found, words, ending in (
        (done.come, (LEADS_NOW, LEADS_SEVERAL_NOW), "leads"),
        (done.gone, (LEADS_NO_MORE, LEADS_SEVERAL_NO_MORE), "leads-no-more"),
    ):
        key = f"v{gathering.version}:{ending}"
        for person_id, meetings in sorted(found.items()):
            told = words[len(meetings) > 1]
            first = about_first(gathering, meetings)
            tell_all(session, gathering, told, to=[person_id], key=key, at=at, **first)


def _note(found: dict[int, list[Meeting]], people: Collection[int], meeting: Meeting) -> None:
    for person_id in people:
        found.setdefault(person_id, []).append(meeting)

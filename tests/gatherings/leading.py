"""A session of three meetings, who is named for them, and how that is read."""

from datetime import timedelta

from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import GatheringState
from app.gatherings.models import Meeting, MeetingTrainer
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import bookings, planning
from app.gatherings.services.planning import Maker, Terms
from tests.factories import NOW
from tests.gatherings.makers import make_gathering, make_trainer

WEEK = timedelta(weeks=1)


def three_meetings(session, cast):
    """Three meetings a week apart, announced; Tina leads all of them."""
    made = make_gathering(session, meetings=3, state=GatheringState.DRAFT)
    for meeting in meetings(session, made):
        make_trainer(session, meeting, cast.tina)
    bookings.announce(session, made.id, by=cast.olga.id, at=NOW)
    return made


def meetings(session, gathering):
    own = Meeting.gathering_id == gathering.id
    return session.scalars(select(Meeting).where(own).order_by(Meeting.number)).all()


def named(session, gathering):
    """(meeting number, person) of everybody who is named."""
    rows = session.execute(
        select(Meeting.number, MeetingTrainer.person_id)
        .join(MeetingTrainer)
        .where(Meeting.gathering_id == gathering.id)
    )
    return sorted(map(tuple, rows))


def held(session, gathering):
    """(meeting number, person) whose time is held for certain at the meeting's own hours."""
    rows = session.execute(
        select(Meeting.number, Commitment.person_id)
        .join(Commitment, Commitment.source_id == Meeting.id)
        .where(
            Meeting.gathering_id == gathering.id,
            Commitment.kind == CommitmentKind.TEACHING,
            Commitment.active,
            Commitment.hard,
            Commitment.starts_at == Meeting.starts_at,
            Commitment.ends_at == Meeting.ends_at,
        )
    )
    return sorted(map(tuple, rows))


def change(session, gathering, cast, *people_of_meetings, at=NOW):
    found = queries.find(session, gathering.id)
    wanted = zip(found.meetings, people_of_meetings, strict=True)
    led = {one.id: frozenset(person.id for person in people) for one, people in wanted}
    planning.change_terms(session, found, Terms(led), Maker(cast.olga.id, "en"), at=at)

"""HR wants another number of seats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.seats.allotment import with_wanted
from app.domain.seats.refusals import NotBookable, SeatsOutOfRange
from app.gatherings.services.bookings.cancelling import ENDED
from app.gatherings.services.bookings.lines import hold_gathering, hold_people
from app.gatherings.services.bookings.moving_up import move_up
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.recording import Act, log_bookings, log_gathering

MOST_SEATS = 500


def change_seats(
    session: Session, gathering_id: int, wanted: int, *, by: int, at: datetime
) -> list[Outcome]:
    """HR wants another number of seats; gives who moved up because of that.

    More seats let exactly that many waiting people move up. Fewer throw nobody out: seats go as
    they come free. Raises SeatsOutOfRange, NotBookable for a gathering that is over.
    """
    if not 0 <= wanted <= MOST_SEATS:
        raise SeatsOutOfRange
    gathering = hold_gathering(session, gathering_id)
    if gathering.state in ENDED:
        raise NotBookable
    hold_people(session, [gathering_id])
    before = gathering.wanted_capacity
    capacity = with_wanted(wanted, taken=gathering.taken)
    gathering.capacity, gathering.wanted_capacity = capacity.seats, capacity.wanted
    session.flush()  # those who move up are counted against the new number
    act = Act(at, by)
    moved = move_up(session, gathering, act)
    log_gathering(session, gathering_id, act, seats=wanted, before=before)
    log_bookings(session, act)
    return [outcome_of(session, booking) for booking in moved]

"""Who books, agrees and decides in the tests of bookings, and what is read of it afterwards."""

from datetime import timedelta

from sqlalchemy import select

from app.gatherings.models import Booking, Gathering
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW, make_lead, make_person, make_team

LATER = NOW + timedelta(hours=1)


class Cast:
    """Ada, Bo and Cy of Rhine, led by Lea; Olga is HR."""

    def __init__(self, session):
        self.rhine = make_team(session, "Rhine")
        self.ada, self.bo, self.cy, self.lea = (
            make_person(session, name, team=self.rhine) for name in ("Ada", "Bo", "Cy", "Lea")
        )
        self.olga = make_person(session, "Olga", roles=["hr"])
        make_lead(session, self.lea, self.rhine)


def states(session, *outcomes):
    session.flush()
    return [session.get(Booking, one.booking_id).state for one in outcomes]


def told(session, person):
    rows = select(Notice.title).where(Notice.person_id == person.id).order_by(Notice.id)
    return list(session.scalars(rows))


def seats(session, gathering):
    row = select(Gathering.taken, Gathering.capacity, Gathering.wanted_capacity)
    return tuple(session.execute(row.where(Gathering.id == gathering.id)).one())


def ask(session, gathering, *people, at=NOW):
    return [
        bookings.book(session, gathering.id, one.id, at=at + timedelta(minutes=number))
        for number, one in enumerate(people)
    ]

"""Joint days as tests offer, book and look for them."""

from sqlalchemy import select

from app.gatherings.models import Booking, Gathering, Trip

SECRET = "Zauberwald Handelshaus"


OFFER = {
    "label": "Listing talks in food retail",
    "region": "North",
    "segment": "Food retail",
    "day": "2026-12-21",
    "starts": "09:00",
    "ends": "15:00",
    "seats": "1",
    "cancel_days": "3",
    "customer": SECRET,
    "meeting_point": "Behind the gate",
}


DEBRIEF = {
    "observation_1": "They compare us by the shelf",
    "for_marketing": "Give us photos of shelves",
    "for_sales": "Announce promotions earlier",
    "promise_1": "Send the price list",
    "due_1": "2027-01-08",
}


def offered(session, visitor, **fields):
    """Offer a field trip on the page; gives the stored trip."""
    answer = visitor.post("/trips/", **{**OFFER, **fields})
    assert answer.status_code == 303
    key = int(answer.location.rpartition("/")[2])
    return session.get_one(Trip, key)


def booked(session, visitor, trip):
    """Book a seat on the page; gives the booking."""
    visitor.post(f"/sessions/{trip.gathering_id}/book")
    wanted = Booking.gathering_id == trip.gathering_id
    return session.scalars(select(Booking).where(wanted).order_by(Booking.id.desc())).first()


def gathering_of(session, trip):
    return session.get_one(Gathering, trip.gathering_id, populate_existing=True)


def dump(session):
    """Everything in the database as text, without the trips themselves."""
    found = []
    for table in Trip.metadata.sorted_tables:
        if table.name != "trip":
            found += [repr(tuple(row)) for row in session.execute(select(table))]
    return "\n".join(found)

"""PostgreSQL's line of those who act on a gathering: first come, first served, and no waiting for
ever. SQLite's line is `tests/test_line.py`.
"""

import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import any_, create_engine, select, text
from sqlalchemy.orm import Session

from app.gatherings.models import Booking, Gathering
from app.gatherings.services import bookings as services
from app.gatherings.services.bookings import lines
from tests.factories import NOW, make_person
from tests.gatherings.makers import make_gathering

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("app", ["postgresql"], indirect=True),
]
LONG = 30  # seconds, more than any of these tests takes
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
CHANGE = text("UPDATE gathering SET version = version + 1 WHERE id = :place")
ONLY_THE_ROW = (  # what the line replaces
    select(Gathering.id)
    .where(Gathering.id == any_(lines._KEYS))
    .order_by(Gathering.id)
    .with_for_update(of=Gathering, key_share=True)
)


@pytest.fixture
def crowd(session):
    """Seven people of whom the last six want a seat in the order in which they stand here."""
    people = [make_person(session, name).id for name in ("Ada", *"BCDEFG")]
    session.commit()
    return people


@pytest.fixture
def place(session):
    """The key of a session with seats for everybody."""
    key = make_gathering(session, seats=10).id
    session.commit()
    return key


@contextmanager
def holding(engine, place, person):
    """Be in the middle of an act on the gathering, at whose end stands what the block says."""
    with Session(engine) as own:
        services.book(own, place, person, at=NOW)
        yield own


def booking(engine, place):
    """What each of a crowd does."""

    def book(person):
        with Session(engine) as own:
            services.book(own, place, person, at=NOW)
            own.commit()

    return book


@contextmanager
def lined_up(engine, people, act):
    """Let people act one after the other while somebody holds the gathering; wait for them."""
    threads = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
        for number, person in enumerate(people, start=1):
            threads.append(threading.Thread(target=act, args=(person,)))
            threads[-1].start()
            deadline = time.monotonic() + LONG
            while watch.scalar(WAITING) < number:
                assert time.monotonic() < deadline, "nobody waits"
                time.sleep(0.002)
    yield
    for thread in threads:
        thread.join(LONG)


def order_of_service(session):
    return list(session.scalars(select(Booking.person_id).order_by(Booking.id)))


def test_seats_are_given_in_the_order_in_which_people_asked(engine, session, place, crowd):
    act = booking(engine, place)

    with holding(engine, place, crowd[0]) as first, lined_up(engine, crowd[1:], act):
        first.commit()

    assert order_of_service(session) == crowd


def test_who_is_next_does_not_wait_for_somebody_who_gave_up_half_way(engine, session, place, crowd):
    act = booking(engine, place)

    with holding(engine, place, crowd[0]) as first, lined_up(engine, crowd[1:], act):
        first.rollback()

    assert order_of_service(session) == crowd[1:]


def order_of_short_acts(engine, place, crowd):
    """Whose turn it was, one after the other, where each act is over at once."""
    served = []

    def act(person):
        with Session(engine) as own:
            lines.lock_gatherings(own, [place])
            served.append(person)
            own.execute(CHANGE, {"place": place})
            own.commit()

    with Session(engine) as own:
        lines.lock_gatherings(own, [place])
        own.execute(CHANGE, {"place": place})
        with lined_up(engine, crowd, act):
            own.commit()
    return served


def test_nobody_is_overtaken_however_short_the_acts(engine, place, crowd):
    served = [order_of_short_acts(engine, place, crowd) for _ in range(5)]

    assert served == [crowd] * 5


def test_without_the_line_somebody_is_overtaken(engine, place, crowd, monkeypatch):
    """The negative control: a row that changes each time is handed on in no order."""
    monkeypatch.setattr(lines, "_LOCK", ONLY_THE_ROW)

    assert any(order_of_short_acts(engine, place, crowd) != crowd for _ in range(20))


def test_other_gatherings_do_not_wait(engine, session, place, crowd):
    other = make_gathering(session, seats=10).id
    session.commit()

    with engine.connect() as connection, Session(connection) as own:
        lines.lock_gatherings(own, [place])
        with Session(engine) as beside:
            assert lines.lock_gatherings(beside, [other]) == [other]


def test_who_waits_too_long_is_told_to_try_again_and_can(
    engine, session, place, signed_in, monkeypatch
):
    """Nothing of the first try is left behind, and the connection is as good as before."""
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")
    visitor, holder, waiter = signed_in(ada), bo.id, ada.id
    session.commit()
    beside = create_engine(engine.url)  # what is out of a pool that is disposed is never closed
    with holding(beside, place, holder), monkeypatch.context() as patch:
        patch.setattr("app.database.BUSY_SECONDS", 0.2)
        engine.dispose()  # how long is waited is told to each new connection
        late = visitor.post(f"/sessions/{place}/book", request_key="a-key-of-this-form")
    beside.dispose()
    session.commit()
    engine.dispose()
    again = visitor.post(f"/sessions/{place}/book", request_key="a-key-of-this-form")

    assert (late.status_code, late.headers["Retry-After"]) == (503, "10")
    assert "Too many others are saving something at this moment" in late.text
    assert (again.status_code, again.location) == (302, f"/sessions/{place}")
    assert order_of_service(session) == [waiter]


def test_operator_may_have_said_how_long_is_waited(engine):
    name = engine.url.database
    with engine.begin() as connection:
        ours = connection.scalar(text("SHOW lock_timeout"))
        connection.execute(text(f"ALTER DATABASE \"{name}\" SET lock_timeout = '3s'"))
    engine.dispose()
    try:
        with engine.begin() as connection:
            theirs = connection.scalar(text("SHOW lock_timeout"))
    finally:
        with engine.begin() as connection:
            connection.execute(text(f'ALTER DATABASE "{name}" RESET lock_timeout'))
        engine.dispose()

    assert (ours, theirs) == ("10s", "3s")

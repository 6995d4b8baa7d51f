"""Rooms: added, changed and closed, but never under those who meet there."""

import pytest
from sqlalchemy import select

from app.gatherings.models import Meeting, Room
from tests.engines import on_one_engine
from tests.factories import make_site
from tests.gatherings.makers import START, make_gathering, make_room


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


def meet_in(session, room, **fields):
    gathering = make_gathering(session, **fields)
    meeting = session.scalar(select(Meeting).where(Meeting.gathering_id == gathering.id))
    meeting.room_id, meeting.place = room.id, ""
    session.flush()
    return gathering


def form(room=None, **changes):
    values = {"name": "Library", "seats": "20", "version": "1", "closed_on": ""}
    return values | ({"site_id": str(room.site_id), "name": room.name} if room else {}) | changes


def test_hr_adds_a_room(session, hr):
    site = make_site(session)

    answer = hr.post("/rooms/", **form(site_id=str(site.id)))

    room = session.scalar(select(Room))
    assert answer.status_code == 303
    assert (room.name, room.site_id, room.seats, room.closed_on) == ("Library", site.id, 20, None)


@on_one_engine
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"name": ""}, "name", "Please fill in this field."),
        ({"name": "LIBRARY"}, "name", "already has a room of this name"),
        ({"seats": "0"}, "seats", "Number must be between 1 and 500."),
        ({"seats": "many"}, "seats", "Not a valid integer value."),
        ({"site_id": "4711"}, "site_id", "Not a valid choice."),
        ({"site_id": "\u00b2"}, "site_id", "Invalid Choice"),
        ({"closed_on": "2027-02-30"}, "closed_on", "Not a valid date value."),
    ],
)
def test_a_wrong_room_is_said_beside_its_field(session, hr, wrong, field, message):
    room = make_room(session)

    answer = hr.post("/rooms/", **form(room, name="Attic") | wrong)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"closed_on": "2026-12-21"}, "closed_on", "still meets here on Dec 21, 2026"),
        ({"seats": "9"}, "seats", "has 10 seats in this room"),
        ({"site_id": "other"}, "site_id", "so the room cannot change its site"),
    ],
)
def test_a_room_stays_as_its_meetings_need_it(session, hr, change, field, message):
    room, other = make_room(session), make_site(session, "Vienna")
    meet_in(session, room)
    entered = {k: str(other.id) if v == "other" else v for k, v in change.items()}

    answer = hr.post(f"/rooms/{room.id}", **form(room) | entered)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert session.scalar(select(Room.version)) == 1


def test_a_room_closes_after_its_last_meeting(session, hr):
    room = make_room(session)
    meet_in(session, room)

    answer = hr.post(f"/rooms/{room.id}", **form(room, closed_on="2026-12-22", seats="10"))

    stored = session.scalar(select(Room))
    assert answer.status_code == 303
    assert (stored.closed_on.isoformat(), stored.seats) == ("2026-12-22", 10)


def test_both_versions_of_a_room_are_shown(session, hr):
    room = make_room(session)
    hr.post(f"/rooms/{room.id}", **form(room, seats="30"))

    answer = hr.post(f"/rooms/{room.id}", **form(room, seats="40"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert [text in page for text in ("Someone changed this", "30", 'value="40"')] == [True] * 3
    assert session.scalar(select(Room.seats)) == 30


def test_the_list_shows_what_meets_and_is_narrowed(session, hr):
    room = make_room(session)
    make_room(session, "Attic", closed_on=START.date())
    meet_in(session, room)

    whole, closed = hr.page("/rooms/"), hr.page("/rooms/?state=closed")
    file = hr.get("/rooms/?format=xlsx")
    of_room = hr.page(f"/rooms/{room.id}")

    assert [name in whole for name in ("Library", "Attic")] == [True, True]
    assert [name in closed for name in (">Library<", ">Attic<")] == [False, True]
    assert file.status_code == 200
    assert "What meets here" in of_room
    assert "Active listening" in of_room


@pytest.mark.parametrize("who", ["ada", "lea", "tina"])
def test_only_hr_finds_rooms(session, cast, signed_in, who):
    room = make_room(session)
    visitor = signed_in(getattr(cast, who))

    statuses = [visitor.get(path).status_code for path in ("/rooms/", f"/rooms/{room.id}")]
    statuses.append(visitor.post(f"/rooms/{room.id}", **form(room)).status_code)

    assert statuses == [404, 404, 404]


@pytest.mark.parametrize("rooms", [1, 3])
def test_the_list_of_rooms_asks_the_same_number_of_times(session, hr, count_statements, rooms):
    for number in range(rooms):
        make_room(session, f"Room {number}")
    hr.page("/rooms/")

    with count_statements() as statements:
        hr.page("/rooms/")

    assert len(statements) <= 8

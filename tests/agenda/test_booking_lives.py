"""A booking from its first day to its last, through the services people use."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import Channel
from app.agenda.services.invitations import choose_channel
from app.domain.timespan import Timespan
from app.gatherings.models import Booking
from app.gatherings.services import bookings, rooms
from app.gatherings.services.bookings import Sitting
from app.people.models import Membership, Team
from app.people.services.accounts import close_account
from tests.agenda.mailbox import told, uids
from tests.agenda.makers import make_feed
from tests.factories import NOW, make_account, make_lead, make_person, make_team
from tests.gatherings.makers import make_gathering, make_room

DAY = timedelta(days=1)


@pytest.fixture
def ada(session):
    """Ada of team Rhine, who wants her dates by mail."""
    ada = make_person(session, "Ada", team=make_team(session, "Rhine"))
    make_account(session, ada)
    choose_channel(session, ada.id, Channel.MAIL, at=NOW)
    return ada


@pytest.fixture
def room(session):
    return make_room(session, "Library")


@pytest.fixture
def training(session, room):
    """One meeting in the library."""
    gathering = make_gathering(session)
    meeting = meeting_of(session, gathering)
    meeting.room_id, meeting.place = room.id, ""
    session.flush()
    return gathering


def meeting_of(session, gathering):
    session.refresh(gathering, ["meetings"])
    return gathering.meetings[0]


def booking_of(session, person):
    newest = select(Booking.id).where(Booking.person_id == person.id).order_by(Booking.id.desc())
    return session.scalars(newest.limit(1)).one()


def rename(session, room, name, by):
    fields = rooms.RoomFields(room.site_id, room.name, room.seats, room.closed_on)
    rooms.change(
        session, room, replace(fields, name=name), opened_on=room.version, by=by.id, at=NOW
    )


def test_every_step_is_told_once(session, send, ada, room, training):
    key, meeting = training.id, meeting_of(session, training)
    sitting = Sitting(
        meeting.id, Timespan(meeting.starts_at + DAY, meeting.ends_at + DAY), room_id=room.id
    )
    mails = []

    bookings.book(session, key, ada.id, at=NOW)
    mails.append(send())
    bookings.reschedule(session, key, [sitting], by=ada.id, at=NOW)
    mails.append(send())
    rename(session, room, "Reading room", ada)
    mails.append(send())
    bookings.cancel(session, booking_of(session, ada), by=ada.id, at=NOW)
    mails.append(send())
    bookings.book(session, key, ada.id, at=NOW)
    mails.append(send())
    bookings.call_off(session, key, by=ada.id, reason="The trainer fell ill", at=NOW)
    mails.append(send())

    assert [step[1:3] + step[4:] for mail in mails for step in told(mail)] == [
        ("REQUEST", 0, "Library", "CONFIRMED"),
        ("REQUEST", 1, "Library", "CONFIRMED"),
        ("REQUEST", 2, "Reading room", "CONFIRMED"),
        ("CANCEL", 3, "Reading room", "CANCELLED"),
        ("REQUEST", 0, "Reading room", "CONFIRMED"),
        ("CANCEL", 1, "Reading room", "CANCELLED"),
    ]
    assert [len(mail) for mail in mails] == [1] * 6
    assert len({uid for mail in mails[:4] for uid in uids(mail)}) == 1
    assert len({uid for mail in mails for uid in uids(mail)}) == 2
    assert send() == []


def test_closing_the_account_takes_everything_back(session, send, ada, training):
    bookings.book(session, training.id, ada.id, at=NOW)
    send()

    close_account(session, ada.id, by=make_person(session, "Olga").id, at=NOW)
    closed = told(send())

    assert [step[1:3] for step in closed] == [("CANCEL", 1)]
    assert send() == []


def test_request_is_mailed_once_the_lead_agrees(session, send, ada):
    lena = make_person(session, "Lena")
    make_lead(session, lena, session.get_one(*team_of(session, ada)))
    gathering = make_gathering(session, needs_approval=True)
    bookings.book(session, gathering.id, ada.id, at=NOW)
    asked = send()

    bookings.approve(session, [booking_of(session, ada)], by=lena.id, at=NOW)

    assert asked == []
    assert [step[1] for step in told(send())] == ["REQUEST"]


def team_of(session, person):
    member = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    return Team, member.team_id


def test_meetings_of_a_series_carry_their_number(client, session, ada):
    gathering = make_gathering(session, meetings=3)
    bookings.book(session, gathering.id, ada.id, at=NOW)
    _, address = make_feed(session, ada)

    text = client.get(address).get_data(as_text=True)

    assert re.findall("SUMMARY:(.*)\r", text) == [f"{gathering.title} ({n}/3)" for n in (1, 2, 3)]


def test_renamed_room_changes_the_feed(client, session, ada, room, training):
    bookings.book(session, training.id, ada.id, at=NOW)
    _, address = make_feed(session, ada)
    before = client.get(address)

    rename(session, room, "Reading room", ada)
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert b"LOCATION:Library" in before.get_data()
    assert after.status_code == 200
    assert b"LOCATION:Reading room" in after.get_data()

"""Invitations by mail: each step of an entry's life is told once, to whoever must hear of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.agenda.models import Channel, CommitmentKind, Invitation
from app.agenda.services import call_off, hold, hold_all, release
from app.agenda.services.invitations import choose_channel
from app.outbox.models import Mail
from app.people.models import Account
from app.rotations.queries.stays import find
from tests.agenda.mailbox import calendar_of, told, uids
from tests.agenda.makers import NINE, claim
from tests.factories import (
    NOW,
    agree,
    make_account,
    make_person,
    make_placement,
    make_round,
    make_stay,
    make_team,
)


@pytest.fixture
def ada(session):
    """Ada, who wants her dates by mail."""
    ada = make_person(session, "Ada", given_name="Ädä")
    make_account(session, ada)
    choose_channel(session, ada.id, Channel.MAIL, at=NOW)
    return ada


def test_life_of_a_booking_is_told_step_by_step(session, send, ada):
    first = claim(ada, source_id=7, location="Room 1")
    booked = (CommitmentKind.SESSION, 7, ada.id)

    hold(session, first, at=NOW)
    begun = send()
    hold(session, claim(ada, NINE + timedelta(days=1), source_id=7, location="Room 1"), at=NOW)
    moved = send()
    hold(session, claim(ada, NINE + timedelta(days=1), source_id=7, location="Room 2"), at=NOW)
    room = send()
    release(session, *booked, at=NOW)
    unbooked = send()
    hold(session, claim(ada, source_id=7, location="Room 2"), at=NOW)
    anew = send()
    call_off(session, *booked, at=NOW)
    called_off = send()

    assert [told(mails) for mails in (begun, moved, room, unbooked, anew, called_off)] == [
        [("ada", "REQUEST", 0, "01 10:00", "Room 1", "CONFIRMED")],
        [("ada", "REQUEST", 1, "02 10:00", "Room 1", "CONFIRMED")],
        [("ada", "REQUEST", 2, "02 10:00", "Room 2", "CONFIRMED")],
        [("ada", "CANCEL", 3, "02 10:00", "Room 2", "CANCELLED")],
        [("ada", "REQUEST", 0, "01 10:00", "Room 2", "CONFIRMED")],
        [("ada", "CANCEL", 1, "01 10:00", "Room 2", "CANCELLED")],
    ]
    first_life, second_life = uids(begun + moved + room + unbooked), uids(anew + called_off)
    assert (len(set(first_life)), len(set(second_life))) == (1, 1)
    assert set(first_life).isdisjoint(second_life)


def test_several_steps_at_once_are_each_told_once(session, send, ada):
    hold(session, claim(ada, source_id=7), at=NOW)
    hold(session, claim(ada, source_id=7), at=NOW)
    hold(session, claim(ada, source_id=7, title="Another title"), at=NOW)
    release(session, CommitmentKind.SESSION, 7, ada.id, at=NOW)
    release(session, CommitmentKind.SESSION, 7, ada.id, at=NOW)

    assert [step[1:3] for step in told(send())] == [("REQUEST", 0), ("CANCEL", 1)]
    assert send() == []


def test_who_chose_the_feed_gets_no_mail(session, send):
    bo = make_person(session, "Bo")
    make_account(session, bo)

    hold(session, claim(bo, source_id=7), at=NOW)
    release(session, CommitmentKind.SESSION, 7, bo.id, at=NOW)

    assert send() == []


def test_switching_takes_back_what_is_ahead_and_switching_again_asks_for_it_anew(
    session, send, ada
):
    hold(session, claim(ada, NOW - timedelta(days=3), source_id=6), at=NOW - timedelta(days=9))
    hold(session, claim(ada, source_id=7), at=NOW)
    send()

    choose_channel(session, ada.id, Channel.FEED, at=NOW)
    back = told(send())
    choose_channel(session, ada.id, Channel.FEED, at=NOW)
    nothing = send()
    choose_channel(session, ada.id, Channel.MAIL, at=NOW)
    anew = told(send())

    assert ([step[1:3] for step in back], nothing) == ([("CANCEL", 1)], [])
    assert [step[1:3] for step in anew] == [("REQUEST", 2)]


def test_closed_account_is_told_that_everything_ahead_is_off_and_then_nothing(session, send, ada):
    hold(session, claim(ada, source_id=7), at=NOW)
    send()

    session.get(Account, ada.id).active = False
    closed = told(send())
    hold(session, claim(ada, NINE + timedelta(days=2), source_id=7), at=NOW)
    later = send()

    assert [step[:3] for step in closed] == [("ada", "CANCEL", 1)]
    assert later == []


def test_what_is_uncertain_is_mailed_once_it_is_certain(session, send, ada):
    home, host = make_team(session, "Rhine"), make_team(session, "Elbe")
    placement = make_placement(session, make_round(session), host)
    stay = make_stay(session, ada, placement, home)
    proposed = send()

    agree(session, find(session, stay.id))
    agreed = send()

    assert proposed == []
    assert [(step[1], step[5]) for step in told(agreed)] == [("REQUEST", "CONFIRMED")]
    event = calendar_of(agreed[0]).events[0]
    assert (str(event["SUMMARY"]), str(event["TRANSP"])) == (
        "Rotation: Campaign desk",
        "TRANSPARENT",
    )


def test_more_than_five_meetings_of_one_thing_come_by_feed_only(session, send, ada):
    many = [
        claim(ada, NINE + timedelta(days=n), source_id=20 + n, path="/sessions/9") for n in range(6)
    ]
    few = [
        claim(ada, NINE + timedelta(days=20 + n), source_id=40 + n, path="/sessions/8")
        for n in range(5)
    ]

    hold_all(session, many, at=NOW)
    hold_all(session, few, at=NOW)

    assert len(told(send())) == 5


def test_mail_is_made_as_mail_programs_need_it(session, send, ada):
    ada.locale = "de"
    hold(session, claim(ada, source_id=7, title="Zuhören üben", location="Raum Köln"), at=NOW)

    mail = send()[0]

    assert mail["From"] == "Tandem <tandem@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [(part.get_content_type(), part.get_content_disposition()) for part in mail.walk()] == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("text/calendar", None),
        ("application/ics", "attachment"),
    ]
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert dict(part.get_params()[1:]) == {
        "charset": "utf-8",
        "method": "REQUEST",
        "component": "VEVENT",
    }
    assert part["Content-Transfer-Encoding"] == "base64"
    event = calendar_of(mail).events[0]
    assert (str(event["ORGANIZER"]), dict(event["ORGANIZER"].params)) == (
        "mailto:tandem@localhost",
        {"CN": "Tandem"},
    )
    assert (str(event["ATTENDEE"]), dict(event["ATTENDEE"].params)) == (
        f"mailto:{ada.email}",
        {
            "CN": "Ädä",
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION",
            "RSVP": "TRUE",
        },
    )
    text = mail.get_body(("plain",)).get_content()
    assert "Zuhören üben" in text
    assert "Raum Köln" in text


def test_failed_change_tells_nobody(session, send, ada):
    session.commit()

    hold(session, claim(ada, source_id=7), at=NOW)
    session.rollback()

    assert send() == []
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_cancellation_leaves_nothing_of_itself_in_the_outbox(session, send, ada):
    hold(session, claim(ada, source_id=7), at=NOW)
    release(session, CommitmentKind.SESSION, 7, ada.id, at=NOW)
    send()

    kept = session.execute(select(Mail.body, Mail.calendar).order_by(Mail.id)).all()
    assert [bool(row.calendar) for row in kept] == [True, False]

"""Today: each person finds what waits for them, and nothing of others."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain.consent import ConsentParty, ConsentState
from app.domain.roles import Role
from app.domain.seats import Approval, BookingState
from app.domain.stays import StayState
from app.gatherings.models import Meeting
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from tests.factories import (
    NOW,
    make_application,
    make_endorsement,
    make_lead,
    make_person,
    make_placement,
    make_round,
    make_stay,
    make_team,
    sign_in,
)
from tests.gatherings.makers import make_booking, make_course, make_gathering, make_trainer

LINE = re.compile(r'class="line-title">\s*(?:<a[^>]*>)?\s*([^<]+)')


def lines(page):
    """The titles in the lists of a page, in order."""
    assert page.status_code == 200
    return [" ".join(unescape(title).split()) for title in LINE.findall(page.text)]


@pytest.fixture
def company(session, clock):
    """Ada of team Rhine wants to go to Elbe; Bo leads Rhine, Cy leads Elbe, Olga is HR."""

    class Cast:
        rhine, elbe = make_team(session, "Rhine"), make_team(session, "Elbe")
        ada = make_person(session, "Ada", team=rhine)
        bo = make_person(session, "Bo", team=rhine)
        cy = make_person(session, "Cy", team=elbe)
        olga = make_person(session, "Olga", roles=[Role.HR])
        round_ = make_round(session)
        placement = make_placement(session, round_, elbe)

    make_lead(session, Cast.bo, Cast.rhine)
    make_lead(session, Cast.cy, Cast.elbe)
    return Cast


def today_of(client, session, person):
    return lines(sign_in(client, session, person).get("/today"))


def test_a_person_without_tasks_is_told_so_and_where_to_look(client, session, clock):
    nobody = make_person(session, "Nora")

    page = sign_in(client, session, nobody).get("/today")

    assert "Nothing waits for you" in page.text


def test_an_open_round_invites_those_who_have_not_applied(client, session, company):
    assert today_of(client, session, company.ada) == [
        "Placements of “Spring 2027” are open: have a look"
    ]


def test_hr_is_not_asked_to_consent_to_the_own_stay(client, session, company):
    zoe = make_person(session, "Zoe", roles=[Role.HR])
    stay = make_stay(session, company.olga, company.placement, company.rhine)
    for consent in stay.consents:
        is_hr = consent.party is ConsentParty.HR
        consent.state = ConsentState.ASKED if is_hr else ConsentState.NOT_NEEDED

    asked = [
        any("Consent to the stay of" in line for line in today_of(client, session, person))
        for person in (company.olga, zoe)
    ]

    assert asked == [False, True]


def test_who_has_applied_is_not_invited_again_and_the_lead_is_asked(client, session, company):
    application = make_application(
        session, company.round_, company.ada, company.rhine, [company.placement]
    )
    make_endorsement(session, application)

    seen = [today_of(client, session, person) for person in (company.ada, company.bo)]

    assert seen == [
        [],
        [
            "Placements of “Spring 2027” are open: have a look",
            "1 application waits for your endorsement",
        ],
    ]


def test_the_lead_of_another_team_sees_nothing_of_it(client, session, company):
    application = make_application(
        session, company.round_, company.ada, company.rhine, [company.placement]
    )
    make_endorsement(session, application)

    assert today_of(client, session, company.cy) == [
        "Placements of “Spring 2027” are open: have a look"
    ]


def test_a_proposed_stay_asks_the_person_first_and_nobody_else(client, session, company):
    make_stay(session, company.ada, company.placement, company.rhine)

    seen = [
        [line for line in today_of(client, session, person) if "Placements of" not in line]
        for person in (company.ada, company.bo, company.cy, company.olga)
    ]

    assert [found[:2] for found in seen] == [
        ["Do you accept “Campaign desk” in Elbe?", "Campaign desk"],
        [],
        [],
        ["“Spring 2027” has 0 applications so far, 0 without an endorsement"],
    ]


def test_notices_stand_beside_and_lead_on_once_followed(client, session, company):
    message = Message(
        NoticeTopic.ROUNDS, "A round begins: %(name)s", "Come and see.", "/placements", "Look",
        params={"name": "<b>Spring</b>"},
    )  # fmt: skip
    notify(session, message, to=[company.ada.id], key="r", at=NOW)
    session.commit()

    page = sign_in(client, session, company.ada).get("/today")

    assert "A round begins: &lt;b&gt;Spring&lt;/b&gt;" in page.text


def test_a_notice_of_somebody_else_does_not_exist(client, session, company):
    message = Message(NoticeTopic.ROUNDS, "Secret", "Text", "/placements", "Look")
    notify(session, message, to=[company.ada.id], key="r", at=NOW)
    session.commit()
    notice = lines(sign_in(client, session, company.ada).get("/notices"))
    bo = sign_in(client, session, company.bo)

    assert notice == ["Secret"]
    assert [bo.get("/notices/1").status_code, lines(bo.get("/notices"))] == [404, []]


@pytest.mark.parametrize("role", ["employee", "lead", "hr"])
def test_the_page_asks_the_database_as_often_for_one_thing_as_for_three(
    role, client, session, company, count_statements
):
    person = {"employee": company.ada, "lead": company.bo, "hr": company.olga}[role]
    browser = sign_in(client, session, person)
    asked = []

    for number in range(3):
        applicant = make_person(session, f"P{number}", team=company.rhine)
        application = make_application(
            session, company.round_, applicant, company.rhine, [company.placement]
        )
        make_endorsement(session, application)
        guest = make_person(session, f"Q{number}", team=company.rhine)
        make_stay(session, guest, company.placement, company.rhine, agreed=True)
        message = Message(NoticeTopic.ROUNDS, f"Notice {number}", "Text", "/placements", "Look")
        notify(session, message, to=[person.id], key=f"r{number}", at=NOW)
        session.commit()
        with count_statements() as statements:
            assert browser.get("/today").status_code == 200
        asked.append(len(statements))

    assert asked == [asked[0]] * 3


def test_a_stay_that_fell_through_waits_for_hr(client, session, company):
    stay = make_stay(session, company.ada, company.placement, company.rhine)
    company.round_.state = "published"
    stay.state = "cancelled"
    stay.starts_on = date(2027, 3, 1)
    session.flush()

    assert today_of(client, session, company.olga) == [
        "1 stay fell through; a replan can fill the place"
    ]


def test_debriefs_wait_for_each_side_for_sixty_days(client, session, company, clock):
    stay = make_stay(session, company.ada, company.placement, company.rhine, agreed=True)
    company.round_.state = "closed"
    stay.state = "running"
    session.flush()
    stay.state = "ended"
    ends_on = stay.ends_on
    session.commit()
    waiting = "Look back at the stay of Ada Test: “Campaign desk”"
    seen = []

    for days in (1, 59, 61):
        clock.move_to(NOW.replace(year=ends_on.year, month=ends_on.month, day=ends_on.day))
        clock.move_by(timedelta(days=days))
        browser = sign_in(client, session, company.cy, at=clock.now())
        seen.append(waiting in lines(browser.get("/today")))

    assert seen == [True, True, False]


def test_every_task_leads_to_a_page_that_exists(app):
    source = (Path(__file__).parents[2] / "app/today/views/tasks.py").read_text()
    endpoints = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', source))

    assert len(endpoints) > 5
    assert endpoints - set(app.view_functions) == set()


def test_check_ins_of_a_stay_that_is_over_wait_for_nobody_but_the_follow_up(
    client, session, company
):
    stay = make_stay(session, company.ada, company.placement, company.rhine)
    stay.state = StayState.ENDED
    for check_in in stay.check_ins:
        check_in.due_on = NOW.date() - timedelta(days=5)
    stay.check_ins[0].due_on = NOW.date() - timedelta(days=40)

    asked = [line for line in today_of(client, session, company.ada) if "Check-in" in line]

    assert asked == ["How is it going? Check-in for “Campaign desk”"]


def test_offered_seats_and_requests_of_the_team_wait_on_today(client, session, company):
    dora = make_person(session, "Dora", team=company.rhine)
    offer = make_gathering(session, course=make_course(session, "Listening"))
    ends = datetime(2026, 11, 24, 1, 48, tzinfo=UTC)
    make_booking(session, offer, company.bo, state=BookingState.OFFERED, expires_at=ends)
    asked = make_gathering(session, needs_approval=True)
    for person in (company.ada, dora):
        make_booking(
            session, asked, person, state=BookingState.REQUESTED, approval=Approval.PENDING
        )
    sign_in(client, session, company.bo)

    found = lines(client.get("/today"))

    offered = (
        f"A seat in “{offer.title}” is kept for you until Tue, Nov 24, 2026, 02:48: "
        "accept it or leave it to the next"
    )
    assert offered in found
    assert "2 requests for seats wait for your answer" in found


def test_seats_of_others_wait_for_nobody_else(client, session, company):
    gathering = make_gathering(session, needs_approval=True)
    make_booking(
        session, gathering, company.ada, state=BookingState.REQUESTED, approval=Approval.PENDING
    )
    sign_in(client, session, company.cy)

    assert [line for line in lines(client.get("/today")) if "seat" in line] == []


def test_what_somebody_booked_or_leads_tomorrow_comes_next(client, session, company):
    tomorrow = NOW + timedelta(days=1)
    booked = make_gathering(session, starts_at=tomorrow)
    later = make_gathering(session, starts_at=NOW + timedelta(weeks=5))
    led = make_gathering(session, starts_at=tomorrow + timedelta(hours=4))
    for gathering in (booked, later):
        make_booking(session, gathering, company.ada)
    meeting = session.scalar(select(Meeting).where(Meeting.gathering_id == led.id))
    make_trainer(session, meeting, company.ada)
    sign_in(client, session, company.ada)

    page = client.get("/today")

    next_lines = [line for line in lines(page) if line in {booked.title, later.title}]
    assert next_lines == [booked.title]
    assert f"You lead “{led.title}”" in lines(page)
    assert page.text.count("tomorrow") == 2

"""My rotations and the programme: each sees what is theirs, and what to do next."""

import pytest

from app.rotations.models import Outcome
from tests.factories import NOW, StayCompany, make_application, make_endorsement, make_stay


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


def test_person_finds_the_place_that_waits_for_an_answer(signed_in, session, company):
    stay = make_stay(session, company.ada, company.long, company.home)

    page = signed_in(company.ada).get("/my-rotations/").text

    assert "You have a place: Key accounts" in page
    assert f'href="/stays/{stay.id}"' in page


def test_applications_stand_there_with_their_answer(signed_in, session, company):
    application = make_application(
        session, company.round, company.ada, company.home, [company.short, company.long]
    )
    visitor = signed_in(company.ada)
    seen = ["Sent in. Your team is asked next." in visitor.get("/my-rotations/").text]
    endorsement = make_endorsement(session, application)
    endorsement.state, endorsement.decided_at = "refused", NOW
    endorsement.reason = "Two of us are away"
    seen.append("Two of us are away" in visitor.get("/my-rotations/").text)
    session.add(
        Outcome(application_id=application.id, placed=True, rank=2, reasons=[], decided_at=NOW)
    )
    page = visitor.get("/my-rotations/").text
    seen.append("You got this one" in page)

    assert seen == [True, True, True]


def test_nobody_sees_the_rotations_of_others(signed_in, session, company):
    make_stay(session, company.ada, company.long, company.home)
    make_application(session, company.round, company.ada, company.home, [company.short])

    page = signed_in(company.cy).get("/my-rotations/").text

    assert "Ada Test" not in page
    assert "Key accounts" not in page


@pytest.mark.parametrize(("who", "sees"), [("rita", True), ("bo", True), ("ben", True)])
def test_leads_and_buddies_find_the_stays_they_look_after(signed_in, session, company, who, sees):
    make_stay(session, company.ada, company.long, company.home)

    page = signed_in(getattr(company, who)).get("/my-rotations/").text

    assert ("Stays I look after" in page and "Ada Test" in page) is sees


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 200), ("ada", 404), ("rita", 404), ("kim", 404)]
)
def test_programme_and_list_of_stays_are_open_to_hr_only(signed_in, session, company, who, status):
    visitor = signed_in(getattr(company, who))

    assert visitor.get("/programme/").status_code == status
    assert visitor.get("/stays/").status_code == status


def test_programme_says_what_is_stuck_and_whom_it_waits_for(signed_in, session, company, clock):
    make_stay(session, company.ada, company.long, company.home)
    clock.move_to(NOW.replace(month=12, day=2))

    page = signed_in(company.olga).get("/programme/").text

    assert "An answer is overdue" in page
    assert "waits for: The person (due Nov 30, 2026)" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ada", True),
        ("q=elbe", True),
        ("q=%25", False),
        ("state=proposed", True),
        ("state=running", False),
        ("state=nonsense", True),
        ("stuck=any", False),
        ("round=1", True),
        ("round=99999", False),
        ("sort=-person", True),
        ("page=9", False),
    ],
)
def test_list_of_stays_is_searched_filtered_and_sorted(signed_in, session, company, query, found):
    make_stay(session, company.ada, company.long, company.home)

    page = signed_in(company.olga).get(f"/stays/?{query}")

    assert page.status_code == 200
    assert ("Ada Test" in page.text) is found

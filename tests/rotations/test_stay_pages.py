"""The page of a stay: who sees what, whose turn it is, and what each may do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.consent import ConsentParty, ConsentState
from app.domain.insights import InsightFate
from app.domain.stays import CheckInKind, StayState
from app.insights.models import Insight
from app.people.models import Side
from app.rotations.models import (
    Debrief,
    DebriefSide,
    Goal,
    PracticalSheet,
    Stay,
)
from app.rotations.queries.stays import find
from app.rotations.services.stays.answering import Answer, answer
from tests.agenda.busy_makers import make_file
from tests.factories import (
    NOW,
    StayCompany,
    agree,
    make_department,
    make_person,
    make_placement,
    make_stay,
    make_team,
)

FIRST_DAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


@pytest.fixture
def running(session, company, clock):
    """Give a stay that began today, on its first Monday."""
    stay = make_stay(session, company.ada, company.long, company.home)
    clock.move_to(FIRST_DAY)
    return agree(session, stay, at=FIRST_DAY)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ada", 200),
        ("rita", 200),
        ("bo", 200),
        ("ben", 200),
        ("olga", 200),
        ("kim", 404),
        ("cy", 404),
    ],
)
def test_stay_is_seen_by_those_it_concerns_only(signed_in, session, company, clock, who, status):
    stay = make_stay(session, company.ada, company.long, company.home)

    page = signed_in(getattr(company, who)).get(f"/stays/{stay.id}")

    assert page.status_code == status


def test_person_is_reminded_of_the_own_calendar_and_nobody_else_is_told(
    signed_in, session, company, clock
):
    stay = make_stay(session, company.ada, company.long, company.home)
    make_file(session, company.ada, [(FIRST_DAY, FIRST_DAY + timedelta(hours=1))])
    path = f"/stays/{stay.id}"

    own, others = signed_in(company.ada).get(path).text, signed_in(company.olga).get(path).text

    assert "you are busy on 1 working day of this stay" in own
    assert "working day of this stay" not in others


def test_person_accepts_on_the_page(signed_in, session, company, clock):
    stay = make_stay(session, company.ada, company.long, company.home)
    visitor = signed_in(company.ada)
    assert "Do you accept this place?" in visitor.get(f"/stays/{stay.id}").text

    response = visitor.post(f"/stays/{stay.id}/consents/person", answer="given")

    assert (response.status_code, response.location) == (303, f"/stays/{stay.id}")
    states = {consent.party: consent.state for consent in find(session, stay.id).consents}
    assert states[ConsentParty.PERSON] is ConsentState.GIVEN
    assert states[ConsentParty.HOST] is ConsentState.ASKED


@pytest.mark.parametrize("who", ["rita", "ben", "olga", "cy", "kim"])
def test_nobody_answers_for_the_person(signed_in, session, company, clock, who):
    stay = make_stay(session, company.ada, company.long, company.home)
    visitor = signed_in(getattr(company, who))

    response = visitor.post(f"/stays/{stay.id}/consents/person", answer="given")

    assert response.status_code == 404


def test_works_council_is_not_answered_for_on_the_page_of_the_stay(
    signed_in, session, company, clock
):
    stay = make_stay(session, company.ada, company.long, company.home)
    visitor = signed_in(company.olga)

    assert visitor.post(f"/stays/{stay.id}/consents/council").status_code == 404


def test_host_lead_who_refuses_without_a_reason_is_asked_for_it(signed_in, session, company, clock):
    stay = make_stay(session, company.ada, company.long, company.home)
    answer(session, stay, Answer(ConsentParty.PERSON, ConsentState.GIVEN, by=1), at=NOW)
    visitor = signed_in(company.bo)

    response = visitor.post(f"/stays/{stay.id}/consents/host", answer="refused", reason="")

    assert response.status_code == 422
    assert "Please give the reason. The person will read it." in response.text
    assert session.get(Stay, stay.id).state is StayState.PROPOSED


def test_commission_rule_is_shown_to_people_of_sales_only(signed_in, session, company, clock):
    marketing = make_placement(session, company.round, company.home, "Trade fair")
    dora = make_person(session, "Dora", team=company.host)
    theirs = make_stay(session, dora, marketing, company.host)
    ours = make_stay(session, company.ada, company.short, company.home)
    for stay_id in (theirs.id, ours.id):
        sheet = session.get(PracticalSheet, stay_id)
        sheet.updated_at, sheet.commission_rule = NOW, "Targets are halved."
    visitor = signed_in(company.olga)

    assert "Targets are halved." in visitor.get(f"/stays/{theirs.id}").text
    assert "Targets are halved." not in visitor.get(f"/stays/{ours.id}").text
    assert 'name="commission_rule"' in visitor.get(f"/stays/{theirs.id}/sheet").text
    assert 'name="commission_rule"' not in visitor.get(f"/stays/{ours.id}/sheet").text


def test_buddy_of_a_sales_person_reads_no_commission_rule(signed_in, session, company, clock):
    marketing = make_placement(
        session, company.round, company.home, "Trade fair", buddy_id=company.ada.id
    )
    stay = make_stay(session, company.ben, marketing, company.host)
    stay.sheet.updated_at = NOW
    stay.sheet.commission_rule = "Targets are halved."

    page = signed_in(company.ada).get(f"/stays/{stay.id}")

    assert page.status_code == 200
    assert "Targets are halved." not in page.text


def test_sheet_is_written_by_hr_and_the_host_lead_only(signed_in, session, company, clock):
    stay = make_stay(session, company.ada, company.short, company.home)
    got = {}
    for who in ("ada", "rita", "ben", "bo", "olga"):
        visitor = signed_in(getattr(company, who))
        got[who] = visitor.get(f"/stays/{stay.id}/sheet").status_code

    assert got == {"ada": 404, "rita": 404, "ben": 404, "bo": 200, "olga": 200}


def test_sheet_saved_by_two_shows_both_and_keeps_the_first(signed_in, session, company, clock):
    stay = make_stay(session, company.ada, company.short, company.home)
    visitor = signed_in(company.bo)
    mine = {"desk": "Room 3", "version": "1"}
    assert visitor.post(f"/stays/{stay.id}/sheet", **mine).status_code == 303

    response = visitor.post(f"/stays/{stay.id}/sheet", desk="Room 9", version="1")

    assert response.status_code == 409
    assert "Room 3" in response.text
    assert "Room 9" in response.text
    assert session.get(PracticalSheet, stay.id).desk == "Room 3"


def test_goals_are_set_once_per_version_and_are_three_at_most(signed_in, session, company, clock):
    stay = make_stay(session, company.ada, company.short, company.home)
    visitor = signed_in(company.ada)
    version = session.get(Stay, stay.id).version
    texts = {"first": "Read a pipeline", "second": "Join two visits", "version": str(version)}
    assert visitor.post(f"/stays/{stay.id}/goals", **texts).status_code == 303
    assert [goal.text for goal in session.query(Goal).order_by(Goal.id)] == [
        "Read a pipeline",
        "Join two visits",
    ]

    assert visitor.post(f"/stays/{stay.id}/goals", **texts).status_code == 409


def test_check_in_is_held_on_the_phone_and_stays_among_those_near(
    signed_in, session, company, running, clock
):
    clock.move_by(timedelta(days=2))
    visitor = signed_in(company.ada)
    said = {"going_well": "Everybody explains things", "needs": ""}

    response = visitor.post(f"/stays/{running.id}/check-ins/day_three", **said)

    assert response.status_code == 303
    texts = {}
    for who in ("ada", "ben", "rita", "olga"):
        page = signed_in(getattr(company, who)).get(f"/stays/{running.id}")
        texts[who] = "Everybody explains things" in page.text
    assert texts == {"ada": True, "ben": True, "rita": True, "olga": False}


def test_second_writer_of_a_check_in_sees_both_versions_and_loses_no_word(
    signed_in, session, company, running, clock
):
    path = f"/stays/{running.id}/check-ins/day_three"
    signed_in(company.ada).post(path, going_well="Everybody explains things", needs="")

    response = signed_in(company.ben).post(path, going_well="She asks good questions", needs="")

    held = next(c for c in find(session, running.id).check_ins if c.done_at is not None)
    assert (response.status_code, held.going_well) == (409, "Everybody explains things")
    assert '<td data-label="You entered">She asks good questions</td>' in response.text
    assert '<td data-label="Stored now">Everybody explains things</td>' in response.text
    assert "She asks good questions</textarea>" in response.text


def test_empty_check_in_is_refused(signed_in, session, company, running, clock):
    visitor = signed_in(company.ada)

    response = visitor.post(f"/stays/{running.id}/check-ins/day_three")

    assert response.status_code == 422
    assert "Please answer at least one of the two questions." in response.text


@pytest.mark.parametrize("who", ["ada", "rita", "bo", "olga"])
def test_any_side_ends_a_stay_early_without_a_reason(
    signed_in, session, company, running, clock, who
):
    visitor = signed_in(getattr(company, who))

    response = visitor.post(f"/stays/{running.id}/end", last_day="2027-03-01")

    stay = session.get(Stay, running.id)
    assert response.status_code == 303
    assert (stay.state, stay.ends_on, stay.note_to_hr) == (
        StayState.ENDED_EARLY,
        date(2027, 3, 2),
        "",
    )


def test_note_about_an_early_end_is_read_by_hr_only(signed_in, session, company, running, clock):
    visitor = signed_in(company.ada)
    visitor.post(f"/stays/{running.id}/end", last_day="2027-03-01", note="Moved house")
    read = {}
    for who in ("ada", "rita", "bo", "olga"):
        page = signed_in(getattr(company, who)).get(f"/stays/{running.id}")
        read[who] = "Moved house" in page.text

    assert read == {"ada": False, "rita": False, "bo": False, "olga": True}


def test_buddy_cannot_end_a_stay(signed_in, session, company, running, clock):
    visitor = signed_in(company.ben)

    assert visitor.get(f"/stays/{running.id}/end").status_code == 404


def test_last_day_outside_the_stay_is_shown_beside_the_field(
    signed_in, session, company, running, clock
):
    visitor = signed_in(company.ada)

    response = visitor.post(f"/stays/{running.id}/end", last_day="2027-02-01")

    assert response.status_code == 422
    assert "Choose a day from today to the planned last day." in response.text


def ended(signed_in, company, running):
    visitor = signed_in(company.ada)
    visitor.post(f"/stays/{running.id}/end", last_day="2027-03-01")
    return visitor


def test_debrief_hands_what_should_change_to_the_lead_of_the_other_side(
    signed_in, session, company, running, clock
):
    visitor = ended(signed_in, company, running)

    response = visitor.post(
        f"/stays/{running.id}/debrief",
        learned="Qualifying",
        first="One list of leads",
        third="Call us",
    )

    assert response.status_code == 303
    insights = session.query(Insight).order_by(Insight.id).all()
    assert [(i.text, i.owner_id, i.team_id, i.due_on, i.fate) for i in insights] == [
        ("One list of leads", company.bo.id, company.host.id, date(2027, 3, 29), InsightFate.OPEN),
        ("Call us", company.bo.id, company.host.id, date(2027, 3, 29), InsightFate.OPEN),
    ]


def test_host_debrief_goes_to_the_home_lead_and_each_side_writes_once(
    signed_in, session, company, running, clock
):
    visitor = ended(signed_in, company, running)
    visitor = signed_in(company.bo)
    said = {"learned": "Marketing plans far ahead", "first": "Send the plan"}
    assert visitor.post(f"/stays/{running.id}/debrief", **said).status_code == 303
    assert session.query(Insight).one().owner_id == company.rita.id

    assert visitor.post(f"/stays/{running.id}/debrief", **said).status_code == 404
    assert [debrief.side for debrief in session.query(Debrief)] == [DebriefSide.HOST]


def test_debrief_opens_only_when_the_stay_is_over(signed_in, session, company, running, clock):
    visitor = signed_in(company.ada)

    assert visitor.post(f"/stays/{running.id}/debrief", learned="A").status_code == 404


def test_cancelled_stay_is_listed_for_hr_until_its_seat_is_settled(
    signed_in, session, company, clock
):
    stay = make_stay(session, company.ada, company.long, company.home)
    visitor = signed_in(company.olga)
    assert visitor.post(f"/stays/{stay.id}/cancel").status_code == 303
    assert "The seat is free: plan anew" in visitor.get("/programme/").text

    visitor.post(f"/stays/{stay.id}/seat-settled")

    assert "The seat is free: plan anew" not in visitor.get("/programme/").text


def test_lists_take_as_many_statements_for_three_stays_as_for_one(
    signed_in, session, company, clock, count_statements
):
    other = make_team(session, "Main", department=make_department(session, "Service", Side.OTHER))
    made = make_stay(session, company.ada, company.long, company.home)
    visitor = signed_in(company.olga)
    pages = ("/stays/", "/programme/", f"/stays/{made.id}", "/my-rotations/", "/stays/?stuck=any")
    visitor.get("/stays/")
    one = {}
    for page in pages:
        with count_statements() as statements:
            assert visitor.get(page).status_code == 200
        one[page] = len(statements)
    place = make_placement(session, company.round, other, "Hotline")
    make_stay(session, company.rita, place, company.home)
    make_stay(session, company.bo, place, company.host, agreed=True)
    three = {}
    for page in pages:
        with count_statements() as statements:
            assert visitor.get(page).status_code == 200
        three[page] = len(statements)

    assert three == one


def test_check_ins_of_another_kind_are_not_found(signed_in, session, company, running, clock):
    visitor = signed_in(company.ada)
    known = [kind.value for kind in CheckInKind]

    assert visitor.get(f"/stays/{running.id}/check-ins/{known[0]}").status_code == 200
    assert visitor.get(f"/stays/{running.id}/check-ins/tomorrow").status_code == 404

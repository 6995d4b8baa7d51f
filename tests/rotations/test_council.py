"""The works council's register: what it sees, how it decides, and the rules per country."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.consent import ConsentParty, ConsentState
from app.domain.stays import StayState
from app.rotations.models import Consent, CouncilRule, Stay
from app.rotations.services.stays.answering import Answer, answer
from tests.engines import on_one_engine
from tests.factories import (
    NOW,
    StayCompany,
    make_application,
    make_person,
    make_site,
    make_stay,
)


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


def asked_stay(session, company, person=None):
    """Make a stay that waits for the works council and nobody else."""
    stay = make_stay(session, person or company.ada, company.long, company.home)
    for party in (ConsentParty.PERSON, ConsentParty.HOST, ConsentParty.HR):
        answer(session, stay, Answer(party, ConsentState.GIVEN, by=company.olga.id), at=NOW)
    session.flush()
    return stay


@pytest.mark.parametrize(
    ("who", "status"),
    [("kim", 200), ("olga", 200), ("ada", 404), ("rita", 404), ("bo", 404), ("cy", 404)],
)
def test_register_is_open_to_the_council_and_hr_only(signed_in, session, company, who, status):
    stay = asked_stay(session, company)
    visitor = signed_in(getattr(company, who))

    assert visitor.get("/council/").status_code == status
    assert visitor.get(f"/council/{stay.id}").status_code == status


def test_register_shows_the_facts_and_no_motivation(signed_in, session, company):
    stay = asked_stay(session, company)
    make_application(
        session, company.round, company.ada, company.home, motivation="I want to leave my boss"
    )
    page = signed_in(company.kim).get(f"/council/{stay.id}").text

    facts = ["Ada Test", "Rhine", "Elbe", "Key accounts", "Mar 1, 2027", "Apr 25, 2027"]
    assert [fact for fact in facts if fact not in page] == []
    assert "I want to leave my boss" not in page


def test_stay_is_in_the_register_only_once_it_was_asked_for(signed_in, session, company):
    make_stay(session, company.ada, company.long, company.home)
    make_stay(session, company.rita, company.short, company.home)

    page = signed_in(company.kim).get("/council/").text

    assert "Nothing was asked yet" in page


def test_council_agrees_and_the_stay_is_agreed(signed_in, session, company):
    stay = asked_stay(session, company)

    response = signed_in(company.kim).post(f"/council/{stay.id}", answer="given")

    council = session.scalars(select(Consent).where(Consent.party == ConsentParty.COUNCIL)).one()
    assert response.status_code == 303
    assert (council.state, council.answered_by) == (ConsentState.GIVEN, company.kim.id)
    assert session.get(Stay, stay.id).state is StayState.AGREED


def test_council_refuses_with_a_reason_only(signed_in, session, company):
    stay = asked_stay(session, company)
    visitor = signed_in(company.kim)
    without = visitor.post(f"/council/{stay.id}", answer="refused", reason=" ")
    assert without.status_code == 422
    assert "Please give the reason. The person will read it." in without.text

    visitor.post(f"/council/{stay.id}", answer="refused", reason="Overload in Rhine")

    assert session.get(Stay, stay.id).state is StayState.DECLINED
    assert "Overload in Rhine" in visitor.get(f"/council/{stay.id}").text


@pytest.mark.parametrize("who", ["olga", "bo", "ada"])
def test_nobody_but_the_council_decides_for_it(signed_in, session, company, who):
    stay = asked_stay(session, company)

    response = signed_in(getattr(company, who)).post(f"/council/{stay.id}", answer="given")

    assert response.status_code == 404
    assert session.get(Stay, stay.id).state is StayState.PROPOSED


def test_member_of_the_council_does_not_decide_about_the_own_stay(signed_in, session, company):
    jo = make_person(session, "Jo", team=company.home, roles=["works_council"])
    stay = asked_stay(session, company, jo)

    assert signed_in(jo).post(f"/council/{stay.id}", answer="given").status_code == 404


def test_register_is_filtered_by_year_and_answer(signed_in, session, company):
    asked_stay(session, company)
    visitor = signed_in(company.kim)
    shown = {
        query: "Ada Test" in visitor.get(f"/council/?{query}").text
        for query in ("year=2026", "year=2025", "state=asked", "state=refused", "year=x")
    }

    assert shown == {
        "year=2026": True,
        "year=2025": False,
        "state=asked": True,
        "state=refused": False,
        "year=x": True,
    }


def test_register_is_exported_without_formulas(signed_in, session, company):
    company.long.title = "=1+1"
    asked_stay(session, company)

    response = signed_in(company.kim).get("/council/?format=csv")

    assert response.mimetype == "text/csv"
    assert "'=1+1" in response.get_data(as_text=True)


def test_register_takes_as_many_statements_for_three_as_for_one(
    signed_in, session, company, count_statements
):
    visitor = signed_in(company.kim)
    asked_stay(session, company)
    visitor.get("/council/")
    with count_statements() as one:
        visitor.get("/council/")
    asked_stay(session, company, company.rita)
    asked_stay(session, company, make_person(session, "Uli", team=company.home))
    with count_statements() as three:
        visitor.get("/council/")

    assert len(three) == len(one)


def rule(**changes):
    fields = {"enabled": "y", "over_days": "60", "answer_days": "", "source": "Agreement of May"}
    return {**fields, "version": "0", **changes}


@pytest.mark.parametrize(
    ("who", "reads", "edits"), [("olga", 200, 200), ("kim", 200, 404), ("ada", 404, 404)]
)
def test_rules_are_read_by_the_council_and_edited_by_hr(
    signed_in, session, company, who, reads, edits
):
    visitor = signed_in(getattr(company, who))

    assert visitor.get("/settings/council-rules/").status_code == reads
    assert visitor.get("/settings/council-rules/DE").status_code == edits


def test_changed_rule_holds_for_stays_from_then_on_and_stands_in_the_log(
    signed_in, session, company
):
    visitor = signed_in(company.olga)
    assert visitor.post("/settings/council-rules/DE", **rule()).status_code == 303

    stay = make_stay(session, company.ada, company.long, company.home)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == AuditKind.SETTING_CHANGED)
    ).one()
    states = {consent.party: consent.state for consent in stay.consents}
    assert states[ConsentParty.COUNCIL] is ConsentState.NOT_NEEDED
    assert (entry.subject, entry.actor_id) == ("council_rule:DE", company.olga.id)
    assert (entry.detail["before"]["over_days"], entry.detail["after"]["over_days"]) == (28, 60)


def test_rule_changed_by_two_shows_both_and_keeps_the_first(signed_in, session, company):
    visitor = signed_in(company.olga)
    visitor.post("/settings/council-rules/DE", **rule())

    response = visitor.post("/settings/council-rules/DE", **rule(over_days="70"))

    assert response.status_code == 409
    assert "Asked for stays longer than 60 days." in response.text
    assert session.get(CouncilRule, "DE").over_days == 60


@on_one_engine
@pytest.mark.parametrize("days", ["-1", "367", "x", ""])
def test_impossible_lengths_are_refused_beside_the_field(signed_in, session, company, days):
    response = signed_in(company.olga).post("/settings/council-rules/DE", **rule(over_days=days))

    assert response.status_code == 422
    assert session.get(CouncilRule, "DE") is None


def test_country_without_a_site_has_no_rule(signed_in, session, company):
    make_site(session, "Vienna", country="AT", subdivision=None, zone="Europe/Vienna")
    visitor = signed_in(company.olga)

    assert visitor.get("/settings/council-rules/AT").status_code == 200
    assert visitor.get("/settings/council-rules/FR").status_code == 404

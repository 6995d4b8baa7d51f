"""Insights: seen by both teams, answered by their owner, and every answer has its words."""

from datetime import date

import pytest
from sqlalchemy import select

from app.outbox.models import Notice
from app.rotations.jobs.stays import keep_stays
from app.rotations.models import Debrief, DebriefSide, Insight, InsightFate
from tests.factories import NOW, StayCompany, make_person, make_stay, make_team


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


def make_insight(session, company, text="One list of leads", *, person=None, owner=None):
    """Make an insight of the person of a stay, answered by the host team's lead."""
    stay = make_stay(session, person or company.ada, company.short, company.home)
    debrief = Debrief(
        stay_id=stay.id,
        side=DebriefSide.PERSON,
        learned="Qualifying",
        written_at=NOW,
        written_by=stay.person_id,
    )
    session.add(debrief)
    session.flush()
    insight = Insight(
        debrief_id=debrief.id,
        text=text,
        owner_id=(owner or company.bo).id,
        team_id=company.host.id,
        due_on=date(2026, 12, 21),
    )
    session.add(insight)
    session.flush()
    return insight


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
def test_insight_is_seen_by_everybody_of_the_two_teams(signed_in, session, company, who, status):
    insight = make_insight(session, company)
    visitor = signed_in(getattr(company, who))

    assert visitor.get(f"/insights/{insight.id}").status_code == status
    assert ("One list of leads" in visitor.get("/insights/").text) is (status == 200)


@pytest.mark.parametrize(
    ("fate", "note"),
    [
        (InsightFate.USED, "Used in the spring campaign"),
        (InsightFate.AGREEMENT, "Leads are entered within a day"),
        (InsightFate.DECLINED, "The tool is replaced in May"),
    ],
)
def test_owner_says_what_became_of_it_and_the_writer_is_told(
    signed_in, session, company, fate, note
):
    insight = make_insight(session, company)

    response = signed_in(company.bo).post(
        f"/insights/{insight.id}/fate", fate=fate.value, note=note, version="1"
    )

    stored = session.get(Insight, insight.id)
    told = [
        (notice.person_id, notice.title, notice.params["note"])
        for notice in session.query(Notice)
        if notice.topic == "insights"
    ]
    assert response.status_code == 303
    assert (stored.fate, stored.fate_note, stored.decided_at) == (fate, note, NOW)
    assert told == [(company.ada.id, "An answer to what you would change", note)]


@pytest.mark.parametrize("who", ["ada", "rita", "ben", "olga"])
def test_nobody_but_the_owner_answers(signed_in, session, company, who):
    insight = make_insight(session, company)

    response = signed_in(getattr(company, who)).post(
        f"/insights/{insight.id}/fate", fate="used", note="Yes", version="1"
    )

    assert response.status_code == 404
    assert session.get(Insight, insight.id).fate is InsightFate.OPEN


@pytest.mark.parametrize(
    "fields", [{"fate": "used", "note": " "}, {"fate": "open", "note": "x"}, {"note": "x"}]
)
def test_answer_without_words_or_fate_is_refused(signed_in, session, company, fields):
    insight = make_insight(session, company)

    response = signed_in(company.bo).post(f"/insights/{insight.id}/fate", version="1", **fields)

    assert response.status_code == 422
    assert session.get(Insight, insight.id).fate is InsightFate.OPEN


def test_answer_on_an_old_version_shows_what_is_stored_and_keeps_it(signed_in, session, company):
    insight = make_insight(session, company)
    visitor = signed_in(company.bo)
    visitor.post(f"/insights/{insight.id}/fate", fate="used", note="In spring", version="1")

    response = visitor.post(
        f"/insights/{insight.id}/fate", fate="declined", note="Never", version="1"
    )

    assert response.status_code == 409
    assert "In spring" in response.text
    assert "Never" in response.text
    assert session.get(Insight, insight.id).fate is InsightFate.USED


def test_owner_hands_it_to_somebody_of_the_same_team_only(signed_in, session, company):
    insight = make_insight(session, company)
    visitor = signed_in(company.bo)

    visitor.post(f"/insights/{insight.id}/owner", owner=str(company.ada.id), version="1")
    assert session.get(Insight, insight.id).owner_id == company.bo.id

    response = visitor.post(f"/insights/{insight.id}/owner", owner=str(company.ben.id), version="1")

    assert response.status_code == 303
    assert session.get(Insight, insight.id).owner_id == company.ben.id


def test_list_is_filtered_by_fate_owner_and_text(signed_in, session, company):
    make_insight(session, company)
    make_insight(session, company, "50 % fewer forms", person=company.rita, owner=company.ben)
    visitor = signed_in(company.bo)
    shown = {
        query: tuple(
            text in visitor.get(f"/insights/?{query}").text
            for text in ("One list of leads", "50 % fewer forms")
        )
        for query in ("fate=open", "fate=used", "mine=1", "q=50+%25", "q=_")
    }

    assert shown == {
        "fate=open": (True, True),
        "fate=used": (False, False),
        "mine=1": (True, False),
        "q=50+%25": (False, True),
        "q=_": (False, False),
    }


def test_hostile_text_is_shown_as_text_and_exported_without_formulas(signed_in, session, company):
    make_insight(session, company, '=HYPERLINK("x")<script>alert(1)</script>')
    visitor = signed_in(company.bo)

    assert "<script>alert(1)" not in visitor.get("/insights/").text
    assert "'=HYPERLINK" in visitor.get("/insights/?format=csv").get_data(as_text=True)


def test_list_takes_as_many_statements_for_three_as_for_one(
    signed_in, session, company, count_statements
):
    visitor = signed_in(company.olga)
    make_insight(session, company)
    visitor.get("/insights/")
    with count_statements() as one:
        visitor.get("/insights/")
    make_insight(session, company, "Second", person=company.rita)
    third = make_person(session, "Uli", team=make_team(session, "Main"))
    make_insight(session, company, "Third", person=third, owner=company.ben)
    with count_statements() as three:
        visitor.get("/insights/")

    assert len(three) == len(one)


def test_owner_is_reminded_once_two_days_before_the_last_day(app, session, company, clock):
    make_insight(session, company)
    told = {}
    for day in (18, 19, 20, 21, 22):
        clock.move_to(NOW.replace(month=12, day=day))
        session.commit()
        with app.app_context():
            keep_stays()
        titles = session.scalars(select(Notice.title)).all()
        told[day] = titles.count("Your answer to the other team is due")

    assert told == {18: 0, 19: 1, 20: 1, 21: 1, 22: 1}

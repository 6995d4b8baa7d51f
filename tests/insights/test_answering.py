"""Insights are answered by their owner, with words, or handed on within the team."""

import pytest
from sqlalchemy import select

from app.domain.insights import InsightFate
from app.insights.jobs import remind
from app.insights.models import Insight
from app.outbox.models import Notice
from tests.factories import NOW


@pytest.fixture(params=["stay", "joint_day"])
def insight(request, of_stay, of_day, company):
    """One insight of each kind: Ada wrote it, Bo of Elbe answers."""
    return {"stay": of_stay, "joint_day": of_day}[request.param](owner=company.bo)


@pytest.mark.parametrize(
    ("fate", "note"),
    [
        (InsightFate.USED, "Used in the spring campaign"),
        (InsightFate.AGREEMENT, "Leads are entered within a day"),
        (InsightFate.DECLINED, "The tool is replaced in May"),
    ],
)
def test_owner_says_what_became_of_it_and_the_writer_is_told(
    signed_in, session, company, insight, fate, note
):
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


def test_the_person_of_a_stay_is_told_what_became_of_what_the_host_wrote(
    signed_in, session, company, of_stay
):
    insight = of_stay(written_by=company.ben.id, owner=company.bo)
    answer = {"fate": "used", "note": "In spring", "version": "1"}

    signed_in(company.bo).post(f"/insights/{insight.id}/fate", **answer)

    told = session.scalars(select(Notice.person_id).where(Notice.topic == "insights")).all()
    assert sorted(told) == sorted([company.ada.id, company.ben.id])


@pytest.mark.parametrize("who", ["ada", "rita", "ben", "olga"])
def test_nobody_but_the_owner_answers(signed_in, session, company, insight, who):
    response = signed_in(getattr(company, who)).post(
        f"/insights/{insight.id}/fate", fate="used", note="Yes", version="1"
    )

    assert response.status_code == 404
    assert session.get(Insight, insight.id).fate is InsightFate.OPEN


@pytest.mark.parametrize(
    "fields", [{"fate": "used", "note": " "}, {"fate": "open", "note": "x"}, {"note": "x"}]
)
def test_answer_without_words_or_fate_is_refused(signed_in, session, company, insight, fields):
    response = signed_in(company.bo).post(f"/insights/{insight.id}/fate", version="1", **fields)

    assert response.status_code == 422
    assert session.get(Insight, insight.id).fate is InsightFate.OPEN


def test_answer_on_an_old_version_shows_what_is_stored_and_keeps_it(
    signed_in, session, company, insight
):
    visitor = signed_in(company.bo)
    visitor.post(f"/insights/{insight.id}/fate", fate="used", note="In spring", version="1")

    response = visitor.post(
        f"/insights/{insight.id}/fate", fate="declined", note="Never", version="1"
    )

    assert response.status_code == 409
    assert "In spring" in response.text
    assert "Never" in response.text
    assert session.get(Insight, insight.id).fate is InsightFate.USED


def test_owner_hands_it_to_somebody_of_the_same_team_only(signed_in, session, company, insight):
    visitor = signed_in(company.bo)

    wrong = visitor.post(f"/insights/{insight.id}/owner", owner=str(company.ada.id), version="1")
    assert session.get(Insight, insight.id).owner_id == company.bo.id

    response = visitor.post(f"/insights/{insight.id}/owner", owner=str(company.ben.id), version="1")

    assert (wrong.status_code, response.status_code) == (422, 303)
    assert session.get(Insight, insight.id).owner_id == company.ben.id


def test_who_hands_on_what_they_then_may_not_read_comes_to_the_list(
    signed_in, session, company, of_day
):
    kept, given = of_day(owner=company.bo), of_day(owner=company.ben)
    to = {"owner": str(company.eli.id), "version": "1"}

    lead = signed_in(company.bo).post(f"/insights/{kept.id}/owner", **to)
    member = signed_in(company.ben).post(f"/insights/{given.id}/owner", **to)

    assert (lead.location, member.location) == (f"/insights/{kept.id}", "/insights/")


def test_whoever_is_named_owner_is_told_each_time(signed_in, session, company, insight):
    olga = signed_in(company.olga)
    for version, owner in enumerate((company.ben, company.bo, company.ben), start=1):
        to = {"owner": str(owner.id), "version": str(version)}
        olga.post(f"/insights/{insight.id}/owner", **to)

    wanted = select(Notice.person_id).where(Notice.topic == "insights").order_by(Notice.id)
    told = session.scalars(wanted).all()
    assert told == [company.ben.id, company.bo.id, company.ben.id]


def test_owner_is_reminded_once_two_days_before_the_last_day(app, session, company, insight, clock):
    told = {}
    for day in (18, 19, 20, 21, 22):
        clock.move_to(NOW.replace(month=12, day=day))
        session.commit()
        with app.app_context():
            remind()
        titles = session.scalars(select(Notice.title)).all()
        told[day] = titles.count("Your answer to the other team is due")

    assert told == {18: 0, 19: 1, 20: 1, 21: 1, 22: 1}


def test_an_answered_insight_reminds_nobody(app, session, company, insight, clock, signed_in):
    answer = {"fate": "used", "note": "In spring", "version": "1"}
    signed_in(company.bo).post(f"/insights/{insight.id}/fate", **answer)
    clock.move_to(NOW.replace(month=12, day=20))
    session.commit()
    with app.app_context():
        remind()

    titles = session.scalars(select(Notice.title).where(Notice.person_id == company.bo.id)).all()
    assert titles == []


def test_today_tells_the_owner_of_everything_that_waits_in_one_line(
    signed_in, company, of_stay, of_day
):
    of_stay(owner=company.bo)
    of_day(owner=company.bo)
    visitor = signed_in(company.bo)
    listed = visitor.page("/insights/?mine=1&fate=open")

    page = visitor.page("/today")

    assert "2 insights wait for your answer" in page
    assert 'href="/insights/?mine=1&amp;fate=open"' in page
    assert ("One list of leads" in listed, "Brief us" in listed) == (True, True)

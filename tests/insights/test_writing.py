"""Insights come from one debrief each, go with it, and find somebody who answers."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.domain.insights import InsightFate, InsightKind, NobodyAnswers, NoteMissing
from app.domain.timespan import Days
from app.gatherings.models import TripDebrief
from app.insights import services
from app.insights.models import Insight
from app.outbox.models import Notice
from app.people.models import RoleGrant, TeamLead
from app.rotations.models import Debrief
from tests.factories import NOW
from tests.insights.makers import DUE_ON


def source_like(insight):
    """The source of an insight that is there, as its room would name it."""
    return services.Source(
        kind=InsightKind.STAY,
        debrief_id=insight.stay_debrief_id,
        key=insight.stay_id,
        title="Campaign desk",
        days=Days(insight.starts_on, insight.ends_on),
        written_by=insight.written_by,
        from_team_id=insight.from_team_id,
        person_id=insight.person_id,
        for_both_teams=True,
    )


def write(session, company, insight, *texts):
    today = NOW.date()
    source = source_like(insight)
    return services.write(session, source, texts, team_id=company.host.id, today=today, at=NOW)


def test_each_text_goes_to_the_lead_of_the_answering_team_for_four_weeks(session, company, of_stay):
    first = of_stay()
    written = write(session, company, first, "Call us", "Ask us")

    assert [(row.text, row.owner_id, row.team_id, row.due_on, row.fate) for row in written] == [
        ("Call us", company.bo.id, company.host.id, DUE_ON, InsightFate.OPEN),
        ("Ask us", company.bo.id, company.host.id, DUE_ON, InsightFate.OPEN),
    ]
    told = session.scalars(select(Notice.person_id).where(Notice.topic == "insights")).all()
    assert told == [company.bo.id] * 2


def test_without_a_lead_hr_finds_an_owner_and_without_hr_nothing_is_written(
    session, company, of_stay
):
    first = of_stay()
    session.execute(delete(TeamLead))
    to_hr = write(session, company, first, "Call us")
    session.execute(delete(RoleGrant))

    assert [row.owner_id for row in to_hr] == [company.olga.id]
    assert write(session, company, first) == ()
    with pytest.raises(NobodyAnswers):
        write(session, company, first, "Ask us")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"fate": InsightFate.USED, "note": "  "}, NoteMissing),
        ({"fate": InsightFate.OPEN, "note": "Later"}, ValueError),
    ],
)
def test_an_answer_closes_the_insight_with_words(session, company, of_stay, said, refusal):
    insight = of_stay()

    with pytest.raises(refusal):
        services.decide(session, insight, **said, opened_on=1, by=company.bo.id, at=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"stay_debrief_id": None},
        {"stay_id": None},
        {"person_id": None},
        {"kind": InsightKind.JOINT_DAY},
        {"from_team_id": None},
        {"fate": InsightFate.USED},
        {"fate": InsightFate.USED, "decided_at": NOW},
        {"fate_note": "Yes", "decided_at": NOW},
    ],
)
def test_the_database_refuses_an_insight_without_its_source_or_its_answer(session, of_stay, fields):
    insight = of_stay()
    for name, value in fields.items():
        setattr(insight, name, value)

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_the_database_refuses_a_debrief_of_another_stay_or_day(session, company, of_stay, of_day):
    keys = ("stay_id", "gathering_id")
    pairs = [
        (of_stay(), of_stay(person=company.rita)),
        (of_day(), of_day()),
    ]
    session.commit()

    for name, (mine, other) in zip(keys, pairs, strict=True):
        setattr(mine, name, getattr(other, name))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_insights_go_with_their_debriefs(session, of_stay, of_day):
    of_stay()
    of_day()
    left = []
    for table in (Debrief, TripDebrief):
        session.execute(delete(table))
        left.append(session.scalars(select(Insight.kind)).all())

    assert left == [[InsightKind.JOINT_DAY], []]

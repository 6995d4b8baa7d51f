"""Rules the database itself holds: each refuses what it should, and only because it is there."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import Commitment, CommitmentKind
from app.domain.stays import StayState
from app.people.models import Absence, LeadKind, TeamLead
from app.rotations.models import Stay
from migrations import guards
from tests.factories import NOW, make_person, make_placement, make_round, make_team

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
MONDAY = date(2027, 3, 1)


def commitment(person, start=NINE, hours=2, *, source=1, **fields):
    return Commitment(
        person_id=person.id,
        kind=CommitmentKind.STAY,
        source_id=source,
        title="Somewhere",
        uid=f"{uuid4()}@tandem.invalid",
        zone="Europe/Berlin",
        created_at=NOW,
        changed_at=NOW,
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
        hard=fields.get("hard", True),
        active=fields.get("active", True),
    )


def absence(person, first=MONDAY, days=3):
    return Absence(
        person_id=person.id, starts_on=first, ends_on=first + timedelta(days=days), created_at=NOW
    )


def lead(person, team, first=MONDAY, days=30):
    return TeamLead(
        team_id=team.id,
        person_id=person.id,
        kind=LeadKind.LEAD,
        starts_on=first,
        ends_on=None if days is None else first + timedelta(days=days),
    )


def stay(placement, person, home, first=MONDAY, days=28, *, state=StayState.PROPOSED):
    return Stay(
        round_id=placement.round_id,
        person_id=person.id,
        placement_id=placement.id,
        home_team_id=home.id,
        host_team_id=placement.host_team_id,
        start_block=0,
        starts_on=first,
        ends_on=first + timedelta(days=days),
        planned_ends_on=first + timedelta(days=days),
        state=state,
        created_at=NOW,
    )


def twice_at_once(name, session):
    """Two rows that must not stand together, the first stored."""
    ada, team = make_person(session, "Ada"), make_team(session)
    desk = make_placement(session, make_round(session), make_team(session, "Elbe"), seats=2)
    pairs = {
        "ex_stay_one_at_a_time": (
            stay(desk, ada, team),
            stay(desk, ada, team, MONDAY + timedelta(days=27), state=StayState.AGREED),
        ),
        "ex_commitment_one_place": (
            commitment(ada),
            commitment(ada, NINE + timedelta(minutes=119), source=2),
        ),
        "ex_absence_once": (absence(ada), absence(ada, MONDAY + timedelta(days=2))),
        "ex_team_lead_once": (lead(ada, team), lead(ada, team, MONDAY + timedelta(days=29), None)),
    }
    first, second = pairs[name]
    session.add(first)
    session.commit()
    return second


NAMES = ["ex_commitment_one_place", "ex_absence_once", "ex_team_lead_once", "ex_stay_one_at_a_time"]


@pytest.mark.parametrize("name", NAMES)
def test_two_that_share_an_instant_are_refused_by_name(name, session):
    second = twice_at_once(name, session)

    session.add(second)
    with pytest.raises(IntegrityError, match=name):
        session.flush()


@pytest.mark.parametrize("name", NAMES)
def test_without_its_guard_the_database_takes_both(name, session, engine):
    second = twice_at_once(name, session)
    with engine.begin() as connection:
        guards.drop(connection, name)
    try:
        session.add(second)
        session.commit()

        assert session.scalar(select(func.count()).select_from(type(second))) == 2
    finally:
        session.execute(type(second).__table__.delete())
        session.commit()
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)


def test_what_only_touches_is_soft_or_is_over_may_stand_beside(session):
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")
    session.add_all(
        [
            commitment(ada, source=1),
            commitment(ada, NINE + timedelta(hours=2), source=2),
            commitment(ada, source=3, hard=False),
            commitment(ada, source=4, active=False),
            commitment(bo, source=5),
        ]
    )

    session.commit()

    assert session.scalar(select(func.count()).select_from(Commitment)) == 5


def test_stays_that_follow_each_other_or_are_over_may_stand_beside(session):
    ada, bo, rhine = make_person(session, "Ada"), make_person(session, "Bo"), make_team(session)
    desk = make_placement(session, make_round(session), make_team(session, "Elbe"), seats=2)
    session.add_all(
        [
            stay(desk, ada, rhine),
            stay(desk, ada, rhine, MONDAY + timedelta(days=28)),
            stay(desk, ada, rhine, state=StayState.DECLINED),
            stay(desk, ada, rhine, state=StayState.ENDED),
            stay(desk, bo, rhine),
        ]
    )

    session.commit()

    assert session.scalar(select(func.count()).select_from(Stay)) == 5


def test_becoming_hard_or_active_is_judged_like_being_new(session):
    ada = make_person(session, "Ada")
    soft = commitment(ada, source=2, hard=False)
    session.add_all([commitment(ada, source=1), soft])
    session.commit()

    soft.hard = True

    with pytest.raises(IntegrityError, match="ex_commitment_one_place"):
        session.flush()


def test_every_declared_guard_is_there(engine):
    with engine.connect() as connection:
        assert guards.missing(connection) == []

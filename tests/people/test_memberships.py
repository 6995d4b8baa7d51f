"""One home team at a time, whatever the code does: both databases hold it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.people.models import Membership, MembershipKind, TeamLead
from app.people.services import memberships, persons
from migrations import guards
from tests.factories import NOW, make_lead, make_membership, make_person, make_team

FIRST = date(2026, 1, 5)
spans = st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(1, 12)))


def days(span):
    start, length = span
    starts_on = FIRST + timedelta(days=start)
    return starts_on, None if length is None else starts_on + timedelta(days=length)


def overlap(one, other):
    (first, first_end), (second, second_end) = days(one), days(other)
    return (second_end is None or first < second_end) and (first_end is None or second < first_end)


def put(session, person, team, span, kind=MembershipKind.HOME):
    starts_on, ends_on = days(span)
    with session.begin_nested():
        session.add(
            Membership(
                person_id=person.id,
                team_id=team.id,
                kind=kind,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )


@given(one=spans, other=spans)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_two_homes_never_share_a_day(session, one, other):
    session.execute(delete(Membership))
    ada = make_person(session, "Ada")
    rhine, elbe = make_team(session, f"R{ada.id}"), make_team(session, f"E{ada.id}")
    put(session, ada, rhine, one)

    if overlap(one, other):
        with pytest.raises(IntegrityError, match="ex_membership_one_home"):
            put(session, ada, elbe, other)
    else:
        put(session, ada, elbe, other)


@pytest.mark.parametrize(
    ("guard", "kind", "same_team"),
    [
        ("ex_membership_one_home", MembershipKind.HOME, False),
        ("ex_membership_once_per_team", MembershipKind.SEGMENT, True),
    ],
)
def test_without_its_guard_an_overlap_gets_in(session, engine, guard, kind, same_team):
    ada = make_person(session, "Ada")
    rhine, elbe = make_team(session, "Rhine"), make_team(session, "Elbe")
    put(session, ada, rhine, (0, None), kind)
    with pytest.raises(IntegrityError, match=guard):
        put(session, ada, rhine if same_team else elbe, (3, 2), kind)
    session.commit()
    try:
        with engine.begin() as connection:
            guards.drop(connection, guard)
        put(session, ada, rhine if same_team else elbe, (3, 2), kind)
        session.commit()

        assert len(session.scalars(select(Membership)).all()) == 2
    finally:
        session.execute(delete(Membership))
        session.commit()
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)


def test_a_home_that_grows_over_the_next_is_refused_too(session):
    ada = make_person(session, "Ada")
    put(session, ada, make_team(session, "Rhine"), (0, 5))
    put(session, ada, make_team(session, "Elbe"), (5, None))
    first = session.scalars(select(Membership).order_by(Membership.starts_on)).first()

    first.ends_on = FIRST + timedelta(days=6)

    with pytest.raises(IntegrityError, match="ex_membership_one_home"):
        session.flush()


def test_segments_stand_beside_the_home_team(session):
    ada, rhine = make_person(session, "Ada"), make_team(session, "Rhine")
    put(session, ada, rhine, (0, None))
    put(session, ada, make_team(session, "Fairs"), (0, None), MembershipKind.SEGMENT)
    put(session, ada, make_team(session, "Web"), (2, 9), MembershipKind.SEGMENT)

    assert len(session.scalars(select(Membership)).all()) == 3


def homes(session, person):
    return session.execute(
        select(Membership.team_id, Membership.starts_on, Membership.ends_on)
        .where(Membership.person_id == person.id)
        .order_by(Membership.starts_on)
    ).all()


def test_moves_tile_the_employment(session):
    teams = [make_team(session, name) for name in ("Rhine", "Elbe", "Mosel")]
    ada = make_person(session, "Ada", team=teams[0], left_on=None)
    start = homes(session, ada)[0].starts_on

    memberships.move_home(session, ada, teams[1], on=date(2026, 12, 1), actor_id=ada.id, at=NOW)
    memberships.move_home(session, ada, teams[2], on=date(2027, 3, 1), actor_id=ada.id, at=NOW)

    assert homes(session, ada) == [
        (teams[0].id, start, date(2026, 12, 1)),
        (teams[1].id, date(2026, 12, 1), date(2027, 3, 1)),
        (teams[2].id, date(2027, 3, 1), None),
    ]


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (date(2020, 1, 6), memberships.LaterChange),
        (date(2019, 12, 31), memberships.NotEmployed),
        (date(2027, 7, 1), memberships.NotEmployed),
        (date(2027, 2, 1), memberships.TeamClosed),
    ],
)
def test_moves_that_cannot_be_are_refused(session, on, refusal):
    ada = make_person(session, "Ada", team=make_team(session), left_on=date(2027, 7, 1))
    elbe = make_team(session, "Elbe", closed_on=date(2027, 2, 1))

    with pytest.raises(refusal):
        memberships.move_home(session, ada, elbe, on=on, actor_id=ada.id, at=NOW)


def test_a_move_into_the_own_team_is_refused(session):
    team = make_team(session)
    ada = make_person(session, "Ada", team=team)

    with pytest.raises(memberships.AlreadyThere):
        memberships.move_home(session, ada, team, on=date(2027, 1, 1), actor_id=ada.id, at=NOW)


def test_who_stays_longer_keeps_the_home_team_and_who_stays_for_good_too(session):
    team = make_team(session)
    ada = make_person(session, "Ada", team=team)
    start = homes(session, ada)[0].starts_on
    seen = []
    for on in (date(2027, 1, 1), date(2027, 6, 1), None):
        persons.leave(session, ada, on=on, actor_id=ada.id, at=NOW)
        seen.append((ada.left_on, homes(session, ada)))

    assert seen == [
        (on, [(team.id, start, on)]) for on in (date(2027, 1, 1), date(2027, 6, 1), None)
    ]


def test_leaving_ends_leads(session):
    team = make_team(session)
    ada = make_person(session, "Ada", team=team)
    make_lead(session, ada, team)

    persons.leave(session, ada, on=date(2027, 1, 1), actor_id=ada.id, at=NOW)

    assert session.scalars(select(TeamLead.ends_on)).all() == [date(2027, 1, 1)]


def test_nobody_leaves_before_a_membership_that_begins_later(session):
    ada = make_person(session, "Ada", team=make_team(session))
    fairs = make_team(session, "Fairs")
    late = date(2026, 12, 1)
    make_membership(session, ada, fairs, kind=MembershipKind.SEGMENT, starts_on=late)

    with pytest.raises(persons.LeavesTooEarly):
        persons.leave(session, ada, on=late, actor_id=ada.id, at=NOW)

"""Words for Marketing and for Sales go to that side; the form says to whom."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.gatherings.models import TripDebrief
from app.gatherings.queries.trips.addressees import Addressee, addressees
from app.insights.models import Insight
from app.people.models import Department, RoleGrant, Side, TeamLead
from tests.factories import NOW, make_department, make_lead, make_person, make_team
from tests.gatherings.joint_days import DEBRIEF
from tests.gatherings.makers import make_booking, make_gathering


@pytest.fixture
def pia(session, cast):
    """Pia of a third department, the only guest of the day."""
    product = make_department(session, "Product", Side.OTHER)
    return make_person(session, "Pia", team=make_team(session, "Spree", department=product))


@pytest.fixture
def with_pia(session, cast, pia):
    """A field trip of Bo with Pia, which ended an hour ago."""
    start = NOW - timedelta(hours=3)
    gathering = make_gathering(session, host=cast.bo, starts_at=start, seats=1)
    make_booking(session, gathering, pia)
    session.commit()
    return gathering


@pytest.fixture
def isar(session, cast):
    """A second team of Marketing, which nobody leads."""
    marketing = session.get_one(Department, cast.rhine.department_id)
    team = make_team(session, "Isar", department=marketing)
    session.commit()
    return team


def debrief(visitor, gathering, **fields):
    return visitor.post(f"/trips/{gathering.id}/debrief", **DEBRIEF, **fields)


def handed_over(session):
    rows = session.scalars(select(Insight).order_by(Insight.id))
    return [(row.text, row.owner_id, row.team_id) for row in rows]


def test_a_guest_of_a_third_department_sends_each_text_to_its_own_side(
    session, cast, with_pia, pia, signed_in
):
    visitor = signed_in(pia)

    page = visitor.page(f"/trips/{with_pia.id}/debrief")
    debrief(visitor, with_pia, owner_1=str(pia.id))

    assert "It goes to Lea Test, who answers for Rhine." in page
    assert "It goes to Eve Test, who answers for Elbe." in page
    assert handed_over(session) == [
        ("Give us photos of shelves", cast.lea.id, cast.rhine.id),
        ("Announce promotions earlier", cast.eve.id, cast.elbe.id),
    ]


def test_where_no_team_of_a_side_took_part_the_writer_picks_one_of_it(
    session, cast, isar, with_pia, pia, signed_in
):
    visitor = signed_in(pia)
    path = f"/trips/{with_pia.id}/debrief"

    page = visitor.page(path)
    wrong = debrief(visitor, with_pia, owner_1=str(pia.id), to_marketing=str(cast.elbe.id))
    kept = handed_over(session)
    debrief(visitor, with_pia, owner_1=str(pia.id), to_marketing=str(isar.id))

    assert "Which team of Marketing should read it?" in page
    assert "Which team of Sales should read it?" not in page
    assert [option in page for option in ("Rhine (Lea Test)", "Isar (HR)")] == [True, True]
    assert (wrong.status_code, kept) == (422, [])
    assert "Give us photos of shelves" in wrong.text
    assert handed_over(session) == [
        ("Give us photos of shelves", cast.olga.id, isar.id),  # HR finds somebody
        ("Announce promotions earlier", cast.eve.id, cast.elbe.id),
    ]


def test_two_teams_of_a_side_that_took_part_leave_the_choice_to_the_host(
    session, cast, isar, past, signed_in
):
    past.capacity = past.wanted_capacity = 2
    uma = make_person(session, "Uma", team=isar)
    make_lead(session, uma, isar)
    make_booking(session, past, uma)
    session.commit()
    bo = signed_in(cast.bo)

    page = bo.page(f"/trips/{past.id}/debrief")
    debrief(bo, past, owner_1=str(uma.id), to_marketing=str(isar.id))

    assert [option in page for option in ("Rhine (Lea Test)", "Isar (Uma Test)")] == [True, True]
    assert handed_over(session)[0] == ("Give us photos of shelves", uma.id, isar.id)


def test_words_for_the_own_side_go_to_the_own_lead_even_beside_another_team_of_it(
    session, cast, isar, past
):
    past.capacity = past.wanted_capacity = 2
    uma = make_person(session, "Uma", team=isar)
    make_booking(session, past, uma)

    found = addressees(session, past, uma.id, today=NOW.date())

    assert found.own_team_id == isar.id
    assert found.by_side == {
        Side.MARKETING: [Addressee(isar.id, "Isar")],
        Side.SALES: [Addressee(cast.elbe.id, "Elbe", "Eve Test")],
    }


def test_without_a_lead_and_without_hr_nothing_is_written_and_nothing_typed_is_lost(
    session, cast, past, signed_in
):
    session.execute(delete(TeamLead))
    ada = signed_in(cast.ada)
    session.execute(delete(RoleGrant))
    session.commit()

    answer = debrief(ada, past, owner_1=str(cast.bo.id))

    assert (answer.status_code, handed_over(session)) == (422, [])
    assert "Nobody answers for the other team" in answer.text
    assert [row for row in session.scalars(select(TripDebrief)) if row.written_at] == []


def test_a_side_without_any_team_keeps_its_words_on_the_page_of_the_day(
    session, cast, with_pia, pia, signed_in
):
    cast.rhine.closed_on = NOW.date()
    session.commit()
    visitor = signed_in(pia)

    page = visitor.page(f"/trips/{with_pia.id}/debrief")
    debrief(visitor, with_pia, owner_1=str(pia.id))

    assert "There is no team that could read it" in page
    assert [text for text, _owner, _team in handed_over(session)] == ["Announce promotions earlier"]
    assert "Give us photos of shelves" in visitor.page(f"/trips/{with_pia.id}")


def test_three_guests_cost_as_many_statements_as_one(session, cast, isar, count_statements):
    one = make_gathering(session, host=cast.bo, starts_at=NOW, seats=3)
    three = make_gathering(session, host=cast.bo, starts_at=NOW, seats=3)
    for gathering, people in ((one, [cast.ada]), (three, [cast.ada, cast.ann, cast.dan])):
        for person in people:
            make_booking(session, gathering, person)
    bo, counts = cast.bo.id, []
    for gathering in (one, three):
        session.refresh(gathering)
        with count_statements() as seen:
            addressees(session, gathering, bo, today=NOW.date())
        counts.append(len(seen))

    assert counts == [5, 5]  # the day itself, then four

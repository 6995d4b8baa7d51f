"""The survey tells the planner which pairs of teams need contact."""

import pytest
from sqlalchemy import select

from app.health.queries import needs
from app.health.queries.needs import PairNeed
from app.rotations.models import PairWish
from tests.factories import make_person, make_round, sign_in
from tests.health.makers import make_published
from tests.people.door import csrf_token
from tests.surveys.makers import make_sides


@pytest.mark.parametrize(
    ("weight", "need"), [(0.0, 0), (0.05, 0), (0.1, 1), (0.35, 4), (0.5, 5), (0.95, 5)]
)
def test_a_weight_of_a_half_is_the_greatest_need(weight, need):
    assert PairNeed(weight, 60, 1.0).need == need


def test_both_inputs_of_a_weight_are_told(app, session):
    sides = make_sides(session)
    make_published(session, sides, level=2)

    found = needs.latest(session).between(sides.team("Elbe"), sides.team("Rhine"))

    assert (found.figure, found.importance) == (25, 0.75)
    assert 0 < found.weight <= 0.75


def test_an_unpublished_pair_weighs_what_an_average_one_does(app, session):
    sides = make_sides(session)
    make_published(session, sides, level=2, silent=sides.members["Elbe"][4:])

    found = needs.latest(session).pairs[sides.team("Elbe"), sides.team("Rhine")]

    assert found.figure is None
    assert 0 < found.weight < 0.5


def test_hr_takes_the_needs_over_and_keeps_what_it_wished(app, session, client, clock):
    sides = make_sides(session)
    make_published(session, sides, level=2)
    round_ = make_round(session)
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    session.add(
        PairWish(
            round_id=round_.id, home_team_id=rhine, host_team_id=elbe, need=1, target=3, hard_max=4
        )
    )
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    token = csrf_token(client, f"/rounds/{round_.id}/wishes")

    answer = client.post(f"/rounds/{round_.id}/wishes/from-survey", data={"csrf_token": token})

    wished = {
        (row.home_team_id, row.host_team_id): (row.need, row.target, row.hard_max)
        for row in session.scalars(select(PairWish))
    }
    assert answer.status_code == 302
    assert wished[rhine, elbe] == (5, 3, 4)
    assert wished[elbe, rhine] == (5, 1, None)

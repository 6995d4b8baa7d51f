"""The survey tells the planner which pairs of teams need contact."""

import pytest
from sqlalchemy import select

from app.domain.needs import Turn, in_steps
from app.health.models import RemedyKind
from app.health.queries import needs
from app.health.queries.needs import PairNeed
from app.health.services.lottery import draw_lots
from app.rotations.models import PairWish, Round
from tests.factories import NOW, make_person, make_round, sign_in
from tests.health.makers import make_published
from tests.people.door import csrf_token
from tests.surveys.makers import make_sides


@pytest.mark.parametrize(
    ("weight", "turn", "need"),
    [
        (0.0, None, 0),
        (0.05, None, 1),
        (0.15, None, 3),
        (0.25, None, 5),
        (0.5, None, 10),
        (0.95, None, 19),
        (0.3, Turn.DRAWN, 20),
        (0.3, Turn.FOLLOWS, 20),
        (0.3, Turn.WAITS, 0),
    ],
)
def test_a_need_is_the_weight_in_steps_of_a_twentieth_unless_lots_decide(weight, turn, need):
    assert PairNeed(weight, 60, 1.0, turn).need == need


def test_both_inputs_of_a_weight_are_told(app, session):
    sides = make_sides(session)
    make_published(session, sides, level=2)

    found = needs.latest(session, at=NOW).between(sides.team("Elbe"), sides.team("Rhine"))

    assert (found.figure, found.importance) == (25, 0.75)
    assert 0 < found.weight <= 0.75


def test_an_unpublished_pair_weighs_what_an_average_one_does(app, session):
    sides = make_sides(session)
    make_published(session, sides, level=2, silent=sides.members["Elbe"][4:])

    found = needs.latest(session, at=NOW).pairs[sides.team("Elbe"), sides.team("Rhine")]

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
    need = in_steps(needs.latest(session, at=NOW).between(rhine, elbe).weight)
    assert need > 5
    assert wished[rhine, elbe] == (need, 3, 4)
    assert wished[elbe, rhine] == (need, 1, None)


NEW = {
    "name": "Spring 2027",
    "starts_on": "2027-05-03",
    "blocks": "6",
    "block_weeks": "4",
    "max_rotations": "1",
    "gap_blocks": "0",
    "notice_weeks": "4",
    "placements_due_on": "2027-01-29",
    "applications_due_on": "2027-02-12",
    "endorsements_due_on": "2027-02-26",
    "publish_on": "2027-03-12",
}


def begin_round(client, session, name):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    token = csrf_token(client, "/rounds/new")
    answer = client.post("/rounds/", data=NEW | {"csrf_token": token, "name": name})
    assert answer.status_code == 302
    round_id = session.scalar(select(Round.id).where(Round.name == name))
    rows = session.scalars(select(PairWish).where(PairWish.round_id == round_id))
    return {(row.home_team_id, row.host_team_id): (row.need, row.target) for row in rows}


@pytest.mark.usefixtures("clock")
def test_a_new_round_begins_with_the_needs_of_the_last_survey(session, client):
    sides = make_sides(session)
    make_published(session, sides, level=2)
    found = needs.latest(session, at=NOW)
    rhine = sides.team("Rhine")

    wished = begin_round(client, session, "Spring")

    expected = {}
    for other in (sides.team("Elbe"), sides.team("Main")):
        need = in_steps(found.between(rhine, other).weight)
        expected |= {(rhine, other): (need, 1), (other, rhine): (need, 1)}
    assert wished == expected


@pytest.mark.usefixtures("clock")
def test_before_the_first_survey_a_round_begins_without_needs(session, client):
    make_sides(session)

    assert begin_round(client, session, "Spring") == {}


@pytest.mark.usefixtures("clock")
def test_lots_decide_in_the_next_round_and_turn_round_in_the_one_after(session, client):
    sides = make_sides(session)
    first = make_published(session, sides, level=2)
    by = sides.members["Main"][0].id
    draw = draw_lots(session, first.wave_id, RemedyKind.ROTATION, 1, by=by, at=NOW)
    (drawn,) = (tuple(pair) for pair in draw.drawn)
    (blank,) = (tuple(pair) for pair in draw.pairs if pair not in draw.drawn)

    now = begin_round(client, session, "Spring")
    make_published(session, sides, 2, level=2)
    weight = needs.latest(session, at=NOW).between(*drawn).weight
    later = begin_round(client, session, "Autumn")

    assert now == {drawn: (20, 1), drawn[::-1]: (20, 1)}
    assert {pair: need for pair, (need, _stays) in later.items()} == {
        blank: 20,
        blank[::-1]: 20,
        drawn: in_steps(weight),
        drawn[::-1]: in_steps(weight),
    }


@pytest.mark.usefixtures("clock")
def test_the_page_of_wishes_says_what_lots_decided(session, client):
    sides = make_sides(session)
    snapshot = make_published(session, sides, level=2)
    by = sides.members["Main"][0].id
    draw_lots(session, snapshot.wave_id, RemedyKind.ROTATION, 1, by=by, at=NOW)
    begin_round(client, session, "Spring")

    page = client.get(f"/rounds/{session.scalar(select(Round.id))}/wishes").text

    assert page.count("drawn by lot, comes first") == 2
    assert page.count("not drawn by lot, waits for this round") == 2
    assert page.count("<strong>1.00</strong>") == 2

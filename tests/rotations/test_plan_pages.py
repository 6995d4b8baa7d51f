"""HR asks for scenarios, sees and compares them, writes rules."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.rotations.models import Plan, PlanRule, PlanState, RoundState, RuleKind
from tests.factories import NOW, make_person
from tests.rotations.planning import make_plan, make_scene

ASKED = {"name": "Fair one", "effort": "quick", "based_on": ""} | {
    f"weight_{key}": "normal"
    for key in ("waiting", "never", "wishes", "needs", "debt", "site", "delay")
}


@pytest.fixture
def scene(session):
    return make_scene(session)


@pytest.fixture
def client(scene, signed_in):
    """Lend HR's browser."""
    return signed_in(scene.olga)


def test_hr_asks_for_a_scenario_and_it_waits_for_the_worker(client, session, scene):
    answer = client.post(f"/rounds/{scene.round.id}/plans/", **ASKED)

    plan = session.scalars(select(Plan)).one()
    assert answer.location == f"/rounds/{scene.round.id}/plans/{plan.id}"
    assert (plan.name, plan.state, plan.time_limit) == ("Fair one", PlanState.QUEUED, 15)
    assert len(json.loads(plan.instance)["employees"]) == 3


def test_a_scenario_without_a_name_is_asked_for_again(client, session, scene):
    answer = client.post(f"/rounds/{scene.round.id}/plans/", **{**ASKED, "name": ""})

    assert answer.status_code == 422
    assert session.scalars(select(Plan)).all() == []


def test_weights_in_words_become_points(client, session, scene):
    data = {**ASKED, "weight_waiting": "much"}
    client.post(f"/rounds/{scene.round.id}/plans/", **data)

    plan = session.scalars(select(Plan)).one()
    assert json.loads(plan.instance)["objective"]["wait_bonus"] == 120


def test_the_page_of_a_running_plan_tells_how_far_it_is(client, session, scene):
    progress = {"phase": "near", "score": 900, "bound": 1000, "gap": 10.0, "seconds": 3}
    plan = make_plan(session, scene, state=PlanState.RUNNING, progress=progress)

    page = client.get(f"/rounds/{scene.round.id}/plans/{plan.id}").text
    part = client.get(f"/rounds/{scene.round.id}/plans/{plan.id}/progress")

    assert "at most 10.0 % better is possible" in page
    assert "Stop and keep the best plan" in part.text
    assert "HX-Refresh" not in part.headers


@pytest.mark.parametrize(("minutes", "warned"), [(1, False), (3, True)])
def test_a_plan_nobody_takes_up_raises_an_alarm(client, session, scene, clock, minutes, warned):
    plan = make_plan(session, scene, state=PlanState.QUEUED)
    clock.move_by(timedelta(minutes=minutes))

    page = client.get(f"/rounds/{scene.round.id}/plans/{plan.id}").text

    assert ("the background worker does not run" in page) is warned


def test_a_plan_that_has_ended_makes_the_waiting_page_load_anew(client, session, scene):
    plan = make_plan(session, scene)

    part = client.get(f"/rounds/{scene.round.id}/plans/{plan.id}/progress")

    assert part.headers["HX-Refresh"] == "true"


def test_a_conflict_is_told_in_words(client, session, scene):
    facts = [
        {"kind": "pin", "index": 0, "employee": f"p{scene.ada.id}",
         "placement": f"pl{scene.desk.id}", "start": None},
        {"kind": "capacity", "placement": f"pl{scene.desk.id}", "block": 0, "limit": 1},
    ]  # fmt: skip
    plan = make_plan(session, scene, state=PlanState.INFEASIBLE, conflict=facts)

    page = client.get(f"/rounds/{scene.round.id}/plans/{plan.id}").text

    assert "Ada Test is pinned to “Campaign desk”." in page
    assert "Seats at “Campaign desk” from Mar 1, 2027 on: 1." in page


def test_scenarios_are_compared_side_by_side(client, session, scene):
    figures = {
        "people": 3, "placed": 2, "stays": 2, "mean_rank": 1.0, "worst_rank": 1,
        "first_choices": 2, "outside": 0, "newcomers": 3, "newcomers_placed": 2,
        "waits": [{"rounds": 0, "people": 3, "placed": 2}], "needs_wished": 0,
        "needs_covered": 0, "changed": None,
    }  # fmt: skip
    one = make_plan(session, scene, [(scene.ada, scene.desk, 0)], fairness=figures)
    two = make_plan(session, scene, [(scene.rosa, scene.desk, 0)], name="Two", fairness=figures)

    page = client.get(f"/rounds/{scene.round.id}/plans/compare?plan={one.id}&plan={two.id}").text

    assert "2 of 3 people" in page
    assert "Stay removed" in page
    assert "New stay" in page


def test_one_scenario_alone_cannot_be_compared(client, session, scene):
    plan = make_plan(session, scene)

    answer = client.get(f"/rounds/{scene.round.id}/plans/compare?plan={plan.id}&plan=9999999999")

    assert answer.status_code == 302


def test_a_scenario_can_be_thrown_away_but_not_the_one_in_force(client, session, scene):
    plan, published = make_plan(session, scene), make_plan(session, scene, in_force=True)

    client.post(f"/rounds/{scene.round.id}/plans/{plan.id}/delete")
    refused = client.post(f"/rounds/{scene.round.id}/plans/{published.id}/delete")

    assert refused.status_code == 409
    assert session.scalars(select(Plan.id)).all() == [published.id]


def test_hr_pins_and_forbids_and_takes_it_back(client, session, scene):
    url = f"/rounds/{scene.round.id}/rules/"
    pin = {"kind": "pin", "person": scene.ada.id, "placement": scene.desk.id, "start": "0"}
    forbid = {"kind": "forbid", "person": scene.rosa.id, "host": scene.elbe.id}
    for data in (pin, forbid, pin):
        assert client.post(url, **{"start": "", "reason": "", **data}).status_code == 302

    rules = session.scalars(select(PlanRule).order_by(PlanRule.id)).all()
    assert [(rule.kind, rule.person_id) for rule in rules] == [
        (RuleKind.PIN, scene.ada.id), (RuleKind.FORBID, scene.rosa.id)
    ]  # fmt: skip
    assert "Ada Test → Campaign desk" in client.get(url).text

    client.post(f"{url}{rules[0].id}/delete")
    assert session.scalars(select(PlanRule.kind)).all() == [RuleKind.FORBID]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "pin"}, "Please choose a placement"),
        ({"kind": "forbid", "placement": "desk"}, "already pinned there"),
        ({"kind": "pin", "placement": "desk", "start": "4"}, "cannot begin then"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(client, session, scene, data, words):
    pinned = {"person_id": scene.ada.id, "placement_id": scene.desk.id, "created_at": NOW}
    session.add(PlanRule(round_id=scene.round.id, kind=RuleKind.PIN, **pinned))
    asked = {"person": scene.ada.id, "start": "", "reason": "", **data}
    if "placement" in asked:
        asked["placement"] = scene.desk.id

    answer = client.post(f"/rounds/{scene.round.id}/rules/", **asked)

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("path", ["plans/", "plans/new", "rules/", "plans/compare"])
def test_planning_is_not_there_for_anybody_but_hr(scene, signed_in, path):
    assert signed_in(scene.ada).get(f"/rounds/{scene.round.id}/{path}").status_code == 404


@pytest.mark.parametrize("plans", [1, 3])
def test_the_list_of_scenarios_takes_the_same_number_of_statements(
    client, session, scene, plans, count_statements
):
    for number in range(plans):
        make_plan(session, scene, name=f"Scenario {number}")

    with count_statements() as statements:
        client.get(f"/rounds/{scene.round.id}/plans/")

    assert len(statements) == EXPECTED_OF_LIST


EXPECTED_OF_LIST = 5  # the test's own look at the round, two to know who asks, two to answer


def test_a_closed_round_offers_no_new_scenario(client, session, scene):
    scene.round.state = RoundState.CLOSED
    make_person(session, "Cy")

    page = client.get(f"/rounds/{scene.round.id}/plans/").text

    assert "Plans can be computed once the round is in planning." in page

"""A round becomes a planning question."""

from datetime import date

import pytest

from app.planner.check import check
from app.rotations.models import (
    Consent,
    ConsentParty,
    ConsentState,
    PairWish,
    PlacementState,
    PlanRule,
    RuleKind,
    Stay,
    StayState,
)
from app.rotations.models.applications import EndorsementState, Outcome
from app.rotations.services.instances import export
from tests.factories import (
    NOW,
    make_application,
    make_avoidance,
    make_blackout,
    make_department,
    make_endorsement,
    make_person,
    make_placement,
    make_round,
    make_skill,
    make_team,
)

TODAY = date(2027, 1, 20)


def endorsed(session, application):
    make_endorsement(session, application, state=EndorsementState.ENDORSED, decided_at=NOW)
    return application


@pytest.fixture
def small(session):
    """Ada of Rhine wishes for a place at Elbe; Bo of Elbe looks after guests there."""
    rhine = make_team(session, "Rhine", minimum_present=1)
    elbe = make_team(session, "Elbe", department=make_department(session, "Sales"), guest_limit=1)
    ada, bo = make_person(session, "Ada", team=rhine), make_person(session, "Bo", team=elbe)
    make_person(session, "Rosa", team=rhine)
    round_ = make_round(session)
    desk = make_placement(session, round_, elbe, duration=2, last_start=5)
    application = endorsed(session, make_application(session, round_, ada, rhine, [desk]))
    return {
        "rhine": rhine, "elbe": elbe, "ada": ada, "bo": bo,
        "round": round_, "desk": desk, "application": application,
    }  # fmt: skip


def test_a_round_becomes_a_question_of_the_planner_s_format(session, small):
    ada, desk, rhine, elbe = (small[name].id for name in ("ada", "desk", "rhine", "elbe"))
    site = f"s{small['rhine'].site_id}"

    asked = export(session, small["round"], today=TODAY)

    assert asked["employees"] == [
        {
            "id": f"p{ada}", "team": f"t{rhine}", "site": site, "remote_ok": False,
            "mobile": False, "skills": [], "unavailable": [], "earliest_start": 0,
            "max_rotations": 1, "waiting": 0, "never_rotated": True, "rank_debt": 0,
            "same_site_wish": False, "preferences": [f"pl{desk}"],
        }
    ]  # fmt: skip
    assert asked["placements"] == [
        {
            "id": f"pl{desk}", "host": f"t{elbe}", "role": "Campaign desk", "site": site,
            "remote_ok": False, "duration": 2, "starts": [0, 1, 2, 3, 4], "capacity": [1] * 6,
            "required_skills": [],
        }
    ]  # fmt: skip
    limits = {team["id"]: (team["max_out"], team["max_guests"]) for team in asked["teams"]}
    assert limits == {f"t{rhine}": ([1] * 6, [2] * 6), f"t{elbe}": ([1] * 6, [1] * 6)}
    assert (asked["now"], asked["published"], asked["pins"], asked["forbids"]) == (0, None, [], [])


def test_a_question_is_one_the_checker_and_the_reader_understand(session, small):
    from app.planner.instance import read_instance

    asked = export(session, small["round"], today=TODAY)
    plan = {"assignments": [
        {"employee": f"p{small['ada'].id}", "placement": f"pl{small['desk'].id}", "start": 1}
    ]}  # fmt: skip

    assert check(asked, plan).violations == ()
    assert read_instance(asked).blocks == 6


@pytest.mark.parametrize("state", [None, EndorsementState.ASKED, EndorsementState.REFUSED])
def test_an_application_nobody_endorsed_takes_no_part(session, small, state):
    cy = make_person(session, "Cy", team=small["rhine"])
    application = make_application(session, small["round"], cy, small["rhine"], [small["desk"]])
    if state is not None:
        decided = NOW if state is EndorsementState.REFUSED else None
        make_endorsement(session, application, state=state, reason="no", decided_at=decided)

    asked = export(session, small["round"], today=TODAY)

    assert [person["id"] for person in asked["employees"]] == [f"p{small['ada'].id}"]


def test_a_blackout_closes_the_team_in_every_block_it_touches(session, small):
    make_blackout(session, small["elbe"], date(2027, 3, 26), date(2027, 3, 31))

    asked = export(session, small["round"], today=TODAY)

    elbe = next(team for team in asked["teams"] if team["id"] == f"t{small['elbe'].id}")
    assert (elbe["max_out"], elbe["max_guests"]) == ([0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1])


def test_half_a_block_of_absence_keeps_a_person_at_home_and_counts_for_the_team(session, small):
    from app.people.models import Absence

    person = small["ada"].id
    for starts_on, ends_on in (
        (date(2027, 3, 1), date(2027, 3, 15)),  # ten of twenty working days
        (date(2027, 4, 26), date(2027, 5, 7)),  # nine of twenty
    ):
        row = Absence(person_id=person, starts_on=starts_on, ends_on=ends_on, created_at=NOW)
        session.add(row)
    session.flush()

    asked = export(session, small["round"], today=TODAY)

    rhine = next(team for team in asked["teams"] if team["id"] == f"t{small['rhine'].id}")
    assert asked["employees"][0]["unavailable"] == [0]
    assert rhine["max_out"] == [0, 1, 1, 1, 1, 1]


def test_notice_is_counted_from_the_day_people_are_told_unless_the_person_waives_it(session, small):
    late = date(2027, 2, 20)  # four weeks later is 20 March, so block 1 is the first

    noticed = export(session, small["round"], today=late)["employees"][0]["earliest_start"]
    small["application"].notice_waived = True
    waived = export(session, small["round"], today=late)["employees"][0]["earliest_start"]

    assert (noticed, waived) == (1, 0)


def test_own_window_closes_the_blocks_outside(session, small):
    small["application"].earliest_on = date(2027, 3, 29)
    small["application"].latest_on = date(2027, 7, 19)

    asked = export(session, small["round"], today=TODAY)

    assert asked["employees"][0]["unavailable"] == [0, 5]


def test_private_avoidances_and_hr_s_forbids_look_alike(session, small):
    round_, ada, elbe, desk = (small[name] for name in ("round", "ada", "elbe", "desk"))
    make_avoidance(session, small["application"], team=elbe)
    make_avoidance(session, small["application"], person=small["bo"])
    session.add(
        PlanRule(round_id=round_.id, kind=RuleKind.FORBID, person_id=ada.id,
                 placement_id=desk.id, created_at=NOW)
    )  # fmt: skip
    session.flush()

    asked = export(session, round_, today=TODAY)

    assert asked["forbids"] == [
        {"employee": f"p{ada.id}", "placement": f"pl{desk.id}", "host": None},
        {"employee": f"p{ada.id}", "placement": None, "host": f"t{elbe.id}"},
    ]


def test_pins_and_pairs_are_handed_over(session, small):
    round_, ada, desk = small["round"], small["ada"], small["desk"]
    session.add_all([
        PlanRule(round_id=round_.id, kind=RuleKind.PIN, person_id=ada.id,
                 placement_id=desk.id, start=2, created_at=NOW),
        PairWish(round_id=round_.id, home_team_id=small["rhine"].id,
                 host_team_id=small["elbe"].id, need=3, target=2),
    ])  # fmt: skip
    session.flush()

    asked = export(session, round_, today=TODAY)

    assert asked["pins"] == [{"employee": f"p{ada.id}", "placement": f"pl{desk.id}", "start": 2}]
    assert asked["pairs"] == [
        {"home": f"t{small['rhine'].id}", "host": f"t{small['elbe'].id}", "need": 3, "target": 2,
         "hard_min": None, "hard_max": None}
    ]  # fmt: skip


def test_wishes_for_withdrawn_placements_fall_away_and_skills_are_compared(session, small):
    skill = make_skill(session, "Storytelling", of=small["ada"])
    other = make_placement(session, small["round"], small["elbe"], "Key accounts", skills=[skill])
    small["desk"].state = PlacementState.WITHDRAWN
    bo = small["bo"]
    endorsed(session, make_application(session, small["round"], bo, small["elbe"], [other]))

    asked = export(session, small["round"], today=TODAY)

    wishes = {person["id"]: person["preferences"] for person in asked["employees"]}
    assert wishes == {f"p{small['ada'].id}": [], f"p{bo.id}": [f"pl{other.id}"]}
    assert [place["id"] for place in asked["placements"]] == [f"pl{other.id}"]
    assert asked["placements"][0]["required_skills"] == asked["employees"][0]["skills"]


def test_who_waited_in_earlier_rounds_is_known(session, small):
    for number, placed in enumerate([False, False]):
        old = make_round(session, f"Earlier {number}")
        application = make_application(session, old, small["ada"], small["rhine"])
        session.add(
            Outcome(application_id=application.id, placed=placed, rank=None, reasons=[],
                    decided_at=NOW)
        )  # fmt: skip
    session.flush()

    asked = export(session, small["round"], today=TODAY)

    assert (asked["employees"][0]["waiting"], asked["employees"][0]["rank_debt"]) == (2, 0)


@pytest.mark.parametrize("people", [1, 3])
def test_a_question_takes_the_same_number_of_statements(session, small, people, count_statements):
    for number in range(people):
        person = make_person(session, f"More{number}", team=small["rhine"])
        wishes = [small["desk"]]
        endorsed(session, make_application(session, small["round"], person, small["rhine"], wishes))

    with count_statements() as statements:
        export(session, small["round"], today=TODAY)

    assert len(statements) == 19  # eighteen, and the round itself after the commit


@pytest.mark.parametrize(
    ("declined_by_person", "takes_part", "forbids"), [(True, [], 0), (False, ["ada"], 1)]
)
def test_who_declined_is_left_out_and_who_was_refused_is_not_sent_there_again(
    session, small, declined_by_person, takes_part, forbids
):
    stay = Stay(
        round_id=small["round"].id, person_id=small["ada"].id, placement_id=small["desk"].id,
        home_team_id=small["rhine"].id, host_team_id=small["elbe"].id, start_block=0,
        starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 26), planned_ends_on=date(2027, 4, 26),
        state=StayState.DECLINED, created_at=NOW,
    )  # fmt: skip
    session.add(stay)
    session.flush()
    party = ConsentParty.PERSON if declined_by_person else ConsentParty.HOST
    session.add(
        Consent(stay_id=stay.id, party=party, state=ConsentState.REFUSED, reason="no",
                answered_at=NOW)
    )  # fmt: skip
    session.flush()

    asked = export(session, small["round"], today=TODAY)

    expected = [f"p{small[name].id}" for name in takes_part]
    assert [person["id"] for person in asked["employees"]] == expected
    assert (len(asked["forbids"]), asked["published"]) == (forbids, [])

"""What the planner is told of bookings: it keeps off them where a wish has another start."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.agenda.models import CommitmentKind
from app.rotations.models import (
    PlanRule,
    RuleKind,
)
from app.rotations.services.boards.scene import scene_of
from app.rotations.services.instances import asked, export
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person
from tests.rotations.clashes import HARD, MARCH_11, TODAY, planned, unavailable
from tests.rotations.planning import make_plan, make_scene


@pytest.fixture
def scene(session):
    return make_scene(session)


def test_a_start_over_a_booking_is_avoided_where_the_wish_has_another(session, scene):
    make_commitment(session, scene.bo, MARCH_11, **HARD)

    assert unavailable(session, scene) == {"Ada": [], "Rosa": [], "Bo": [0]}
    assert ("Bo", "Studio", 1) in planned(session, scene)


def test_a_short_booking_does_not_cost_a_wish_whose_every_start_lies_over_it(session, scene):
    make_commitment(session, scene.ada, MARCH_11, **HARD)  # the desk begins in block 0 only

    assert unavailable(session, scene) == {"Ada": [], "Rosa": [], "Bo": []}
    assert ("Ada", "Campaign desk", 0) in planned(session, scene)


def test_of_starts_that_all_lie_over_bookings_the_one_with_the_fewest_stays_possible(
    session, scene
):
    for day in (0, 1, 28, 56, 84, 112, 140):  # two in block 0, one in every other
        make_commitment(session, scene.bo, MARCH_11 + timedelta(days=day), **HARD)

    assert unavailable(session, scene)["Bo"] == [0, 3, 4, 5]


@pytest.mark.parametrize("way", ["part of the time", "from elsewhere"])
def test_a_stay_that_leaves_time_for_a_booking_is_not_kept_off_it(session, scene, way):
    if way == "part of the time":
        scene.studio.share = 50
    else:
        scene.studio.remote_ok = scene.bo.remote_ok = True
        scene.studio.site_id = make_person(session, "Far").site_id
    make_commitment(session, scene.bo, MARCH_11, **HARD)

    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])
    is_whole = scene.studio.site_id == scene.bo.site_id and way != "part of the time"

    assert (unavailable(session, scene)["Bo"] == []) is not is_whole
    assert (scene_of(session, plan, today=TODAY).breaches == []) is not is_whole


@pytest.mark.parametrize(
    "fields",
    [
        {"hard": False},
        {"hard": True, "kind": CommitmentKind.STAY},
        {"hard": True, "start": datetime(2027, 2, 28, 9, tzinfo=UTC)},
        {"hard": True, "start": datetime(2027, 8, 16, 9, tzinfo=UTC)},
    ],
    ids=["soft", "a stay", "the day before", "the day after"],
)
def test_what_is_soft_a_stay_or_outside_the_round_changes_nothing(session, scene, fields):
    fields = {"start": MARCH_11, **fields}
    before = export(session, scene.round, today=TODAY)
    make_commitment(session, scene.bo, **fields)

    assert export(session, scene.round, today=TODAY) == before


def test_a_booking_belongs_to_the_days_of_the_person_s_own_wall_clock(session, scene):
    late = datetime(2027, 3, 28, 22, 30, tzinfo=UTC)  # half past midnight on 29 March in Berlin
    make_commitment(session, scene.bo, late, **HARD)

    assert unavailable(session, scene)["Bo"] == [1]


def may_be_out(session, scene):
    """How many of Rhine may be away, per block."""
    teams = export(session, scene.round, today=TODAY)["teams"]
    return next(row["max_out"] for row in teams if row["id"] == f"t{scene.rhine.id}")


@pytest.mark.parametrize(("days", "hours", "left"), [(9, 8, 1), (10, 8, 0), (10, 3, 1)])
def test_home_counts_somebody_out_who_is_booked_for_half_of_a_block(
    session, scene, days, hours, left
):
    """Rhine has two people and needs one; 20 working days make a block."""
    scene.rhine.minimum_present = 1
    first = datetime(2027, 3, 1, 8, tzinfo=UTC)
    working = [day for day in range(28) if day % 7 < 5][:days]
    for day in working:
        make_commitment(session, scene.rosa, first + timedelta(days=day), hours=hours, **HARD)

    assert may_be_out(session, scene) == [left, 1, 1, 1, 1, 1]


def test_leave_and_bookings_are_counted_together(session, scene):
    from app.people.models import Absence

    scene.rhine.minimum_present = 1
    session.add(
        Absence(
            person_id=scene.rosa.id, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 8),
            created_at=NOW,
        )
    )  # fmt: skip
    for day in range(7, 12):
        start = datetime(2027, 3, 1, 8, tzinfo=UTC) + timedelta(days=day)
        make_commitment(session, scene.rosa, start, hours=8, **HARD)

    assert may_be_out(session, scene) == [0, 1, 1, 1, 1, 1]


def test_a_pin_over_a_booking_is_no_conflict_for_the_planner_but_a_clash_for_hr(session, scene):
    make_commitment(session, scene.bo, MARCH_11, **HARD)
    session.add(
        PlanRule(round_id=scene.round.id, kind=RuleKind.PIN, person_id=scene.bo.id,
                 placement_id=scene.studio.id, start=0, created_at=NOW)
    )  # fmt: skip
    session.flush()

    assert ("Bo", "Studio", 0) in planned(session, scene)
    plan = make_plan(session, scene, [(scene.bo, scene.studio, 0)])
    assert [b.code for b in scene_of(session, plan, today=TODAY).breaches] == ["at_training"]


@pytest.mark.parametrize("more", [1, 3])
def test_bookings_take_one_statement_however_many(session, scene, more, count_statements):
    for number in range(more):
        for person in (scene.ada, scene.bo):
            make_commitment(session, person, MARCH_11 + timedelta(days=number), **HARD)

    with count_statements() as statements:
        asked(session, scene.round, today=TODAY)

    assert len(statements) == 19  # eighteen, and the round itself after the commit

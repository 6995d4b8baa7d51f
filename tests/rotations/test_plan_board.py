"""The planning board: what it shows, and moving people by hand."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.rotations.models import Plan, PlanRule, RuleKind
from app.rotations.services.boards import editing, panels
from app.rotations.services.boards.rows import Drawing, Filters
from app.rotations.services.boards.scene import scene_of
from app.rotations.services.plans import stays_of
from tests.agenda.busy_makers import make_file
from tests.factories import NOW, make_application, make_endorsement, make_person
from tests.rotations.planning import make_plan, make_scene

TODAY = NOW.date()


@pytest.fixture
def scene(session):
    return make_scene(session)


@pytest.fixture
def hr(scene, signed_in):
    """Lend HR's browser."""
    return signed_in(scene.olga)


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def move_fields(plan, person, placement, start, instead_of=""):
    return {
        "version": plan.version, "person": person.id, "start": start,
        "placement": placement.id if placement else "",
        "instead_of": instead_of.id if instead_of else "",
    }  # fmt: skip


def test_board_shows_bars_limits_and_who_has_no_place(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.bo, scene.studio, 1)])

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    assert "Campaign desk Elbe · wish 1" in page
    assert "Without a place 1" in page
    assert "every rule holds" in page
    assert "“Field days” would fit at once." in page


def test_board_of_placements_names_the_people(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])

    page = words(hr.get(f"/plans/{plan.id}/board/?view=placements").text)

    assert "Ada Test wish 1" in page


def test_broken_rules_are_shown_at_once_with_their_words(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.rosa, scene.desk, 0)])

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    assert "Seats. “Campaign desk”: more people than seats from Mar 1, 2027 on (2 for 1)." in page
    assert "2 rules broken" in page  # one per block


def test_filters_show_only_what_was_asked_for(session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    drawing = Drawing(scene_of(session, plan, today=TODAY))

    def names(**asked):
        sections = drawing.people(Filters(**asked))
        return [row.name for section in sections for row in section.rows]

    assert names() == ["Ada Test", "Rosa Test", "Bo Test"]
    assert names(only="unplaced") == ["Rosa Test", "Bo Test"]
    assert names(only="broken") == []
    assert names(team_id=scene.elbe.id) == ["Bo Test"]


def test_first_move_in_a_computed_plan_makes_a_copy_and_the_next_changes_it(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    answer = hr.post(
        f"/plans/{plan.id}/board/move", **move_fields(plan, scene.rosa, scene.field, 2)
    )
    copy = session.scalars(select(Plan).where(Plan.moved_by_hand)).one()

    hr.post(
        f"/plans/{copy.id}/board/move",
        **move_fields(copy, scene.rosa, scene.field, 3, instead_of=scene.field),
    )

    assert answer.location == f"/plans/{copy.id}/board/people/{scene.rosa.id}?view=people"
    assert (copy.name, copy.based_on_id) == ("First try (by hand)", plan.id)
    assert [tuple(stay)[1:] for stay in stays_of(session, plan.id)] == [(f"pl{scene.desk.id}", 0)]
    assert [tuple(stay)[1:] for stay in stays_of(session, copy.id)] == [
        (f"pl{scene.desk.id}", 0), (f"pl{scene.field.id}", 3)
    ]  # fmt: skip
    assert session.scalars(select(Plan.id).order_by(Plan.id)).all() == [plan.id, copy.id]


def test_score_is_counted_anew_after_a_move(session, scene):
    plan = make_plan(session, scene, moved_by_hand=True)

    move = editing.Move(scene.ada.id, scene.desk.id, plan.version, "copy")
    moved = editing.move(session, plan, move, at=NOW, today=TODAY, by=scene.olga.id)

    assert (moved.id, moved.score, moved.bound) == (plan.id, 1200, None)
    assert (moved.fairness["placed"], moved.fairness["first_choices"]) == (1, 1)


def test_taking_a_place_away_needs_no_placement(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)], moved_by_hand=True)

    fields = move_fields(plan, scene.ada, None, 0, instead_of=scene.desk)
    hr.post(f"/plans/{plan.id}/board/move", **fields)

    assert stays_of(session, plan.id) == []


def test_two_people_moving_at_once_meet_both_versions(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)], moved_by_hand=True)
    fields = move_fields(plan, scene.ada, scene.desk, 0)
    hr.post(f"/plans/{plan.id}/board/move", **{**fields, "placement": ""})

    late = hr.post(f"/plans/{plan.id}/board/move", **fields)

    assert late.status_code == 409
    assert "You wanted: Ada Test at “Campaign desk” from Mar 1, 2027 on." in words(late.text)
    assert "Stored now: no place." in words(late.text)
    assert stays_of(session, plan.id) == []


def test_a_move_to_another_round_s_placement_is_refused(session, scene):
    from tests.factories import make_placement, make_round

    foreign = make_placement(session, make_round(session, "Other"), scene.elbe, "Foreign")
    plan = make_plan(session, scene)

    with pytest.raises(editing.NotInThisRound):
        editing.move(
            session, plan, editing.Move(scene.ada.id, foreign.id, plan.version, "copy"),
            at=NOW, today=TODAY, by=scene.olga.id,
        )  # fmt: skip


def test_panel_of_a_person_says_why_and_what_it_would_take(hr, session, scene):
    plan = make_plan(session, scene, [(scene.rosa, scene.desk, 0)])

    page = hr.get(f"/plans/{plan.id}/board/people/{scene.ada.id}")
    panel = words(page.text)

    assert "Every seat is taken from Mar 1, 2027 on (1 of 1)." in panel
    assert "For “Campaign desk”, with nobody worse off:" in panel
    assert "one more seat at “Campaign desk” from Mar 1, 2027 on" in panel


def test_panel_tells_on_how_many_days_the_own_calendar_is_full_and_nothing_else(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    start = datetime(2027, 3, 1, 9, tzinfo=UTC)  # Monday of the first block
    firm = [(start + timedelta(days=day), start + timedelta(days=day, hours=1)) for day in range(7)]
    make_file(session, scene.ada, firm, note={"skipped": {}, "remarks": ["Secret plan"]})
    make_file(session, scene.rosa, [(start, start + timedelta(days=9))])

    panel = words(hr.get(f"/plans/{plan.id}/board/people/{scene.ada.id}").text)

    assert "Busy on 5 working days according to their own calendar." in panel
    assert "Secret plan" not in panel


def test_panel_of_a_placed_person_says_why_not_the_better_wish(session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.rosa, scene.field, 0)])

    panel = panels.person_panel(scene_of(session, plan, today=TODAY), scene.rosa.id)

    assert [(line.rank, line.is_held, line.is_free) for line in panel.wishes] == [
        (1, False, False), (2, True, True)
    ]  # fmt: skip
    assert panel.takes == ()


def test_panel_of_a_placement_says_who_could_fill_it(hr, session, scene):
    plan = make_plan(session, scene, [(scene.rosa, scene.field, 0)])

    panel = words(hr.get(f"/plans/{plan.id}/board/placements/{scene.desk.id}").text)

    assert "Nobody in this plan." in panel
    assert "Ada Test wish 1 has no place now Would fit from Mar 1, 2027 on." in panel
    assert "Rosa Test wish 1 has “Field days” now" in panel


def test_htmx_gets_the_panel_alone(hr, session, scene):
    plan = make_plan(session, scene)

    part = hr.client.get(
        f"/plans/{plan.id}/board/people/{scene.ada.id}", headers={"HX-Request": "true"}
    )

    assert "data-panel" in part.text
    assert "<html" not in part.text


def test_pins_and_forbids_from_the_board_are_judged_at_once(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    person = {"person": scene.ada.id}
    hr.post(f"/plans/{plan.id}/board/pin", **person, placement=scene.desk.id, start=0)
    hr.post(f"/plans/{plan.id}/board/forbid", **person, host=scene.elbe.id)

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    kinds = session.scalars(select(PlanRule.kind).order_by(PlanRule.id)).all()
    assert kinds == [RuleKind.PIN, RuleKind.FORBID]
    assert "Ada Test at “Campaign desk” is ruled out." in page


def test_somebody_who_withdrew_shows_as_a_broken_rule(hr, session, scene):
    from app.rotations.models import Application, ApplicationState

    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0)])
    mine = select(Application).where(Application.person_id == scene.ada.id)
    session.scalars(mine).one().state = ApplicationState.WITHDRAWN

    page = words(hr.get(f"/plans/{plan.id}/board/").text)

    assert "Ada Test takes no part in this round any more." in page


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize("view", ["people", "placements"])
def test_board_asks_the_database_the_same_number_of_times(
    hr, session, scene, more, view, count_statements
):
    from app.rotations.models import EndorsementState

    people = [make_person(session, f"More{n}", team=scene.rhine) for n in range(more)]
    for person in people:
        wishes = [scene.desk, scene.field]
        application = make_application(session, scene.round, person, scene.rhine, wishes)
        make_endorsement(session, application, state=EndorsementState.ENDORSED, decided_at=NOW)
    plan = make_plan(session, scene, [(person, scene.field, n) for n, person in enumerate(people)])

    with count_statements() as statements:
        hr.get(f"/plans/{plan.id}/board/?view={view}")

    # the test's look at the plan; five to know who asks; the plan, the zone, twenty-five facts
    assert len(statements) == 30


def test_the_board_is_not_there_for_anybody_but_hr(session, scene, signed_in):
    plan = make_plan(session, scene)

    assert signed_in(scene.ada).get(f"/plans/{plan.id}/board/").status_code == 404

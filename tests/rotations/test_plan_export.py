"""`flask planner export`: a round leaves as a file anyone can plan and check."""

import json

import pytest

from app.planner import check, load_instance, solve
from tests.rotations.planning import make_scene


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_round_is_exported_and_can_be_planned_elsewhere(runner, session, tmp_path, by):
    scene = make_scene(session)
    file = tmp_path / "instance.json"

    result = runner.invoke(
        args=["planner", "export", str(getattr(scene.round, by)), "-o", str(file)]
    )

    asked = json.loads(file.read_text())
    plan = solve(load_instance(file.read_bytes()), time_s=5)
    assert (result.exit_code, result.output) == (0, "")
    assert len(plan.assignments) == 3
    assert check(asked, plan.as_dict()).is_valid


def test_export_says_that_a_round_does_not_exist(runner):
    result = runner.invoke(args=["planner", "export", "Autumn"])

    assert result.exit_code == 1
    assert "There is no round 'Autumn'." in result.output

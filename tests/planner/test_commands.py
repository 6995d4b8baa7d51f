"""The commands on files: exit codes, words, progress, a graceful stop."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import planner
from app.planner import commands
from bench.planner.generate import instance as generated
from tests.planner.makers import make_instance, make_person, plan_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def signals_as_before():
    """The solve command listens to signals; leave the test runner its own ears."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, listener in before.items():
        signal.signal(number, listener)


@pytest.fixture
def files(tmp_path):
    """Write a document to a file and name it."""

    def write(name, document):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    return write


def test_solve_writes_a_plan_that_check_accepts(files, tmp_path, capsys):
    question, answer = files("i.json", make_instance()), str(tmp_path / "p.json")

    assert commands.main(["solve", question, "-o", answer]) == 0

    plan = json.loads(Path(answer).read_text(encoding="utf-8"))
    assert (plan["format"], plan["score"], plan["bound"], plan["status"]) == (
        "rotation-plan/1",
        998,
        998,
        "OPTIMAL",
    )
    assert commands.main(["check", question, answer]) == 0
    assert json.loads(capsys.readouterr().out)["valid"] is True


def test_check_names_every_breach_and_exits_with_1(files, capsys):
    question = files("i.json", make_instance())
    answer = files("p.json", plan_of(("Ada", "desk", 1), ("Bo", "desk", 1)))

    assert commands.main(["check", question, answer]) == 1

    assert capsys.readouterr().err == "H5: desk has 1 seats in block 1, 2 are taken\n"


def test_unreadable_file_exits_with_2_and_names_the_place(files, capsys):
    broken = files("i.json", make_instance(blocks=-1))

    assert commands.main(["solve", broken]) == 2

    assert capsys.readouterr().err == "unreadable: blocks: -1 is below 1\n"


def test_missing_file_exits_with_2(capsys):
    assert commands.main(["solve", "/nowhere/i.json"]) == 2

    assert capsys.readouterr().err == "unreadable: /nowhere/i.json: No such file or directory\n"


def test_infeasible_pin_exits_with_1_and_names_the_conflict(files, tmp_path, capsys):
    question = files(
        "i.json",
        make_instance(
            employees=[make_person("Ada", "Rhine", ["desk"], unavailable=[1])],
            pins=[{"employee": "Ada", "placement": "desk", "start": 1}],
        ),
    )

    assert commands.main(["solve", question, "-o", str(tmp_path / "p.json")]) == 1

    assert capsys.readouterr().err.splitlines()[1:] == [
        "- Ada is pinned to desk (start 1)",
        "- Ada is unavailable in block 1",
    ]
    assert commands.main(["conflict", question, "-o", str(tmp_path / "c.json")]) == 1
    assert commands.main(["conflict", files("ok.json", make_instance())]) == 0


def test_explain_refuses_a_plan_that_breaks_a_rule(files, capsys):
    question = files("i.json", make_instance())

    lawful = commands.main(["explain", question, files("p.json", plan_of(("Ada", "desk", 1)))])
    answer = json.loads(capsys.readouterr().out)

    assert (lawful, answer["format"]) == (0, "rotation-explain/1")
    assert commands.main(["explain", question, files("q.json", plan_of(("Cy", "desk", 1)))]) == 1


def test_change_limit_that_cannot_be_kept_is_refused_with_the_reason(files, tmp_path, capsys):
    question = files(
        "i.json",
        make_instance(
            employees=[make_person("Bo", "Rhine", ["desk"])],
            published=plan_of(("gone", "desk", 1))["assignments"],
        ),
    )

    asked = ["solve", question, "-o", str(tmp_path / "p.json"), "--max-changes"]

    assert commands.main([*asked, "0"]) == 1
    assert "at least 1 changes are needed, 0 are allowed" in capsys.readouterr().err
    assert commands.main([*asked, "1"]) == 0


def test_change_limit_without_a_published_plan_is_refused(files, tmp_path, capsys):
    question = files("i.json", make_instance())

    asked = ["solve", question, "-o", str(tmp_path / "p.json"), "--max-changes", "2"]

    assert commands.main(asked) == 1
    assert "no published plan" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_stopped_solve_leaves_the_best_plan_and_a_true_bound(files, tmp_path, stop):
    document = generated(1000, 200, 12, seed=4)
    question, answer = files("i.json", document), tmp_path / "p.json"
    command = [sys.executable, "-m", "app.planner", "solve", question, "-o", str(answer)]
    running = subprocess.Popen(
        [*command, "--progress"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )

    heard = []
    for line in running.stderr:
        heard.append(json.loads(line))
        if heard[-1]["phase"] == "near" and heard[-1]["bound"] is not None:
            running.send_signal(stop)
            break
    asked_at = time.monotonic()
    running.communicate(timeout=60)

    assert (running.returncode, time.monotonic() - asked_at < 20) == (0, True)
    plan = json.loads(answer.read_text(encoding="utf-8"))
    result = planner.check(document, plan)
    assert (result.violations, plan["status"]) == ((), "FEASIBLE")
    assert plan["bound"] >= plan["score"] >= heard[-1]["score"]


def test_package_loads_no_solver_and_no_web():
    wanted = "import sys, app.planner; print({'numpy', 'highspy', 'ortools'} & set(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", wanted], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"

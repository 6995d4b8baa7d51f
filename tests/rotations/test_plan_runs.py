"""Plans are computed by workers: once, stoppable, checked, and again when a worker dies."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.rotations.jobs import planner_child
from app.rotations.jobs import plans as job
from app.rotations.models import Plan, PlanRule, PlanState, RoundState, RuleKind
from app.rotations.services import plans
from app.rotations.services.plans import NobodyToPlan, NotInPlanning, Wanted
from tests.factories import NOW, make_round
from tests.rotations.planning import make_scene

ROOT = Path(__file__).resolve().parent.parent.parent


def ask(session, scene, **fields):
    wanted = Wanted(**{"name": "First try", "time_limit": 10, **fields})
    plan = plans.ask_for(session, scene.round, wanted, at=NOW, today=NOW.date(), by=scene.olga.id)
    session.commit()
    return plan


def work(app, session):
    """Let a worker do what waits."""
    session.commit()
    with app.app_context():
        job.compute_due()
    session.expire_all()


@pytest.fixture
def engine_that(tmp_path, monkeypatch):
    """Put another program in the planner's place; its text sees `out` and `instance`."""

    def put(text):
        file = tmp_path / "engine.py"
        head = """
            import json, signal, sys, time
            command, instance = sys.argv[1], json.load(open(sys.argv[2]))
            out = sys.argv[sys.argv.index("-o") + 1]
            def answer(stays, **claims):
                rows = [dict(zip(("employee", "placement", "start"), stay)) for stay in stays]
                plan = {"format": "rotation-plan/1", "assignments": rows, "score": None,
                        "bound": None, "status": "FEASIBLE", **claims}
                json.dump(plan, open(out, "w"))
            def say(**message):
                print(json.dumps(message), file=sys.stderr, flush=True)
        """
        file.write_text(textwrap.dedent(head) + textwrap.dedent(text), encoding="utf-8")
        monkeypatch.setattr(planner_child, "COMMAND", (sys.executable, str(file)))

    monkeypatch.setattr(job, "BEAT_SECONDS", 0.1)
    return put


def test_a_waiting_plan_is_computed_checked_and_explained(app, session):
    scene = make_scene(session)
    plan = ask(session, scene)

    work(app, session)

    stored = session.get(Plan, plan.id)
    stays = [(s.person, s.placement, s.start) for s in plans.stays_of(session, plan.id)]
    assert (stored.state, stored.proven, stored.bound) == (PlanState.READY, True, stored.score)
    assert stays == [
        (f"p{scene.ada.id}", f"pl{scene.desk.id}", 0),
        (f"p{scene.rosa.id}", f"pl{scene.field.id}", 0),
        (f"p{scene.bo.id}", f"pl{scene.studio.id}", 0),
    ]
    assert (stored.fairness["placed"], stored.fairness["people"]) == (3, 3)
    assert json.loads(stored.explanation)["format"] == "rotation-explain/1"
    assert (stored.leased_until, stored.attempts) == (None, 1)


def test_an_infeasible_pin_is_named(app, session):
    scene = make_scene(session)
    for person in (scene.ada, scene.rosa):
        session.add(PlanRule(round_id=scene.round.id, kind=RuleKind.PIN, person_id=person.id,
                             placement_id=scene.desk.id, created_at=NOW))  # fmt: skip
    plan = ask(session, scene)

    work(app, session)

    stored = session.get(Plan, plan.id)
    named = json.dumps(stored.conflict)
    assert stored.state is PlanState.INFEASIBLE
    assert f"p{scene.ada.id}" in named
    assert f"p{scene.rosa.id}" in named
    assert f"pl{scene.desk.id}" in named
    assert plans.stays_of(session, plan.id) == []


def test_a_result_the_checker_rejects_is_never_stored(app, session, engine_that):
    scene = make_scene(session)
    engine_that(f"""
        answer([(person, "pl{scene.desk.id}", 0)
                for person in ("p{scene.ada.id}", "p{scene.rosa.id}")])
    """)
    plan = ask(session, scene)

    work(app, session)

    stored = session.get(Plan, plan.id)
    assert (stored.state, stored.score) == (PlanState.FAILED, None)
    assert plans.problem_of(stored) == (
        plans.REJECTED,
        f"H5: pl{scene.desk.id} has 1 seats in block 0, 2 are taken",
    )
    assert plans.stays_of(session, plan.id) == []


def test_an_engine_that_dies_leaves_its_last_words(app, session, engine_that):
    scene = make_scene(session)
    engine_that("sys.exit('the solver ran out of memory')")
    plan = ask(session, scene)

    work(app, session)

    stored = session.get(Plan, plan.id)
    assert plans.problem_of(stored) == (plans.NO_ANSWER, "the solver ran out of memory")


def test_hr_stops_a_run_and_keeps_the_best_plan(app, session, engine_that):
    scene = make_scene(session)
    engine_that(f"""
        signal.signal(signal.SIGTERM, lambda *_: (
            answer([("p{scene.ada.id}", "pl{scene.desk.id}", 0)]), sys.exit(0)))
        if command == "solve":
            say(phase="near", score=1000, bound=2000, gap=50.0, seconds=0.1)
            time.sleep(60)
    """)
    plan = ask(session, scene)
    plan_id, olga = plan.id, scene.olga.id
    session.commit()
    worker = threading.Thread(target=work_alone, args=(app,))
    worker.start()
    wait_for(session, plan_id, lambda row: row.progress.get("score") == 1000)

    plans.stop(session, session.get(Plan, plan_id), at=NOW, by=olga)
    session.commit()
    worker.join(20)

    stored = session.get(Plan, plan_id)
    assert (stored.state, stored.proven) == (PlanState.READY, False)
    assert len(plans.stays_of(session, plan_id)) == 1


def work_alone(app):
    with app.app_context():
        job.compute_due()


def wait_for(session, plan_id, is_so, seconds=20):
    for _ in range(seconds * 20):
        row = session.get(Plan, plan_id)
        so, seen = is_so(row), (row.state, row.progress)
        session.commit()  # nobody shall wait for the lock of our look
        if so:
            return
        time.sleep(0.05)
    pytest.fail(f"the plan stayed {seen}")


def test_a_plan_whose_worker_was_killed_is_computed_by_the_next_one(app, session, engine_that):
    scene = make_scene(session)
    engine_that("answer([])")
    plan_id = ask(session, scene).id
    session.commit()
    dead = subprocess.Popen(
        [sys.executable, "-c", KILLED_WORKER],
        cwd=ROOT,
        env={**os.environ, **environment_of(app)},
        stdout=subprocess.PIPE,
    )
    dead.stdout.readline()  # it holds the lease and computes
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    best = session.scalar(select(Plan.best).where(Plan.id == plan_id))

    work(app, session)
    before = session.get(Plan, plan_id)
    state_before = before.state
    before.leased_until -= plans.LEASE * 2
    work(app, session)

    stored = session.get(Plan, plan_id)
    assert best == '{"best": "so far"}'
    assert state_before is PlanState.RUNNING  # the lease still protects it
    assert (stored.state, stored.attempts) == (PlanState.READY, 2)


KILLED_WORKER = """
import sys, time
from app import create_app, clock
from app.database import unit_of_work
from app.rotations.services import plans
with create_app().app_context():
    with unit_of_work() as session:
        ours = plans.claim(session, at=clock.now())
    with unit_of_work() as session:
        plans.report(session, ours, progress={}, best='{"best": "so far"}', at=clock.now())
    print(ours.plan_id, flush=True)
    time.sleep(60)
"""


def environment_of(app):
    chosen = app.extensions["settings"]
    return {
        "DATABASE_URL": chosen.database_url,
        "INSTANCE_PATH": str(chosen.instance),
        "SECRET_KEY": chosen.secret_key,
        "QUEUE_URL": "memory://",
    }


def test_two_workers_never_have_the_same_plan(app, session):
    scene = make_scene(session)
    for number in range(3):
        ask(session, scene, name=f"Scenario {number}")
    got, start = [], threading.Barrier(4)

    def claim():
        from app.database import unit_of_work

        start.wait()
        with app.app_context():
            for _ in range(3):
                with unit_of_work() as own:
                    claimed = plans.claim(own, at=NOW)
                if claimed is not None:
                    got.append(claimed.plan_id)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(got) == sorted(session.scalars(select(Plan.id)))


def test_a_worker_that_lost_its_lease_can_neither_report_nor_store(app, session):
    scene = make_scene(session)
    ask(session, scene)
    slow = plans.claim(session, at=NOW)
    session.commit()
    quick = plans.claim(session, at=NOW + plans.LEASE * 2)
    empty = plans.Computed(json.dumps(plans.plan_file([])))

    beat = plans.report(session, slow, progress={}, best=None, at=NOW + plans.LEASE * 2)
    stored = [
        plans.store(session, ours, empty, at=NOW + timedelta(minutes=2)) for ours in (slow, quick)
    ]

    assert (beat.is_ours, stored) == (False, [False, True])


def test_a_plan_whose_workers_keep_dying_is_given_up(session):
    scene = make_scene(session)
    plan = ask(session, scene)
    at = NOW
    for _ in range(plans.MOST_ATTEMPTS):
        assert plans.claim(session, at=at) is not None
        at += plans.LEASE * 2

    assert plans.claim(session, at=at) is None
    session.expire_all()
    assert session.get(Plan, plan.id).problem == plans.GIVEN_UP


def test_stopping_a_plan_that_waits_ends_it(session):
    scene = make_scene(session)
    plan = ask(session, scene)

    plans.stop(session, plan, at=NOW, by=scene.olga.id)

    assert (plan.state, plan.problem) == (PlanState.FAILED, plans.NOT_BEGUN)
    with pytest.raises(plans.NotRunning):
        plans.stop(session, plan, at=NOW, by=scene.olga.id)


def test_plans_are_for_rounds_in_planning_with_somebody_to_plan(session):
    scene = make_scene(session, state=RoundState.OPEN)
    with pytest.raises(NotInPlanning):
        ask(session, scene)

    scene.round = make_round(session, "Empty", state=RoundState.PLANNING)
    with pytest.raises(NobodyToPlan):
        ask(session, scene)

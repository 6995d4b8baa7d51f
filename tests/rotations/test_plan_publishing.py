"""Publishing a plan: one act, everybody answered, only those affected told later."""

import re
import threading

import pytest
from sqlalchemy import delete, select

from app.audit.models import AuditEntry, AuditKind
from app.domain.consent import ConsentState
from app.domain.refusals import Stale
from app.domain.stays import StayState
from app.outbox.models import Notice
from app.rotations.models import (
    Application,
    ApplicationState,
    Consent,
    EndorsementState,
    Outcome,
    Plan,
    RoundState,
    Stay,
)
from app.rotations.queries import plans as queries
from app.rotations.services import publishing
from app.rotations.services.boards.scene import scene_of
from tests.factories import NOW, make_application, make_endorsement, make_lead, make_person
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


def good_stays(scene):
    return [(scene.ada, scene.desk, 0), (scene.bo, scene.studio, 1)]


def publish(hr, plan, in_force=0):
    return hr.post(f"/plans/{plan.id}/publish/", version=plan.version, in_force=in_force)


def in_force_now(session):
    return session.scalar(select(Plan.id).where(Plan.in_force))


def stays_now(session):
    rows = session.scalars(select(Stay).order_by(Stay.id))
    return [(row.person_id, row.placement_id, row.start_block, row.state) for row in rows]


def told(session):
    rows = session.execute(select(Notice.person_id, Notice.title).order_by(Notice.id))
    return [tuple(row) for row in rows]


def test_preview_says_who_will_be_told_what_and_tells_nobody(hr, session, scene):
    make_lead(session, make_person(session, "Lea", team=scene.rhine), scene.rhine)
    plan = make_plan(session, scene, good_stays(scene))

    page = words(hr.get(f"/plans/{plan.id}/publish/").text)

    assert "Get a place 2" in page
    assert "Get no place 1" in page
    assert "Leads and deputies 1" in page
    assert "For the works council 2" in page  # eight weeks each, more than a month
    assert "Publish and tell 4 people" in page
    assert (stays_now(session), told(session)) == ([], [])


def test_publishing_opens_stays_answers_everybody_and_closes_the_planning(hr, session, scene):
    plan = make_plan(session, scene, good_stays(scene))

    answer = publish(hr, plan)

    assert answer.location == f"/rounds/{scene.round.id}/plans/{plan.id}"
    assert stays_now(session) == [
        (scene.ada.id, scene.desk.id, 0, StayState.PROPOSED),
        (scene.bo.id, scene.studio.id, 1, StayState.PROPOSED),
    ]
    assert (plan.in_force, scene.round.state) == (True, RoundState.PUBLISHED)
    outcomes = {
        row.application_id: (row.placed, row.rank) for row in session.scalars(select(Outcome))
    }
    assert sorted(outcomes.values()) == [(False, None), (True, 1), (True, 1)]
    assert {person for person, _title in told(session)} == {
        scene.ada.id, scene.rosa.id, scene.bo.id
    }  # fmt: skip
    asked = session.scalars(select(Consent.state).where(Consent.asked_at.is_not(None))).all()
    assert asked == [ConsentState.ASKED, ConsentState.ASKED]
    kinds = session.scalars(select(AuditEntry.kind)).all()
    assert kinds.count(AuditKind.PLAN_PUBLISHED) == 1


def test_people_without_a_place_are_told_the_reasons_wish_by_wish(hr, session, scene):
    plan = make_plan(session, scene, [*good_stays(scene)])
    publish(hr, plan)

    rosa = select(Outcome).join(Application).where(Application.person_id == scene.rosa.id)

    assert session.scalars(rosa).one().reasons == [
        {"code": "capacity", "placement": "Campaign desk", "day": "2027-03-01",
         "wish": "Campaign desk", "wish_rank": 1},
        {"code": "outweighed", "wish": "Field days", "wish_rank": 2},
        {"code": "relax_capacity", "placement": "Campaign desk", "day": "2027-03-01"},
    ]  # fmt: skip


def test_applications_nobody_endorsed_are_answered_too(hr, session, scene):
    for name, state in (("Cy", EndorsementState.REFUSED), ("Di", EndorsementState.ESCALATED)):
        person = make_person(session, name, team=scene.rhine)
        application = make_application(session, scene.round, person, scene.rhine, [scene.desk])
        decided = NOW if state is EndorsementState.REFUSED else None
        make_endorsement(session, application, state=state, reason="no", decided_at=decided)
    publish(hr, make_plan(session, scene, good_stays(scene)))

    reasons = session.scalars(select(Outcome.reasons).order_by(Outcome.application_id)).all()

    assert [row[0]["code"] for row in reasons[3:]] == ["not_endorsed", "endorsement_open"]


def test_a_second_click_does_nothing(hr, session, scene):
    plan = make_plan(session, scene, good_stays(scene))
    version = plan.version
    for _ in range(2):
        hr.post(f"/plans/{plan.id}/publish/", version=version)

    assert len(stays_now(session)) == 2
    assert len(told(session)) == 3


def test_a_plan_that_breaks_a_rule_cannot_be_published(hr, session, scene):
    plan = make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.rosa, scene.desk, 0)])

    page = hr.get(f"/plans/{plan.id}/publish/")
    answer = publish(hr, plan)

    assert "This plan cannot be published yet" in page.text
    assert '/publish/"' not in page.text.replace("'", '"').split("publish-act")[-1][:0]
    assert answer.status_code in {302, 409}
    assert (stays_now(session), scene.round.state) == ([], RoundState.PLANNING)


def test_a_plan_changed_since_the_preview_is_not_published(hr, session, scene):
    plan = make_plan(session, scene, good_stays(scene))

    answer = hr.post(f"/plans/{plan.id}/publish/", version=plan.version + 1)

    assert answer.status_code == 409
    assert stays_now(session) == []


def test_of_two_publishings_at_once_one_wins(app, session, scene):
    plans = [make_plan(session, scene, good_stays(scene), name=name) for name in ("One", "Two")]
    wanted = [(plan.id, plan.version) for plan in plans]
    olga = scene.olga.id
    session.commit()
    results, start = [], threading.Barrier(2)

    def act(plan_id, version):
        from app.database import unit_of_work
        from app.rotations.queries.plans import find

        start.wait()
        with app.app_context(), unit_of_work() as own:
            plan = find(own, plan_id)
            try:
                results.append(
                    publishing.publish(
                        own, plan, seen=publishing.Seen(version), at=NOW, today=TODAY, by=olga
                    )
                )
            except Stale:
                results.append("stale")

    threads = [threading.Thread(target=act, args=pair) for pair in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    in_force = session.scalars(select(Plan.name).where(Plan.in_force)).all()
    assert len(in_force) == 1
    assert len(session.scalars(select(Stay.id)).all()) == 2
    assert sorted(map(str, results)) == ["True", "stale"]


@pytest.fixture
def published(hr, session, scene):
    """Give the scene with Ada at the desk and Bo in the studio, published."""
    publish(hr, make_plan(session, scene, good_stays(scene)))
    session.execute(delete(Notice))
    return scene


def test_a_later_plan_shows_its_differences_and_tells_only_those_affected(hr, session, published):
    scene = published
    later = make_plan(
        session, scene,
        [(scene.ada, scene.desk, 0), (scene.rosa, scene.field, 2), (scene.bo, scene.studio, 3)],
        name="Later", is_replan=True,
    )  # fmt: skip

    page = words(hr.get(f"/plans/{later.id}/publish/").text)
    publish(hr, later, in_force=in_force_now(session))

    assert "Other start Bo Test Studio from Mar 29, 2027 on → Studio from May 24, 2027 on" in page
    assert "New stay Rosa Test Field days from Apr 26, 2027 on" in page
    assert "Ada Test" not in page.partition("Changes against")[2]
    assert stays_now(session) == [
        (scene.ada.id, scene.desk.id, 0, StayState.PROPOSED),
        (scene.bo.id, scene.studio.id, 3, StayState.PROPOSED),
        (scene.rosa.id, scene.field.id, 2, StayState.PROPOSED),
    ]
    assert {person for person, _title in told(session)} == {scene.bo.id, scene.rosa.id}
    rosa = select(Outcome).join(Application).where(Application.person_id == scene.rosa.id)
    assert (session.scalars(rosa).one().placed, session.scalars(rosa).one().rank) == (True, 2)
    assert session.scalars(select(Plan.name).where(Plan.in_force)).all() == ["Later"]


def test_after_a_drop_out_the_question_knows_the_plan_in_force(session, published):
    scene = published
    mine = session.scalars(select(Application).where(Application.person_id == scene.ada.id)).one()
    mine.state = ApplicationState.WITHDRAWN
    session.flush()

    later = make_plan(session, scene, [(scene.bo, scene.studio, 1)], name="Later")
    asked = scene_of(session, later, today=TODAY)

    published_people = [row["employee"] for row in asked.instance["published"]]
    assert published_people == [f"p{scene.ada.id}", f"p{scene.bo.id}"]
    assert asked.breaches == []


def test_a_stay_that_falls_out_of_the_plan_is_cancelled(hr, session, published):
    scene = published
    mine = session.scalars(select(Application).where(Application.person_id == scene.ada.id)).one()
    mine.state = ApplicationState.WITHDRAWN
    later = make_plan(session, scene, [(scene.bo, scene.studio, 1), (scene.rosa, scene.desk, 0)])

    publish(hr, later, in_force=in_force_now(session))

    assert stays_now(session) == [
        (scene.ada.id, scene.desk.id, 0, StayState.CANCELLED),
        (scene.bo.id, scene.studio.id, 1, StayState.PROPOSED),
        (scene.rosa.id, scene.desk.id, 0, StayState.PROPOSED),
    ]


def test_only_hr_publishes(session, scene, signed_in):
    plan = make_plan(session, scene, good_stays(scene))

    assert signed_in(scene.ada).get(f"/plans/{plan.id}/publish/").status_code == 404


def test_a_stay_that_ended_early_is_no_broken_rule_of_the_plan_in_force(session, published):
    ada = select(Stay).where(Stay.person_id == published.ada.id)
    session.scalars(ada).one().state = StayState.ENDED_EARLY
    session.flush()
    plan = queries.find(session, session.scalar(select(Plan.id).where(Plan.in_force)))

    seen = scene_of(session, plan, today=TODAY)

    assert ([stay.person for stay in seen.stays], seen.breaches) == ([f"p{published.bo.id}"], [])

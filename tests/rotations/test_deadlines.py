"""Deadlines act by themselves: once, at the right day, and never as a yes."""

import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.outbox.models import Notice
from app.rotations.jobs import deadlines
from app.rotations.models import Endorsement, EndorsementState, PlacementState, Round, RoundState
from tests.factories import (
    make_application,
    make_endorsement,
    make_person,
    make_placement,
    make_stay,
)


@pytest.fixture
def pass_time(app, session, clock):
    """Let the job look at a moment: `pass_time(datetime)`; gives who was told what."""

    def to(*moment):
        clock.move_to(datetime(*moment, tzinfo=UTC))
        session.commit()
        with app.app_context():
            deadlines.act()
        session.expire_all()
        rows = session.execute(select(Notice.person_id, Notice.title).order_by(Notice.id)).all()
        session.commit()
        return {(person, title) for person, title in rows}

    return to


def test_leads_with_drafts_hear_three_working_days_before_placements_are_due(
    session, cast, pass_time
):
    cast.desk.state = PlacementState.DRAFT

    before = pass_time(2026, 12, 7, 12)
    on_the_day = pass_time(2026, 12, 8, 12)

    assert before == set()
    assert on_the_day == {(cast.bo.id, "Placements for “%(round)s” are due on %(due)s")}


def test_a_draft_application_hears_before_the_end_on_the_last_day_and_afterwards(
    session, cast, pass_time
):
    make_application(session, cast.round, cast.ada, cast.rhine, state="draft", submitted_at=None)
    first = "Your application in “%(round)s” is still a draft"
    last = "Today is the last day to apply in “%(round)s”"
    closed = "Applications in “%(round)s” are closed"

    told = [pass_time(2026, 12, day, 12) for day in (14, 15, 16, 18, 19)]

    of_ada = [{title for person, title in each if person == cast.ada.id} for each in told]
    assert of_ada == [set(), {first}, {first}, {first, last}, {first, last, closed}]


def test_applications_close_at_midnight_of_the_first_site(session, cast, pass_time):
    make_application(session, cast.round, cast.ada, cast.rhine, state="draft", submitted_at=None)

    before_midnight = pass_time(2026, 12, 18, 22, 59)  # 23:59 in Cologne
    after_midnight = pass_time(2026, 12, 18, 23, 0)

    closed = (cast.ada.id, "Applications in “%(round)s” are closed")
    assert (closed in before_midnight, closed in after_midnight) == (False, True)


def test_lead_and_deputy_are_reminded_of_an_open_endorsement(session, cast, pass_time):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    make_endorsement(session, application)

    told = pass_time(2027, 1, 12, 12)

    title = "%(person)s waits for your endorsement"
    assert told == {(cast.lea.id, title), (cast.dan.id, title)}


def test_silence_escalates_to_hr_and_never_approves(session, cast, pass_time):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    endorsement = make_endorsement(session, application)

    pass_time(2027, 1, 15, 12)
    on_the_last_day = endorsement.state
    told = pass_time(2027, 1, 16, 12)

    title = "Nobody has answered to the application of %(person)s"
    assert on_the_last_day is EndorsementState.ASKED
    assert (endorsement.state, endorsement.decided_at) == (EndorsementState.ESCALATED, None)
    assert {person for person, what in told if what == title} == {
        cast.olga.id,
        cast.lea.id,
        cast.dan.id,
    }


def test_planning_begins_once_the_endorsements_are_due_and_hr_is_told(session, cast, pass_time):
    pass_time(2027, 1, 15, 12)
    before = cast.round.state
    told = pass_time(2027, 1, 16, 12)

    assert (before, cast.round.state) == (RoundState.OPEN, RoundState.PLANNING)
    assert (cast.olga.id, "“%(round)s” is ready to plan") in told


def test_a_published_round_runs_on_its_first_day_and_closes_after_the_last_stay(
    session, cast, pass_time
):
    cast.round.state = RoundState.PUBLISHED
    stay = make_stay(session, cast.ada, cast.desk, cast.rhine)
    states = []
    for moment in ((2027, 2, 28, 12), (2027, 3, 1, 12), (2027, 8, 16, 12)):
        pass_time(*moment)
        states.append(cast.round.state)

    stay.state = "ended"
    pass_time(2027, 8, 16, 13)

    states.append(cast.round.state)
    assert states == [
        RoundState.PUBLISHED,
        RoundState.RUNNING,
        RoundState.RUNNING,
        RoundState.CLOSED,
    ]


def test_running_the_job_again_changes_and_tells_nothing(session, cast, pass_time):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    make_endorsement(session, application)
    make_application(session, cast.round, cast.cy, cast.elbe, state="draft", submitted_at=None)
    make_placement(session, cast.round, cast.elbe, "Second", state=PlacementState.DRAFT)

    for day in (date(2026, 12, 9), date(2026, 12, 18), date(2027, 1, 13), date(2027, 1, 16)):
        once = pass_time(day.year, day.month, day.day, 8), _trace(session)
        again = pass_time(day.year, day.month, day.day, 9), _trace(session)

        assert again == once


def _trace(session):
    found = (
        session.scalar(select(func.count()).select_from(Notice)),
        session.scalar(select(func.count()).select_from(AuditEntry)),
        session.scalars(select(Endorsement.version)).all(),
        session.scalars(select(Round.version)).all(),
    )
    session.commit()
    return found


def test_two_workers_at_once_have_one_effect(app, session, cast, clock):
    for number in range(5):
        person = make_person(session, f"Eve{number}", team=cast.rhine)
        application = make_application(session, cast.round, person, cast.rhine, [cast.desk])
        make_endorsement(session, application)
    session.commit()
    clock.move_to(datetime(2027, 1, 16, 12, tzinfo=UTC))
    start = threading.Barrier(4)
    problems = []

    def work():
        with app.app_context():
            start.wait()
            try:
                deadlines.act()
            except Exception as problem:
                problems.append(problem)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    session.expire_all()
    kinds = session.scalars(select(AuditEntry.kind)).all()
    assert problems == []
    assert sorted(kind.value for kind in kinds) == ["rotations.endorsement_escalated"] * 5 + [
        "rotations.round_moved"
    ]
    assert session.scalars(select(Endorsement.version)).all() == [2] * 5
    assert cast.round.version == 2


def test_an_extended_deadline_is_reminded_of_anew(session, cast, pass_time):
    make_application(session, cast.round, cast.ada, cast.rhine, state="draft", submitted_at=None)
    pass_time(2026, 12, 15, 12)
    cast.round.applications_due_on = date(2027, 1, 8)

    pass_time(2027, 1, 5, 12)

    told = session.scalars(
        select(Notice.title).where(Notice.person_id == cast.ada.id).order_by(Notice.id)
    ).all()
    assert told == ["Your application in “%(round)s” is still a draft"] * 2

"""The worker opens, reminds, closes and cleans, each on its day, and survives being killed."""

import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

from app.database import db
from app.domain.roles import Role
from app.domain.waves import WaveState
from app.outbox.models import (
    Delivery,
    Mail,
    Notice,
    NoticeSetting,
    NoticeTopic,
    PrivateMail,
)
from app.people.models import Person
from app.surveys.jobs import waves as jobs
from app.surveys.models import Answer, BallotMark, SealedBox, Wave
from app.surveys.services import closing
from app.surveys.services.leasing import LEASE
from tests.conftest import MONDAY_MORNING
from tests.factories import make_account, make_person
from tests.surveys.makers import make_draft, make_open_wave, make_sides, vote, vote_all

AFTER = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)  # half past midnight in Cologne
SOME_TRIES = 6


@pytest.fixture
def look_after(app, session):
    """Let the worker look, on connections of its own; the test's session forgets what it knew."""

    def look():
        session.commit()
        with app.app_context():
            jobs.look_after()
        session.expire_all()

    return look


@pytest.fixture
def wave(app, session, clock):
    with app.app_context():
        keys = jobs.keys()
    return make_open_wave(session, keys=keys)[0]


@pytest.fixture
def sides(app, session):
    return make_sides(session)


def state(session):
    return session.scalar(select(Wave.state))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def key_file(app):
    with app.app_context():
        (wave_id,) = db.session.scalars(select(Wave.id))
        file = jobs.keys()._file(wave_id)
        db.session.remove()
    return file


def test_a_planned_wave_opens_on_its_day(session, sides, clock, look_after):
    wave = make_draft(session, opens_on=date(2026, 11, 24), ends_on=date(2026, 12, 8))
    wave.state = WaveState.PLANNED

    look_after()
    too_early = state(session)
    clock.move_by(timedelta(days=1))
    look_after()

    assert (too_early, state(session)) == (WaveState.PLANNED, WaveState.OPEN)
    assert count(session, Notice) == 20


def test_the_worker_closes_a_wave_after_its_last_day_and_leaves_nothing_behind(
    app, session, sides, wave, clock, look_after
):
    vote_all(session, wave, sides)
    session.commit()
    file = key_file(app)
    existed = file.exists()
    look_after()
    before = state(session)

    clock.move_to(AFTER)
    look_after()

    left = {model: count(session, model) for model in (SealedBox, BallotMark, Notice, PrivateMail)}
    assert (before, state(session)) == (WaveState.OPEN, WaveState.CLOSED)
    assert count(session, Answer) == 32
    assert left == dict.fromkeys(left, 0)
    assert (existed, file.exists()) == (True, False)
    assert session.scalar(select(Wave.cleaned)) is True


def test_a_second_worker_leaves_a_wave_alone_that_is_being_closed(
    session, sides, wave, clock, look_after
):
    vote_all(session, wave, sides)
    clock.move_to(AFTER)
    wave.claimed_until = AFTER + LEASE

    look_after()
    meanwhile = state(session)
    clock.move_by(LEASE)
    look_after()

    assert (meanwhile, state(session)) == (WaveState.OPEN, WaveState.CLOSED)


def test_files_that_could_not_be_rewritten_are_rewritten_later(
    session, sides, wave, clock, look_after, monkeypatch
):
    clock.move_to(AFTER)
    with monkeypatch.context() as busy:
        busy.setattr(jobs, "rewrite_files", lambda _engine: False)
        look_after()
    before = session.scalar(select(Wave.cleaned))

    look_after()

    assert (before, session.scalar(select(Wave.cleaned))) == (False, True)


def test_only_those_not_done_are_reminded_twice_and_no_page_shows_it(
    session, sides, wave, clock, look_after, visit
):
    done = sides.members["Elbe"][0]
    silent = sides.members["Elbe"][1]
    vote(session, wave, done, sides.team("Rhine"))
    session.add(
        NoticeSetting(person_id=silent.id, topic=NoticeTopic.SURVEYS, delivery=Delivery.PAGE_ONLY)
    )
    for day in (30, 31, 34, 35):
        clock.move_to(MONDAY_MORNING + timedelta(days=day - 23))
        look_after()

    mails = session.scalars(select(PrivateMail)).all()
    adam = visit(make_person(session, "Adam", roles=[Role.ADMINISTRATOR]))
    outbox = adam.get("/outbox").text
    shown = adam.get(f"/outbox/{mails[0].id}")
    reminded = {mail.person_id for mail in mails}
    everybody = {person.id for name in ("Rhine", "Elbe") for person in sides.members[name]}
    assert reminded == everybody - {done.id, silent.id}
    assert len(mails) == 2 * len(reminded)
    assert session.scalars(select(Mail)).all() == []
    assert shown.status_code == 404
    assert "Still open" not in outbox
    assert [mail.address for mail in mails if mail.address in outbox] == []


def test_a_leaver_is_not_reminded(session, sides, wave, clock, look_after):
    person = session.get(Person, sides.members["Elbe"][0].id)
    make_account(session, person, active=False)
    clock.move_to(MONDAY_MORNING + timedelta(days=8))

    look_after()

    assert person.id not in set(session.scalars(select(PrivateMail.person_id)))


@pytest.mark.parametrize("people", [1, 3])
def test_looking_when_nothing_is_due_costs_the_same(
    people, session, sides, wave, look_after, count_statements
):
    for person in sides.members["Rhine"][:people]:
        vote(session, wave, person, sides.team("Elbe"))
    session.commit()

    with count_statements() as statements:
        look_after()

    assert len(statements) == 4


def work(app, begun):
    """Be a worker that tells when the close has opened its boxes."""
    stored = closing._store

    def noted(*given):
        begun.set()
        time.sleep(0.01)
        return stored(*given)

    closing._store = noted  # in this process only
    with app.app_context():
        db.engine.dispose(close=False)
        jobs.look_after()


def test_a_worker_killed_in_the_middle_of_a_close_leaves_the_wave_open_and_whole(
    app, session, sides, wave, clock, look_after
):
    vote_all(session, wave, sides)
    clock.move_to(AFTER)
    session.commit()
    whole = (WaveState.OPEN, count(session, SealedBox), count(session, BallotMark), 0)
    over = (WaveState.CLOSED, 0, 0, 32)
    session.commit()
    seen = []
    fork = get_context("fork")

    for tried in range(SOME_TRIES):
        begun = fork.Event()
        worker = fork.Process(target=work, args=(app, begun))
        worker.start()
        assert begun.wait(30)
        time.sleep(0.004 * tried)
        worker.kill()
        worker.join(30)
        found = (state(session), count(session, SealedBox), count(session, BallotMark))
        seen.append((*found, count(session, Answer)))
        session.rollback()
        if seen[-1] == over:
            break  # the kill came too late; nothing is left for another worker to begin
        clock.move_by(LEASE)
    look_after()

    assert set(seen) <= {whole, over}
    assert seen[0] == whole
    assert (state(session), count(session, SealedBox), count(session, Answer)) == (
        WaveState.CLOSED, 0, 32,
    )  # fmt: skip

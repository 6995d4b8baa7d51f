"""The worker looks after stays: once, in time, and never against a consent."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.domain.consent import ConsentParty, ConsentState
from app.domain.stays import CheckInKind, StayState
from app.outbox.models import Notice
from app.rotations.jobs.stays import keep_stays
from app.rotations.models import CheckIn, Consent, CouncilRule, Stay
from app.rotations.services.stays.answering import Answer, answer
from tests.factories import NOW, StayCompany, make_stay


@pytest.fixture
def company(session, clock):
    return StayCompany(session)


@pytest.fixture
def work(app, session):
    """Run the worker's job once, as the worker does."""

    def run():
        session.commit()
        with app.app_context():
            keep_stays()
        session.expire_all()

    return run


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, 0, tzinfo=UTC)


def titles(session):
    return list(session.scalars(select(Notice.title).order_by(Notice.id)))


def counts(session):
    return (
        session.scalar(select(func.count()).select_from(Notice)),
        session.scalar(select(func.count()).select_from(AuditEntry)),
    )


def given_by(session, stay, *parties):
    for party in parties:
        answer(session, stay, Answer(party, ConsentState.GIVEN, by=stay.person_id), at=NOW)
    session.flush()


def test_agreed_stay_begins_on_its_first_day_where_the_person_is(session, company, clock, work):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    clock.move_to(at(2027, 2, 28, 22))  # Sunday 23:00 in Cologne
    work()
    assert session.get(Stay, stay.id).state is StayState.AGREED

    clock.move_to(at(2027, 2, 28, 23))  # midnight
    work()

    assert session.get(Stay, stay.id).state is StayState.RUNNING
    assert "The stay with %(host)s begins: %(person)s" in titles(session)


def test_running_stay_ends_by_itself_and_opens_the_debriefs(session, company, clock, work):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    clock.move_to(at(2027, 3, 1))
    work()
    clock.move_to(at(2027, 4, 26))
    work()

    told = session.execute(
        select(Notice.person_id).where(Notice.title == "Please look back: %(person)s with %(host)s")
    ).scalars()
    assert session.get(Stay, stay.id).state is StayState.ENDED
    assert sorted(told) == sorted([company.ada.id, company.rita.id, company.bo.id])


def test_worker_that_slept_through_a_whole_stay_brings_it_to_its_end(session, company, clock, work):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    clock.move_to(at(2027, 4, 27))
    work()

    assert session.get(Stay, stay.id).state is StayState.ENDED


def test_doing_it_again_does_nothing(session, company, clock, work):
    make_stay(session, company.ada, company.long, company.home, agreed=True)
    make_stay(session, company.rita, company.short, company.home)
    for day in (at(2026, 11, 29), at(2027, 3, 1), at(2027, 3, 3), at(2027, 4, 26), at(2027, 6, 25)):
        clock.move_to(day)
        work()
        before = counts(session)
        work()
        assert counts(session) == before


def test_two_workers_at_once_do_it_once(app, session, company, clock):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    stay_id = stay.id
    session.commit()
    clock.move_to(at(2027, 3, 1))
    ready = Barrier(2)

    def run():
        with app.app_context():
            ready.wait()
            keep_stays()

    both = [Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    session.expire_all()
    begun = "The stay with %(host)s begins: %(person)s"
    everybody = {company.ada.id, company.ben.id, company.rita.id, company.bo.id}
    told = session.scalars(select(Notice.person_id).where(Notice.title == begun)).all()
    assert session.get(Stay, stay_id).state is StayState.RUNNING
    assert sorted(told) == sorted(everybody)


def test_silence_of_the_council_counts_after_the_legal_week(session, company, clock, work):
    stay = make_stay(session, company.ada, company.long, company.home)
    given_by(session, stay, ConsentParty.PERSON, ConsentParty.HOST, ConsentParty.HR)
    clock.move_to(at(2026, 11, 30, 22))  # the last day is not over in Cologne
    work()
    assert session.get(Stay, stay.id).state is StayState.PROPOSED

    clock.move_to(at(2026, 11, 30, 23))
    work()

    council = session.scalars(select(Consent).where(Consent.party == ConsentParty.COUNCIL)).one()
    assert (council.state, council.answered_by) == (ConsentState.DEEMED, None)
    assert council.answered_at == at(2026, 11, 30, 23)
    assert session.get(Stay, stay.id).state is StayState.AGREED


def test_silence_never_counts_where_the_rule_says_so(session, company, clock, work):
    session.add(CouncilRule(country="DE", enabled=True, over_days=28, answer_days=None, source=""))
    stay = make_stay(session, company.ada, company.long, company.home)
    given_by(session, stay, ConsentParty.PERSON, ConsentParty.HOST, ConsentParty.HR)
    for day in (at(2026, 12, 24), at(2027, 3, 1), at(2027, 4, 25)):
        clock.move_to(day)
        work()
        assert session.get(Stay, stay.id).state is StayState.PROPOSED

    clock.move_to(at(2027, 4, 26))  # what nobody agreed to until its end lapses
    work()
    assert session.get(Stay, stay.id).state is StayState.CANCELLED


def test_missing_answer_is_reminded_of_once_two_days_before(session, company, clock, work):
    make_stay(session, company.ada, company.long, company.home)
    clock.move_to(at(2026, 11, 27))
    work()
    reminder = "Your answer is missing: %(person)s with %(host)s"
    assert reminder not in titles(session)

    for day in (at(2026, 11, 28), at(2026, 11, 29), at(2026, 12, 9)):
        clock.move_to(day)
        work()

    assert titles(session).count(reminder) == 1


def test_check_ins_are_asked_for_when_due_reminded_once_and_followed_up(
    session, company, clock, work
):
    make_stay(session, company.ada, company.long, company.home, agreed=True)
    asked, again = "How is it going with %(host)s?", "Still open: how is it going with %(host)s?"
    seen = {}
    for day in (1, 2, 3, 4, 5, 6, 7):
        clock.move_to(at(2027, 3, day))
        work()
        seen[day] = (titles(session).count(asked), titles(session).count(again))

    # Two are asked: Ada and her buddy. Wednesday is the third working day.
    assert seen == {
        1: (0, 0),
        2: (0, 0),
        3: (2, 0),
        4: (2, 0),
        5: (2, 2),
        6: (2, 2),
        7: (2, 2),
    }

    for check_in in session.scalars(select(CheckIn)):
        if check_in.kind is not CheckInKind.FOLLOW_UP:
            check_in.done_at = NOW
    for day in (date(2027, 4, 26), date(2027, 6, 24), date(2027, 6, 25)):
        clock.move_to(datetime.combine(day, NOW.timetz()))
        work()
    assert titles(session).count(asked) == 4


def test_one_stay_that_cannot_go_on_never_holds_up_the_others(
    session, company, clock, work, caplog
):
    broken = make_stay(session, company.ada, company.long, company.home, agreed=True)
    fine = make_stay(session, company.rita, company.long, company.home, agreed=True)
    for consent in session.scalars(select(Consent).where(Consent.stay_id == broken.id)):
        session.delete(consent)
    clock.move_to(at(2027, 3, 1) + timedelta(days=1))
    work()

    assert session.get(Stay, broken.id).state is not StayState.RUNNING
    assert session.get(Stay, fine.id).state is StayState.RUNNING

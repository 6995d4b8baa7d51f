"""Stays: opened for a published place, agreed in order, moved, cancelled, ended."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.agenda.models import Commitment
from app.audit.models import AuditEntry
from app.domain.consent import ConsentParty, ConsentState, NotYourTurn, ReasonMissing
from app.domain.stays import (
    CheckInKind,
    NotRunning,
    OutsideTheStay,
    StayState,
    TooLateForThis,
)
from app.outbox.models import Notice
from app.rotations.queries.stays import find
from app.rotations.services.stays import cancel_stay, end_early, move_stay, withdraw
from app.rotations.services.stays.answering import Answer, answer
from app.rotations.services.stays.ending import EarlyEnd
from migrations import guards
from tests.factories import (
    NOW,
    StayCompany,
    agree,
    make_stay,
)


@pytest.fixture
def company(session):
    return StayCompany(session)


def states(stay):
    return {consent.party.value: consent.state.value for consent in stay.consents}


def told(session):
    rows = session.execute(select(Notice.person_id, Notice.title).order_by(Notice.id))
    return [tuple(row) for row in rows]


def commitment(session):
    session.flush()
    return session.scalars(select(Commitment).execution_options(populate_existing=True)).one()


def test_opening_a_stay_gives_the_place_and_asks_the_person_first(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, start_block=1)

    held = commitment(session)
    assert (stay.starts_on, stay.ends_on) == (date(2027, 3, 29), date(2027, 5, 24))
    assert stay.state is StayState.PROPOSED
    assert states(stay) == {
        "person": "asked",
        "host": "waiting",
        "hr": "waiting",
        "council": "waiting",
    }
    assert told(session) == [(company.ada.id, "You have a place: %(task)s")]
    assert (held.hard, held.active) == (True, True)
    # Summer time begins on 28 March: midnight in Cologne is 22:00 UTC on both days.
    assert held.starts_at == datetime(2027, 3, 28, 22, 0, tzinfo=UTC)
    assert held.ends_at == datetime(2027, 5, 23, 22, 0, tzinfo=UTC)
    assert {check_in.kind: check_in.due_on for check_in in stay.check_ins} == {
        CheckInKind.DAY_THREE: date(2027, 3, 31),
        CheckInKind.MIDDLE: date(2027, 4, 26),
        CheckInKind.END: date(2027, 5, 21),
        CheckInKind.FOLLOW_UP: date(2027, 7, 23),
    }
    assert stay.sheet is not None


def test_works_council_is_left_out_up_to_a_month(session, company):
    stay = make_stay(session, company.ada, company.short, company.home)

    assert states(stay)["council"] == "not_needed"


def test_consents_are_asked_in_order_and_the_last_one_agrees_the_stay(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)
    for party, by in (
        (ConsentParty.PERSON, company.ada),
        (ConsentParty.HOST, company.bo),
        (ConsentParty.HR, company.olga),
    ):
        answer(session, stay, Answer(party, ConsentState.GIVEN, by=by.id), at=NOW)
    assert stay.state is StayState.PROPOSED
    assert states(stay)["council"] == "asked"

    given = Answer(ConsentParty.COUNCIL, ConsentState.GIVEN, by=company.kim.id)
    answer(session, stay, given, at=NOW)

    assert stay.state is StayState.AGREED
    agreed = "The stay is agreed: %(person)s with %(host)s"
    everybody = sorted(
        [company.ada.id, company.rita.id, company.bo.id, company.ben.id, company.olga.id]
    )
    assert told(session) == [
        (company.ada.id, "You have a place: %(task)s"),
        (company.bo.id, "Please agree to a guest: %(person)s"),
        (company.olga.id, "Please agree to a stay: %(person)s"),
        (company.kim.id, "Consent of the works council: %(person)s"),
        *[(person, agreed) for person in everybody],
    ]


def test_nobody_answers_out_of_turn(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)

    with pytest.raises(NotYourTurn):
        answer(session, stay, Answer(ConsentParty.HOST, ConsentState.GIVEN, by=1), at=NOW)


def test_person_declines_without_a_reason_and_the_seat_is_free(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)

    refused = Answer(ConsentParty.PERSON, ConsentState.REFUSED, by=company.ada.id)
    answer(session, stay, refused, at=NOW)

    assert stay.state is StayState.DECLINED
    assert commitment(session).active is False
    assert stay.freed_seat_done_at is None
    assert (company.olga.id, "A place is free again: %(task)s") in told(session)


def test_others_refuse_only_with_a_reason(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)
    answer(session, stay, Answer(ConsentParty.PERSON, ConsentState.GIVEN, by=1), at=NOW)

    with pytest.raises(ReasonMissing):
        answer(session, stay, Answer(ConsentParty.HOST, ConsentState.REFUSED, by=2), at=NOW)

    answer(
        session,
        stay,
        Answer(ConsentParty.HOST, ConsentState.REFUSED, by=company.bo.id, reason="No desk"),
        at=NOW,
    )
    assert stay.state is StayState.DECLINED


def test_person_steps_back_from_an_agreed_stay(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    assert stay.state is StayState.AGREED

    withdraw(session, stay, by=company.ada.id, at=NOW)

    assert stay.state is StayState.DECLINED
    assert commitment(session).active is False


def test_consent_that_comes_late_moves_the_first_day(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)
    late = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)

    agree(session, stay, at=late)

    assert stay.state is StayState.RUNNING
    assert stay.starts_on == date(2027, 3, 10)
    assert commitment(session).starts_at == datetime(2027, 3, 9, 23, 0, tzinfo=UTC)


def test_moving_to_other_days_asks_everybody_but_hr_again(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    later = NOW + timedelta(days=1)

    move_stay(session, stay, placement=stay.placement, start_block=3, at=later, by=company.olga.id)

    assert stay.state is StayState.PROPOSED
    assert (stay.starts_on, stay.person_id) == (date(2027, 5, 24), company.ada.id)
    assert states(stay) == {
        "person": "asked",
        "host": "waiting",
        "hr": "given",
        "council": "waiting",
    }
    assert commitment(session).starts_at == datetime(2027, 5, 23, 22, 0, tzinfo=UTC)


def test_moving_nowhere_changes_nothing(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    before = (stay.version, len(told(session)))

    move_stay(session, stay, placement=stay.placement, start_block=0, at=NOW, by=None)
    session.flush()

    assert (stay.version, len(told(session))) == before


def test_cancelled_stay_frees_time_and_seat(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)

    cancel_stay(session, stay, at=NOW, by=company.olga.id)

    assert stay.state is StayState.CANCELLED
    assert commitment(session).active is False
    with pytest.raises(TooLateForThis):
        cancel_stay(session, stay, at=NOW, by=company.olga.id)


def test_running_stay_ends_early_without_a_reason_and_frees_the_days_after(session, company):
    start = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    stay = make_stay(session, company.ada, company.long, company.home)
    agree(session, stay, at=start)
    assert stay.state is StayState.RUNNING

    end_early(session, stay, EarlyEnd(date(2027, 3, 1)), by=company.ada.id, at=start)

    assert stay.state is StayState.ENDED_EARLY
    assert (stay.ends_on, stay.planned_ends_on) == (date(2027, 3, 2), date(2027, 4, 26))
    assert commitment(session).ends_at == datetime(2027, 3, 1, 23, 0, tzinfo=UTC)


def test_early_end_needs_a_running_stay_and_a_day_of_its_rest(session, company):
    stay = make_stay(session, company.ada, company.long, company.home, agreed=True)
    with pytest.raises(NotRunning):
        end_early(session, stay, EarlyEnd(date(2027, 3, 1)), by=company.ada.id, at=NOW)

    other = make_stay(session, company.rita, company.long, company.home)
    agree(session, other, at=datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    with pytest.raises(OutsideTheStay):
        end_early(
            session,
            other,
            EarlyEnd(date(2027, 4, 26)),
            by=company.ada.id,
            at=datetime(2027, 3, 5, 9, 0, tzinfo=UTC),
        )


def test_log_tells_who_did_what_without_names(session, company):
    stay = make_stay(session, company.ada, company.long, company.home)
    answer(
        session, stay, Answer(ConsentParty.PERSON, ConsentState.GIVEN, by=company.ada.id), at=NOW
    )
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [(entry.kind.value, entry.subject, entry.actor_id) for entry in entries] == [
        ("rotations.stay_changed", f"stay:{stay.id}", None),
        ("rotations.consent_decided", f"stay:{stay.id}", company.ada.id),
    ]
    assert "Ada" not in str([entry.detail for entry in entries])


def test_two_stays_of_one_person_never_overlap(session, company):
    make_stay(session, company.ada, company.long, company.home)

    with pytest.raises(IntegrityError, match="ex_stay_one_at_a_time"):
        make_stay(session, company.ada, company.short, company.home, start_block=1)
    session.rollback()


def test_two_answers_at_once_cannot_both_win(session, company, engine):
    stay = make_stay(session, company.ada, company.long, company.home)
    stay_id, ada_id = stay.id, company.ada.id
    session.commit()
    ready, ends = Barrier(2), []

    def say(state):
        with Session(engine) as own:
            ready.wait()
            try:
                found = find(own, stay_id)
                answer(own, found, Answer(ConsentParty.PERSON, state, by=ada_id), at=NOW)
                own.commit()
            except (NotYourTurn, StaleDataError, IntegrityError, OperationalError) as lost:
                own.rollback()
                ends.append(type(lost).__name__)
            else:
                ends.append("won")

    both = [
        Thread(target=say, args=[state]) for state in (ConsentState.GIVEN, ConsentState.REFUSED)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert ends.count("won") == 1


def start_behind_the_services(session, stay):
    session.flush()
    session.execute(text("UPDATE stay SET state = 'running' WHERE id = :id"), {"id": stay.id})


@pytest.mark.parametrize("state", ["waiting", "asked"])
def test_database_lets_no_stay_start_before_all_consents(session, company, state):
    stay = make_stay(session, company.ada, company.long, company.home)
    assert state in states(stay).values()

    with pytest.raises(IntegrityError, match="ck_stay_starts_agreed"):
        start_behind_the_services(session, stay)
    session.rollback()


def test_database_lets_no_refused_stay_start(session, company):
    stay = make_stay(session, company.ada, company.short, company.home, agreed=True)
    withdraw(session, stay, by=company.ada.id, at=NOW)

    with pytest.raises(IntegrityError, match="ck_stay_starts_agreed"):
        start_behind_the_services(session, stay)
    session.rollback()


def test_database_lets_no_stay_start_that_nobody_was_asked_about(session, company):
    stay = make_stay(session, company.ada, company.short, company.home)
    session.flush()
    session.execute(text("DELETE FROM consent"))

    with pytest.raises(IntegrityError, match="ck_stay_starts_agreed"):
        start_behind_the_services(session, stay)
    session.rollback()


def test_database_reopens_no_consent_of_a_running_stay(session, company):
    stay = make_stay(session, company.ada, company.short, company.home)
    agree(session, stay, at=datetime(2027, 3, 1, 9, 0, tzinfo=UTC))

    with pytest.raises(IntegrityError, match="ck_consent_of_running_stay"):
        session.execute(
            text("UPDATE consent SET state = 'asked', answered_at = NULL WHERE party = 'hr'")
        )
    session.rollback()


def test_agreed_stay_starts_and_it_is_the_guard_that_holds_the_others(session, company):
    agreed = make_stay(session, company.ada, company.short, company.home, agreed=True)
    start_behind_the_services(session, agreed)

    open_ = make_stay(session, company.rita, company.short, company.home)
    session.flush()
    guards.drop(session.connection(), "ck_stay_starts_agreed")  # the negative control
    start_behind_the_services(session, open_)
    session.rollback()  # brings the guard back: both engines roll it back as well
    assert guards.missing(session.connection()) == []

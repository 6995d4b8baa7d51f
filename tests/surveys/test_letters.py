"""Letters of a survey: everybody gets one, nothing else shows it, and nothing of it is left."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Text, cast, func, or_, select

from app.database import Base, db
from app.outbox import jobs as outbox
from app.outbox import services
from app.outbox.models import (
    Delivery,
    Mail,
    MailState,
    Notice,
    NoticeSetting,
    NoticeTopic,
    PrivateMail,
    QuietHours,
)
from app.outbox.services import Message, notify
from app.surveys.jobs import waves as jobs
from tests.conftest import MONDAY_MORNING
from tests.surveys.makers import close, make_open_wave, make_sides

TUESDAY = MONDAY_MORNING + timedelta(days=1)
WORDS = "two minutes, anonymous"  # of the invitation, in whatever table it may stand
TOLD = Message(
    NoticeTopic.ROUNDS, "A round is open", "Have a look at it.", "/rotations/rounds/", "Look"
)


@pytest.fixture
def sent(app, session, clock, monkeypatch):
    """Send what is due; gives the letters that left, as recipient and text."""
    left = []

    class Sink:
        def send(self, letter):
            left.append((letter.recipient, letter.body, letter.private))

        def __enter__(self):
            return self

        def __exit__(self, *_reasons):
            pass

    monkeypatch.setattr(outbox, "transport", lambda _url: Sink())

    def run():
        session.commit()
        with app.app_context():
            outbox.send_due()
            db.session.remove()
        session.expire_all()
        return left

    return run


def everywhere(session, words):
    """Names of tables that hold `words` in any column."""
    found = []
    for table in Base.metadata.sorted_tables:
        holds = (
            func.lower(cast(column, Text)).contains(words)
            for column in table.columns
            if not str(column.type).startswith(("BLOB", "BYTEA"))
        )
        if session.execute(select(1).select_from(table).where(or_(*holds))).first():
            found.append(table.name)
    return found


def test_by_default_everybody_asked_gets_a_letter_and_its_text_is_wiped_once_sent(
    session, clock, sent
):
    sides = make_sides(session)
    make_open_wave(session)
    clock.move_to(TUESDAY)

    left = sent()

    people = [person for name in ("Rhine", "Elbe") for person in sides.members[name]]
    stored = session.scalars(select(PrivateMail)).all()
    assert sorted(address for address, _body, _private in left) == sorted(
        person.email for person in people
    )
    assert all(is_private and "/surveys/" in body for _address, body, is_private in left)
    assert {(mail.body, mail.state) for mail in stored} == {("", MailState.SENT)}
    assert session.scalars(select(Mail)).all() == []


@pytest.mark.parametrize("chosen", [None, Delivery.AT_ONCE, Delivery.PAGE_ONLY])
def test_after_the_close_no_invitation_is_left_whatever_way_people_hear(
    session, clock, sent, chosen
):
    sides = make_sides(session)
    people = [person for name in ("Rhine", "Elbe") for person in sides.members[name]]
    if chosen is not None:
        session.add_all(
            NoticeSetting(person_id=person.id, topic=NoticeTopic.SURVEYS, delivery=chosen)
            for person in people
        )
    wave, keys = make_open_wave(session)
    notify(session, TOLD, to=[people[0].id], key="round:1:open", at=MONDAY_MORNING)
    clock.move_to(TUESDAY)
    left = sent()
    before = everywhere(session, WORDS)

    close(session, wave, keys)
    session.commit()

    letters = 1 if chosen is Delivery.PAGE_ONLY else len(people) + 1
    assert len(left) == letters  # the digest about the round is one of them
    assert before == ["notice"] if chosen is Delivery.PAGE_ONLY else {*before} >= {"notice"}
    assert everywhere(session, WORDS) == []
    assert session.scalars(select(PrivateMail)).all() == []
    assert [mail.person_id for mail in session.scalars(select(Mail))] == [people[0].id]


def test_an_invitation_that_is_not_private_stays_after_the_close(session, clock, sent, monkeypatch):
    """The twin: what the promise would be worth without the mark."""
    make_sides(session)
    insert = services.insert_unless_known
    monkeypatch.setattr(
        services,
        "insert_unless_known",
        lambda session, table, row, how=(): insert(session, table, {**row, "private": False}, how),
    )
    wave, keys = make_open_wave(session)
    clock.move_to(TUESDAY)
    sent()

    close(session, wave, keys)
    session.commit()

    assert everywhere(session, WORDS) == ["mail"]


def test_who_reads_a_digest_at_another_hour_gets_the_letter_then(session, clock, sent):
    sides = make_sides(session)
    late = sides.members["Rhine"][0]
    session.add(QuietHours(person_id=late.id, digest_at=time(16)))
    make_open_wave(session)
    clock.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    morning = len(sent())

    clock.move_to(datetime(2026, 11, 24, 15, 30, tzinfo=UTC))
    afternoon = sent()

    assert (morning, len(afternoon), afternoon[-1][0]) == (19, 20, late.email)


def test_reminders_are_wiped_once_sent(app, session, clock, sent):
    make_sides(session)
    make_open_wave(session)
    clock.move_to(MONDAY_MORNING + timedelta(days=8))
    sent()
    session.commit()
    with app.app_context():
        jobs.look_after()

    left = sent()

    assert len(left) == 40
    assert set(session.scalars(select(PrivateMail.body))) == {""}


@pytest.mark.parametrize("all_at_once", [False, True])
def test_when_somebody_read_an_invitation_is_not_kept(session, clock, all_at_once):
    sides = make_sides(session)
    make_open_wave(session)
    person = sides.members["Rhine"][0]
    notify(session, TOLD, to=[person.id], key="round:1:open", at=MONDAY_MORNING)
    later = MONDAY_MORNING + timedelta(hours=5)
    own = select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)

    if all_at_once:
        services.read_all(session, person.id, at=later)
    else:
        for notice in session.scalars(own):
            services.read(session, notice, at=later)
    session.flush()

    found = session.scalars(own.execution_options(populate_existing=True)).all()
    assert [(one.read_at, one.awaits_digest) for one in found] == [
        (found[0].created_at, False),
        (later, False),
    ]

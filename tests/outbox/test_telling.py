"""Notices: written with the change, once per person, mailed as each person wants it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from app.outbox import jobs, services
from app.outbox.models import Delivery, Mail, MailState, Notice, NoticeTopic
from app.outbox.services import Habits, Message
from tests.factories import make_person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MESSAGE = Message(
    NoticeTopic.STAYS,
    title="You have a place: %(placement)s",
    text="It begins on %(day)s.",
    path="/stays/1",
    action="Look at it",
    params={"placement": "Fairs", "day": date(2027, 3, 1)},
)
MUST_KNOW = Message(
    NoticeTopic.STAYS, "Your place was cancelled", "Sorry.", "/stays/1", "Look", must_know=True
)


def mails(session):
    session.expire_all()
    return session.scalars(select(Mail).order_by(Mail.id)).all()


@pytest.fixture
def run(app, session, clock):
    """Run the job as the worker does."""

    def send():
        session.commit()
        with app.app_context():
            jobs.send_due()

    return send


def test_one_change_tells_one_person_once(session):
    ada = make_person(session, "Ada")

    told = [services.notify(session, MESSAGE, to=[ada.id], key="stay:1:v1", at=AT) for _ in "ab"]

    assert told == [1, 0]


def test_a_notice_is_gone_with_the_change_that_was_rolled_back(session):
    ada = make_person(session, "Ada")
    session.commit()

    services.notify(session, MESSAGE, to=[ada.id], key="stay:1:v1", at=AT)
    session.rollback()

    assert session.scalars(select(Notice)).all() == []


def test_what_one_must_know_is_mailed_at_once_whatever_was_chosen(session, run):
    ada = make_person(session, "Ada")
    habits = Habits({NoticeTopic.STAYS: Delivery.PAGE_ONLY}, None, None, time(7, 30))
    services.choose(session, ada.id, habits)
    services.notify(session, MUST_KNOW, to=[ada.id], key="k", at=AT)

    run()

    assert [(mail.subject, mail.state) for mail in mails(session)] == [
        ("Your place was cancelled", MailState.SENT)
    ]


def test_the_rest_comes_as_one_digest_a_day(session, run, clock):
    ada = make_person(session, "Ada")
    for key in ("a", "b"):
        services.notify(session, MESSAGE, to=[ada.id], key=key, at=AT)
    run()
    services.notify(session, MESSAGE, to=[ada.id], key="c", at=AT)
    run()
    clock.move_by(timedelta(days=1))
    run()

    assert [mail.subject for mail in mails(session)] == ["2 things for you", "1 thing for you"]


def test_page_only_writes_no_mail(session, run):
    ada = make_person(session, "Ada")
    habits = Habits({NoticeTopic.STAYS: Delivery.PAGE_ONLY}, None, None, time(7, 30))
    services.choose(session, ada.id, habits)
    services.notify(session, MESSAGE, to=[ada.id], key="a", at=AT)

    run()

    assert mails(session) == []


def test_quiet_hours_hold_optional_mail_back(session, run, clock):
    clock.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    ada = make_person(session, "Ada")
    habits = Habits({NoticeTopic.STAYS: Delivery.AT_ONCE}, time(22), time(7), time(7, 30))
    services.choose(session, ada.id, habits)
    services.notify(session, MESSAGE, to=[ada.id], key="a", at=clock.now())

    run()

    [mail] = mails(session)
    assert (mail.state, mail.due_at) == (
        MailState.WAITING,
        datetime(2026, 11, 24, 6, 0, tzinfo=UTC),
    )


def test_a_mail_is_written_in_the_readers_language_with_the_readers_dates(session, run):
    bo = make_person(session, "Bo", locale="de")
    services.choose(
        session, bo.id, Habits({NoticeTopic.STAYS: Delivery.AT_ONCE}, None, None, time(7))
    )
    services.notify(session, MESSAGE, to=[bo.id], key="a", at=AT)

    run()

    [mail] = mails(session)
    assert mail.subject == "You have a place: Fairs"
    assert mail.body.startswith("Hallo Bo,\n\nIt begins on Montag, 1. März 2027.\n\n")
    assert "http://localhost/stays/1" in mail.body


def test_a_notice_cannot_carry_what_no_mail_can_show(session):
    ada = make_person(session, "Ada")
    message = Message(NoticeTopic.STAYS, "t", "t", "/", "a", params={"thing": object()})

    with pytest.raises(ValueError, match="cannot carry object"):
        services.notify(session, message, to=[ada.id], key="a", at=AT)

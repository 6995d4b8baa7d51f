"""Without a mail server mails are shown on the console, but not who is reminded of a survey."""

from datetime import UTC, datetime

import pytest

from app.outbox import jobs, services
from app.outbox.services import Envelope
from tests.factories import make_person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def shown(app, session, clock, capsys):
    """What the console shows of one mail to Ada that was posted one way or the other."""

    def of(post):
        ada = make_person(session, "Ada")
        letter = Envelope(ada.id, ada.email, "Still open", "Hello Ada, please answer.")
        post(session, letter, key="wave:1:reminder:1:1", at=AT)
        session.commit()
        with app.app_context():
            jobs.send_due()
        return capsys.readouterr().err

    return of


def test_a_mail_is_shown_whole(shown):
    console = shown(services.post)

    assert "Subject: Still open" in console
    assert "Hello Ada, please answer." in console


def test_the_console_names_nobody_who_is_reminded_of_a_survey(shown):
    console = shown(services.post_privately)

    assert console == "Mails that left without showing to whom: 1\n"


def test_many_of_them_are_one_line(app, session, clock, capsys):
    people = [make_person(session, name) for name in ("Ada", "Bo", "Cy")]
    for person in people:
        letter = Envelope(person.id, person.email, "Still open", "Please answer.")
        services.post_privately(session, letter, key=f"wave:1:{person.id}", at=AT)
    session.commit()

    with app.app_context():
        jobs.send_due()

    assert capsys.readouterr().err == "Mails that left without showing to whom: 3\n"

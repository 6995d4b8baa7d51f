"""The tests' own ground: what each of them may rely on."""

import smtplib
import socket
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import clock as app_clock
from app.database import unit_of_work
from app.people.models import Site


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_begins_without_the_rows_and_numbers_of_the_one_before(turn, session):
    assert session.scalars(select(Site.id)).all() == []

    session.add(Site(name="Hamburg", zone="Europe/Berlin", country="DE"))
    session.commit()

    assert session.scalars(select(Site.id)).all() == [1]


def test_a_view_sees_what_the_test_has_made_and_the_test_what_the_view_has(
    app, client, session, monkeypatch
):
    def rename():
        with unit_of_work() as own:
            site = own.scalars(select(Site)).one()
            site.name += " (renamed)"
        return "done"

    monkeypatch.setitem(app.before_request_funcs, None, [rename])
    site = Site(name="Hamburg", zone="Europe/Berlin", country="DE")
    session.add(site)

    client.get("/")

    assert site.name == "Hamburg (renamed)"


@pytest.mark.parametrize("host", ["192.0.2.1", "169.254.169.254", "::ffff:192.0.2.1"])
def test_a_test_cannot_reach_another_machine(host):
    with pytest.raises(pytest.fail.Exception, match="tried to"):
        socket.create_connection((host, 80), timeout=0.1)


def test_a_test_cannot_send_real_mail():
    with pytest.raises(pytest.fail.Exception, match="tried to look up"):
        smtplib.SMTP("mail.example.org", timeout=0.1)


def test_the_clock_stands_still_until_it_is_moved(clock):
    before = app_clock.now()

    clock.move_by(timedelta(days=7))

    assert app_clock.now() - before == timedelta(days=7)
    assert app_clock.now() == app_clock.now()


def test_statements_are_counted_alike_on_both_engines(session, count_statements):
    with count_statements() as statements:
        session.execute(text("SELECT 1"))
        session.execute(text("SELECT 2"))

    assert statements == ["SELECT 1", "SELECT 2"]

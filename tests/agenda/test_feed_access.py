"""Secret addresses: who they work for, when they die, and where they are never written."""

import logging
import sqlite3
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import FeedLink
from app.agenda.services.feeds import renew, revoke
from app.people.models import Account, Membership, TeamLead
from tests.agenda.makers import make_commitment, make_feed
from tests.factories import NOW, make_lead, make_person, make_team, sign_in
from tools.web import without_secrets

WRONG = "A" * 43
YESTERDAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _stopped(clock):
    """Every request of these tests happens at the same instant."""


@pytest.fixture
def ada(session):
    """Ada, who works in team Rhine."""
    return make_person(session, "Ada", team=make_team(session, "Rhine"))


def facts(response):
    """All of an answer that could tell one wrong address from another."""
    headers = {k: v for k, v in response.headers.items() if k not in {"Date", "Content-Length"}}
    return response.status_code, headers, response.get_data()


def revoked(session, ada, link):
    revoke(session, link, at=NOW, by=ada.id)


def renewed(session, ada, link):
    renew(session, link, at=NOW, by=ada.id)


def closed_account(session, ada, _link):
    session.get(Account, ada.id).active = False


def left_the_company(session, ada, _link):
    ada.left_on = YESTERDAY


def no_account(session, ada, _link):
    session.delete(session.get(Account, ada.id))


ENDS = [revoked, renewed, closed_account, left_the_company, no_account]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_dead_link_looks_like_one_that_never_was(end, client, session, ada):
    link, address = make_feed(session, ada)
    assert client.get(address).status_code == 200
    etag = client.get(address).headers["ETag"]

    end(session, ada, link)
    session.flush()

    dead = client.get(address, headers={"If-None-Match": etag})
    never = client.get(f"/calendar/{WRONG}.ics")
    malformed = client.get("/calendar/nonsense.ics")
    assert facts(dead) == facts(never) == facts(malformed)
    assert dead.status_code == 404
    assert not {"ETag", "Last-Modified", "Set-Cookie", "Location"} & set(dead.headers.keys())


def left_the_team(session, ada, team):
    for row in session.scalars(select(Membership).where(Membership.person_id == ada.id)):
        row.ends_on = YESTERDAY


def membership_deleted(session, ada, team):
    for row in session.scalars(select(Membership).where(Membership.person_id == ada.id)):
        session.delete(row)


def team_closed(session, ada, team):
    team.closed_on = YESTERDAY


@pytest.mark.parametrize(
    "end", [left_the_team, membership_deleted, team_closed], ids=lambda end: end.__name__
)
def test_link_of_a_team_dies_with_belonging_to_it(end, client, session):
    team = make_team(session, "Rhine")
    ada = make_person(session, "Ada", team=team)
    _, address = make_feed(session, ada, team=team)
    assert client.get(address).status_code == 200

    end(session, ada, team)
    session.flush()

    assert client.get(address).status_code == 404


def test_link_of_a_led_team_dies_with_leading_it(client, session, ada):
    elbe = make_team(session, "Elbe")
    lead = make_lead(session, ada, elbe)
    _, address = make_feed(session, ada, team=elbe)
    assert client.get(address).status_code == 200

    session.get(TeamLead, lead.id).ends_on = YESTERDAY
    session.flush()

    assert client.get(address).status_code == 404


def test_who_leads_no_longer_sees_no_names_any_more(client, session):
    team = make_team(session, "Rhine")
    ada = make_person(session, "Ada", team=team)
    lead = make_lead(session, ada, team)
    make_commitment(session, ada)
    _, address = make_feed(session, ada, team=team)
    before = client.get(address)

    session.get(TeamLead, lead.id).ends_on = YESTERDAY
    session.flush()
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert b"SUMMARY:Ada Test: Listening" in before.get_data()
    assert b"SUMMARY:Listening" in after.get_data()


def test_the_very_day_of_the_end_ends_it_on_the_clock_of_the_site(client, session, ada, clock):
    ada.left_on = date(2026, 11, 24)
    _, address = make_feed(session, ada)

    statuses = []
    for hours in (13, 14.5):  # 23:00 and 0:30 on the next day in Cologne
        clock.move_to(NOW + timedelta(hours=hours))
        statuses.append(client.get(address).status_code)

    assert statuses == [200, 404]


def test_nobody_needs_a_cookie_and_nobody_gets_one(client, session, ada):
    _, address = make_feed(session, ada)
    alone = client.get(address)
    bo = make_person(session, "Bo")
    sign_in(client, session, bo)

    beside = client.get(address)

    assert facts(alone) == facts(beside)
    assert "Set-Cookie" not in beside.headers
    assert "Vary" not in beside.headers


@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/calendar", "text/html,application/xhtml+xml", "application/json"]
)
def test_whatever_is_accepted_the_calendar_is_what_comes(accept, client, session, ada):
    _, address = make_feed(session, ada)

    answer = client.get(address, headers={"Accept": accept} if accept else {})

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )


def test_head_says_what_get_says_without_the_body(client, session, ada):
    make_commitment(session, ada)
    _, address = make_feed(session, ada)

    get, head = client.get(address), client.head(address)

    same = {"ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Cache-Control"}
    assert {k: get.headers[k] for k in same} == {k: head.headers[k] for k in same}
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.get_data()))
    again = client.head(address, headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304


def test_other_methods_are_refused_and_change_nothing(client, session, ada):
    _, address = make_feed(session, ada)

    answers = {verb: client.open(address, method=verb) for verb in ("POST", "PUT", "DELETE")}

    assert {verb: answer.status_code for verb, answer in answers.items()} == dict.fromkeys(
        answers, 405
    )
    assert client.get(address).status_code == 200


def test_robots_may_come_but_not_keep_it(client, session, ada):
    _, address = make_feed(session, ada)

    assert client.get("/robots.txt").status_code == 404  # nothing is forbidden: Google obeys it
    assert client.get(address).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_guessing_is_slow_and_does_not_lock_out_the_office(client, session, ada):
    _, address = make_feed(session, ada)

    statuses = [client.get(f"/calendar/{WRONG[:-2]}{n:02}.ics").status_code for n in range(52)]
    refused = client.get(f"/calendar/{WRONG}.ics")

    assert statuses[:49] == [404] * 49
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert client.get(address).status_code == 200


def test_database_holds_no_secret(engine, client, session, ada):
    _, address = make_feed(session, ada)
    client.get(address)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    session.commit()

    if engine.dialect.name == "sqlite":
        with sqlite3.connect(engine.url.database) as file:
            dump = "\n".join(file.iterdump())
    else:
        dump = repr(session.execute(select(FeedLink.__table__)).all())

    assert token not in dump
    assert ada.email in dump or engine.dialect.name != "sqlite"


def test_secret_is_in_no_log_whatever_happens(client, session, ada, caplog, monkeypatch):
    _, address = make_feed(session, ada)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    caplog.set_level(logging.DEBUG)

    client.get(address)
    client.post(address)
    monkeypatch.setattr("app.agenda.views.feeds.written_feed", broken)
    make_commitment(session, ada)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        failed = client.get(address)
    finally:
        client.application.config["PROPAGATE_EXCEPTIONS"] = None

    assert failed.status_code == 500
    written = caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "broken" in caplog.text
    assert token not in written
    assert token not in failed.get_data(as_text=True)


def broken(*_):
    raise RuntimeError("broken")


def test_web_server_names_no_secret_address():
    record = logging.LogRecord(
        "waitress",
        logging.ERROR,
        "server.py",
        1,
        "Exception while serving %s",
        (f"/calendar/{WRONG}.ics",),
        None,
    )

    assert without_secrets(record)
    assert record.getMessage() == "Exception while serving /calendar/….ics"

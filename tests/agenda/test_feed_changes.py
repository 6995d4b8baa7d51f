"""Feeds over HTTP: when they say that nothing is new, and that no change is ever missed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.agenda.models import (
    Commitment,
    CommitmentKind,
    PersonCalendar,
    TeamCalendar,
)
from app.agenda.services import call_off, hold, release
from app.agenda.services.feeds import show_names
from app.agenda.views import feeds, polls
from app.calendars.writing.entries import event_bytes as entries_cache
from app.calendars.writing.remembering import Remembered
from app.people.models import Membership, MembershipKind, Person, Site
from migrations import guards
from tests.agenda.makers import NINE, claim, make_commitment, make_feed
from tests.factories import (
    NOW,
    make_lead,
    make_membership,
    make_person,
    make_placement,
    make_round,
    make_site,
    make_stay,
    make_team,
)

LONG_BEFORE = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def _stopped(clock):
    """Every request of these tests happens at the same instant unless a test moves the clock."""


def settle(session):
    """Let all changes lie a month back, so that dates can be trusted."""
    session.flush()
    for table in (PersonCalendar, TeamCalendar):
        session.execute(update(table).values(changed_at=LONG_BEFORE))


def test_unchanged_feed_has_the_same_bytes_and_is_not_sent_again(client, session, monkeypatch):
    ada = make_person(session, "Ada")
    for number in range(5):
        make_commitment(session, ada, NINE + timedelta(days=number))
    _, address = make_feed(session, ada)

    first, second = client.get(address), client.get(address)
    entries_cache.cache_clear()
    for module in (feeds, polls):
        monkeypatch.setattr(module, "bodies", Remembered())
    third = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.get_data() == second.get_data() == third.get_data()
    assert first.headers["ETag"] == third.headers["ETag"]
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_unchanged_poll_asks_one_question_and_reads_no_commitment(
    client, session, count_statements
):
    ada = make_person(session, "Ada")
    _, address = make_feed(session, ada)
    etag = client.get(address).headers["ETag"]

    with count_statements() as statements:
        client.get(address, headers={"If-None-Match": etag})

    assert len(statements) == 1
    assert "commitment" not in statements[0]


def test_full_feed_asks_the_same_number_of_questions_for_one_and_three(
    client, session, count_statements
):
    counts = []
    for number in (1, 3):
        ada = make_person(session, "Ada")
        for _ in range(number):
            make_commitment(session, ada)
        _, address = make_feed(session, ada)
        with count_statements() as statements:
            client.get(address)
        counts.append(len(statements))

    assert counts == [3, 3]  # the link, its use, its dates


OLD, NEW = "Mon, 19 Oct 2026 00:00:00 GMT", "Sun, 22 Nov 2026 23:00:00 GMT"
CONDITIONS = {
    "no condition": ({}, 200),
    "same tag": ({"If-None-Match": "{etag}"}, 304),
    "weak tag": ({"If-None-Match": "W/{etag}"}, 304),
    "one of several tags": ({"If-None-Match": '"x", {etag}, "y"'}, 304),
    "any tag": ({"If-None-Match": "*"}, 304),
    "another tag": ({"If-None-Match": '"x"'}, 200),
    "another tag beside a fresh date": ({"If-None-Match": '"x"', "If-Modified-Since": NEW}, 200),
    "same tag beside an old date": ({"If-None-Match": "{etag}", "If-Modified-Since": OLD}, 304),
    "date of the last change": ({"If-Modified-Since": "{modified}"}, 304),
    "older date": ({"If-Modified-Since": OLD}, 200),
    "no date at all": ({"If-Modified-Since": "yesterday"}, 200),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_condition_is_answered_as_http_says(case, client, session):
    ada = make_person(session, "Ada")
    make_commitment(session, ada)
    _, address = make_feed(session, ada)
    settle(session)
    first = client.get(address).headers
    told = {"etag": first["ETag"], "modified": first["Last-Modified"]}
    headers, status = CONDITIONS[case]

    answer = client.get(address, headers={k: v.format(**told) for k, v in headers.items()})

    assert answer.status_code == status
    assert (answer.get_data() == b"") == (status == 304)


def test_a_new_day_counts_as_a_change_for_those_who_go_by_dates(client, session, clock):
    ada = make_person(session, "Ada")
    _, address = make_feed(session, ada)
    settle(session)
    today = client.get(address).headers["Last-Modified"]

    clock.move_to(NOW + timedelta(days=1))
    tomorrow = client.get(address, headers={"If-Modified-Since": today})

    assert tomorrow.status_code == 200
    assert (today, tomorrow.headers["Last-Modified"]) == (
        "Sun, 22 Nov 2026 23:00:00 GMT",
        "Mon, 23 Nov 2026 23:00:00 GMT",
    )


def test_change_of_this_very_second_is_never_hidden_by_its_date(client, session, clock):
    ada = make_person(session, "Ada")
    _, address = make_feed(session, ada)
    clock.move_to(datetime(2027, 3, 1, 12, 0, 0, 700000, tzinfo=UTC))
    now = clock.now().replace(microsecond=0)
    session.execute(update(PersonCalendar).values(changed_at=now))
    at_once = client.get(address).headers["Last-Modified"]
    clock.move_to(now + timedelta(minutes=2))
    later = client.get(address, headers={"If-Modified-Since": at_once})

    assert at_once == "Mon, 01 Mar 2027 11:59:59 GMT"
    assert (later.status_code, later.headers["Last-Modified"]) == (
        200,
        "Mon, 01 Mar 2027 12:00:00 GMT",
    )


CHANGES = {}


def change(of):
    def remember(function):
        CHANGES[of] = function
        return function

    return remember


@change("another date")
def _(session, ada, team):
    make_commitment(session, ada, NINE + timedelta(days=3), title="Another")


@change("moved date")
def _(session, ada, team):
    hold(session, claim(ada, NINE + timedelta(days=1), source_id=900), at=NOW)


@change("renamed room")
def _(session, ada, team):
    hold(session, claim(ada, source_id=900, location="Room with a new name"), at=NOW)


@change("another title")
def _(session, ada, team):
    hold(session, claim(ada, source_id=900, title="Renamed", location="Room"), at=NOW)


@change("let go")
def _(session, ada, team):
    release(session, CommitmentKind.SESSION, 900, ada.id, at=NOW)


@change("called off")
def _(session, ada, team):
    call_off(session, CommitmentKind.SESSION, 900, ada.id, at=NOW)


@change("the newest row is deleted")
def _(session, ada, team):
    session.delete(session.scalars(select(Commitment).where(Commitment.person_id == ada.id)).one())


@change("changed past all services")
def _(session, ada, team):
    session.execute(update(Commitment).values(location="Straight into the table"))


@change("another language")
def _(session, ada, team):
    ada.locale = "de"


@change("another zone of the site")
def _(session, ada, team):
    session.get(Site, ada.site_id).zone = "Europe/Lisbon"


@change("another site")
def _(session, ada, team):
    ada.site_id = make_site(session, "Porto", zone="Europe/Lisbon", country="PT").id


TEAM_CHANGES = {}


def team_change(of):
    def remember(function):
        TEAM_CHANGES[of] = function
        return function

    return remember


@team_change("renamed team")
def _(session, ada, team):
    team.name = "Danube"


@team_change("renamed member")
def _(session, ada, team):
    session.scalars(select(Person).where(Person.given_name == "Lena")).one().family_name = "New"


@team_change("date of a colleague")
def _(session, ada, team):
    lena = session.scalars(select(Person).where(Person.given_name == "Lena")).one()
    make_commitment(session, lena, NINE + timedelta(days=5), title="Elsewhere")


@team_change("new member")
def _(session, ada, team):
    cy = make_person(session, "Cy")
    make_commitment(session, cy, NINE + timedelta(days=6), title="Brought along")
    session.flush()
    make_membership(session, cy, team, kind=MembershipKind.SEGMENT)


@team_change("member who left")
def _(session, ada, team):
    lena = session.scalars(select(Person).where(Person.given_name == "Lena")).one()
    for membership in session.scalars(select(Membership).where(Membership.person_id == lena.id)):
        membership.ends_on = date(2026, 11, 24)


@team_change("guest")
def _(session, ada, team):
    bo = make_person(session, "Bo", team=(elbe := make_team(session, "Elbe")))
    make_stay(session, bo, make_placement(session, make_round(session), team), elbe, agreed=True)


@team_change("reader who leads the team now")
def _(session, ada, team):
    make_lead(session, ada, team)


@team_change("agreed names")
def _(session, ada, team):
    show_names(session, team.id, shown=True, at=NOW, by=ada.id)


@pytest.mark.parametrize(
    ("which", "of"), [("own", of) for of in CHANGES] + [("team", of) for of in TEAM_CHANGES]
)
def test_every_change_is_told(which, of, client, session):
    team = make_team(session, "Rhine")
    ada = make_person(session, "Ada", team=team)
    lena = make_person(session, "Lena", team=team)
    make_commitment(session, ada, source_id=900, location="Room")
    make_commitment(session, lena, source_id=900, location="Room", title="Lena's own")
    if of in {"renamed member"}:
        show_names(session, team.id, shown=True, at=NOW, by=lena.id)
    _, address = make_feed(session, ada, team=team if which == "team" else None)
    settle(session)
    before = client.get(address)

    (CHANGES if which == "own" else TEAM_CHANGES)[of](session, ada, team)
    told = {
        "If-None-Match": before.headers["ETag"],
        "If-Modified-Since": before.headers["Last-Modified"],
    }
    after = client.get(address, headers=told)
    by_date = client.get(address, headers={"If-Modified-Since": told["If-Modified-Since"]})

    assert (after.status_code, by_date.status_code) == (200, 200)
    assert after.get_data() != before.get_data()
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("guard", ["tg_calendar_commitment"])
def test_without_the_guard_a_change_would_go_unnoticed(guard, client, session, engine):
    ada = make_person(session, "Ada")
    make_commitment(session, ada, source_id=900)
    _, address = make_feed(session, ada)
    etag = client.get(address).headers["ETag"]
    with engine.begin() as connection:
        guards.drop(connection, guard)
    try:
        release(session, CommitmentKind.SESSION, 900, ada.id, at=NOW)
        unnoticed = client.get(address, headers={"If-None-Match": etag}).status_code
    finally:
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)

    assert unnoticed == 304


def test_version_never_falls_and_neither_does_its_instant(session):
    ada = make_person(session, "Ada")
    future = datetime(2040, 1, 1, tzinfo=UTC)
    session.execute(update(PersonCalendar).values(changed_at=future, version=7))

    make_commitment(session, ada)

    session.expire_all()
    counted = session.get(PersonCalendar, ada.id)
    assert (counted.version, counted.changed_at) == (8, future + timedelta(seconds=1))


def test_nothing_changed_means_no_new_version(session):
    ada = make_person(session, "Ada")
    make_commitment(session, ada, source_id=900)
    before = session.get(PersonCalendar, ada.id, populate_existing=True).version

    hold(session, claim(ada, source_id=900), at=NOW + timedelta(hours=1))

    assert session.get(PersonCalendar, ada.id, populate_existing=True).version == before

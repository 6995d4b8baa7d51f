"""The page that connects calendars: links made, renewed and taken back, and the choice of ways."""

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import (
    CalendarPreference,
    Channel,
    FeedKind,
    FeedLink,
    FeedVariant,
    Invitation,
    TeamCalendar,
)
from tests.agenda.makers import make_commitment, make_feed
from tests.factories import make_lead, make_person, make_team, sign_in
from tests.people.door import csrf_token

PAGE = "/calendar/connect"


@pytest.fixture
def ada(client, session, clock):
    """Ada of team Rhine, signed in."""
    ada = make_person(session, "Ada", team=make_team(session, "Rhine"))
    sign_in(client, session, ada)
    return ada


@pytest.fixture
def send(client, ada):
    def post(path, **fields):
        return client.post(f"{PAGE}{path}", data={"csrf_token": csrf_token(client, PAGE), **fields})

    return post


def shown_address(response):
    page = response.get_data(as_text=True)
    found = re.search(r'value="http://localhost(/calendar/[\w-]{43}\.ics)"', page)
    assert found, page
    return found[1]


def test_link_is_shown_once_and_works(client, session, send, ada):
    make_commitment(session, ada, title="Listening")

    made = send("/links", variant="full", team_id="")
    address = shown_address(made)

    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    assert f'href="webcal://localhost{address}"' in made.get_data(as_text=True)
    assert "SUMMARY:Listening" in client.get(address).get_data(as_text=True)
    again = client.get(PAGE).get_data(as_text=True)
    assert address not in again
    assert "last fetched on" in again


def test_only_a_hash_of_the_secret_is_stored(session, send, ada):
    address = shown_address(send("/links", variant="busy", team_id=""))
    token = address.removeprefix("/calendar/").removesuffix(".ics")

    link = session.scalars(select(FeedLink)).one()

    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert (link.token_hash, link.prefix) == (hashed, hashed[:6])
    assert (link.kind, link.variant, link.team_id) == (FeedKind.OWN, FeedVariant.BUSY, None)


def test_renewed_link_replaces_the_old_one_at_once(client, session, send, ada):
    old = shown_address(send("/links", variant="full", team_id=""))
    link = session.scalars(select(FeedLink)).one()

    new = shown_address(send(f"/links/{link.id}/renew"))

    assert [client.get(address).status_code for address in (old, new)] == [404, 200]


def test_revoked_link_leads_nowhere(client, session, send, ada):
    address = shown_address(send("/links", variant="full", team_id=""))
    link = session.scalars(select(FeedLink)).one()

    send(f"/links/{link.id}/revoke")

    assert client.get(address).status_code == 404
    assert "Make a link" in client.get(PAGE).get_data(as_text=True)


def test_second_link_for_the_same_purpose_ends_the_first(client, send, ada):
    addresses = [shown_address(send("/links", variant="full", team_id="")) for _ in range(2)]

    assert [client.get(address).status_code for address in addresses] == [404, 200]


def test_nobody_makes_a_link_for_a_foreign_team(session, send, ada):
    foreign = make_team(session, "Elbe")

    assert send("/links", variant="full", team_id=str(foreign.id)).status_code == 404
    assert session.scalars(select(FeedLink)).all() == []


@pytest.mark.parametrize(("variant", "team"), [("everything", ""), ("full", "x"), ("", "")])
def test_nonsense_makes_no_link(session, send, variant, team):
    assert send("/links", variant=variant, team_id=team).status_code == 422
    assert session.scalars(select(FeedLink)).all() == []


def test_the_feed_of_a_team_comes_in_one_variant(session, send, ada):
    team = session.scalars(select(TeamCalendar.team_id)).first()

    answer = send("/links", team_id=str(team), variant="busy")

    assert answer.status_code == 422
    assert session.scalars(select(FeedLink)).all() == []


def test_nobody_touches_the_link_of_somebody_else(client, session, send, ada):
    bo = make_person(session, "Bo")
    link, address = make_feed(session, bo)

    statuses = [send(f"/links/{link.id}/{what}").status_code for what in ("renew", "revoke")]

    assert (statuses, client.get(address).status_code) == ([404, 404], 200)


def test_choosing_mail_asks_for_everything_ahead(session, send, ada):
    make_commitment(session, ada)

    answer = send("/channel", channel="mail")

    assert answer.status_code == 303
    assert session.get(CalendarPreference, ada.id).channel is Channel.MAIL
    assert [(row.method.value, row.sequence) for row in session.scalars(select(Invitation))] == [
        ("REQUEST", 0)
    ]


def test_unknown_way_is_refused(session, send, ada):
    assert send("/channel", channel="pigeon").status_code == 422
    assert session.get(CalendarPreference, ada.id) is None


def test_lead_writes_down_that_the_team_shows_names(client, session, send, ada):
    team = make_team(session, "Elbe")
    make_lead(session, ada, team)

    send(f"/teams/{team.id}/names", shown="y")
    shown = session.get(TeamCalendar, team.id).names_shown
    send(f"/teams/{team.id}/names")
    hidden = session.get(TeamCalendar, team.id).names_shown

    assert (shown, hidden) == (True, False)


def test_page_asks_the_same_number_of_questions_for_one_and_three_teams(
    client, session, ada, count_statements
):
    def questions():
        with count_statements() as statements:
            client.get(PAGE)
        return len(statements)

    make_lead(session, ada, make_team(session, "Elbe"))
    client.get(PAGE)
    one = questions()
    for name in ("Main", "Oder"):
        make_lead(session, ada, make_team(session, name))

    assert questions() == one


def test_last_use_is_noted_at_most_once_an_hour(client, session, ada, clock):
    link, address = make_feed(session, ada)
    start = clock.now()

    seen = []
    for minutes in (0, 59, 61):
        clock.move_to(start + timedelta(minutes=minutes))
        client.get(address)
        seen.append(session.get(FeedLink, link.id).used_at - start)

    assert seen == [timedelta(0), timedelta(0), timedelta(minutes=61)]

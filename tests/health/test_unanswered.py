"""Weak results without an answer: each sees the own pairs, with one step to take for each."""

from zoneinfo import ZoneInfo

import pytest

from app.domain.roles import Actor, Role
from app.health.models import ActionState
from app.health.queries import unanswered
from app.health.services.actions import (
    About,
    ActionDraft,
    Outcome,
    close,
    leave_it,
    plan,
)
from app.people.models import Sponsor
from app.surveys.services.ties import declare
from tests.factories import NOW, make_lead, make_person, make_team, sign_in
from tests.health.makers import QUARTER, make_published
from tests.surveys.makers import make_sides

TODAY = NOW.date()
HR = Actor(0, "Olga", "", 0, "en", ZoneInfo("UTC"), roles=frozenset({Role.HR}))
LIST = 6


@pytest.fixture
def sides(session):
    """Rhine, Elbe and Main, where every view is low."""
    return make_sides(session)


def make_hr(session):
    return make_person(session, "Olga", roles=["hr"])


def make_leader(session, sides, name):
    lead = make_person(session, f"Lead of {name}", team=sides.teams[name])
    make_lead(session, lead, sides.teams[name])
    return lead


def make_sponsor(session, sides, name):
    sponsor = make_person(session, "Sponsor")
    low, high = sorted((sides.team("Rhine"), sides.team(name)))
    session.add(
        Sponsor(low_team_id=low, high_team_id=high, person_id=sponsor.id, team_id=low,
                starts_on=TODAY)
    )  # fmt: skip
    session.flush()
    return sponsor


def about(sides, snapshot, name="Elbe"):
    return About(snapshot.wave_id, sides.team("Rhine"), sides.team(name))


def make_plan(session, sides, snapshot, name="Elbe"):
    owner = sides.members["Rhine"][0].id
    draft = ActionDraft("Meet every Monday", owner, TODAY + QUARTER)
    return plan(session, about(sides, snapshot, name), draft, by=owner, today=TODAY, at=NOW)


def listed(client):
    """The part of the page about what waits for an answer; empty without."""
    page = client.get("/actions/").text
    return page.partition('id="unanswered"')[2].partition("What is done")[0]


@pytest.mark.usefixtures("clock")
def test_hr_sees_every_weak_result_with_one_step_for_each(session, sides, client):
    make_published(session, sides, level=2)
    sign_in(client, session, make_hr(session))

    part = listed(client)

    assert part.count("Answer it") == 2
    assert f"/actions/new/{min(sides.team('Rhine'), sides.team('Elbe'))}/" in part
    assert "for certain less than “sometimes”" in part


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("role", "names"), [("Rhine", 2), ("Elbe", 1), ("Main", 1)])
def test_a_lead_sees_those_of_the_own_team(session, sides, client, role, names):
    make_published(session, sides, level=2)
    sign_in(client, session, make_leader(session, sides, role))

    assert listed(client).count("Answer it") == names


@pytest.mark.usefixtures("clock")
def test_a_sponsor_sees_those_of_the_own_pair(session, sides, client):
    make_published(session, sides, level=2)
    sign_in(client, session, make_sponsor(session, sides, "Main"))

    part = listed(client)

    assert part.count("Answer it") == 1
    assert "Main" in part
    assert "Elbe" not in part


@pytest.mark.usefixtures("clock")
def test_whoever_answers_for_nobody_sees_none(session, sides, client):
    make_published(session, sides, level=2)
    outside = make_person(session, "Lena")
    make_lead(session, outside, make_team(session, "Far"))
    for person in (sides.members["Rhine"][0], outside):
        sign_in(client, session, person)
        assert listed(client) == ""


@pytest.mark.usefixtures("clock")
def test_an_action_or_a_no_with_its_reason_is_an_answer(session, sides, client):
    snapshot, olga = make_published(session, sides, level=2), make_hr(session)
    sign_in(client, session, olga)
    make_plan(session, sides, snapshot)
    after_one = listed(client)

    leave_it(session, about(sides, snapshot, "Main"), "One wave more", by=olga.id, at=NOW)

    assert after_one.count("Answer it") == 1
    assert listed(client) == ""


@pytest.mark.usefixtures("app")
def test_the_next_wave_asks_anew_unless_an_action_is_still_planned(session, sides):
    first = make_published(session, sides, level=2)
    closed = make_plan(session, sides, first)
    make_plan(session, sides, first, "Main")
    done = Outcome(ActionState.DONE, "", closed.version)
    close(session, closed, done, by=closed.owner_id, at=NOW)
    make_published(session, sides, 2, level=2)

    found = unanswered.of_actor(session, HR)

    pair = tuple(sorted((sides.team("Rhine"), sides.team("Elbe"))))
    assert [one.pair for one in found.results] == [pair]
    assert found.title == "Wave 2"


@pytest.mark.usefixtures("clock")
def test_today_says_how_many_wait(session, sides, client):
    make_published(session, sides, level=2)
    sign_in(client, session, make_hr(session))
    everything = client.get("/today").text
    sign_in(client, session, make_leader(session, sides, "Main"))
    one = client.get("/today").text
    sign_in(client, session, sides.members["Rhine"][0])

    assert "2 weak results of the last survey have no answer yet" in everything
    assert 'href="/actions/#unanswered"' in everything
    assert "1 weak result of the last survey has no answer yet" in one
    assert "no answer yet" not in client.get("/today").text


@pytest.mark.usefixtures("clock")
def test_good_results_ask_for_nothing(session, sides, client):
    make_published(session, sides, level=5)
    sign_in(client, session, make_hr(session))

    assert listed(client) == ""
    assert "no answer yet" not in client.get("/today").text


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("pairs", [1, 3])
def test_the_list_asks_as_often_for_one_result_as_for_three(
    pairs, session, client, count_statements
):
    sides = make_sides(session, rhine=6, elbe=6, main=6)
    names = ["Elbe", "Main", "Oder"][:pairs]
    if "Oder" in names:
        sides.teams["Oder"] = make_team(session, "Oder")
        sides.members["Oder"] = [
            make_person(session, f"Oder{n}", team=sides.teams["Oder"]) for n in range(6)
        ]
    wanted = {sides.team(name): None for name in names}
    declare(session, sides.team("Rhine"), wanted, by=None, day=TODAY, at=NOW)
    make_published(session, sides, level=2, rates={"Rhine": names})
    sign_in(client, session, make_hr(session))
    client.get("/actions/")

    with count_statements() as statements:
        part = client.get("/actions/").text

    assert part.count("Answer it") == pairs
    assert len(statements) == LIST

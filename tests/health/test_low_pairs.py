"""What is very likely below 50 is said with its reasons, and told to those it concerns."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.health.jobs.publishing import look_after
from app.health.services.telling_low import tell_low
from app.outbox.models import Delivery, Notice, NoticeTopic
from app.people.models import LeadKind, Sponsor
from tests.factories import LONG_AGO, NOW, make_lead, make_person, sign_in
from tests.health.makers import (
    EVERYBODY,
    as_shown,
    closed_on,
    make_closed,
    make_everybody_rate,
    make_published,
    steps,
)


@pytest.fixture
def sides(session):
    return make_everybody_rate(session)


def main_is_low(_person, target):
    """Everybody says "rarely" of Main, "mostly" of the others."""
    return steps(2 if target == "Main" else 4)


def elbe_is_low_for_rhine(sides):
    return lambda person, target: steps(
        2 if target == "Elbe" and person in sides.members["Rhine"] else 4
    )


@pytest.fixture
def concerned(session, sides):
    """HR, the lead of Rhine, the deputy of Elbe, the lead of Main and the sponsor of Rhine-Main."""
    people = {
        name: make_person(session, name, roles=[Role.HR] if name == "Olga" else [])
        for name in ("Olga", "Lena", "Dora", "Mo", "Pia", "Una")
    }
    make_lead(session, people["Lena"], sides.teams["Rhine"])
    make_lead(session, people["Dora"], sides.teams["Elbe"], kind=LeadKind.DEPUTY)
    make_lead(session, people["Mo"], sides.teams["Main"])
    low, high = sorted((sides.team("Rhine"), sides.team("Main")))
    since = {"starts_on": LONG_AGO, "team_id": low}
    session.add(Sponsor(low_team_id=low, high_team_id=high, person_id=people["Pia"].id, **since))
    session.flush()
    return people


def told(session, concerned):
    """Who was told which pairs, where their notice leads, and how."""
    names = {person.id: name for name, person in concerned.items()}
    found = session.scalars(select(Notice).where(Notice.title.startswith("Very likely")))
    return {
        names[one.person_id]: (one.params["pairs"], one.path.partition("?")[0]) for one in found
    }


def test_everybody_concerned_is_told_once_which_pairs_are_low(app, session, sides, concerned):
    wave = make_published(session, sides, level_of=main_is_low, rates=EVERYBODY)

    number = tell_low(session, wave.wave_id, today=closed_on(), at=NOW)
    again = tell_low(session, wave.wave_id, today=closed_on(), at=NOW)

    rhine, elbe, main = (sides.team(name) for name in ("Rhine", "Elbe", "Main"))
    both = "Rhine → Main, Elbe → Main"
    one = f"/health/pairs/{min(rhine, main)}/{max(rhine, main)}"
    other = f"/health/pairs/{min(elbe, main)}/{max(elbe, main)}"
    assert (number, again) == (5, 0)
    assert told(session, concerned) == {
        "Olga": (both, "/health/"),
        "Mo": (both, "/health/"),
        "Lena": ("Rhine → Main", one),
        "Pia": ("Rhine → Main", one),
        "Dora": ("Elbe → Main", other),
    }


def test_where_nothing_is_low_nobody_is_told(app, session, sides, concerned):
    wave = make_published(session, sides, rates=EVERYBODY)

    assert tell_low(session, wave.wave_id, today=closed_on(), at=NOW) == 0


def test_a_notice_about_a_low_pair_waits_for_the_digest_and_names_nobody(
    app, session, sides, concerned
):
    wave = make_published(session, sides, level_of=main_is_low, rates=EVERYBODY)

    tell_low(session, wave.wave_id, today=closed_on(), at=NOW)

    notices = session.scalars(select(Notice)).all()
    people = {person.name for members in sides.members.values() for person in members}
    assert {one.topic for one in notices} == {NoticeTopic.COLLABORATION}
    assert {one.must_know for one in notices} == {False}
    assert {one.awaits_digest for one in notices} == {True}, Delivery.DIGEST
    assert not [one for one in notices if any(name in str(one.params) for name in people)]


def test_the_worker_tells_when_it_publishes_and_never_again(app, session, sides, concerned, clock):
    wave_id = make_closed(session, sides, level_of=main_is_low, rates=EVERYBODY)
    session.commit()

    with app.app_context():
        look_after()
        look_after()

    notices = session.scalars(select(Notice)).all()
    assert [one.dedupe_key.startswith(f"wave:{wave_id}:low") for one in notices] == [True] * 5


@pytest.mark.parametrize("number", [1, 3])
def test_telling_costs_the_same_for_one_pair_and_three(
    number, app, session, sides, count_statements
):
    low = [("Rhine", "Elbe"), ("Elbe", "Rhine"), ("Main", "Elbe")][:number]

    def level_of(person, target):
        source = next(name for name, people in sides.members.items() if person in people)
        return steps(2 if (source, target) in low else 4)

    wave = make_published(session, sides, level_of=level_of, rates=EVERYBODY)
    wave_id = wave.wave_id

    with count_statements() as statements:
        tell_low(session, wave_id, today=closed_on(), at=NOW)

    assert len(statements) == 4


# -- pages ------------------------------------------------------------------------------------


@pytest.fixture
def low(session, sides):
    """A wave in which Main stands low."""
    return make_published(session, sides, level_of=main_is_low, rates=EVERYBODY)


@pytest.fixture
def pages(session, sides, client, clock, low):
    """What HR sees: the overview, the pair and a team."""
    sign_in(client, session, make_person(session, "Olga", roles=[Role.HR]), at=clock.now())
    rhine, main = sides.team("Rhine"), sides.team("Main")
    paths = ("/health/", f"/health/pairs/{rhine}/{main}", f"/health/teams/{main}")
    return [unescape(client.get(path).text) for path in paths]


def test_the_overview_lists_what_is_low_with_its_reasons(pages, low, sides):
    overview, _pair, _team = pages

    said = re.findall(r"(\w+ about \w+ is very likely below 50: [^<]*)", overview)
    assert said == [
        f"{name} about Main is very likely below 50:"
        f" {as_shown(low, sides.teams[name], sides.teams['Main'])}, from {answers} answers."
        for name, answers in (("Rhine", "10–19"), ("Elbe", "5–9"))
    ]
    assert "Lowest: Timeliness 24, Reliability 24." in overview
    assert overview.count('class="heat-mark" title="very likely below 50"') == 2


def test_the_pages_of_pair_and_team_mark_what_is_low(pages):
    _overview, pair, team = pages

    marked = "very likely below 50"
    assert (marked in pair, marked in team) == (True, True)
    assert "Lowest: Timeliness 24, Reliability 24." in pair

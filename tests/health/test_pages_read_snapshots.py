"""Pages about published waves read snapshots: how many answered costs them nothing."""

import re

import pytest

from app.domain.roles import Role
from app.health.queries import snapshots
from app.people.models import Sponsor
from app.surveys.queries.results import results
from tests.factories import LONG_AGO, make_lead, make_person, sign_in
from tests.health.makers import make_published
from tests.surveys.makers import make_sides

ANSWERS = re.compile(r"\b(FROM|JOIN)\s+(answer|sealed_box)\b", re.IGNORECASE)
FEW, MANY = 5, 12


@pytest.fixture
def sides(app, session, clock):
    """Two waves of few answers are published; the teams have room for many."""
    sides = make_sides(session, rhine=MANY, elbe=MANY, main=MANY)
    silent = [person for members in sides.members.values() for person in members[FEW:]]
    for number in (1, 2):
        make_published(session, sides, number, silent=silent)
    return sides


@pytest.fixture
def reader(session, sides):
    """Make somebody who may read about Rhine and Elbe, as `hr`, `lead` or `sponsor`."""

    def of(role):
        person = make_person(session, role.title(), roles=[Role.HR] if role == "hr" else [])
        rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
        if role == "lead":
            make_lead(session, person, sides.teams["Rhine"])
        if role == "sponsor":
            pair = {"low_team_id": min(rhine, elbe), "high_team_id": max(rhine, elbe)}
            since = {"starts_on": LONG_AGO, "team_id": rhine}
            session.add(Sponsor(**pair, **since, person_id=person.id))
        return person

    return of


@pytest.fixture
def questions(client, session, sides, clock, count_statements):
    """What the database is asked for each page, after a first visit that wakes what is kept."""
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    paths = ("/health/", f"/health/pairs/{rhine}/{elbe}", f"/health/teams/{rhine}", "/today")

    def of(person):
        sign_in(client, session, person, at=clock.now())
        found = []
        for path in paths:
            assert client.get(path).status_code == 200
            with count_statements() as statements:
                client.get(path)
            found.append(list(statements))
        return found

    return of


@pytest.mark.parametrize("role", ["hr", "lead", "sponsor"])
def test_pages_ask_as_often_however_many_answered_and_never_for_answers(
    role, session, sides, reader, questions
):
    person = reader(role)

    few = questions(person)
    make_published(session, sides, 3)
    many = questions(person)

    assert [len(page) for page in many] == [len(page) for page in few]
    assert [one for page in (*few, *many) for one in page if ANSWERS.search(one)] == []


def test_a_page_that_looked_at_answers_would_be_found(reader, questions, monkeypatch):
    published = snapshots.published

    def nosy(session, **how):
        waves = published(session, **how)
        results(session, waves[-1].wave_id)
        return waves

    monkeypatch.setattr(snapshots, "published", nosy)

    found = questions(reader("hr"))

    seen = [any(map(ANSWERS.search, statements)) for statements in found]
    assert seen == [True, True, True, True]

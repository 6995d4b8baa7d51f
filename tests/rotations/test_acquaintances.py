"""Rotations bring people together: they may find each other."""

from datetime import date

import pytest

from app.people.queries import actors, directory
from tests.factories import (
    make_application,
    make_person,
    make_placement,
    make_round,
    make_stay,
    make_team,
)

TODAY = date(2026, 11, 23)


@pytest.fixture
def cast(session):
    """Give Ada of Rhine, and Bo, Cy and buddy Bea of Elbe."""
    rhine, elbe = make_team(session, "Rhine"), make_team(session, "Elbe")
    people = {"ada": make_person(session, "Ada", team=rhine)}
    for name in ("Bo", "Bea"):
        people[name.lower()] = make_person(session, name, team=elbe)
    return people | {"rhine": rhine, "elbe": elbe}


def found(session, person):
    actor = actors.describe(session, person, zone="Europe/Berlin", login=1, today=TODAY)
    rows = directory.entries(session, actor, directory.Wanted(), today=TODAY)
    return [row.given_name for row in rows]


def test_applicants_find_the_buddy_of_a_chosen_placement(session, cast):
    round_ = make_round(session)
    placement = make_placement(session, round_, cast["elbe"], buddy_id=cast["bea"].id)
    make_application(session, round_, cast["ada"], cast["rhine"], [placement])

    assert found(session, cast["ada"]) == ["Ada", "Bea"]
    assert found(session, cast["bea"]) == ["Bea", "Bo"]


def test_guests_and_hosts_find_each_other(session, cast):
    placement = make_placement(session, make_round(session), cast["elbe"])
    make_stay(session, cast["ada"], placement, cast["rhine"])

    assert found(session, cast["ada"]) == ["Ada", "Bea", "Bo"]
    assert found(session, cast["bo"]) == ["Ada", "Bea", "Bo"]

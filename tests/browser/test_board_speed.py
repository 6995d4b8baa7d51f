"""The planning board of two hundred applicants and twelve blocks stays light in a browser.

That it asks the database the same number of questions however many people are on it is proved in
tests/rotations/test_plan_board.py; here it is drawn, and somebody is moved by keyboard.
"""

import sys
import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.rotations.models import EndorsementState, RoundState
from tests.browser.crawl import accessibility
from tests.factories import (
    NOW,
    make_application,
    make_endorsement,
    make_person,
    make_placement,
    make_round,
    make_team,
)
from tests.live import live_server
from tests.rotations.planning import make_plan

pytestmark = pytest.mark.timeout(600)  # the demo company is made first
TEAMS, MEMBERS, BLOCKS, PLACEMENTS = 10, 20, 12, 60
# Twelve cells, a name and a bar with its words per person, and the page around them.
MOST_NODES = TEAMS * MEMBERS * (BLOCKS + 16) + 2000


@pytest.fixture(scope="module")
def live(chromium, demo_company, store, tmp_path_factory):
    """Run the product once, on SQLite: a board is drawn alike on both engines."""
    url = demo_company("sqlite")
    with live_server(url, tmp_path_factory.mktemp("speed"), WEB_PROCESSES="1") as server:
        yield server
    store("sqlite").drop(url)


@pytest.fixture(scope="module")
def plan_id(live):
    """Write a large round in planning into the company, with a plan that places all but ten."""
    engine = create_engine(live.environ["DATABASE_URL"])
    with Session(engine) as session:
        number = _write(session)
        session.commit()
    engine.dispose()
    return number


def _write(session):
    teams = [make_team(session, f"Gruppe {n:02}", guest_limit=50) for n in range(TEAMS)]
    round_ = make_round(
        session, "Die große Runde", state=RoundState.PLANNING, blocks=BLOCKS, block_weeks=2
    )
    places = [
        make_placement(session, round_, teams[n % TEAMS], f"Aufgabe {n:02}", duration=2, seats=2)
        for n in range(PLACEMENTS)
    ]
    people = [
        make_person(session, f"Mensch{n:03}", team=teams[n % TEAMS], locale="de")
        for n in range(TEAMS * MEMBERS)
    ]
    for n, person in enumerate(people):
        home = teams[n % TEAMS]
        # One team further, so that nobody's wish is a placement at home.
        wishes = [places[(n + 1 + 7 * step) % PLACEMENTS] for step in range(3)]
        wishes = [wish for wish in wishes if wish.host_team_id != home.id]
        application = make_application(session, round_, person, home, wishes)
        state = {"state": EndorsementState.ENDORSED, "cover_plan": "-", "decided_at": NOW}
        make_endorsement(session, application, **state)
    scene = _Scene(round_)
    stays = [
        (person, places[(n + 1) % PLACEMENTS], 2 * (n // PLACEMENTS))
        for n, person in enumerate(people[:-10])
    ]
    return make_plan(session, scene, stays, name="Großer Plan").id


class _Scene:
    def __init__(self, round_):
        self.round = round_


def test_a_board_of_two_hundred_people_is_light_and_moves_somebody_by_keyboard(
    plan_id, page, sign_in
):
    sign_in(page, "hr")

    drawn = _seconds(lambda: page.goto(f"/plans/{plan_id}/board/"))
    assert page.locator("tr.lane").count() == TEAMS * MEMBERS
    assert page.evaluate("document.querySelectorAll('*').length") < MOST_NODES

    panel = page.locator("#board-panel h2").first
    name = page.get_by_role("link", name="Mensch000 Test")
    opened = _seconds(lambda: (name.first.press("Enter"), expect(panel).to_be_visible()))
    assert page.locator("#panel-start").input_value() == "0"
    page.locator("#panel-start").select_option(index=6)
    moved = _seconds(
        lambda: (
            page.locator(".move-form button[type=submit]").press("Enter"),
            page.wait_for_url("**/people/*"),
        )
    )

    assert page.locator("#panel-start").input_value() == "6"
    bar = page.locator("tr.lane", has_text="Mensch000").locator("td[data-start='6'] .bar-block")
    expect(bar).to_be_visible()
    assert accessibility(page) == []
    told = f"drawn {drawn:.2f} s, panel {opened:.2f} s, moved and drawn again {moved:.2f} s"
    sys.stderr.write(f"\nboard of {TEAMS * MEMBERS} people: {told}\n")


def _seconds(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

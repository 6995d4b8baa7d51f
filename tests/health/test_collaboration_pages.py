"""The pages about published waves: every wave ever published, both views, departments."""

import json
import re
from html import unescape

import pytest

from app.domain.roles import Role
from app.health.queries import snapshots
from tests.factories import make_person, sign_in
from tests.health.makers import EVERYBODY, make_everybody_rate, make_published, steps
from tests.surveys.makers import make_sides


@pytest.fixture
def as_hr(session, client, clock):
    sign_in(client, session, make_person(session, "Olga", roles=[Role.HR]), at=clock.now())
    return client


def titles(waves):
    return [wave.title for wave in waves]


def chosen(page):
    """The waves one may choose among, newest first, and the one shown."""
    options = re.findall(r'<option value="(\d+)"( selected)?>([^<]*)</option>', page)
    return [title for _key, _sel, title in options], [title for _key, sel, title in options if sel]


@pytest.fixture
def fourteen(session):
    """Fourteen published waves; only five of each team answer, since that is enough."""
    sides = make_sides(session, rhine=5, elbe=5, main=5)
    for number in range(1, 15):
        make_published(session, sides, number)
    return sides


def test_waves_older_than_a_dozen_are_read_like_any_other(session, fourteen, as_hr):
    told = snapshots.titles(session)
    rhine, elbe = fourteen.team("Rhine"), fourteen.team("Elbe")

    oldest, newest = (
        as_hr.get(f"/health/pairs/{rhine}/{elbe}?wave={wave.wave_id}")
        for wave in (told[0], told[-1])
    )

    every = [f"Wave {number}" for number in range(14, 0, -1)]
    assert (oldest.status_code, newest.status_code) == (200, 200)
    assert chosen(oldest.text) == (every, ["Wave 1"])
    assert chosen(newest.text) == (every, ["Wave 14"])
    assert re.search(r'"labels": \[(.*?)\]', oldest.text)[1] == '"Wave 1"'
    assert re.search(r'"labels": \[(.*?)\]', newest.text)[1].count("Wave") == 12
    assert as_hr.get("/health/?wave=999999").status_code == 404


def test_a_dozen_waves_end_with_the_one_that_was_asked_for(session, fourteen):
    told = snapshots.titles(session)

    found = {
        number: titles(snapshots.published(session, until=told[number - 1]))
        for number in (1, 13, 14)
    }

    assert found == {
        1: ["Wave 1"],
        13: [f"Wave {number}" for number in range(2, 14)],
        14: [f"Wave {number}" for number in range(3, 15)],
    }
    assert titles(snapshots.published(session)) == found[14]


def kinder_rhine(sides):
    """Rhine ticks "mostly", Elbe and Main "sometimes"."""
    return lambda person, _target: steps(4 if person in sides.members["Rhine"] else 3)


def test_the_page_of_a_pair_tells_both_views_in_one_and_how_strict_each_side_is(session, as_hr):
    sides = make_everybody_rate(session)
    make_published(session, sides, level_of=kinder_rhine(sides), rates=EVERYBODY)

    page = unescape(as_hr.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text)

    told = [" ".join(part.split()) for part in re.findall(r'<p class="reading">(.*?)</p>', page)]
    assert [re.sub(r"<.*?>", "", part) for part in told[:2]] == [
        "Both in one: 65 (60 to 70); the weaker view is Elbe about Rhine: 50.",
        "The gap: 25 points. Rhine sees the work together about 25 points more kindly than Elbe."
        " Part of a gap is how strict a team is with everybody."
        " Rhine gives all teams it rates 76 on average."
        " Elbe gives all teams it rates 50 on average.",
    ]
    assert "If those who did not answer differ by five points: 74 to 7" in page
    assert "A change of about 21 points is noticed at once" in page


def test_the_overview_tells_the_departments_that_are_published(session, as_hr):
    sides = make_everybody_rate(session)
    make_published(session, sides, level_of=kinder_rhine(sides), rates=EVERYBODY)

    page = as_hr.get("/health/").text

    table = re.search(r'aria-label="Departments">.*?<tbody>(.*?)</tbody>', page, re.S)[1]
    rows = [
        re.sub(r"<.*?>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)
    ]
    assert rows == [
        ["Marketing", "76", "74", "to", "78", "50", "48", "to", "52"],
        ["Sales", "50", "48", "to", "52", "63", "62", "to", "64"],
    ]


def test_a_slow_drift_is_marked_on_every_page_and_is_no_alarm(session, as_hr, monkeypatch):
    sides = make_everybody_rate(session)
    monkeypatch.setattr("app.scoring.wave.watched", lambda cells, *_: tuple(sorted(cells))[:1])
    wave = make_published(session, sides, rates=EVERYBODY)
    (source, target) = wave.body["watch"][0].split("|")

    overview = as_hr.get("/health/").text
    pair = as_hr.get(f"/health/pairs/{source}/{target}").text
    team = as_hr.get(f"/health/teams/{source}").text

    assert "Slow drifts, worth a look" in overview
    assert [page.count("slow drift, worth a look") for page in (pair, team)] == [1, 1]
    assert pair.count('"watched": true') == 1
    assert "Very likely below 50" not in overview


def test_pages_ask_as_often_for_an_old_wave_as_for_the_newest(
    session, fourteen, as_hr, count_statements
):
    told = snapshots.titles(session)
    addresses = [f"/health/?wave={wave.wave_id}" for wave in (told[0], told[-1])]
    as_hr.get(addresses[0])

    asked = []
    for address in addresses:
        with count_statements() as statements:
            as_hr.get(address)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def line_of(page):
    """Labels and values of the chart of a page, by what its lines are called; None without one."""
    found = re.search(r'<script type="application/json">(.*?)</script>', page)
    if found is None:
        return None
    spec = json.loads(found[1])
    drawn = {
        line["name"]: [point and point["value"] for point in line["points"]]
        for line in spec["series"]
    }
    return spec["labels"], drawn, spec["high"] - spec["low"]


def test_company_and_teams_have_a_line_from_the_second_wave_on(session, as_hr):
    sides = make_everybody_rate(session)
    rhine = sides.team("Rhine")
    addresses = ("/health/", f"/health/teams/{rhine}")
    make_published(session, sides, level_of=kinder_rhine(sides), rates=EVERYBODY)
    first = [line_of(as_hr.get(address).text) for address in addresses]
    make_published(session, sides, 2, rates=EVERYBODY)

    company, team = (line_of(as_hr.get(address).text) for address in addresses)

    assert first == [None, None]
    assert company == (["Wave 1", "Wave 2"], {"The company": [59, 75]}, 50)
    assert team[0] == ["Wave 1", "Wave 2"]
    assert team[1] == {
        "How this team sees the others": [76, 76],
        "How the others see this team": [50, 76],
    }


def test_everybody_reads_how_the_company_went_and_nothing_of_pairs(session, client, clock):
    sides = make_everybody_rate(session)
    make_published(session, sides, rates=EVERYBODY)
    make_published(session, sides, 2, level=3, rates=EVERYBODY)
    sign_in(client, session, sides.members["Rhine"][1], at=clock.now())

    page = client.get("/health/").text

    assert line_of(page)[1] == {"The company": [75, 50]}
    assert "Who sees whom how" not in page

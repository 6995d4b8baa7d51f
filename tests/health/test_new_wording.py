"""A trend crosses a new wording only on what both sides asked alike; else the line is broken."""

import json
import re
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.domain.questionnaire import Wording
from app.health.queries import snapshots
from app.health.services.comparing import comparison, rules_on
from app.scoring import DIMENSIONS
from app.surveys.models import Question
from app.surveys.services.questions import reword
from app.surveys.services.voting import Ticks
from tests.factories import NOW, make_person, sign_in
from tests.health.makers import as_shown, make_published
from tests.surveys.makers import make_sides

ITEMS = [f"q{number:02}" for number in range(1, 11)]


def editions(**changed):
    return dict.fromkeys(ITEMS, 1) | changed


def ask_anew(session, *items):
    """Word some questions anew, as HR does."""
    who = SimpleNamespace(person_id=make_person(session, "Olga").id)
    for item in items:
        newest = session.scalars(
            select(Question).where(Question.item == item).order_by(Question.edition.desc())
        ).first()
        new = Wording(f"Is {{team}} new in {item}?", f"Ist {{team}} neu in {item}?")
        reword(session, newest, new, who, at=NOW)
    session.flush()


def low_on_first(_person, _target):
    """ "Sometimes" on the first question, "mostly" on all others."""
    return Ticks(2, (1, *(4,) * 8, 2), 4)


@pytest.fixture
def sides(session):
    return make_sides(session)


def changes(session, sides, body):
    return body["changes"].get(f"{sides.team('Rhine')}|{sides.team('Elbe')}")


def test_a_change_is_told_on_the_dimensions_asked_alike(app, session, sides):
    make_published(session, sides, 1, level=4)
    ask_anew(session, "q01")

    body = make_published(session, sides, 2, level_of=low_on_first).body

    assert body["trend_dimensions"] == 7
    assert changes(session, sides, body)["delta"] == 0.0
    assert {figures["mean"] for figures in body["pairs"].values()} == {65.625}


def test_a_fall_on_the_other_dimensions_is_seen_across(app, session, sides):
    make_published(session, sides, 1, level=4)
    ask_anew(session, "q02", "q10")

    body = make_published(session, sides, 2, level=3).body

    change = changes(session, sides, body)
    assert body["trend_dimensions"] == 6
    assert (pytest.approx(change["delta"]), change["waves"]) == (-25.0, 1)


def test_with_three_new_dimensions_the_line_is_broken(app, session, sides):
    make_published(session, sides, 1, level=4)
    ask_anew(session, "q01", "q04", "q05")

    body = make_published(session, sides, 2, level=2).body

    assert (body["trend_dimensions"], body["changes"], body["alerts"]) == (0, {}, [])
    assert body["has_history"] is False


def test_the_same_words_are_compared_on_all_dimensions(app, session, sides):
    make_published(session, sides, 1, level=4)

    body = make_published(session, sides, 2, level=2).body

    assert body["trend_dimensions"] == 8
    assert changes(session, sides, body)["delta"] == -50.0


def test_what_was_published_before_stays(app, session, sides):
    first = make_published(session, sides, 1, level=4)
    digest = first.digest
    ask_anew(session, "q01")

    make_published(session, sides, 2)

    assert snapshots.of_wave(session, first.wave_id).digest == digest


def test_a_line_reaches_back_as_far_as_the_words_are_alike():
    waves = [
        {"editions": editions(q04=7), "wave": "1"},
        {"editions": editions(), "wave": "2"},
        {"editions": editions(), "wave": "3"},
        {"editions": editions(), "wave": "4"},
    ]

    two_back = comparison(editions(q01=2), [waves[0], *waves[2:]])
    three_at_most = comparison(editions(q01=2), [waves[1], *waves[1:]])

    assert [body["wave"] for body in two_back.past] == ["3", "4"]
    assert [body["wave"] for body in three_at_most.past] == ["2", "3", "4"]
    assert two_back.dimensions == DIMENSIONS[1:]


def test_the_very_records_count_that_counted_before():
    assert (rules_on(DIMENSIONS, 5, 5).min_dims, rules_on(DIMENSIONS[2:], 5, 5).min_dims) == (6, 4)


def drawn(page):
    """What the chart of a page is drawn from: per line its figures, by the labels below them."""
    text = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    spec = json.loads(text)
    values = {
        line["name"]: [point and point["value"] for point in line["points"]]
        for line in spec["series"]
    }
    return spec["labels"], values


def rows(page):
    """The table under the chart, cell by cell."""
    table = re.search(r"<details>.*?<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    return [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]


CROSSED = "On 7 of 8 dimensions: No clear change."


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("items", "words", "between"),
    [
        (["q01"], "Changes are told on 7 of 8 dimensions", CROSSED),
        (["q01", "q04", "q05"], "a new line begins here, and no change is told.", "not compared"),
    ],
)
def test_no_line_joins_figures_of_different_questions(
    session, sides, client, items, words, between
):
    before = make_published(session, sides, 1)
    ask_anew(session, *items)
    after = make_published(session, sides, 2, level_of=low_on_first)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    assert words in page
    assert "First published figure" not in page
    assert drawn(page) == (
        ["Wave 1", "new wording", "Wave 2"],
        {"Rhine about Elbe": [76, None, 66], "Elbe about Rhine": [75, None, 65]},
    )
    rhine, elbe = sides.teams["Rhine"], sides.teams["Elbe"]
    assert rows(page) == [
        ["Wave 1", as_shown(before, rhine, elbe), as_shown(before, elbe, rhine), ""],
        ["new wording", between, between, ""],
        ["Wave 2", as_shown(after, rhine, elbe), as_shown(after, elbe, rhine), ""],
    ]


@pytest.mark.usefixtures("clock")
def test_a_fall_across_a_new_wording_is_told_in_words_beside_the_broken_line(
    session, sides, client
):
    make_published(session, sides, 1)
    ask_anew(session, "q01")
    make_published(session, sides, 2, level=2)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    fell = "On 7 of 8 dimensions: Clearly lower than before: about {} points."
    assert rows(page)[1] == ["new wording", fell.format(52), fell.format(50), ""]


@pytest.mark.usefixtures("clock")
def test_the_line_goes_on_from_the_first_wave_with_the_new_words(session, sides, client):
    make_published(session, sides, 1)
    ask_anew(session, "q01")
    for number in (2, 3):
        make_published(session, sides, number)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    assert drawn(page)[0] == ["Wave 1", "new wording", "Wave 2", "Wave 3"]
    assert "Changes are told on" not in page


def test_the_company_s_line_ends_where_a_question_was_worded_anew(session, sides, client, clock):
    make_published(session, sides, 1)
    ask_anew(session, "q01")
    make_published(session, sides, 2)
    sign_in(client, session, sides.members["Rhine"][0], at=clock.now())

    page = client.get("/health/").text

    assert '"labels": ["Wave 1", "new wording", "Wave 2"]' in page
    assert page.count("null") == 1

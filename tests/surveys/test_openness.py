"""What anybody may look up: earlier wordings, the data sheet, an example of a report."""

import pytest

from app.domain.questionnaire import Wording
from app.domain.roles import Actor, Role
from app.surveys.queries import questions as queries
from app.surveys.services import questions
from tests.factories import NOW, make_person
from tests.surveys.makers import make_open_wave, make_sides


@pytest.fixture
def sides(session):
    return make_sides(session)


@pytest.fixture
def wim(visit, session):
    return visit(make_person(session, "Wim", roles=[Role.WORKS_COUNCIL]))


def reword(session, visit_by):
    question = queries.find_current(session, "q01")
    actor = Actor(visit_by.id, "Olga", "", 0, "en", None, roles=frozenset({Role.HR}))
    new = Wording("Is {team} ever on time?", "Ist {team} je rechtzeitig?")
    return questions.reword(session, question, new, actor, at=NOW)


def test_the_works_council_reads_every_wording_and_which_wave_asked_it(session, sides, wim):
    make_open_wave(session)
    reword(session, make_person(session, "Olga", roles=[Role.HR]))

    page = wim.get("/questionnaires/q01").text

    assert "Is {team} ever on time?" in page
    assert "is there before time gets tight" in page
    assert "Autumn" in page
    assert "no wave yet" in page
    assert 'name="english"' not in page
    assert 'href="/questionnaires/q01"' in wim.get("/questionnaires/").text


def test_only_hr_changes_a_question(session, sides, wim):
    questions.begin(session)

    assert wim.post("/questionnaires/q01", {"version": "1"}).status_code == 404
    assert wim.get("/questionnaires/q99").status_code == 404


def test_the_data_sheet_names_retention_newcomers_and_what_else_uses_figures(session, sides, wim):
    make_open_wave(session, k=6)

    page = wim.get("/waves/data-sheet").text

    for told in (
        "the shuffled answers are kept without an end",
        "can be neither changed nor deleted",
        "Where 4 people at most have joined or left a team",
        "fewer than 15 answers count, only a band of 15 points is shown",
        "Neither tick is kept beside an answer",
        "The rotation planner: low figures and the importance of a pair give it a weight",
        "switched on, agreed on Nov 23, 2026: Works agreement 7",
        'href="/health/reports/"',
        'href="/waves/switch/"',
    ):
        assert told in page


def test_everybody_who_is_asked_reads_an_example_of_the_report(session, sides, visit):
    wave, _keys = make_open_wave(session)
    asked = visit(sides.members["Rhine"][0])
    start = asked.get(f"/surveys/{wave.id}").text

    page = asked.get(f"/surveys/{wave.id}/example").text

    assert f'href="/surveys/{wave.id}/example"' in start
    for told in (
        "Every number here is invented",
        "about 66",
        "workable",
        "between two levels, or too few answers for a colour",
        "Your team sees it 15 points more kindly than team X.",
        "about 10 points higher",
        "data-chart",
        "50 (35 to 60)",
    ):
        assert told in page
    assert sides.members["Rhine"][0].name not in page


def test_who_is_not_asked_reads_no_example_and_hr_reads_it_with_the_wave(
    session, sides, visit, as_hr
):
    wave, _keys = make_open_wave(session)
    outside = visit(sides.members["Main"][0])

    assert outside.get(f"/surveys/{wave.id}/example").status_code == 404
    assert outside.get(f"/waves/{wave.id}/example").status_code == 404
    assert "data-chart" in as_hr.get(f"/waves/{wave.id}/example").text

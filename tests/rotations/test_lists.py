"""Lists are searched, narrowed, sorted, paged and taken along as files that run no formula."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from tests.factories import (
    make_application,
    make_blackout,
    make_endorsement,
    make_person,
    make_placement,
    make_round,
)

FORMULA = "=1+1"
LISTS = {
    "rounds": "/rounds/",
    "placements": "/placements/round/{round}",
    "endorsements": "/endorsements/all",
    "blackouts": "/blackouts/",
    "applications": "/applications/round/{round}/all",
    "stays": "/stays/",
    "insights": "/insights/",
    "register": "/council/",
    "people": "/people",
}
ROW = re.compile(r'<th scope="row">(.*?)</th>', re.DOTALL)


def entry(session, cast, what, name, number):
    """One more line of a list, called `name`."""
    if what == "rounds":
        make_round(session, name, starts_on=date(2027, 4, 5) + timedelta(weeks=number))
    elif what == "placements":
        make_placement(session, cast.round, cast.elbe, name, seats=number % 9 + 1)
    elif what == "blackouts":
        first = date(2027, 1, 4) + timedelta(weeks=number)
        make_blackout(session, cast.rhine, first, first + timedelta(days=5), name)
    else:
        person = make_person(session, name, team=cast.rhine)
        application = make_application(session, cast.round, person, cast.rhine, [cast.desk])
        make_endorsement(session, application)


def names_in(page):
    """The first cell of each line of the list, people by their given name."""
    table = re.split("</table>|</section>", page.partition('class="filter-bar"')[2])[0]
    cells = [re.sub(r"<span class=.avatar.*?</span>", "", cell) for cell in ROW.findall(table)]
    plain = (" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells)
    return [text.removesuffix(" Test") for text in plain]


def address(what, cast):
    return LISTS[what].format(round=cast.round.id)


@pytest.fixture
def olga(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def three(session, cast):
    """Fill a list with Äpfel, Birnen and Zimt; what the cast has there already goes by `also`."""

    def fill(what):
        for number, name in enumerate(["Zimt", "Äpfel", "Birnen"]):
            entry(session, cast, what, name, number)
        also = {"rounds": "Spring 2027", "placements": cast.desk.title}.get(what)
        return [also] if also else []

    return fill


@pytest.mark.parametrize(
    ("what", "sort"), [("rounds", "name"), ("placements", "title"), ("endorsements", "name")]
)
def test_list_is_sorted_as_a_reader_expects_both_ways(cast, olga, three, what, sort):
    expected = sorted(["Äpfel", "Birnen", "Zimt", *three(what)], key=lambda n: n.replace("Ä", "A"))
    path = address(what, cast)

    up = names_in(olga.get(f"{path}?sort={sort}").text)
    down = names_in(olga.get(f"{path}?sort=-{sort}").text)

    assert (sorted(up), up[0]) == (sorted(expected), expected[0])
    assert down == up[::-1]
    assert up == expected


@pytest.mark.parametrize("what", ["rounds", "placements", "endorsements"])
def test_search_finds_without_accents_and_says_when_nothing_fits(cast, olga, three, what):
    three(what)
    path = address(what, cast)

    found = names_in(olga.get(f"{path}?q=apf").text)
    nothing = olga.get(f"{path}?q=nobodycalledso").text

    assert found == ["Äpfel"]
    assert (names_in(nothing), "Show all" in nothing) == ([], True)


@pytest.mark.parametrize(
    ("what", "query", "expected"),
    [
        ("rounds", "state=draft", ["Draft"]),
        ("placements", "state=withdrawn", []),
        ("placements", "team={elbe}", ["Work with Elbe"]),
        ("placements", "team={rhine}", []),
        ("placements", "team=nonsense", []),
        ("endorsements", "state=endorsed", []),
        ("endorsements", "round={round}&team={rhine}", ["Eve"]),
        ("endorsements", "team={elbe}", []),
        ("blackouts", "team={rhine}", ["Jan 4, 2027 – Jan 8, 2027"]),
        ("blackouts", "team={elbe}", []),
    ],
)
def test_filters_narrow_the_list(session, cast, olga, what, query, expected):
    make_round(session, "Draft", state="draft")
    cast.desk.title = "Work with Elbe"
    for other in ("endorsements", "blackouts"):
        entry(session, cast, other, "Eve", 0)
    values = {"elbe": cast.elbe.id, "rhine": cast.rhine.id, "round": cast.round.id}

    page = olga.get(f"{address(what, cast)}?{query.format(**values)}").text

    assert names_in(page) == expected


@pytest.mark.parametrize("what", ["rounds", "placements", "endorsements", "blackouts"])
def test_page_after_the_first_holds_the_rest_and_the_file_holds_all(session, cast, olga, what):
    for number in range(27):
        entry(session, cast, what, f"Eve{number:02}", number)
    path = address(what, cast)
    more = 1 if what in {"rounds", "placements"} else 0

    second = olga.get(f"{path}?page=2").text
    file = olga.get(f"{path}?page=2&format=csv")

    assert len(names_in(second)) == 2 + more
    assert f"26 to {27 + more} of {27 + more}" in second
    assert len(file.text.splitlines()) == 1 + 27 + more


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("what", LISTS)
def test_taking_a_list_along_leaves_a_trace(session, cast, olga, what, form):
    answer = olga.get(f"{address(what, cast)}?format={form}")

    traces = session.execute(
        select(AuditEntry.kind, AuditEntry.actor_id, AuditEntry.subject, AuditEntry.detail)
    ).all()
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["Content-Disposition"]
    rows = {"rounds": 1, "placements": 1, "people": 7}.get(what, 0)
    assert [tuple(trace) for trace in traces] == [
        (AuditKind.LIST_EXPORTED, cast.olga.id, f"list:{what}", {"rows": rows})
    ]


@pytest.mark.parametrize("what", ["rounds", "placements", "endorsements", "blackouts"])
def test_no_cell_of_a_file_is_a_formula(session, cast, olga, what):
    entry(session, cast, what, FORMULA, 0)

    lines = csv.reader(io.StringIO(olga.get(f"{address(what, cast)}?format=csv").text))

    cells = [cell for line in lines for cell in line]
    assert any(FORMULA in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith("=")] == []


@pytest.mark.parametrize("what", ["rounds", "placements", "endorsements", "blackouts"])
def test_list_asks_as_often_for_three_rows_as_for_one(session, cast, olga, count_statements, what):
    counts = []
    for numbers in ([0], [1, 2]):
        for number in numbers:
            entry(session, cast, what, f"Eve{number}", number)
        with count_statements() as statements:
            found = names_in(olga.get(address(what, cast)).text)
        counts.append(len(statements))
        assert len(found) >= len(numbers)

    assert counts[0] == counts[1]


def test_lead_finds_the_endorsements_of_the_own_teams_only(session, cast, signed_in):
    entry(session, cast, "endorsements", "Eve", 0)
    mine, foreign = signed_in(cast.lea), signed_in(cast.bo)

    seen = [names_in(visitor.get("/endorsements/all").text) for visitor in (mine, foreign)]

    assert seen == [["Eve"], []]

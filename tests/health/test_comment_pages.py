"""What was written about a team is read there, a week after the close, by nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.roles import Role
from app.health.services.publishing import publish
from app.people.models import LeadKind, Sponsor
from app.surveys.services.sealing import Remark
from app.surveys.services.voting import comment, enter
from tests.factories import LONG_AGO, make_lead, make_person, make_team, sign_in
from tests.health.makers import closed_on
from tests.surveys.makers import ENDED, OPENING, close, make_open_wave, make_sides, vote_all

WEEK = timedelta(days=7)


@pytest.fixture
def sides(session):
    return make_sides(session)


def told(session, sides, texts, *, unread=0, judged=True, departments=None):
    """Live through a wave in which members of Rhine write about Elbe; gives it, published."""
    wave, keys = make_open_wave(session)
    if judged:
        vote_all(session, wave, sides)
    for place, (person, text) in enumerate(zip(sides.members["Rhine"], texts, strict=False)):
        remark = Remark(sides.team("Elbe"), {"o1": text}, place >= unread)
        at = OPENING + timedelta(hours=1)
        comment(session, enter(session, wave.id, at=at), person.id, {remark.target: remark})
    close(session, wave, keys)
    session.flush()
    publish(session, wave.id, on=closed_on(), at=ENDED)
    return wave


def address(sides, team="Elbe", query=""):
    return f"/health/teams/{sides.team(team)}/comments{query}"


def read(page):
    """The comments on a page, in its order."""
    return [unescape(text) for text in re.findall(r'class="voice">(.*?)</blockquote>', page, re.S)]


TWELVE = [f"Remark {letter}" for letter in "abcdefghijkl"]


@pytest.fixture
def as_elbe(session, sides, client, clock):
    """A member of Elbe, a week after the close."""
    clock.move_to(ENDED + WEEK)
    return sign_in(client, session, sides.members["Elbe"][0], at=clock.now())


def test_members_read_what_was_written_about_their_team(session, sides, as_elbe):
    told(session, sides, TWELVE)

    page = as_elbe.get(address(sides)).text

    assert sorted(read(page)) == TWELVE
    assert "What should Elbe keep doing by all means?" in page
    assert "12 comments may be read." in page
    assert "At least 10 were written" in page


def test_nothing_says_in_which_order_comments_came(session, sides, as_elbe):
    told(session, sides, TWELVE)

    found = read(as_elbe.get(address(sides)).text)

    assert found != TWELVE
    assert found == read(as_elbe.get(address(sides)).text)


def test_before_a_week_has_passed_nothing_is_read(session, sides, client, clock):
    told(session, sides, TWELVE)
    clock.move_to(ENDED + WEEK - timedelta(days=1))
    sign_in(client, session, sides.members["Elbe"][0], at=clock.now())

    page = client.get(address(sides)).text

    assert (read(page), "Nothing to read yet" in page) == ([], True)
    assert client.get("/health/").text.count("What others wrote about") == 0


def test_what_writers_did_not_want_read_is_only_counted(session, sides, as_elbe):
    told(session, sides, TWELVE, unread=9)

    page = as_elbe.get(address(sides)).text

    assert sorted(read(page)) == TWELVE[9:]
    assert "3 comments may be read." in page
    assert "At least 10 were written" in page


def test_comments_nobody_may_read_leave_a_sentence(session, sides, as_elbe):
    told(session, sides, TWELVE[:3], unread=3)

    page = as_elbe.get(address(sides)).text

    assert read(page) == []
    assert "No writer wanted to be read this time." in page
    assert "Fewer than five were written" in page


def test_of_a_team_few_people_judged_nothing_is_told(session, sides, as_elbe):
    told(session, sides, TWELVE, judged=False)

    assert "Nothing to read yet" in as_elbe.get(address(sides)).text


def test_a_text_is_shown_as_it_was_written_and_never_as_markup(session, sides, as_elbe):
    told(session, sides, ["<b>Bold</b> & \n more"])

    page = as_elbe.get(address(sides)).text

    assert read(page) == ["<b>Bold</b> & \n more"]
    assert "<b>Bold</b>" not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 200),
        ("lead", 200),
        ("deputy", 200),
        ("outsider", 404),
        ("writer", 404),
        ("hr", 404),
        ("council", 404),
        ("sponsor", 404),
        ("other lead", 404),
    ],
)
def test_only_the_team_and_those_who_answer_for_it_read(who, status, session, sides, client, clock):
    told(session, sides, TWELVE)
    clock.move_to(ENDED + WEEK)
    sign_in(client, session, visitor(session, sides, who), at=clock.now())

    answer = client.get(address(sides))

    assert answer.status_code == status
    assert ("Remark" in answer.text) is (status == 200)


def visitor(session, sides, who):
    if who == "member":
        return sides.members["Elbe"][3]
    if who == "writer":
        return sides.members["Rhine"][0]
    roles = {"hr": [Role.HR], "council": [Role.WORKS_COUNCIL]}.get(who, [])
    person = make_person(session, "Una", roles=roles, team=make_team(session, "Weser"))
    if who in {"lead", "deputy"}:
        make_lead(session, person, sides.teams["Elbe"], kind=LeadKind(who))
    if who == "other lead":
        make_lead(session, person, sides.teams["Rhine"])
    if who == "sponsor":
        low, high = sorted((sides.team("Elbe"), sides.team("Rhine")))
        since = {"starts_on": LONG_AGO, "team_id": low}
        session.add(Sponsor(low_team_id=low, high_team_id=high, person_id=person.id, **since))
    return person


def test_an_unknown_team_or_wave_is_not_found(session, sides, as_elbe):
    wave = told(session, sides, TWELVE)

    found = [
        as_elbe.get(address(sides, query=query)).status_code
        for query in ("", f"?wave={wave.id}", "?wave=0", "?wave=x")
    ]

    assert found == [200, 200, 404, 404]
    assert as_elbe.get("/health/teams/99999/comments").status_code == 404


def test_the_page_of_the_team_tells_how_much_was_written_and_to_whom(session, sides, client, clock):
    told(session, sides, TWELVE, unread=2)
    clock.move_to(ENDED + WEEK)
    sign_in(client, session, make_person(session, "Olga", roles=[Role.HR]), at=clock.now())

    page = client.get(f"/health/teams/{sides.team('Elbe')}").text

    assert "At least 10 were written" in page
    assert "read by the members of the team and those who answer for it" in page
    assert ("Remark" in page, address(sides) in page) == (False, False)


def test_the_overview_leads_members_to_what_was_written(session, sides, as_elbe):
    told(session, sides, TWELVE)

    assert address(sides) in as_elbe.get("/health/").text


def test_a_long_list_is_read_page_by_page(session, client, clock):
    sides = make_sides(session, rhine=30)
    texts = [f"Remark {number:02}" for number in range(30)]
    told(session, sides, texts)
    clock.move_to(ENDED + WEEK)
    sign_in(client, session, sides.members["Elbe"][0], at=clock.now())

    pages = [read(client.get(address(sides, query=f"?page={page}")).text) for page in (1, 2)]

    assert [len(page) for page in pages] == [25, 5]
    assert sorted([*pages[0], *pages[1]]) == texts


@pytest.mark.parametrize("number", [1, 3])
def test_one_comment_and_three_cost_the_same(number, session, sides, as_elbe, count_statements):
    told(session, sides, TWELVE[:number])
    as_elbe.get(address(sides))

    with count_statements() as statements:
        page = as_elbe.get(address(sides)).text

    assert len(read(page)) == number
    assert len(statements) == STATEMENTS


STATEMENTS = 8

"""What a person sees and sends: no name, no key, no trace but the mark and the sealed box."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.database import Base
from app.people.models import Login
from app.scoring import sheets
from app.surveys.jobs.waves import keys as instance_keys
from app.surveys.models import BallotMark, CommentMark, SealedBox, Wave
from app.surveys.services.sealing import Unsealed, opened
from tests.factories import make_person
from tests.surveys.makers import FINE, make_open_wave, make_sides, vote

TICKS = {
    "contact": "weekly",
    **{f"q{number:02}": "4" for number in range(1, 10)},
    "q10": "2",
    "importance": "4",
}
EVENING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.fixture
def sides(app, session):
    return make_sides(session)


@pytest.fixture
def wave_and_keys(app, session, sides):
    with app.app_context():
        folder = instance_keys()
    return make_open_wave(session, keys=folder)


@pytest.fixture
def wave(wave_and_keys):
    return wave_and_keys[0]


def read(session, wave_and_keys):
    wave, keys = wave_and_keys
    private = keys.private(wave.id, session.scalar(select(Wave.public_key)))
    boxes = Unsealed()
    boxes.add([], opened(private, session.scalars(select(SealedBox.content))))
    rows = sheets.read(boxes.packed())
    ticks = rows["contact"].tolist(), rows["importance"].tolist()
    return list(zip(*sheets.stored(rows), *ticks, strict=True)), boxes.comments()


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_person_is_led_through_both_teams_and_the_comments_to_thanks(
    session, visit, sides, wave_and_keys
):
    wave = wave_and_keys[0]
    rhine, elbe, main = (sides.team(name) for name in ("Rhine", "Elbe", "Main"))
    ada = visit(sides.members["Rhine"][0])

    first = ada.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": elbe})
    second = ada.post(f"/surveys/{wave.id}/ballots", {"contact": "none", "team": main})
    words = {f"o1_{elbe}": "The weekly call", f"readable_{elbe}": "y"}
    last = ada.post(f"/surveys/{wave.id}/comments", words)

    assert [answer.headers["Location"] for answer in (first, second, last)] == [
        f"/surveys/{wave.id}/about/{main}",
        f"/surveys/{wave.id}/comments",
        f"/surveys/{wave.id}/thanks",
    ]
    ballots, (sheet,) = read(session, wave_and_keys)
    assert set(ballots) == {
        (rhine, elbe, "".join(map(str, FINE.answers)), 2, 4),
        (rhine, main, "0" * 10, 0, 0),
    }
    assert [(r.target, dict(r.texts), r.readable) for r in sheet.remarks] == [
        (elbe, {"o1": "The weekly call"}, True),
        (main, {}, False),
    ]


def test_a_ballot_sent_twice_counts_once_and_leads_on(session, visit, sides, wave):
    ada, elbe = visit(sides.members["Rhine"][0]), sides.team("Elbe")

    answers = [ada.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": elbe}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (count(session, BallotMark), count(session, SealedBox)) == (1, 1)


def test_comments_sent_twice_count_once(session, visit, sides, wave):
    ada = visit(sides.members["Rhine"][0])

    answers = [ada.post(f"/surveys/{wave.id}/comments", {}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (count(session, CommentMark), count(session, SealedBox)) == (1, 1)


def test_without_contact_being_ticked_nothing_is_handed_in_and_the_input_stays(
    session, visit, sides, wave
):
    ada, elbe = visit(sides.members["Rhine"][0]), sides.team("Elbe")

    answer = ada.post(f"/surveys/{wave.id}/ballots", {"q01": "3", "team": elbe})

    assert answer.status_code == 422
    assert "Please say how often you work together." in answer.text
    assert re.search(r'id="q01-2"[^>]*checked|checked[^>]*id="q01-2"', answer.text)
    assert count(session, SealedBox) == 0


@pytest.mark.parametrize(
    "bad", [{"contact": "hourly"}, {"q01": "6"}, {"q05": "x"}, {"importance": "0"}]
)
def test_what_no_button_offers_is_refused(bad, session, visit, sides, wave):
    ada = visit(sides.members["Rhine"][0])

    answer = ada.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": sides.team("Elbe"), **bad})

    assert (answer.status_code, count(session, SealedBox)) == (422, 0)


def test_who_is_not_asked_finds_nothing(session, visit, sides, wave):
    cy = visit(make_person(session, "Cy"))
    elbe = sides.team("Elbe")

    statuses = [
        cy.get(f"/surveys/{wave.id}").status_code,
        cy.get(f"/surveys/{wave.id}/about/{elbe}").status_code,
        cy.get(f"/surveys/{wave.id}/comments").status_code,
        cy.get(f"/surveys/{wave.id}/thanks").status_code,
        cy.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": elbe}).status_code,
        cy.post(f"/surveys/{wave.id}/comments", {}).status_code,
    ]

    assert statuses == [404] * 6
    assert "No survey is open for you" in cy.get("/surveys/").text


def test_a_team_one_is_not_asked_about_cannot_be_judged(session, visit, sides, wave):
    bo = visit(sides.members["Elbe"][0])

    answer = bo.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": sides.team("Main")})

    assert (answer.status_code, count(session, SealedBox)) == (404, 0)


def test_the_pages_of_the_survey_tell_nothing_of_who_reads_them(session, visit, sides, wave):
    person = sides.members["Rhine"][0]
    ada, elbe = visit(person), sides.team("Elbe")
    addresses = [
        f"/surveys/{wave.id}",
        f"/surveys/{wave.id}/about/{elbe}",
        f"/surveys/{wave.id}/comments",
    ]

    ada.get("/surveys/")  # sets the cookie that forms are checked with
    pages = {address: ada.get(address) for address in addresses}

    identity = (person.given_name, person.family_name, person.email, person.number, "request_key")
    found = [(a, word) for a, page in pages.items() for word in identity if word in page.text]
    assert {page.status_code for page in pages.values()} == {200}
    assert found == []
    assert all("Set-Cookie" not in page.headers for page in pages.values())


def test_once_everything_is_handed_in_only_thanks_are_left(session, visit, sides, wave):
    person = sides.members["Elbe"][0]
    bo, rhine = visit(person), sides.team("Rhine")
    vote(session, wave, person, rhine)
    bo.post(f"/surveys/{wave.id}/comments", {})

    led = [bo.get(f"/surveys/{wave.id}{end}") for end in ("", f"/about/{rhine}", "/comments")]
    thanks = bo.get(f"/surveys/{wave.id}/thanks")

    assert {answer.headers["Location"] for answer in led} == {f"/surveys/{wave.id}/thanks"}
    assert thanks.status_code == 200
    assert "Rhine" not in thanks.text
    assert "Elbe" not in thanks.text


def test_handing_in_moves_no_clock_of_the_session(session, visit, sides, wave, clock):
    ada, elbe = visit(sides.members["Rhine"][0]), sides.team("Elbe")
    ada.get("/surveys/")
    before = session.scalar(select(Login.seen_at))
    clock.move_to(EVENING)

    ada.get(f"/surveys/{wave.id}/about/{elbe}")
    ada.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": elbe, "request_key": "x" * 24})

    keys = session.execute(select(Base.metadata.tables["request_key"])).all()
    assert session.scalar(select(Login.seen_at)) == before
    assert keys == []
    assert count(session, SealedBox) == 1


def test_after_the_last_day_nobody_can_answer(session, visit, sides, wave, clock):
    person = sides.members["Rhine"][0]
    clock.move_to(datetime(2026, 12, 6, 22, 59, tzinfo=UTC))
    ada = visit(person)
    before = ada.get(f"/surveys/{wave.id}")
    clock.move_to(datetime(2026, 12, 6, 23, 0, tzinfo=UTC))  # midnight in Cologne

    after = ada.get(f"/surveys/{wave.id}")
    sent = ada.post(f"/surveys/{wave.id}/ballots", {**TICKS, "team": sides.team("Elbe")})

    assert (before.status_code, after.status_code, sent.status_code) == (200, 404, 404)
    assert count(session, SealedBox) == 0


def test_each_question_is_a_group_with_its_text_and_labelled_buttons(session, visit, sides, wave):
    ada = visit(sides.members["Rhine"][0])

    page = ada.get(f"/surveys/{wave.id}/about/{sides.team('Elbe')}").text

    radios = re.findall(r'<input[^>]*id="([^"]+)"[^>]*type="radio"', page)
    labels = re.findall(r'<label for="([^"]+)"', page)
    assert page.count("<fieldset") == page.count("<legend>") == 12
    assert len(radios) == 4 + 10 * 6 + 5
    assert set(radios) <= set(labels)


def test_germans_are_asked_in_german(session, visit, sides, wave):
    person = sides.members["Rhine"][0]
    person.locale = "de"
    ada = visit(person)

    page = ada.get(f"/surveys/{wave.id}/about/{sides.team('Elbe')}").text

    assert "Elbe nimmt unseren Beitrag so ernst wie den eigenen." in page
    assert "Wie wichtig ist Elbe für Ihre Ergebnisse?" in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_ballot_asks_the_database_as_often_for_any_number_of_people(
    people, session, visit, sides, wave, count_statements
):
    for person in sides.members["Rhine"][1 : 1 + people]:
        vote(session, wave, person, sides.team("Elbe"))
    ada = visit(sides.members["Rhine"][0])
    ada.get("/surveys/")

    with count_statements() as statements:
        ada.get(f"/surveys/{wave.id}/about/{sides.team('Elbe')}")

    assert len(statements) == 11


def test_the_survey_waits_on_today_until_everything_is_handed_in(session, visit, sides, wave):
    person = sides.members["Elbe"][0]
    bo = visit(person)

    before = bo.get("/today").text
    vote(session, wave, person, sides.team("Rhine"))
    bo.post(f"/surveys/{wave.id}/comments", {})
    after = bo.get("/today").text

    assert "Two minutes for “Autumn”" in before
    assert "Two minutes for" not in after


def draft_of(visitor, path):
    """Under what the device keeps the draft of a page."""
    return re.search(r'data-draft="(\w+)"', visitor.get(path).text)[1]


def test_a_draft_is_found_again_after_signing_in_anew_and_by_nobody_else(visit, sides, wave):
    ada, bo = sides.members["Rhine"][:2]
    path = f"/surveys/{wave.id}/about/{sides.team('Elbe')}"

    own, again, other = (draft_of(visit(person), path) for person in (ada, ada, bo))

    assert own == again
    assert own != other


def test_the_device_is_told_what_it_need_not_keep_only_after_the_server_has_it(visit, sides, wave):
    ada = visit(sides.members["Rhine"][0])
    about = {name: f"/surveys/{wave.id}/about/{sides.team(name)}" for name in ("Elbe", "Main")}
    comments = f"/surveys/{wave.id}/comments"
    drafts = [draft_of(ada, path) for path in (*about.values(), comments)]

    told = [done_on(ada, about["Elbe"])]
    ada.post(
        f"/surveys/{wave.id}/ballots", {"contact": "never heard of", "team": sides.team("Elbe")}
    )
    told.append(done_on(ada, about["Elbe"]))
    for name, path in (("Elbe", about["Main"]), ("Main", comments)):
        ada.post(f"/surveys/{wave.id}/ballots", {"contact": "none", "team": sides.team(name)})
        told.append(done_on(ada, path))
    ada.post(comments, {})
    told.append(done_on(ada, f"/surveys/{wave.id}/thanks"))

    assert told == [[], [], drafts[:1], drafts[:2], drafts]


def done_on(visitor, path):
    return re.search(r'data-drafts-done="([\w ]*)"', visitor.get(path).text)[1].split()

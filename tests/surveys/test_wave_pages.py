"""HR's pages of waves, ties and questions, and what the works council reads."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.roles import Role
from app.domain.waves import WaveState
from app.surveys.models import Question, SealedBox, Tie, Wave
from app.surveys.services.questions import begin
from tests.engines import on_one_engine
from tests.factories import make_person
from tests.surveys.makers import close, make_draft, make_open_wave, make_sides, vote, vote_all

TERMS = {
    "title": "Autumn",
    "opens_on": "2026-11-23",
    "last_on": "2026-12-06",
    "k": "5",
    "k_target": "6",
}


def stored(session):
    return session.scalar(select(Wave))


@pytest.fixture
def council(visit, session):
    return visit(make_person(session, "Wim", roles=[Role.WORKS_COUNCIL]))


def test_a_wave_is_prepared_with_its_last_day_included(session, as_hr):
    answer = as_hr.post("/waves/", TERMS)

    wave = stored(session)
    assert answer.headers["Location"] == f"/waves/{wave.id}"
    assert (wave.title, wave.opens_on, wave.ends_on, wave.k, wave.k_target, wave.state) == (
        "Autumn", date(2026, 11, 23), date(2026, 12, 7), 5, 6, WaveState.DRAFT,
    )  # fmt: skip
    assert as_hr.get("/waves/").status_code == as_hr.get(f"/waves/{wave.id}").status_code == 200


@on_one_engine
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"k": "4"}, "Number must be between 5 and 15."),
        ({"k": "16"}, "Number must be between 5 and 15."),
        ({"k_target": "x"}, "Not a valid integer value."),
        ({"last_on": "2026-11-22"}, "A wave lasts from 2 to 60 days."),
        ({"last_on": "2027-11-22"}, "A wave lasts from 2 to 60 days."),
        ({"opens_on": "soon"}, "Not a valid date value."),
    ],
)
def test_terms_that_do_not_protect_or_make_no_sense_are_refused(bad, words, session, as_hr):
    answer = as_hr.post("/waves/", {**TERMS, **bad})

    assert answer.status_code == 422
    assert words in answer.text
    assert stored(session) is None


def test_a_title_is_given_once(session, as_hr):
    make_draft(session)

    answer = as_hr.post("/waves/", TERMS)

    assert answer.status_code == 422
    assert "Another wave already has this title." in answer.text


def test_opening_asks_everybody_with_ties_and_freezes_the_terms(session, as_hr):
    make_sides(session)
    wave = make_draft(session)

    answer = as_hr.post(f"/waves/{wave.id}/plan", {"version": wave.version})
    page = as_hr.get(f"/waves/{wave.id}").text
    later = as_hr.post(f"/waves/{wave.id}/edit", {**TERMS, "version": stored(session).version})

    assert answer.status_code == 302
    assert "20 people are asked." in page
    assert stored(session).state is WaveState.OPEN
    assert (later.status_code, stored(session).k_target) == (409, 5)


def test_a_wave_of_a_later_day_is_planned_and_can_be_taken_back(session, as_hr):
    make_sides(session)
    wave = make_draft(session, opens_on=date(2026, 12, 1), ends_on=date(2026, 12, 15))

    as_hr.post(f"/waves/{wave.id}/plan", {"version": wave.version})
    planned = stored(session).state
    as_hr.post(f"/waves/{wave.id}/unplan", {"version": stored(session).version})

    assert (planned, stored(session).state) == (WaveState.PLANNED, WaveState.DRAFT)


def test_without_ties_nobody_would_be_asked(session, as_hr):
    wave = make_draft(session)

    answer = as_hr.post(f"/waves/{wave.id}/plan", {"version": wave.version})

    assert answer.status_code == 409
    assert "Nobody would be asked" in answer.text
    assert stored(session).state is WaveState.DRAFT


def test_an_open_wave_is_extended_and_never_shortened(session, as_hr):
    make_sides(session)
    wave, _keys = make_open_wave(session)

    shorter = as_hr.post(
        f"/waves/{wave.id}/extend", {"version": wave.version, "last_on": "2026-12-01"}
    )
    kept = stored(session).ends_on
    longer = as_hr.post(
        f"/waves/{wave.id}/extend", {"version": stored(session).version, "last_on": "2026-12-10"}
    )

    assert (shorter.status_code, kept) == (422, date(2026, 12, 7))
    assert (longer.status_code, stored(session).ends_on) == (302, date(2026, 12, 11))


def test_cancelling_destroys_what_was_handed_in(session, as_hr):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    vote(session, wave, sides.members["Rhine"][0], sides.team("Elbe"))

    asked = as_hr.get(f"/waves/{wave.id}/cancel")
    as_hr.post(f"/waves/{wave.id}/cancel", {"version": wave.version})

    assert "destroyed unread" in asked.text
    assert stored(session).state is WaveState.CANCELLED
    assert session.scalars(select(SealedBox)).all() == []


def test_what_can_no_longer_be_done_to_a_wave_is_not_offered(session, as_hr):
    make_sides(session)
    wave, keys = make_open_wave(session)
    page = f"/waves/{wave.id}"

    edited = as_hr.get(f"{page}/edit")
    close(session, wave, keys)
    session.commit()
    cancelled = as_hr.get(f"{page}/cancel")

    assert [(answer.status_code, answer.location) for answer in (edited, cancelled)] == [
        (302, page),
        (302, page),
    ]


def test_hr_sees_the_form_before_it_is_asked_and_can_hand_nothing_in(session, as_hr):
    make_sides(session)
    wave = make_draft(session)

    page = as_hr.get("/questionnaires/form").text
    draft = as_hr.get(f"/waves/{wave.id}").text

    asked = [text.partition("</legend>")[0] for text in page.split("<legend>")[1:]]
    assert len(asked) == 12, "contact, ten lines, importance"
    assert sum("team X" in text for text in asked) == 12
    assert "What should team X keep doing by all means?" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert 'href="/questionnaires/form"' in draft


def test_two_people_who_change_a_wave_see_both_versions(session, as_hr):
    wave = make_draft(session)
    as_hr.post(f"/waves/{wave.id}/edit", {**TERMS, "title": "One", "version": wave.version})

    answer = as_hr.post(f"/waves/{wave.id}/edit", {**TERMS, "title": "Two", "version": "1"})

    assert answer.status_code == 409
    assert "One" in answer.text
    assert stored(session).title == "One"


def test_the_share_is_shown_in_tens_while_the_wave_is_open_and_to_hr_alone(session, as_hr, council):
    sides = make_sides(session, rhine=42)
    wave, _keys = make_open_wave(session)
    for person in sides.members["Elbe"]:
        vote(session, wave, person, sides.team("Rhine"))

    hr_sees, council_sees = (who.get(f"/waves/{wave.id}").text for who in (as_hr, council))

    assert "10 % or more" in hr_sees
    assert "% or more" not in council_sees
    assert [name for name in ("Elbe0", "Rhine0") if name in hr_sees + council_sees] == []


@pytest.mark.parametrize(("rhine", "k"), [(41, 5), (42, 6)])
def test_where_few_are_asked_hr_sees_only_that_it_is_open_and_until_when(
    rhine, k, session, as_hr, count_statements
):
    make_sides(session, rhine=rhine)
    wave, _keys = make_open_wave(session, k=k)

    with count_statements() as statements:
        page = as_hr.get(f"/waves/{wave.id}").text

    assert "% or more" not in page
    assert "Open until" in page
    assert "Dec 6, 2026" in page
    assert f"shown from {10 * k} people asked on" in page
    assert [text for text in statements if "ballot_mark" in text] == []


def test_the_council_reads_waves_past_their_draft_and_the_protocol(session, as_hr, council):
    sides = make_sides(session)
    draft = make_draft(session, "Later")
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    close(session, wave, keys)

    listed = council.get("/waves/").text
    page = council.get(f"/waves/{wave.id}").text

    assert council.get(f"/waves/{draft.id}").status_code == 404
    assert "Later" not in listed
    assert "Autumn" in listed
    assert wave.digest[:16] in page
    assert "Edit" not in page


def test_the_preview_says_which_pairs_can_be_shown(session, as_hr):
    make_sides(session, rhine=12, elbe=8, main=4)
    wave = make_draft(session)

    page = as_hr.get(f"/waves/{wave.id}").text

    assert page.count("yes, from 5 answers on") == 2
    assert page.count("not asked: the rated team is too small") == 1


def test_the_example_is_marked_as_invented(session, as_hr):
    wave = make_draft(session)

    page = as_hr.get(f"/waves/{wave.id}/example").text

    assert "Every number here is invented" in page
    assert "about 66" in page


def test_a_row_of_ties_is_declared_ended_and_weighted(session, as_hr):
    sides = make_sides(session)
    rhine, elbe, main = (sides.team(name) for name in ("Rhine", "Elbe", "Main"))

    row = {f"rates_{main}": "y", f"weight_{main}": "0.5", f"weight_{elbe}": ""}
    as_hr.post(f"/waves/ties/{rhine}", row)

    ties = session.execute(
        select(Tie.target_id, Tie.starts_on, Tie.ends_on, Tie.importance)
        .where(Tie.source_id == rhine)
        .order_by(Tie.target_id)
    ).all()
    assert sorted(map(tuple, ties)) == sorted(
        [
            (elbe, date(2026, 1, 1), date(2026, 11, 23), None),
            (main, date(2026, 1, 1), None, 0.5),
        ]
    )
    matrix = as_hr.get("/waves/ties/").text
    assert matrix.count("#check-lg") == 2


def test_mended_spelling_keeps_the_edition_and_another_wording_begins_a_new_one(session, as_hr):
    as_hr.get("/questionnaires/")
    question = session.scalar(select(Question).where(Question.item == "q07"))
    texts = {"english": question.text_en, "german": question.text_de}
    mended = {**texts, "english": question.text_en.replace("seriously", "serously")}
    other = {**texts, "english": "We are taken seriously by {team}."}

    typo = as_hr.post("/questionnaires/q07", {**mended, "change": "typo", "version": 1})
    refused = as_hr.post("/questionnaires/q07", {**other, "change": "typo", "version": 2})
    reworded = as_hr.post("/questionnaires/q07", {**other, "change": "wording", "version": 2})

    assert (typo.status_code, refused.status_code, reworded.status_code) == (302, 422, 302)
    editions = session.execute(
        select(Question.edition, Question.text_en).where(Question.item == "q07")
    ).all()
    assert sorted(map(tuple, editions)) == [(1, mended["english"]), (2, other["english"])]
    changes = session.scalars(
        select(AuditEntry.detail)
        .where(AuditEntry.kind == AuditKind.QUESTION_CHANGED)
        .order_by(AuditEntry.id)
    ).all()
    assert [change["change"] for change in changes] == ["spelling mended", "new wording"]


def test_a_question_must_name_the_team_in_both_languages(session, as_hr):
    begin(session)

    answer = as_hr.post(
        "/questionnaires/q01",
        {"english": "All is well.", "german": "{team}", "change": "wording", "version": 1},
    )

    assert answer.status_code == 422
    assert "written as {team}" in answer.text


def test_the_data_sheet_and_the_notice_say_the_settings_in_force(session, as_hr, council):
    make_sides(session)
    make_open_wave(session, k=8, k_target=7)

    sheet = council.get("/waves/data-sheet").text
    notice = council.get("/surveys/privacy").text

    for page in (sheet, notice):
        assert "at least 8 answers; a rated team has at least 7 members" in page
        assert "from 80 people asked on, so that a step is at least 8 people" in page
    assert "Autumn" in sheet


@pytest.mark.parametrize("waves", [1, 3])
def test_the_list_asks_as_often_for_any_number_of_waves(waves, session, as_hr, count_statements):
    for number in range(waves):
        make_draft(session, f"Wave {number}")
    as_hr.get("/waves/")

    with count_statements() as statements:
        as_hr.get("/waves/")

    assert len(statements) == 4

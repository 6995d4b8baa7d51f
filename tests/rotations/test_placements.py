"""Host teams offer, change and withdraw placements; everybody finds what is offered."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.outbox.models import Notice
from app.rotations.models import Placement, PlacementSkill, PlacementState, RoundState
from tests.engines import on_one_engine
from tests.factories import make_application, make_placement, make_skill, make_team


@pytest.fixture
def form(cast):
    return {
        "host_team_id": str(cast.elbe.id),
        "title": "Ride along",
        "task": "Visit four customers and prepare the yearly talk.",
        "learning": "How customers decide.",
        "duration": "2",
        "first_start": "0",
        "last_start": "4",
        "seats": "1",
        "share": "100",
        "site_id": str(cast.elbe.site_id),
        "buddy_id": str(cast.bo.id),
    }


def test_a_lead_offers_a_placement_with_skills_and_buddy(session, cast, signed_in, form):
    excel, story = make_skill(session, "Excel"), make_skill(session, "Storytelling")
    skills = {"required": str(excel.id), "welcome": [str(excel.id), str(story.id)]}

    answer = signed_in(cast.bo).post(
        f"/placements/round/{cast.round.id}", offer="1", **form, **skills
    )

    made = session.scalar(select(Placement).where(Placement.title == "Ride along"))
    wanted = session.execute(
        select(PlacementSkill.skill_id, PlacementSkill.required).order_by(PlacementSkill.skill_id)
    ).all()
    assert (answer.status_code, answer.location) == (302, f"/placements/{made.id}")
    assert (made.state, made.buddy_id, made.created_by) == (
        PlacementState.OFFERED,
        cast.bo.id,
        cast.bo.id,
    )
    assert [tuple(row) for row in wanted] == [(excel.id, True), (story.id, False)]


@on_one_engine
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"last_start": "5"}, "last_start", "would reach past the end of the round"),
        ({"first_start": "3", "last_start": "1"}, "last_start", "cannot come before the first"),
        ({"buddy_id": "LEA"}, "buddy_id", "Not a valid choice."),
        ({"host_team_id": "RHINE"}, "host_team_id", "Not a valid choice."),
        ({"share": "9"}, "share", "Number must be between 10 and 100."),
        ({"seats": "0"}, "seats", "Number must be between 1 and 50."),
        ({"task": ""}, "task", "This field is required."),
        ({"title": "a\u0000b"}, "title", "Please remove invisible control characters."),
    ],
)
def test_a_wrong_placement_is_said_beside_its_field(cast, signed_in, form, wrong, field, message):
    keys = {"LEA": str(cast.lea.id), "RHINE": str(cast.rhine.id)}
    entered = form | {name: keys.get(value, value) for name, value in wrong.items()}

    answer = signed_in(cast.bo).post(f"/placements/round/{cast.round.id}", **entered)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert "Visit four customers" in page or field == "task"


def test_hr_cannot_give_a_team_a_buddy_from_elsewhere(session, cast, signed_in, form):
    entered = form | {"buddy_id": str(cast.lea.id)}

    answer = signed_in(cast.olga).post(f"/placements/round/{cast.round.id}", **entered)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The buddy must be a member" in page.split('id="buddy_id-error"')[1]


@pytest.mark.parametrize(
    ("state", "round_state", "seen_by"),
    [
        (PlacementState.DRAFT, RoundState.OPEN, {"bo", "olga"}),
        (PlacementState.OFFERED, RoundState.DRAFT, {"bo", "olga"}),
        (PlacementState.OFFERED, RoundState.OPEN, {"ada", "lea", "bo", "cy", "olga", "wim"}),
        (PlacementState.WITHDRAWN, RoundState.PUBLISHED, {"ada", "lea", "bo", "cy", "olga", "wim"}),
    ],
)
def test_who_sees_a_placement(cast, signed_in, state, round_state, seen_by):
    cast.desk.state, cast.round.state = state, round_state

    path = f"/placements/{cast.desk.id}"
    found = {
        who
        for who in ("ada", "lea", "bo", "cy", "olga", "wim")
        if signed_in(getattr(cast, who)).get(path).status_code == 200
    }

    assert found == seen_by


@pytest.mark.parametrize("what", ["edit", "offer", "withdraw"])
def test_only_the_host_team_and_hr_touch_a_placement(cast, signed_in, what):
    for who in (cast.ada, cast.lea, cast.wim):
        answer = signed_in(who).post(f"/placements/{cast.desk.id}/{what}", reason="x")

        assert answer.status_code == 404


def test_hosts_learn_how_many_chose_it_and_never_who(session, cast, signed_in):
    make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])

    host = signed_in(cast.bo).get(f"/placements/{cast.desk.id}").get_data(as_text=True)
    other = signed_in(cast.lea).get(f"/placements/{cast.desk.id}").get_data(as_text=True)

    assert "Applications that name it" in host
    assert "Ada Test" not in host
    assert "Applications that name it" not in other


def test_withdrawing_tells_everybody_who_chose_it_with_the_reason(session, cast, signed_in):
    make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    make_application(
        session, cast.round, cast.dan, cast.rhine, [cast.desk], state="draft", submitted_at=None
    )
    bo = signed_in(cast.bo)

    preview = bo.get(f"/placements/{cast.desk.id}/withdraw").get_data(as_text=True)
    without = bo.post(f"/placements/{cast.desk.id}/withdraw", reason=" ")
    done = bo.post(f"/placements/{cast.desk.id}/withdraw", reason="The desk is closed.")

    told = session.scalars(select(Notice).order_by(Notice.person_id)).all()
    assert "2 people chose it and will be told." in preview
    assert (without.status_code, done.status_code) == (422, 302)
    assert cast.desk.state is PlacementState.WITHDRAWN
    assert [(one.person_id, one.must_know, one.params["reason"]) for one in told] == [
        (cast.ada.id, True, "The desk is closed."),
        (cast.dan.id, True, "The desk is closed."),
    ]


def test_a_change_tells_those_who_chose_it_and_no_change_tells_nobody(
    session, cast, signed_in, form
):
    make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    bo, path = signed_in(cast.bo), f"/placements/{cast.desk.id}/edit"

    bo.post(path, version="1", **form)
    after_change = session.scalars(select(Notice.person_id)).all()
    bo.post(path, version="2", **form)

    assert after_change == [cast.ada.id]
    assert session.scalars(select(Notice.person_id)).all() == [cast.ada.id]
    assert (cast.desk.title, cast.desk.version) == ("Ride along", 2)


def test_two_editors_are_shown_both_versions(cast, signed_in, form):
    bo, path = signed_in(cast.bo), f"/placements/{cast.desk.id}/edit"
    bo.post(path, version="1", **form)

    answer = signed_in(cast.olga).post(path, version="1", **(form | {"title": "Another title"}))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, cast.desk.title) == (409, "Ride along")
    assert '<td data-label="Your version">Another title</td>' in page
    assert '<td data-label="Stored now">Ride along</td>' in page


def test_after_the_deadline_leads_no_longer_offer_but_hr_does(cast, signed_in, clock, form):
    clock.move_to(datetime(2026, 12, 12, 9, tzinfo=UTC))
    path = f"/placements/round/{cast.round.id}"

    lead, hr = signed_in(cast.bo).post(path, **form), signed_in(cast.olga).post(path, **form)

    assert (lead.status_code, hr.status_code) == (404, 302)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Campaign desk", "Far away", "Number desk"}),
        ("?q=number", {"Number desk"}),
        ("?q=%25", set()),
        ("?duration=2", {"Far away"}),
        ("?remote=1", {"Far away"}),
        ("?skill=SKILL", {"Number desk"}),
        ("?department=MARKETING", {"Far away"}),
        ("?site=99999", set()),
        ("?site=abc&duration=99999999999999", {"Campaign desk", "Far away", "Number desk"}),
    ],
)
def test_the_catalogue_is_narrowed(session, cast, signed_in, query, expected):
    excel = make_skill(session, "Excel")
    brand = make_team(session, "Brand")
    make_placement(session, cast.round, brand, "Far away", duration=2, remote_ok=True)
    make_placement(session, cast.round, cast.elbe, "Number desk", skills=[excel])
    make_placement(session, cast.round, cast.elbe, "Hidden", state=PlacementState.DRAFT)
    keys = {"SKILL": str(excel.id), "MARKETING": str(brand.department_id)}
    for name, key in keys.items():
        query = query.replace(name, key)

    page = signed_in(cast.ada).get(f"/placements/{query}").get_data(as_text=True)

    titles = {"Campaign desk", "Far away", "Number desk", "Hidden"}
    assert {title for title in titles if title in page} == expected


def test_without_an_open_round_the_catalogue_says_so(cast, signed_in):
    cast.round.state = RoundState.CLOSED

    page = signed_in(cast.ada).get("/placements/").get_data(as_text=True)

    assert "No round is open" in page


def test_blocks_are_shown_as_days(session, cast, signed_in):
    long = make_placement(session, cast.round, cast.elbe, "Long", duration=2, last_start=1)

    page = signed_in(cast.ada).get(f"/placements/{long.id}").get_data(as_text=True)

    assert "Mar 1, 2027 – Apr 25, 2027" in page
    assert "Mar 29, 2027 – May 23, 2027" in page
    assert "Apr 26, 2027 –" not in page
    assert cast.round.starts_on == date(2027, 3, 1)


@pytest.mark.parametrize("placements", [1, 3])
def test_the_catalogue_asks_the_same_number_of_times(
    session, cast, signed_in, count_statements, placements
):
    skill = make_skill(session, "Excel")
    for number in range(placements):
        make_placement(session, cast.round, cast.elbe, f"Desk {number}", skills=[skill])
    ada = signed_in(cast.ada)

    with count_statements() as statements:
        page = ada.get("/placements/").get_data(as_text=True)

    assert page.count("Desk ") >= placements
    assert len(statements) == 15

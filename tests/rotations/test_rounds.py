"""HR creates, opens, changes and moves rounds; others see what is theirs to see."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.outbox.models import Notice
from app.rotations.models import PairWish, Round, RoundState
from tests.engines import on_one_engine
from tests.factories import make_application, make_endorsement, make_round, make_team

FORM = {
    "name": "Autumn 2027",
    "welcome": "Come and see how the others work.",
    "starts_on": "2027-09-06",
    "blocks": "6",
    "block_weeks": "4",
    "max_rotations": "1",
    "gap_blocks": "0",
    "notice_weeks": "4",
    "placements_due_on": "2027-05-10",
    "applications_due_on": "2027-05-24",
    "endorsements_due_on": "2027-06-07",
    "publish_on": "2027-06-21",
}


def stored(round_, **changes):
    """What the edit form of a round holds."""
    return {name: str(getattr(round_, name)) for name in FORM} | {
        "version": str(round_.version),
        **changes,
    }


def test_hr_creates_a_round_as_a_draft(session, cast, signed_in):
    answer = signed_in(cast.olga).post("/rounds/", **FORM)

    made = session.scalar(select(Round).where(Round.name == "Autumn 2027"))
    assert (answer.status_code, answer.location) == (302, f"/rounds/{made.id}")
    assert {name: str(getattr(made, name)) for name in FORM} == FORM
    assert (made.state, made.created_by) == (RoundState.DRAFT, cast.olga.id)
    kinds = [kind.value for kind in session.scalars(select(AuditEntry.kind))]
    assert kinds == ["rotations.round_changed"]


@on_one_engine
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"starts_on": "2027-09-07"}, "starts_on", "A round begins on a Monday."),
        ({"starts_on": "9999-12-31"}, "starts_on", "Please enter a day between 2000 and 2099."),
        (
            {"applications_due_on": "2027-05-01"},
            "applications_due_on",
            "People apply for placements, so this cannot be before the placements are due.",
        ),
        (
            {"endorsements_due_on": "2027-05-01"},
            "endorsements_due_on",
            "Endorsements cannot be due before the applications are.",
        ),
        (
            {"publish_on": "2027-06-01"},
            "publish_on",
            "The plan cannot be published before the endorsements are due.",
        ),
        ({"name": "Spring 2027"}, "name", "Another round already has this name."),
        ({"name": " \t "}, "name", "This field is required."),
        ({"name": "x" * 121}, "name", "Field cannot be longer than 120 characters."),
        ({"name": "\u202eevil"}, "name", "Please remove invisible control characters."),
        ({"blocks": "0"}, "blocks", "Number must be between 1 and 60."),
        ({"blocks": "9" * 5000}, "blocks", "Not a valid integer value."),
        ({"welcome": "x" * 2001}, "welcome", "Field cannot be longer than 2000 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    session, cast, signed_in, wrong, field, message
):
    answer = signed_in(cast.olga).post("/rounds/", **(FORM | wrong))

    page = answer.get_data(as_text=True)
    told = page.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert answer.status_code == 422
    assert message in told
    assert session.scalars(select(Round.name)).all() == ["Spring 2027"]


def test_hostile_text_is_shown_as_text(session, cast, signed_in):
    olga = signed_in(cast.olga)
    made = olga.post(
        "/rounds/", **(FORM | {"name": "<script>alert(1)</script>", "welcome": "'\"&<"})
    )

    page = olga.get(made.location).get_data(as_text=True)

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_two_people_who_change_one_round_are_shown_both_versions(session, cast, signed_in):
    olga = signed_in(cast.olga)
    opened = stored(cast.round, welcome="Mine")
    olga.post(f"/rounds/{cast.round.id}/edit", **(opened | {"welcome": "Theirs"}))

    conflict = olga.post(f"/rounds/{cast.round.id}/edit", **opened)
    page = conflict.get_data(as_text=True)
    kept = cast.round.welcome
    again = olga.post(f"/rounds/{cast.round.id}/edit", **(opened | {"version": "2"}))

    assert (conflict.status_code, kept) == (409, "Theirs")
    assert '<td data-label="Your version">Mine</td>' in page
    assert '<td data-label="Stored now">Theirs</td>' in page
    assert 'name="version" type="hidden" value="2"' in page
    assert (again.status_code, cast.round.welcome, cast.round.version) == (302, "Mine", 3)


def test_an_open_round_keeps_its_blocks_and_tells_of_later_deadlines(session, cast, signed_in):
    make_application(session, cast.round, cast.ada, cast.rhine, state="draft", submitted_at=None)
    olga = signed_in(cast.olga)

    refused = olga.post(f"/rounds/{cast.round.id}/edit", **stored(cast.round, blocks="7"))
    earlier = stored(cast.round, applications_due_on="2026-12-17")
    too_early = olga.post(f"/rounds/{cast.round.id}/edit", **earlier)
    later = stored(cast.round, applications_due_on="2026-12-28")
    done = olga.post(f"/rounds/{cast.round.id}/edit", **later)

    told = session.scalars(select(Notice.person_id)).all()
    assert (refused.status_code, too_early.status_code, done.status_code) == (422, 422, 302)
    assert (cast.round.blocks, cast.round.applications_due_on) == (6, date(2026, 12, 28))
    assert told == [cast.ada.id]


def test_later_endorsements_move_the_day_of_those_still_asked(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    endorsement = make_endorsement(session, application)

    form = stored(cast.round, endorsements_due_on="2027-01-20")
    signed_in(cast.olga).post(f"/rounds/{cast.round.id}/edit", **form)

    assert (endorsement.due_on, endorsement.version) == (date(2027, 1, 20), 2)


def test_opening_shows_who_will_be_told_and_tells_exactly_them(session, cast, signed_in):
    cast.round.state = RoundState.DRAFT
    olga = signed_in(cast.olga)

    preview = olga.get(f"/rounds/{cast.round.id}/move/open").get_data(as_text=True)
    nobody_yet = session.scalars(select(Notice.id)).all()
    done = olga.post(f"/rounds/{cast.round.id}/move/open", version=str(cast.round.version))

    told = session.execute(select(Notice.person_id, Notice.action)).all()
    assert preview.count("3 people") == 1
    assert preview.count("4 people") == 1
    assert (nobody_yet, done.status_code, cast.round.state) == ([], 302, RoundState.OPEN)
    assert {person for person, action in told if action == "Offer a placement"} == {
        cast.lea.id,
        cast.dan.id,
        cast.bo.id,
    }
    assert {person for person, action in told if action == "Look at the placements"} == {
        cast.ada.id,
        cast.cy.id,
        cast.olga.id,
        cast.wim.id,
    }


def test_a_round_with_an_application_cannot_become_a_draft_again(session, cast, signed_in):
    make_application(session, cast.round, cast.ada, cast.rhine, state="draft", submitted_at=None)

    answer = signed_in(cast.olga).post(f"/rounds/{cast.round.id}/move/draft", version="1")

    assert (answer.status_code, cast.round.state) == (409, RoundState.OPEN)
    assert "cannot become a draft again" in answer.get_data(as_text=True)


def test_nobody_publishes_a_round_past_its_plan(cast, signed_in):
    answer = signed_in(cast.olga).post(f"/rounds/{cast.round.id}/move/published", version="1")

    assert answer.status_code == 404


def test_weights_are_kept_as_points_and_shown_in_words(session, cast, signed_in):
    olga = signed_in(cast.olga)
    said = dict.fromkeys(("never", "wishes", "needs", "debt", "site", "delay"), "normal")

    answer = olga.post(f"/rounds/{cast.round.id}/weights", waiting="most", version="1", **said)

    assert answer.status_code == 302
    assert cast.round.weights["wait_bonus"] == 240
    assert cast.round.weights["rank_cost"] == [0, 20, 80, 180, 320]
    page = olga.get(f"/rounds/{cast.round.id}").get_data(as_text=True)
    assert "How much does waiting count? <strong>counts most</strong>" in page


def test_wishes_between_teams_are_kept_and_emptied(session, cast, signed_in):
    olga, path = signed_in(cast.olga), f"/rounds/{cast.round.id}/wishes/{cast.rhine.id}"
    host = cast.elbe.id
    wish = {f"need_{host}": "4", f"target_{host}": "2", f"min_{host}": "1", f"max_{host}": "3"}

    opened_on = _fingerprint(olga.get(path))
    answer = olga.post(path, opened_on=opened_on, **wish)
    kept = session.execute(
        select(PairWish.home_team_id, PairWish.host_team_id, PairWish.need, PairWish.target)
    ).all()
    stale = olga.post(path, opened_on=opened_on, **(wish | {f"need_{host}": "1"}))
    empty = {f"need_{host}": "0", f"target_{host}": "0", f"min_{host}": "", f"max_{host}": ""}
    olga.post(path, opened_on=_fingerprint(olga.get(path)), **empty)

    assert answer.status_code == 302
    assert [tuple(row) for row in kept] == [(cast.rhine.id, cast.elbe.id, 4, 2)]
    assert stale.status_code == 409
    assert session.scalars(select(PairWish.id)).all() == []


def _fingerprint(answer):
    return answer.get_data(as_text=True).split('name="opened_on"')[1].split('value="')[1][:16]


def test_limits_turned_round_are_refused_beside_the_field(session, cast, signed_in):
    host = cast.elbe.id
    wish = {f"need_{host}": "4", f"target_{host}": "2", f"min_{host}": "3", f"max_{host}": "1"}

    path = f"/rounds/{cast.round.id}/wishes/{cast.rhine.id}"
    answer = signed_in(cast.olga).post(path, opened_on="x", **wish)

    assert answer.status_code == 422
    assert f'id="max_{host}-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        ("olga", RoundState.DRAFT, 200),
        ("wim", RoundState.DRAFT, 404),
        ("wim", RoundState.OPEN, 200),
        ("ada", RoundState.OPEN, 404),
        ("lea", RoundState.OPEN, 404),
    ],
)
def test_a_round_is_for_hr_and_once_open_for_the_works_council(cast, signed_in, who, state, status):
    cast.round.state = state
    reader = signed_in(getattr(cast, who))

    for page in ("", "/wishes", "/weights"):
        assert reader.get(f"/rounds/{cast.round.id}{page}").status_code == status


@pytest.mark.parametrize("path", ["edit", "weights", "move/planning", "wishes/1"])
def test_only_hr_changes_a_round(cast, signed_in, path):
    for who in (cast.ada, cast.lea, cast.wim):
        assert signed_in(who).post(f"/rounds/{cast.round.id}/{path}").status_code == 404


def test_the_works_council_reads_wishes_without_a_way_to_change_them(cast, signed_in):
    page = signed_in(cast.wim).get(f"/rounds/{cast.round.id}/wishes").get_data(as_text=True)

    assert cast.rhine.name in page
    assert f"/wishes/{cast.rhine.id}" not in page


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_list_asks_the_same_number_of_times(session, cast, signed_in, count_statements, rounds):
    for number in range(rounds - 1):
        made = make_round(session, f"Round {number}")
        make_application(session, made, cast.ada, cast.rhine)
    olga = signed_in(cast.olga)

    with count_statements() as statements:
        olga.get("/rounds/")

    assert len(statements) == 7


@pytest.mark.parametrize("teams", [1, 3])
def test_the_table_of_wishes_asks_the_same_number_of_times(
    session, cast, signed_in, count_statements, teams
):
    for number in range(teams):
        extra = make_team(session, f"Team {number}")
        session.add(
            PairWish(round_id=cast.round.id, home_team_id=cast.rhine.id, host_team_id=extra.id)
        )
    olga, path = signed_in(cast.olga), f"/rounds/{cast.round.id}/wishes"

    with count_statements() as statements:
        olga.get(path)

    assert len(statements) == 7


def test_no_round_yet_says_what_to_do(session, cast, signed_in):
    session.delete(cast.desk)
    session.delete(cast.round)

    page = signed_in(cast.olga).get("/rounds/").get_data(as_text=True)

    assert "No round yet" in page
    assert 'href="/rounds/new"' in page

"""People apply, change, withdraw and follow their application; the rest of the world sees less."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.outbox.models import Notice
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Choice,
    Endorsement,
    EndorsementState,
    Outcome,
    PlacementState,
    RoundState,
)
from tests.engines import on_one_engine
from tests.factories import (
    make_application,
    make_avoidance,
    make_endorsement,
    make_person,
    make_placement,
    make_round,
    make_skill,
    make_team,
)


@pytest.fixture
def path(cast):
    return f"/applications/round/{cast.round.id}"


def own(session, person):
    return session.scalar(select(Application).where(Application.person_id == person.id))


def choices(session):
    rows = session.execute(select(Choice.rank, Choice.placement_id).order_by(Choice.rank))
    return [tuple(row) for row in rows]


def test_a_draft_is_kept_for_its_writer_alone(session, cast, signed_in, path):
    answer = signed_in(cast.ada).post(path, choice1=str(cast.desk.id), draft="1")

    application = own(session, cast.ada)
    assert (answer.status_code, answer.location) == (302, path)
    assert (application.state, application.home_team_id) == (
        ApplicationState.DRAFT,
        cast.rhine.id,
    )
    assert session.scalars(select(Endorsement.id)).all() == []
    for other in (cast.lea, cast.olga, cast.bo, cast.wim):
        assert signed_in(other).get(f"/applications/{application.id}").status_code == 404


def test_submitting_asks_lead_and_deputy_to_endorse(session, cast, signed_in, path):
    answer = signed_in(cast.ada).post(
        path,
        choice1=str(cast.desk.id),
        motivation="I want to see how sales talk to customers.",
        latest_on="2027-06-30",
        notice_waived="y",
        submit="1",
    )

    application = own(session, cast.ada)
    endorsement = session.scalar(select(Endorsement))
    told = session.scalars(select(Notice.person_id).order_by(Notice.person_id)).all()
    assert (answer.status_code, answer.location) == (302, f"/applications/{application.id}")
    assert (application.state, application.latest_on, application.notice_waived) == (
        ApplicationState.SUBMITTED,
        date(2027, 7, 1),
        True,
    )
    assert (endorsement.application_id, endorsement.state, endorsement.due_on) == (
        application.id,
        EndorsementState.ASKED,
        cast.round.endorsements_due_on,
    )
    assert told == sorted([cast.lea.id, cast.dan.id])


def test_a_lead_who_applies_is_judged_by_the_deputy(session, cast, signed_in, path):
    signed_in(cast.lea).post(path, choice1=str(cast.desk.id), submit="1")

    assert session.scalars(select(Notice.person_id)).all() == [cast.dan.id]


def test_where_nobody_else_answers_for_the_team_hr_is_asked_at_once(session, cast, signed_in):
    rhine_desk = make_placement(session, cast.round, cast.rhine, "Brand desk")

    path = f"/applications/round/{cast.round.id}"
    signed_in(cast.bo).post(path, choice1=str(rhine_desk.id), submit="1")

    endorsement = session.scalar(select(Endorsement))
    assert endorsement.state is EndorsementState.ESCALATED
    assert session.scalars(select(Notice.person_id)).all() == [cast.olga.id]


@on_one_engine
@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({}, "choice1", "Please choose at least one placement before you submit."),
        ({"choice1": "DESK", "choice3": "DESK"}, "choice1", "You chose the same placement twice."),
        ({"choice1": "999999"}, "choice1", "Not a valid choice."),
        ({"choice1": "1; DROP TABLE person"}, "choice1", "Invalid Choice: could not coerce."),
        (
            {"choice1": "DESK", "earliest_on": "2027-05-01", "latest_on": "2027-04-01"},
            "latest_on",
            "The last day cannot come before the first.",
        ),
        (
            {"choice1": "DESK", "earliest_on": "0001-01-01"},
            "earliest_on",
            "Please enter a day between 2000 and 2099.",
        ),
        (
            {"choice1": "DESK", "motivation": "x" * 2001},
            "motivation",
            "Field cannot be longer than 2000 characters.",
        ),
    ],
)
def test_a_wrong_application_keeps_its_input_and_says_why(
    session, cast, signed_in, wrong, field, message
):
    path = f"/applications/round/{cast.round.id}"
    entered = {name: text.replace("DESK", str(cast.desk.id)) for name, text in wrong.items()}

    answer = signed_in(cast.ada).post(path, submit="1", **entered)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert own(session, cast.ada) is None


def test_a_withdrawn_placement_cannot_be_chosen(session, cast, signed_in, path):
    cast.desk.state = PlacementState.WITHDRAWN
    make_placement(session, cast.round, cast.elbe, "Other desk")

    answer = signed_in(cast.ada).post(path, choice1=str(cast.desk.id), submit="1")

    assert (answer.status_code, own(session, cast.ada)) == (422, None)


def test_arrows_reorder_the_choices_without_saving(session, cast, signed_in, path):
    second = make_placement(session, cast.round, cast.elbe, "Second desk")
    form = {"choice1": str(cast.desk.id), "choice2": str(second.id), "motivation": "Keep me"}

    answer = signed_in(cast.ada).post(path, move="2:up", **form)

    page = answer.get_data(as_text=True)
    first = page.split('id="choice1"')[1].split("</select>")[0]
    assert answer.status_code == 200
    assert f'<option selected value="{second.id}">' in first
    assert "Keep me" in page
    assert own(session, cast.ada) is None


def test_changing_the_choices_asks_the_home_team_again(session, cast, signed_in, path):
    second = make_placement(session, cast.round, cast.elbe, "Second desk")
    ada = signed_in(cast.ada)
    ada.post(path, choice1=str(cast.desk.id), submit="1")
    endorsement = session.scalar(select(Endorsement))
    endorsement.state, endorsement.decided_at = EndorsementState.ENDORSED, cast.round.created_at
    endorsement.decided_by = cast.lea.id
    version = str(own(session, cast.ada).version)

    same = {"choice1": str(cast.desk.id), "motivation": "More words", "submit": "1"}
    ada.post(path, version=version, **same)
    after_words = endorsement.state
    version = str(own(session, cast.ada).version)
    ada.post(path, version=version, choice1=str(second.id), choice2=str(cast.desk.id), submit="1")

    assert (after_words, endorsement.state) == (EndorsementState.ENDORSED, EndorsementState.ASKED)
    assert endorsement.decided_by is None
    assert choices(session) == [(1, second.id), (2, cast.desk.id)]


def test_two_windows_of_one_person_show_both_versions(session, cast, signed_in, path):
    ada = signed_in(cast.ada)
    ada.post(path, choice1=str(cast.desk.id), motivation="First window", draft="1")

    answer = ada.post(path, motivation="Second window", version="", draft="1")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert '<td data-label="Your version">Second window</td>' in page
    assert '<td data-label="Stored now">First window</td>' in page
    assert own(session, cast.ada).motivation == "First window"


@pytest.mark.parametrize(
    ("state", "moment"),
    [
        (RoundState.PLANNING, datetime(2026, 12, 1, 12, tzinfo=UTC)),
        (RoundState.OPEN, datetime(2026, 12, 18, 23, 0, tzinfo=UTC)),  # midnight in Cologne
    ],
)
def test_nobody_applies_when_the_round_is_closed(session, cast, signed_in, clock, state, moment):
    cast.round.state = state
    clock.move_to(moment)
    path = f"/applications/round/{cast.round.id}"

    answer = signed_in(cast.ada).post(path, choice1=str(cast.desk.id), submit="1")

    assert (answer.status_code, own(session, cast.ada)) == (409, None)


def test_the_last_minute_before_midnight_still_counts(session, cast, signed_in, clock, path):
    clock.move_to(datetime(2026, 12, 18, 22, 59, tzinfo=UTC))

    answer = signed_in(cast.ada).post(path, choice1=str(cast.desk.id), submit="1")

    assert answer.status_code == 302
    assert own(session, cast.ada).state is ApplicationState.SUBMITTED


def test_without_a_home_team_nobody_applies(session, cast, signed_in, path):
    answer = signed_in(cast.cy).post(path, choice1=str(cast.desk.id), submit="1")

    assert (answer.status_code, own(session, cast.cy)) == (409, None)


def test_withdrawing_tells_the_home_team_and_again_does_nothing(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    make_endorsement(session, application)
    ada = signed_in(cast.ada)

    first = ada.post(f"/applications/{application.id}/withdraw")
    version = application.version
    ada.post(f"/applications/{application.id}/withdraw")

    told = session.scalars(select(Notice.person_id).order_by(Notice.person_id)).all()
    assert (first.status_code, application.state) == (302, ApplicationState.WITHDRAWN)
    assert application.version == version
    assert told == sorted([cast.lea.id, cast.dan.id])


def test_withdrawn_people_may_apply_again_until_the_deadline(session, cast, signed_in, path):
    application = make_application(
        session,
        cast.round,
        cast.ada,
        cast.rhine,
        [cast.desk],
        state="withdrawn",
        withdrawn_at=cast.round.created_at,
    )

    signed_in(cast.ada).post(path, choice1=str(cast.desk.id), submit="1", version="1")

    assert (application.state, application.withdrawn_at) == (ApplicationState.SUBMITTED, None)


def test_after_publishing_nobody_withdraws_here(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    cast.round.state = RoundState.PUBLISHED

    answer = signed_in(cast.ada).post(f"/applications/{application.id}/withdraw")

    assert (answer.status_code, application.state) == (409, ApplicationState.SUBMITTED)


@pytest.mark.parametrize(
    ("who", "status", "sees_avoidances"),
    [
        ("ada", 200, True),
        ("olga", 200, True),
        ("lea", 200, False),
        ("dan", 200, False),
        ("bo", 404, False),
        ("cy", 404, False),
        ("wim", 404, False),
    ],
)
def test_who_reads_what_of_an_application(session, cast, signed_in, who, status, sees_avoidances):
    shunned = make_team(session, "Shunned")
    feared = make_person(session, "Feared", team=cast.elbe)
    application = make_application(
        session, cast.round, cast.ada, cast.rhine, [cast.desk], motivation="My secret hope"
    )
    endorsement = make_endorsement(session, application)
    make_avoidance(session, application, team=shunned)
    make_avoidance(session, application, person=feared)
    reader = signed_in(getattr(cast, who))

    answer = reader.get(f"/applications/{application.id}")

    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert ("My secret hope" in page) is (status == 200)
    assert ("Not there: Shunned" in page) is sees_avoidances
    assert ("Not with: Feared Test" in page) is sees_avoidances
    if not sees_avoidances:
        for elsewhere in (f"/endorsements/{endorsement.id}", "/endorsements/", "/placements/"):
            assert "Feared" not in reader.get(elsewhere).get_data(as_text=True)


def test_private_wishes_are_kept_and_given_up(session, cast, signed_in, path):
    ada = signed_in(cast.ada)
    wish = {"avoid_team1": str(cast.elbe.id), "avoid_person2": str(cast.bo.id), "draft": "1"}

    ada.post(path, **wish)
    kept = session.execute(select(Avoidance.team_id, Avoidance.person_id)).all()
    ada.post(path, version=str(own(session, cast.ada).version), draft="1")

    assert {tuple(row) for row in kept} == {(cast.elbe.id, None), (None, cast.bo.id)}
    assert session.scalars(select(Avoidance.id)).all() == []


def test_the_form_marks_what_is_impossible_and_why(session, cast, signed_in, path):
    make_placement(session, cast.round, cast.rhine, "Own desk")
    excel = make_skill(session, "Excel")
    make_placement(session, cast.round, cast.elbe, "Number desk", skills=[excel])

    ada = signed_in(cast.ada)
    catalogue = ada.get("/placements/").get_data(as_text=True)
    form = ada.get(path).get_data(as_text=True)

    assert "The placement is in the own home team." in catalogue
    assert "The placement asks for the skill “Excel”." in catalogue
    assert "Own desk (not possible)" in form
    assert "Campaign desk (not possible)" not in form


def test_choosing_in_the_catalogue_fills_the_next_free_rank(session, cast, signed_in, path):
    second = make_placement(session, cast.round, cast.elbe, "Second desk")
    make_application(
        session, cast.round, cast.ada, cast.rhine, [cast.desk], state="draft", submitted_at=None
    )

    page = signed_in(cast.ada).get(f"{path}?choose={second.id}").get_data(as_text=True)

    rank = page.split('id="choice2"')[1].split("</select>")[0]
    assert f'<option selected value="{second.id}">' in rank


def test_an_answer_is_shown_in_sentences(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    session.add(
        Outcome(
            application_id=application.id,
            placed=False,
            rank=None,
            reasons=[
                {"code": "capacity", "placement": "Campaign desk", "day": "2027-03-01"},
                {"code": "invented_later"},
            ],
            decided_at=cast.round.created_at,
        )
    )
    cast.round.state = RoundState.PUBLISHED

    page = signed_in(cast.ada).get(f"/applications/{application.id}").get_data(as_text=True)

    assert "All seats of “Campaign desk” are taken in the block from Mar 1, 2027 on." in page
    assert "A rule of the round stood against it (invented_later)." in page
    assert "Your waiting counts in the next round." in page


def test_answer_tells_the_home_lead_nothing_of_a_private_avoidance(session, cast, signed_in):
    application = make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    reasons = [{"code": "forbid", "wish": "Campaign desk"}, {"code": "capacity"}]
    outcome = {"placed": False, "reasons": reasons, "decided_at": cast.round.created_at}
    session.add(Outcome(application_id=application.id, rank=None, **outcome))
    cast.round.state = RoundState.PUBLISHED
    ruled_out = "This combination was ruled out beforehand."

    path = f"/applications/{application.id}"
    pages = [signed_in(one).get(path).get_data(as_text=True) for one in (cast.ada, cast.lea)]

    assert [ruled_out in page for page in pages] == [True, False]
    assert all("All seats are taken." in page for page in pages)


def test_hostile_words_stay_words(session, cast, signed_in, path):
    ada = signed_in(cast.ada)
    done = ada.post(
        path, choice1=str(cast.desk.id), motivation="<img src=x onerror=alert(1)>", submit="1"
    )

    page = ada.get(done.location).get_data(as_text=True)

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("rounds", [1, 3])
def test_my_applications_ask_the_same_number_of_times(
    session, cast, signed_in, count_statements, rounds
):
    for number in range(rounds):
        made = make_round(session, f"Round {number}")
        desk = make_placement(session, made, cast.elbe)
        make_application(session, made, cast.ada, cast.rhine, [desk])
    ada = signed_in(cast.ada)

    with count_statements() as statements:
        ada.get("/applications/")

    assert len(statements) == 8


@pytest.mark.parametrize("people", [1, 3])
def test_hrs_list_asks_the_same_number_of_times(session, cast, signed_in, count_statements, people):
    for number in range(people):
        person = make_person(session, f"Eve{number}", team=cast.rhine)
        application = make_application(session, cast.round, person, cast.rhine, [cast.desk])
        make_endorsement(session, application)
    olga, path = signed_in(cast.olga), f"/applications/round/{cast.round.id}/all"

    with count_statements() as statements:
        page = olga.get(path).get_data(as_text=True)

    assert page.count("Campaign desk") == people
    assert len(statements) == 7


def test_hr_searches_sorts_and_exports_the_applications_of_a_round(cast, signed_in, session):
    make_application(session, cast.round, cast.ada, cast.rhine, [cast.desk])
    session.commit()
    hr = signed_in(cast.olga)
    address = f"/applications/round/{cast.round.id}/all"

    found = hr.get(f"{address}?q=ada&sort=-team&endorsement=").text
    nobody = hr.get(f"{address}?q=nobody+of+that+name").text
    file = hr.get(f"{address}?format=csv")

    assert "Ada Test" in found
    assert "Nobody fits" in nobody
    assert file.mimetype == "text/csv"
    assert "Ada Test" in file.get_data(as_text=True)

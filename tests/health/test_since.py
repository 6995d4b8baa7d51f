"""The next survey opens with what happened since the last one, whichever survey it answers."""

from datetime import timedelta

import pytest

from app.domain.seats import GatheringState
from app.health.models import ActionState, RemedyKind
from app.health.queries import actions as queries
from app.health.services.actions import About, ActionDraft, Outcome, close, leave_it, plan
from tests.factories import NOW, make_person, sign_in
from tests.health import starting
from tests.health.makers import QUARTER, make_published
from tests.surveys.makers import make_open_wave, make_sides

TODAY = NOW.date()
SECOND = NOW + QUARTER
THIRD = NOW + 2 * QUARTER
TELLING = 5


@pytest.fixture
def sides(session):
    return make_sides(session)


def make_action(session, sides, snapshot, what, *, at=NOW):
    owner = sides.members["Elbe"][0].id
    about = About(snapshot.wave_id, sides.team("Rhine"), sides.team("Elbe"))
    draft = ActionDraft(what, owner, at.date() + timedelta(days=300))
    return plan(session, about, draft, by=owner, today=at.date(), at=at)


def done(session, action, *, at):
    outcome = Outcome(ActionState.DONE, "", action.version)
    close(session, action, outcome, by=action.owner_id, at=at)
    session.flush()


def texts(session, at):
    return [line.text for line in queries.done_lines(session, at)]


def test_what_was_planned_long_ago_and_done_since_is_told(app, session, sides):
    first = make_published(session, sides)
    late = make_action(session, sides, first, "Late but done")
    early = make_action(session, sides, first, "Done at once")
    done(session, early, at=NOW + timedelta(days=20))
    make_published(session, sides, 2)

    done(session, late, at=SECOND + timedelta(days=30))

    assert texts(session, SECOND + timedelta(days=40)) == ["Rhine / Elbe: Late but done"]
    assert queries.since_last_wave(session).done == [late]


def test_what_is_done_while_people_answer_is_told_by_the_next_survey(app, session, sides):
    action = make_action(session, sides, make_published(session, sides), "Done in between")
    done(session, action, at=SECOND + timedelta(days=5))

    make_published(session, sides, 2)

    assert texts(session, THIRD) == ["Rhine / Elbe: Done in between"]


def test_what_was_told_once_is_not_told_again(app, session, sides):
    action = make_action(session, sides, make_published(session, sides), "Done long ago")
    done(session, action, at=NOW + timedelta(days=20))
    make_published(session, sides, 2)

    assert texts(session, THIRD) == []


def test_what_has_begun_is_told_with_its_day_and_what_was_only_planned_is_not(app, session, sides):
    make_published(session, sides)
    begun = starting.make_action(session, sides, RemedyKind.TRIP, what="Begun")
    coming = starting.make_action(session, sides, RemedyKind.TRIP, what="Still to come")
    make_action(session, sides, make_published(session, sides, 2), "Only planned", at=SECOND)
    host = sides.members["Elbe"][0]
    starting.took_place(session, begun, host)
    starting.took_place(session, coming, host, days=-9).state = GatheringState.ANNOUNCED
    session.flush()

    lines = queries.done_lines(session, NOW)

    assert [line.text for line in lines] == ["Rhine / Elbe: Begun"]
    assert lines[0].notes == (
        ("They spent a day together on %(day)s.", (NOW - timedelta(days=2)).date()),
        ("It is under way and to be done by %(day)s.", starting.SOON),
    )


def test_a_no_and_what_is_planned_are_counted(app, session, sides):
    first = make_published(session, sides)
    old = make_action(session, sides, first, "Still planned")
    about = About(first.wave_id, sides.team("Rhine"), sides.team("Elbe"))
    leave_it(session, about, "Before", by=sides.members["Rhine"][0].id, at=NOW)
    make_published(session, sides, 2)
    leave_it(session, about, "Since", by=sides.members["Rhine"][0].id, at=SECOND)

    found = queries.since_last_wave(session)

    assert (found.done, found.under_way, found.declined) == ([], [old], 1)


def test_before_the_first_wave_nothing_happened(app, session, sides):
    assert queries.since_last_wave(session) is None
    assert queries.done_lines(session, NOW) == []


@pytest.mark.usefixtures("clock")
def test_the_next_survey_opens_with_what_happened_since(session, sides, client):
    action = make_action(session, sides, make_published(session, sides), "Met every Monday")
    done(session, action, at=NOW)
    wave, _keys = make_open_wave(session, "The next one", today=TODAY, opens_on=TODAY)
    sign_in(client, session, sides.members["Rhine"][0])

    page = client.get(f"/surveys/{wave.id}")

    assert "What happened since the last survey" in page.text
    assert "Met every Monday" in page.text


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("actions", [1, 3])
def test_telling_asks_the_database_as_often_for_one_action_as_for_three(
    actions, session, sides, client, count_statements
):
    first = make_published(session, sides)
    for number in range(actions):
        done(session, make_action(session, sides, first, f"Step {number}"), at=NOW)
        make_action(session, sides, first, f"Open {number}")
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    session.commit()

    with count_statements() as statements:
        queries.done_lines(session, NOW)

    assert len(statements) == TELLING

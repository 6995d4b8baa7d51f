"""What was started for an action, or named for it: where it stands, and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.seats import GatheringState
from app.health.jobs.publishing import look_after
from app.health.models import (
    Action,
    ActionGathering,
    ActionState,
    RemedyKind,
)
from app.health.queries import starts as queries
from app.health.services import starts
from app.health.services.actions import Outcome, close
from tests.factories import (
    NOW,
    make_person,
    make_team,
    sign_in,
)
from tests.gatherings.makers import make_gathering
from tests.health.starting import (
    TODAY,
    act,
    make_action,
    make_remedy,
    shown,
    told,
    took_place,
)
from tests.people.door import csrf_token
from tests.surveys.makers import make_open_wave


def test_an_announced_date_is_named_and_taken_back(session, sides, client, clock):
    made = make_gathering(session)
    action = make_action(session, sides, RemedyKind.SESSION)
    sign_in(client, session, sides.members["Rhine"][0])
    path = f"/actions/{action.id}/existing"
    data = {
        "csrf_token": csrf_token(client, path),
        "version": str(action.version),
        "key": f"gathering:{made.id}",
    }

    client.post(path, data=data)
    page = shown(client, action)
    session.refresh(action)
    token = csrf_token(client, f"/actions/{action.id}")
    client.post(
        f"/actions/{action.id}/forget",
        data={"csrf_token": token, "version": str(action.version), "key": f"gathering:{made.id}"},
    )

    assert f'href="/sessions/{made.id}"' in page
    assert session.scalars(select(ActionGathering)).all() == []


def test_only_what_the_pair_has_is_named(session, sides):
    owner = sides.members["Rhine"][0]
    elsewhere = make_person(session, "Far", team=make_team(session, "Third"))
    far = make_gathering(session, host=elsewhere)
    near = make_gathering(session, host=sides.members["Elbe"][0])
    off = make_gathering(session, state=GatheringState.CALLED_OFF)
    action = make_action(session, sides, RemedyKind.TRIP)

    named = [one.key for one in queries.existing(session, action, at=NOW)]
    for gathering in (far, off):
        with pytest.raises(starts.NotOfThisPair):
            starts.name_existing(session, action, f"gathering:{gathering.id}", act(action, owner))

    assert named == [f"gathering:{near.id}"]


@pytest.mark.usefixtures("clock")
def test_what_was_called_off_opens_the_choice_again(session, sides, client):
    action = make_action(session, sides, RemedyKind.TRIP, owner=sides.members["Elbe"][0])
    made = make_gathering(session, host=sides.members["Elbe"][0])
    starts.name_existing(
        session, action, f"gathering:{made.id}", act(action, sides.members["Elbe"][0])
    )
    made.state = GatheringState.CALLED_OFF
    sign_in(client, session, sides.members["Elbe"][0])

    page = shown(client, action)

    assert "What was started before was called off, so the choice is open again." in page
    assert "Called off; it was meant for" in page


@pytest.mark.usefixtures("clock")
def test_what_took_place_asks_its_owner_what_came_of_it(session, sides, client):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    made = make_gathering(
        session, host=owner, starts_at=NOW - timedelta(days=2), state=GatheringState.OVER, taken=1
    )
    session.add(
        ActionGathering(action_id=action.id, gathering_id=made.id, started_by=None, started_at=NOW)
    )
    sign_in(client, session, owner)

    page = shown(client, action)

    assert "It took place. Is it done?" in page
    assert session.get_one(Action, action.id).state is ActionState.PLANNED


def test_an_owner_is_told_once_what_became_of_what_was_started(app, session, sides, clock):
    owner = sides.members["Elbe"][0]
    done = make_action(session, sides, RemedyKind.TRIP, owner=owner, what="Over")
    off = make_action(session, sides, RemedyKind.TRIP, owner=owner, what="Off")
    took_place(session, done, owner)
    took_place(session, off, owner, days=9).state = GatheringState.CALLED_OFF
    session.commit()

    with app.app_context():
        look_after()
        look_after()

    session.expire_all()
    assert sorted(told(session, owner)) == ["Called off: %(title)s", "It took place: %(what)s"]
    assert session.get_one(Action, done.id).state is ActionState.PLANNED


@pytest.mark.usefixtures("clock")
def test_today_says_what_an_action_asks_of_its_owner(session, sides, client):
    owner = sides.members["Elbe"][0]
    make_action(session, sides, RemedyKind.TRIP, owner=owner, what="To start")
    make_action(session, sides, owner=owner, what="To see to")
    over = make_action(session, sides, RemedyKind.TRIP, owner=owner, what="To close")
    took_place(session, over, owner)
    waiting = make_action(session, sides, RemedyKind.TRIP, owner=owner, what="To wait for")
    made = make_gathering(session, host=owner)
    starts.name_existing(session, waiting, f"gathering:{made.id}", act(waiting, owner))
    sign_in(client, session, owner)

    page = client.get("/today").text

    assert "Start it: To start" in page
    assert "You look after this for two teams: To see to" in page
    assert "It took place. Say what came of it: To close" in page
    assert "To wait for" not in page


@pytest.mark.usefixtures("clock")
def test_the_next_survey_tells_what_took_place_and_names_nobody(session, sides, client):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    took_place(session, action, owner)
    close(session, action, Outcome(ActionState.DONE, "", action.version), by=owner.id, at=NOW)
    wave, _keys = make_open_wave(session, "The next one", today=TODAY, opens_on=TODAY)
    sign_in(client, session, sides.members["Rhine"][3])

    page = client.get(f"/surveys/{wave.id}").text

    happened = page.partition("What happened since the last survey")[2].partition("</ul>")[0]
    assert "Rhine / Elbe: See a customer" in happened
    assert "They spent a day together on Nov 21, 2026." in happened
    assert owner.name not in happened


@pytest.mark.usefixtures("clock")
def test_the_page_of_the_pair_shows_how_far_it_is(session, sides, client):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    took_place(session, action, owner)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    assert "Field trip: took place" in page
    assert "earlier answer" not in page


@pytest.mark.usefixtures("clock")
def test_the_sheet_of_a_pair_holds_its_newest_answers_and_counts_the_others(session, sides, client):
    for number in range(6):
        make_action(session, sides, what=f"Step {number}")
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}").text

    printed, _mark, on_the_page_only = page.partition('<div class="no-print">')
    assert [f"Step {number}" in printed for number in range(6)] == [False, False, *[True] * 4]
    assert [f"Step {number}" in on_the_page_only for number in range(2)] == [True, True]
    assert "And 2 earlier answers, on the page of this pair." in on_the_page_only


@pytest.mark.usefixtures("clock")
def test_a_remedy_keeps_its_course_when_it_is_edited(session, sides, client, course):
    remedy = make_remedy(session, RemedyKind.SESSION, course=course)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    path = f"/remedies/{remedy.id}/edit"
    token, page = csrf_token(client, path), client.get(path).text
    words = dict.fromkeys(("title_de", "title_en", "text_de", "text_en"), "Other")

    client.post(
        path,
        data={
            **words,
            "csrf_token": token,
            "version": str(remedy.version),
            "dimension": "respect",
            "kind": "session",
            "course_id": str(course.id),
        },
    )

    session.refresh(remedy)
    course_options = page.partition('name="course_id"')[2].partition("</select>")[0]
    assert course_options.count("selected") == 1, course_options
    assert f'selected value="{course.id}"' in course_options, course_options
    assert (remedy.title_en, remedy.course_id) == ("Other", course.id)

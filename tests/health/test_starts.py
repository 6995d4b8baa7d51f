"""An action is started from its own page: as a date, a joint day or a placement, or by asking."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.refusals import Stale
from app.domain.seats import GatheringState
from app.domain.starts import Stage
from app.gatherings.models import Gathering, HeldSeats, Meeting
from app.health.models import (
    ActionGathering,
    ActionRequest,
    ActionState,
    RemedyKind,
    RequestState,
)
from app.health.queries import starts as queries
from app.health.queries.actions import find
from app.health.services import starts
from app.health.services.actions import AnsweredAlready, Outcome, close
from app.people.models import Site
from app.rotations.models import ActionPlacement, Placement, PlacementState, RoundState
from migrations import guards
from tests.factories import (
    NOW,
    make_lead,
    make_person,
    make_placement,
    make_round,
    make_stay,
    make_team,
    sign_in,
)
from tests.gatherings.makers import START, make_gathering
from tests.health.starting import (
    OFFER,
    act,
    date_fields,
    make_action,
    shown,
    told,
)
from tests.people.door import csrf_token


def test_an_owner_drafts_a_date_with_seats_for_both_sides(session, sides, course, client, clock):
    hr = make_person(session, "Olga", roles=["hr"])
    action = make_action(session, sides, RemedyKind.SESSION, course=course)
    sign_in(client, session, sides.members["Rhine"][0])
    data = date_fields(session, client, action, course)

    answer = client.post(f"/actions/{action.id}/session", data=data)

    made = session.scalars(select(Gathering)).one()
    held = session.execute(select(HeldSeats.department_id, HeldSeats.seats)).all()
    departments = {sides.teams[name].department_id for name in ("Rhine", "Elbe")}
    zone = session.get_one(Site, made.site_id).timezone
    begins = session.scalars(select(Meeting.starts_at).order_by(Meeting.number))
    days = [one.astimezone(zone).date() for one in begins]
    assert answer.location == f"/actions/{action.id}"
    assert (made.state, made.course_id, made.capacity) == (GatheringState.DRAFT, course.id, 9)
    assert dict(held) == dict.fromkeys(departments, 4)
    assert days == [date(2027, 1, 14), date(2027, 1, 15)]
    assert session.scalars(select(ActionGathering.gathering_id)).all() == [made.id]
    assert told(session, hr) == ["A date to announce: %(title)s"]
    page = shown(client, action)
    assert "Drafted for Jan 14, 2027, not announced yet." in page
    assert "Start something more" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"first": "2026-01-14"}, "This meeting would begin in the past."),
        ({"starts": "05:00"}, "Please choose a time from 6:00 to 20:00."),
        ({"seats": "1"}, "Number must be between 2 and 500."),
        ({"place": ""}, "Please fill in this field."),
    ],
)
@pytest.mark.usefixtures("clock")
def test_a_date_that_cannot_be_is_told_and_nothing_typed_is_lost(
    session, sides, course, client, fields, said
):
    action = make_action(session, sides, RemedyKind.SESSION, course=course)
    sign_in(client, session, sides.members["Rhine"][0])
    data = date_fields(session, client, action, course, **{"place": "The old mill", **fields})

    answer = client.post(f"/actions/{action.id}/session", data=data)

    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("place", "The old mill") in answer.text
    assert session.scalars(select(Gathering)).all() == []


def test_two_people_do_not_start_it_at_once(session, sides, course, client, clock):
    action = make_action(session, sides, RemedyKind.SESSION, course=course)
    sign_in(client, session, sides.members["Rhine"][0])
    data = date_fields(session, client, action, course)
    twice = {**data, "csrf_token": csrf_token(client, f"/actions/{action.id}/session")}

    first = client.post(f"/actions/{action.id}/session", data=data)
    second = client.post(f"/actions/{action.id}/session", data=twice)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Market hall" in second.text
    assert len(session.scalars(select(Gathering)).all()) == 1


def test_hr_finds_the_action_on_the_draft(session, sides, course, client, clock):
    action = make_action(session, sides, RemedyKind.SESSION, course=course)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    data = date_fields(session, client, action, course)

    answer = client.post(f"/actions/{action.id}/session", data=data)

    page = client.get(answer.location).text
    assert answer.location.startswith("/courses/sessions/")
    assert "For Rhine and Elbe" in page
    assert f'href="/actions/{action.id}"' in page


def test_a_draft_thrown_away_opens_the_choice_again(session, sides, client, clock):
    action = make_action(session, sides, RemedyKind.SESSION)
    made = make_gathering(session, state=GatheringState.DRAFT)
    session.add(
        ActionGathering(action_id=action.id, gathering_id=made.id, started_by=None, started_at=NOW)
    )
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    token = csrf_token(client, f"/courses/sessions/{made.id}")

    client.post(
        f"/courses/sessions/{made.id}/discard",
        data={"csrf_token": token, "version": str(made.version)},
    )

    assert session.scalars(select(ActionGathering)).all() == []
    assert "Start it" in shown(client, action)


def test_a_sales_person_offers_the_day_an_action_asks_for(session, sides, client, clock):
    host = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=host)
    sign_in(client, session, host)
    path = f"/actions/{action.id}/trip"

    form = client.get(path).text
    data = {**OFFER, "csrf_token": csrf_token(client, path), "version": str(action.version)}
    answer = client.post(path, data=data)

    made = session.scalars(select(Gathering)).one()
    assert 'value="See a customer"' in form
    assert answer.location == f"/actions/{action.id}"
    assert (made.state, made.host_id) == (GatheringState.ANNOUNCED, host.id)
    assert session.scalars(select(ActionGathering.gathering_id)).all() == [made.id]
    assert "Announced for Dec 21, 2026." in shown(client, action)


def test_a_day_in_the_past_is_told_beside_the_day(session, sides, client, clock):
    host = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=host)
    sign_in(client, session, host)
    path = f"/actions/{action.id}/trip"
    token = csrf_token(client, path)

    answer = client.post(
        path,
        data={**OFFER, "csrf_token": token, "version": str(action.version), "day": "2026-01-05"},
    )

    assert answer.status_code == 422
    assert "A day on the road" in answer.text
    assert session.scalars(select(ActionGathering)).all() == []


def test_who_may_not_offer_asks_one_who_may(session, sides, client, clock):
    owner = make_person(session, "Sponsoring", team=make_team(session, "Third"))
    host = sides.members["Elbe"][2]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    sign_in(client, session, owner)
    path = f"/actions/{action.id}/ask/trip"
    token = csrf_token(client, path)

    answer = client.post(
        path,
        data={"csrf_token": token, "version": str(action.version), "person": str(host.id)},
    )

    request = session.scalars(select(ActionRequest)).one()
    assert answer.location == f"/actions/{action.id}"
    assert (request.person_id, request.kind, request.state) == (
        host.id,
        RemedyKind.TRIP,
        RequestState.OPEN,
    )
    assert told(session, host) == ["Please offer a joint day: %(what)s"]
    assert "no answer yet" in shown(client, action)

    sign_in(client, session, host)
    page = shown(client, action)
    assert "Can you start it?" in page
    assert f'href="/actions/{action.id}/trip"' in page
    assert "Please offer a joint day: See a customer" in client.get("/today").text
    path = f"/actions/{action.id}/trip"
    session.refresh(action)
    data = {**OFFER, "csrf_token": csrf_token(client, path), "version": str(action.version)}
    client.post(path, data=data)
    session.refresh(request)
    assert request.state is RequestState.TAKEN
    assert told(session, owner)[-1] == "Started: %(what)s"


def test_who_is_asked_may_say_no(session, sides, client, clock):
    owner = make_person(session, "Sponsoring", team=make_team(session, "Third"))
    host = sides.members["Elbe"][2]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    starts.ask(session, action, host.id, RemedyKind.TRIP, {host.id}, act(action, owner))
    sign_in(client, session, host)
    token = csrf_token(client, f"/actions/{action.id}")

    answer = client.post(f"/actions/{action.id}/cannot", data={"csrf_token": token})

    assert answer.location == "/today"
    assert session.scalars(select(ActionRequest.state)).all() == [RequestState.DECLINED]
    assert told(session, owner) == ["%(name)s cannot start it: %(what)s"]
    assert client.get(f"/actions/{action.id}").status_code == 404
    with pytest.raises(starts.AskedAlready):
        starts.ask(session, action, host.id, RemedyKind.TRIP, {host.id}, act(action, owner))
    with pytest.raises(starts.NothingAsked):
        starts.decline(session, action, by=host.id, at=NOW)


def test_who_was_asked_for_a_day_does_nothing_else_with_it(session, sides, client, clock):
    owner, host = sides.members["Rhine"][0], sides.members["Elbe"][2]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    starts.ask(session, action, host.id, RemedyKind.TRIP, {host.id}, act(action, owner))
    sign_in(client, session, host)
    paths = ("", "/trip", "/session", "/existing", "/ask/trip", "/ask/rotation")

    found = [client.get(f"/actions/{action.id}{path}").status_code for path in paths]

    assert found == [200, 200, 404, 404, 404, 404]


def test_nobody_is_asked_who_could_not(session, sides, client, clock):
    owner = sides.members["Rhine"][0]
    other = make_person(session, "Far", team=make_team(session, "Third"))
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)

    with pytest.raises(starts.CannotStart):
        starts.ask(session, action, other.id, RemedyKind.TRIP, {owner.id}, act(action, owner))


def test_a_lead_offers_the_placement_an_action_asks_for(session, sides, client, clock):
    round_, lead = make_round(session), make_person(session, "Lena", team=sides.teams["Rhine"])
    make_lead(session, lead, sides.teams["Rhine"])
    action = make_action(session, sides, RemedyKind.ROTATION, owner=lead)
    sign_in(client, session, lead)
    path = f"/placements/new?round={round_.id}&action={action.id}"

    page, form = shown(client, action), client.get(path).text
    answer = client.post(
        f"/placements/round/{round_.id}",
        data={
            "csrf_token": csrf_token(client, path),
            "host_team_id": str(sides.team("Rhine")),
            "title": "See a customer",
            "task": "Plan one campaign",
            "duration": "1",
            "first_start": "0",
            "last_start": "5",
            "seats": "1",
            "share": "100",
            "site_id": str(sides.teams["Rhine"].site_id),
            "action": str(action.id),
            "action_version": str(action.version),
            "offer": "1",
        },
    )

    made = session.scalars(select(Placement)).one()
    assert path.replace("&", "&amp;") in page
    assert "For Rhine and Elbe" in form
    assert 'value="See a customer"' in form
    assert answer.location == f"/actions/{action.id}"
    assert made.state is PlacementState.OFFERED
    assert session.scalars(select(ActionPlacement.placement_id)).all() == [made.id]
    assert "Offered; nobody is placed yet." in shown(client, action)


def test_without_an_open_round_hr_is_led_to_open_one_and_others_ask_hr(
    session, sides, client, clock
):
    hr = make_person(session, "Olga", roles=["hr"])
    action = make_action(session, sides, RemedyKind.ROTATION)
    owner = sides.members["Rhine"][0]

    sign_in(client, session, hr)
    for_hr = shown(client, action)
    sign_in(client, session, owner)
    for_owner, asking = shown(client, action), client.get(f"/actions/{action.id}/ask/rotation").text

    assert 'href="/rounds/new"' in for_hr
    assert f'href="/actions/{action.id}/ask/rotation"' in for_owner
    assert f'<option value="{hr.id}">' in asking


def test_a_placement_is_not_offered_for_an_action_of_others(session, sides, client, clock):
    round_, other = make_round(session), make_team(session, "Other")
    lead = make_person(session, "Lena", team=other)
    make_lead(session, lead, other)
    action = make_action(session, sides, RemedyKind.ROTATION)
    sign_in(client, session, lead)

    found = [
        client.get(f"/placements/new?round={round_.id}&action={key}").status_code
        for key in (action.id, "999", "x")
    ]

    assert found == [404, 404, 404]


def test_a_rotation_is_followed_through_its_stays(session, sides):
    round_ = make_round(session, state=RoundState.RUNNING)
    placement = make_placement(session, round_, sides.teams["Rhine"])
    action = make_action(session, sides, RemedyKind.ROTATION)
    owner = sides.members["Rhine"][0]
    before = queries.existing(session, action, at=NOW)
    make_stay(session, sides.members["Elbe"][0], placement, sides.teams["Elbe"])
    action = find(session, action.id)

    named = queries.existing(session, action, at=NOW)
    starts.name_existing(session, action, f"placement:{placement.id}", act(action, owner))
    session.flush()

    found = queries.of_actions(session, [action.id], reader=None, at=NOW)[action.id]
    assert (before, [one.key for one in named]) == ([], [f"placement:{placement.id}"])
    assert [(one.key, one.stage, one.on) for one in found] == [
        (f"placement:{placement.id}", Stage.ANNOUNCED, date(2027, 3, 1))
    ]


def test_a_closed_action_is_not_started(app, session, sides):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    made = make_gathering(session, host=owner)
    opened = act(action, owner)
    close(session, action, Outcome(ActionState.DONE, "", action.version), by=owner.id, at=NOW)
    session.flush()

    with pytest.raises(Stale):
        starts.name_existing(session, action, f"gathering:{made.id}", opened)
    with pytest.raises(AnsweredAlready):
        starts.name_existing(session, action, f"gathering:{made.id}", act(action, owner))


@pytest.mark.parametrize("table", ["action_gathering", "action_placement"])
@pytest.mark.parametrize("guarded", [True, False])
def test_the_database_starts_planned_actions_only(session, sides, table, guarded):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    close(session, action, Outcome(ActionState.DONE, "", action.version), by=owner.id, at=NOW)
    placement = make_placement(session, make_round(session), sides.teams["Rhine"])
    rows = {
        "action_gathering": ActionGathering(
            action_id=action.id,
            gathering_id=make_gathering(session).id,
            started_by=None,
            started_at=NOW,
        ),
        "action_placement": ActionPlacement(
            action_id=action.id, placement_id=placement.id, started_by=None, started_at=NOW
        ),
    }
    session.commit()
    if not guarded:  # until this transaction is undone: others need the guard
        guards.drop(session.connection(), f"ck_{table}_planned")

    session.add(rows[table])
    if guarded:
        with pytest.raises(IntegrityError, match=f"ck_{table}_planned"):
            session.flush()
    else:
        session.flush()


def test_strangers_find_no_way_to_start_it(session, sides, client, clock):
    action = make_action(session, sides, RemedyKind.TRIP)
    sign_in(client, session, make_person(session, "Cy"))
    token = csrf_token(client, "/absences")
    paths = ("/session", "/trip", "/ask/trip", "/ask/rotation", "/existing")

    looked = [client.get(f"/actions/{action.id}{path}").status_code for path in paths]
    sent = [
        client.post(f"/actions/{action.id}{path}", data={"csrf_token": token}).status_code
        for path in (*paths, "/cannot", "/forget")
    ]

    assert (looked, sent) == ([404] * 5, [404] * 7)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_an_action_asks_the_same_number_of_questions(
    session, sides, client, count_statements, number
):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, RemedyKind.TRIP, owner=owner)
    for place in range(number):
        made = make_gathering(session, host=owner, starts_at=START + timedelta(days=place))
        session.add(
            ActionGathering(
                action_id=action.id, gathering_id=made.id, started_by=None, started_at=NOW
            )
        )
    sign_in(client, session, owner)

    with count_statements() as statements:
        page = client.get(f"/actions/{action.id}").text

    assert page.count("Announced for") == number
    assert len(statements) == 9

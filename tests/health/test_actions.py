"""A weak result is answered: with a step that has an owner and a day, or with a recorded no."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.domain.refusals import Stale
from app.health.jobs.publishing import look_after
from app.health.models import Action, ActionState
from app.health.queries import actions as queries
from app.health.services import remedies
from app.health.services.actions import (
    About,
    ActionDraft,
    AnsweredAlready,
    DayIsPast,
    Outcome,
    ReasonMissing,
    close,
    leave_it,
    plan,
)
from app.outbox.models import Notice
from app.people.models import Team
from tests.factories import NOW, make_lead, make_person, make_team, sign_in
from tests.health.makers import make_published
from tests.people.door import csrf_token
from tests.surveys.makers import make_sides

TODAY = NOW.date()
SOON = TODAY + timedelta(days=14)


@pytest.fixture
def sides(session):
    made = make_sides(session)
    make_published(session, made, level=2)
    return made


def about(session, sides):
    wave_id = session.scalar(select(func.max(Action.wave_id))) or 1
    return About(wave_id, sides.team("Rhine"), sides.team("Elbe"))


def make_action(session, sides, owner, *, due_on=SOON, what="Meet every Monday"):
    draft = ActionDraft(what, owner.id, due_on, "timeliness")
    return plan(session, about(session, sides), draft, by=owner.id, today=TODAY, at=NOW)


def test_an_action_has_an_owner_who_is_told(app, session, sides):
    lead, owner = make_person(session, "Lena"), sides.members["Elbe"][0]

    draft = ActionDraft("Meet every Monday", owner.id, SOON)
    action = plan(session, about(session, sides), draft, by=lead.id, today=TODAY, at=NOW)

    assert (action.state, action.owner_id, action.due_on) == (ActionState.PLANNED, owner.id, SOON)
    told = session.scalars(select(Notice.person_id).where(Notice.topic == "collaboration")).all()
    assert told == [owner.id]


def test_an_action_lies_ahead(app, session, sides):
    with pytest.raises(DayIsPast):
        make_action(session, sides, sides.members["Elbe"][0], due_on=TODAY - timedelta(days=1))


def test_nothing_is_left_undone_without_a_reason(app, session, sides):
    who = sides.members["Elbe"][0]

    with pytest.raises(ReasonMissing):
        leave_it(session, about(session, sides), "  ", by=who.id, at=NOW)

    left = leave_it(session, about(session, sides), "One wave more", by=who.id, at=NOW)
    assert (left.state, left.because) == (ActionState.NO_ACTION, "One wave more")


def test_the_database_asks_for_the_reason_too(app, session, sides):
    action = make_action(session, sides, sides.members["Elbe"][0])
    action.state, action.because = ActionState.DROPPED, ""

    with pytest.raises(IntegrityError):
        session.flush()


def test_an_action_is_closed_once(app, session, sides):
    owner = sides.members["Elbe"][0]
    action = make_action(session, sides, owner)
    done = Outcome(ActionState.DONE, "It helps", action.version)

    close(session, action, done, by=owner.id, at=NOW)
    session.flush()

    again = Outcome(ActionState.DROPPED, "No", action.version)
    with pytest.raises(AnsweredAlready):
        close(session, action, again, by=owner.id, at=NOW)
    with pytest.raises(Stale):
        close(session, action, done, by=owner.id, at=NOW)
    assert queries.since_last_wave(session).done == [action]


def test_an_owner_is_reminded_once_when_the_day_has_come(app, session, sides, clock):
    action = make_action(session, sides, sides.members["Elbe"][0], due_on=TODAY)
    session.commit()

    with app.app_context():
        look_after()
        look_after()

    session.expire_all()
    assert session.get_one(Action, action.id).reminded_at == clock.now()
    titles = session.scalars(select(Notice.title).where(Notice.topic == "collaboration")).all()
    assert titles == ["Due: %(what)s"]


# -- pages ------------------------------------------------------------------------------------


def test_a_lead_plans_a_step_from_the_page_of_a_pair(app, session, sides, client, clock):
    lead = make_person(session, "Lena", team=sides.teams["Rhine"])
    make_lead(session, lead, sides.teams["Rhine"])
    owner = sides.members["Elbe"][0]
    sign_in(client, session, lead)
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    token = csrf_token(client, f"/actions/new/{rhine}/{elbe}")

    answer = client.post(
        f"/actions/new/{rhine}/{elbe}",
        data={
            "csrf_token": token,
            "dimension": "respect",
            "remedy": "0",
            "what": "Show each other a day",
            "owner": str(owner.id),
            "due_on": "2026-12-18",
        },
    )

    action = session.scalars(select(Action)).one()
    assert answer.location == f"/health/pairs/{rhine}/{elbe}"
    assert (action.what, action.owner_id, action.due_on) == (
        "Show each other a day",
        owner.id,
        date(2026, 12, 18),
    )
    assert "Show each other a day" in client.get(answer.location).text


def test_who_plans_a_step_reads_what_is_weak_and_what_helps_first(session, client, clock):
    sides = make_sides(session, rhine=12, elbe=12)
    make_published(session, sides, level=2)
    remedies.begin(session)
    session.commit()
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]), at=clock.now())
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")

    pair = client.get(f"/health/pairs/{rhine}/{elbe}").text
    link = f"/actions/new/{rhine}/{elbe}?dimension=respect"
    page = client.get(link).text

    assert f'href="{link}"' in pair
    assert "What Wave 1 tells" in page
    told = [" ".join(line.split()) for line in re.findall(r"<li>(.*?)</li>", page, re.S)]
    assert (
        "Rhine about Elbe: <strong>24 (22 to 26)</strong>. First published figure of this pair."
        " Lowest: Timeliness 24, Reliability 24."
    ) in told
    assert re.search(r'<option selected value="respect">', page)
    offered = re.search(r'<select[^>]*name="remedy".*?</select>', page, re.S)[0]
    kinds = re.findall(r'<option[^>]*value="[1-9]\d*">([^:]+):', offered)
    assert kinds[:2] == ["Respect", "Respect"]
    assert "Respect" not in kinds[2:]


def test_a_wrong_day_keeps_what_was_entered(app, session, sides, client, clock):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    token = csrf_token(client, f"/actions/new/{rhine}/{elbe}")

    answer = client.post(
        f"/actions/new/{rhine}/{elbe}",
        data={
            "csrf_token": token,
            "dimension": "",
            "remedy": "0",
            "what": "Show each other a day",
            "owner": str(sides.members["Elbe"][0].id),
            "due_on": "2026-01-18",
        },
    )

    assert answer.status_code == 422
    assert "Please choose a day that is still to come." in answer.text
    assert 'value="Show each other a day"' in answer.text


def test_a_lead_of_others_has_nothing_to_say(app, session, sides, client, clock):
    other = make_team(session, "Other")
    lead = make_person(session, "Lena", team=other)
    make_lead(session, lead, other)
    action = make_action(session, sides, sides.members["Elbe"][0])
    sign_in(client, session, lead)

    addresses = (
        f"/actions/new/{action.low_team_id}/{action.high_team_id}",
        f"/actions/{action.id}",
    )

    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert "Meet every Monday" not in client.get("/actions/").text


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    session, sides, client, count_statements, number
):
    for place in range(number):
        make_action(session, sides, sides.members["Elbe"][place], what=f"Step {place}")
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    with count_statements() as statements:
        page = client.get("/actions/")

    assert page.text.count("<tr>") == number + 1
    assert len(statements) == 6


def test_an_owner_who_leads_nothing_can_open_what_the_notice_leads_to(
    app, session, sides, client, clock
):
    lead, owner = make_person(session, "Lena"), sides.members["Elbe"][0]
    draft = ActionDraft("Meet every Monday", owner.id, SOON)
    plan(session, about(session, sides), draft, by=lead.id, today=TODAY, at=NOW)
    session.commit()
    sign_in(client, session, owner)

    path = session.scalar(select(Notice.path).where(Notice.person_id == owner.id))

    assert client.get(path).status_code == 200


def test_leads_of_other_pairs_read_figures_and_not_what_is_done(app, session, sides, client, clock):
    make_action(session, sides, sides.members["Elbe"][0])
    leave_it(session, about(session, sides), "They never call", by=1, at=NOW)
    near, far = make_person(session, "Near"), make_person(session, "Far")
    make_lead(session, near, session.get(Team, sides.team("Rhine")))
    make_lead(session, far, make_team(session, "Others"))
    session.commit()

    pages = []
    for reader in (near, far):
        sign_in(client, session, reader)
        answer = client.get(f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}")
        pages.append(
            [text in answer.text for text in ("Over time", "Meet every Monday", "They never call")]
        )

    assert pages == [[True, True, True], [True, False, False]]

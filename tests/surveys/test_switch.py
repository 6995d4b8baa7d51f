"""Surveys and figures are off until HR switches them on, by an agreement all may look up."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.domain.refusals import Stale
from app.domain.roles import Role
from app.domain.waves import WaveState
from app.health.jobs.publishing import look_after as publish_due
from app.health.models import Snapshot
from app.health.queries import needs
from app.surveys.models import SurveySwitch, Wave
from app.surveys.queries import switch as queries
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.opening import Hands, open_wave
from app.surveys.services.switch import (
    AgreementMissing,
    Decision,
    LiesAhead,
    SwitchedOff,
    WaveIsOpen,
    decide,
)
from migrations import guards
from tests.engines import on_one_engine
from tests.factories import NOW, make_lead, make_person
from tests.health.makers import make_published
from tests.surveys.makers import (
    MONDAY,
    close,
    dice,
    make_draft,
    make_open_wave,
    make_sides,
    vote,
)

TODAY = NOW.date()


def turn(session, *, is_on, agreed_on=TODAY, note="By agreement", follows=None):
    newest = next((row.id for row in queries.history(session)), 0)
    follows = newest if follows is None else follows
    decision = Decision(is_on=is_on, agreed_on=agreed_on, note=note, follows=follows)
    return decide(session, decision, by=None, today=TODAY, at=NOW)


# -- the rule ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_while_they_are_off_no_wave_opens(session):
    make_sides(session)
    wave = make_draft(session)
    turn(session, is_on=False)

    with pytest.raises(SwitchedOff):
        open_wave(session, wave, Hands(KeysInMemory(), random=dice(1)), today=MONDAY, at=NOW)

    assert wave.state is WaveState.DRAFT


@pytest.mark.usefixtures("app")
def test_off_is_where_it_begins_and_the_last_decision_holds(session):
    found = [queries.is_on(session)]
    for is_on in (True, False, True):
        turn(session, is_on=is_on)
        found.append(queries.is_on(session))

    assert found == [False, True, False, True]
    assert [row.is_on for row in queries.history(session)] == [True, False, True]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        ({"is_on": True, "agreed_on": None}, AgreementMissing),
        ({"is_on": True, "agreed_on": TODAY + timedelta(days=1)}, LiesAhead),
        ({"is_on": True, "follows": 7}, Stale),
    ],
)
def test_it_takes_an_agreement_that_is_there(session, decision, refusal):
    with pytest.raises(refusal):
        turn(session, **decision)

    assert queries.history(session) == []


@pytest.mark.usefixtures("app")
def test_those_who_are_answering_are_not_cut_off(session):
    make_sides(session)
    make_open_wave(session)

    with pytest.raises(WaveIsOpen):
        turn(session, is_on=False)


@pytest.mark.usefixtures("app")
def test_a_decision_stands_in_the_audit_log(session):
    olga = make_person(session, "Olga", roles=[Role.HR])
    agreed = Decision(is_on=True, agreed_on=TODAY, note="Works agreement 7", follows=0)
    made = decide(session, agreed, by=olga.id, today=TODAY, at=NOW)

    kind = AuditEntry.kind == AuditKind.SETTING_CHANGED
    entry = session.scalars(select(AuditEntry).where(kind)).one()

    assert (entry.actor_id, entry.subject) == (olga.id, f"survey_switch:{made.id}")
    assert entry.detail == {
        "is_on": True,
        "agreed_on": TODAY.isoformat(),
        "note": "Works agreement 7",
    }


def rows(**changes):
    row = {"follows": 0, "is_on": True, "agreed_on": TODAY, "note": "x", "decided_at": NOW}
    return SurveySwitch(**row | changes)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("changes", [{"agreed_on": None}, {"note": ""}, {"follows": 0}])
def test_the_database_holds_the_rules_too(session, changes):
    if "follows" in changes:
        session.add(rows())
        session.flush()
    session.add(rows(**changes))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "statement", ["UPDATE survey_switch SET note = 'other'", "DELETE FROM survey_switch"]
)
def test_what_was_decided_stays(session, engine, statement):
    turn(session, is_on=True)
    session.commit()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.usefixtures("app")
def test_without_its_guard_a_decision_would_change(session, engine):
    turn(session, is_on=True)
    session.commit()

    with engine.begin() as connection:
        guards.drop(connection, "ao_survey_switch")
        connection.exec_driver_sql("UPDATE survey_switch SET note = 'other'")
        note = connection.exec_driver_sql("SELECT note FROM survey_switch").scalar()
        connection.rollback()

    assert note == "other"


# -- what it hides ----------------------------------------------------------------------------


def reachable(client, sides):
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    paths = (
        f"/health/pairs/{rhine}/{elbe}",
        f"/health/teams/{rhine}",
        f"/actions/new/{rhine}/{elbe}",
    )
    return [client.get(path).status_code for path in paths]


def test_figures_are_shown_to_nobody_while_off_and_are_there_again_when_on(session, visit):
    sides = make_sides(session)
    make_published(session, sides, level=2)
    client = visit(make_person(session, "Olga", roles=[Role.HR])).client
    before = reachable(client, sides)

    turn(session, is_on=False, note="Under negotiation")
    off = reachable(client, sides)
    page, today, actions = (client.get(path).text for path in ("/health/", "/today", "/actions/"))
    turn(session, is_on=True)

    assert before == [200, 200, 200]
    assert off == [404, 404, 404]
    assert "Figures of collaboration are switched off" in page
    assert 'href="/waves/switch/"' in page
    assert "no answer yet" not in today
    assert "Still unanswered" not in actions
    assert reachable(client, sides) == before


@pytest.mark.usefixtures("app")
def test_the_planner_gets_no_needs_while_off(session):
    make_published(session, make_sides(session), level=2)
    turn(session, is_on=False)

    assert needs.latest(session, at=NOW) is None


def test_a_lead_reads_why_there_is_nothing_and_cannot_switch_it(session, visit):
    sides = make_sides(session)
    lead = make_person(session, "Lena", team=sides.teams["Rhine"])
    make_lead(session, lead, sides.teams["Rhine"])
    turn(session, is_on=False)
    client = visit(lead).client

    page = client.get("/health/").text

    assert "HR switches them on as soon as it is agreed" in page
    assert "/waves/switch/" not in page
    assert client.get("/waves/switch/").status_code == 404


def test_a_closed_wave_is_published_only_when_switched_on(app, session, clock):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))
    close(session, wave, keys)
    turn(session, is_on=False)
    session.commit()

    with app.app_context():
        publish_due()
        without = session.scalars(select(Snapshot.wave_id)).all()
        turn(session, is_on=True)
        session.commit()
        publish_due()

    assert without == []
    assert session.scalars(select(Snapshot.wave_id)).all() == [wave.id]


# -- pages ------------------------------------------------------------------------------------

ON = {"state": "on", "agreed_on": "2026-11-02", "note": "Works agreement 7", "follows": "0"}


def test_hr_switches_surveys_on_and_the_council_reads_every_decision(session, visit, as_hr):
    empty = as_hr.get("/waves/switch/").text
    answer = as_hr.post("/waves/switch/", ON)
    follows = str(session.scalar(select(SurveySwitch.id)))
    as_hr.post("/waves/switch/", {"state": "off", "note": "New talks", "follows": follows})
    wim = visit(make_person(session, "Wim", roles=[Role.WORKS_COUNCIL]))
    page = wim.get("/waves/switch/").text

    assert "Nobody has switched them on yet." in empty
    assert answer.status_code == 302
    rows = session.execute(select(SurveySwitch.is_on, SurveySwitch.agreed_on, SurveySwitch.note))
    assert [tuple(row) for row in rows] == [
        (True, date(2026, 11, 2), "Works agreement 7"),
        (False, None, "New talks"),
    ]
    assert "Works agreement 7" in page
    assert "New talks" in page
    assert 'name="state"' not in page
    assert wim.post("/waves/switch/", ON).status_code == 404


@on_one_engine
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"agreed_on": ""}, "Please enter the day of the agreement."),
        ({"agreed_on": "2027-01-01"}, "Please choose a day that is not still to come."),
        ({"note": " "}, "This field is required."),
        ({"note": "x" * 501}, "Field cannot be longer than 500 characters."),
        ({"state": "maybe"}, "Not a valid choice."),
    ],
)
def test_bad_input_is_said_beside_the_field_and_switches_nothing(session, as_hr, changes, message):
    answer = as_hr.post("/waves/switch/", ON | changes)

    assert answer.status_code == 422
    assert message in answer.text
    assert session.scalars(select(SurveySwitch)).all() == []


@pytest.mark.parametrize("follows", ["7", "x", "9" * 30])
def test_who_decides_on_an_old_page_sees_the_new_state_first(session, as_hr, follows):
    answer = as_hr.post("/waves/switch/", ON | {"follows": follows})

    assert answer.status_code == 409
    assert "Someone changed this in the meantime." in answer.text
    assert session.scalars(select(SurveySwitch)).all() == []


def test_an_open_wave_keeps_them_on(session, as_hr):
    make_sides(session)
    make_open_wave(session)
    follows = str(session.scalar(select(SurveySwitch.id)))

    answer = as_hr.post("/waves/switch/", {"state": "off", "note": "Stop", "follows": follows})

    assert answer.status_code == 409
    assert "A wave is open." in answer.text


def test_planning_a_wave_while_off_says_who_can_switch_them_on(session, as_hr):
    make_sides(session)
    wave = make_draft(session)
    turn(session, is_on=False)

    answer = as_hr.post(f"/waves/{wave.id}/plan", {"version": str(wave.version)})
    page = as_hr.get("/waves/").text

    assert answer.status_code == 409
    assert "Surveys are switched off, so no wave opens." in answer.text
    assert "Switch them on" in page
    assert session.get_one(Wave, wave.id).state is WaveState.DRAFT

"""Leads and deputies answer for their team; HR only after silence; nobody for themselves."""

from datetime import date

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.outbox.models import Notice
from app.rotations.models import Endorsement, EndorsementState, RoundState
from app.rotations.queries import endorsements as queries
from tests.factories import (
    make_application,
    make_blackout,
    make_endorsement,
    make_person,
    make_stay,
)


@pytest.fixture
def endorsement(session, cast):
    application = make_application(
        session, cast.round, cast.ada, cast.rhine, [cast.desk], motivation="To learn"
    )
    return make_endorsement(session, application)


def answer_of(answer, **more):
    return {"answer": answer, "cover_plan": "", "reason": "", "version": "1", **more}


@pytest.mark.parametrize("who", ["lea", "dan"])
def test_lead_and_deputy_endorse_with_a_cover_plan(session, cast, signed_in, endorsement, who):
    decider = getattr(cast, who)

    answer = signed_in(decider).post(
        f"/endorsements/{endorsement.id}", **answer_of("endorse", cover_plan="Dan takes over.")
    )

    told = session.execute(select(Notice.person_id, Notice.title)).all()
    assert answer.status_code == 302
    assert (endorsement.state, endorsement.cover_plan, endorsement.decided_by) == (
        EndorsementState.ENDORSED,
        "Dan takes over.",
        decider.id,
    )
    assert [tuple(row) for row in told] == [(cast.ada.id, "Your application is endorsed")]


def test_a_no_needs_a_reason_beside_the_field(cast, signed_in, endorsement):
    answer = signed_in(cast.lea).post(f"/endorsements/{endorsement.id}", **answer_of("refuse"))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, endorsement.state) == (422, EndorsementState.ASKED)
    assert "Please give a reason" in page.split('id="reason-error"')[1].split("</p>")[0]


def test_a_no_reaches_the_person_with_its_reason(cast, signed_in, endorsement):
    signed_in(cast.lea).post(
        f"/endorsements/{endorsement.id}", **answer_of("refuse", reason="The fair <b>needs</b> you")
    )

    page = signed_in(cast.ada).get(f"/applications/{endorsement.application_id}")

    assert "The fair &lt;b&gt;needs&lt;/b&gt; you" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "escalated", "may_look", "may_decide"),
    [
        ("lea", False, True, True),
        ("lea", True, True, True),
        ("olga", False, True, False),
        ("olga", True, True, True),
        ("bo", False, False, False),
        ("ada", False, False, False),
        ("wim", True, False, False),
    ],
)
def test_who_decides_and_when(  # noqa: PLR0917 - one table
    session, cast, signed_in, endorsement, who, escalated, may_look, may_decide
):
    if escalated:
        endorsement.state = EndorsementState.ESCALATED
        endorsement.escalated_at = cast.round.created_at
        session.commit()
    visitor = signed_in(getattr(cast, who))
    version = str(endorsement.version)

    looked = visitor.get(f"/endorsements/{endorsement.id}").status_code
    decided = visitor.post(
        f"/endorsements/{endorsement.id}", **answer_of("endorse", version=version)
    ).status_code

    assert (looked, decided) == (200 if may_look else 404, 302 if may_decide else 404)


def test_a_lead_never_decides_for_themselves(session, cast, signed_in):
    application = make_application(session, cast.round, cast.lea, cast.rhine, [cast.desk])
    endorsement = make_endorsement(session, application)

    answer = signed_in(cast.lea).post(f"/endorsements/{endorsement.id}", **answer_of("endorse"))

    assert (answer.status_code, endorsement.state) == (404, EndorsementState.ASKED)


def test_two_deciders_at_once_see_both_answers(cast, signed_in, endorsement):
    signed_in(cast.lea).post(
        f"/endorsements/{endorsement.id}", **answer_of("refuse", reason="No cover")
    )

    answer = signed_in(cast.dan).post(f"/endorsements/{endorsement.id}", **answer_of("endorse"))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, endorsement.state) == (409, EndorsementState.REFUSED)
    assert '<td data-label="Your version">We can do without this person for a while</td>' in page
    assert '<td data-label="Stored now">No cover</td>' in page


def test_decider_outrun_in_the_same_instant_keeps_the_input(cast, signed_in, endorsement):
    lea, once = signed_in(cast.lea), iter([True])

    def outrun(session, *_):
        changed = any(isinstance(row, Endorsement) for row in session.dirty)
        if changed and next(once, False):
            session.connection().execute(update(Endorsement).values(version=9))

    event.listen(Session, "before_flush", outrun)
    try:
        sent = answer_of("endorse", cover_plan="We share the work.")
        answer = lea.post(f"/endorsements/{endorsement.id}", **sent)
    finally:
        event.remove(Session, "before_flush", outrun)

    assert (answer.status_code, endorsement.state) == (409, EndorsementState.ASKED)
    assert "We share the work." in answer.get_data(as_text=True)


def test_an_answer_can_change_until_the_plan_is_out(cast, signed_in, endorsement):
    lea = signed_in(cast.lea)
    lea.post(f"/endorsements/{endorsement.id}", **answer_of("refuse", reason="No cover"))
    lea.post(f"/endorsements/{endorsement.id}", **answer_of("endorse", version="2"))
    before = endorsement.state
    cast.round.state = RoundState.PUBLISHED

    late = answer_of("refuse", reason="Too late", version="3")
    answer = lea.post(f"/endorsements/{endorsement.id}", **late)

    assert (before, endorsement.state) == (EndorsementState.ENDORSED, EndorsementState.ENDORSED)
    assert answer.status_code == 409


def test_ticked_people_are_endorsed_together(session, cast, signed_in, endorsement):
    eve = make_person(session, "Eve", team=cast.rhine)
    application = make_application(session, cast.round, eve, cast.rhine, [cast.desk])
    other = make_endorsement(session, application)

    answer = signed_in(cast.lea).post(
        "/endorsements/bulk",
        endorsement=[f"{endorsement.id}:1", f"{other.id}:1"],
        cover_plan="We share the work.",
    )

    assert answer.status_code == 302
    assert [(one.state, one.cover_plan) for one in (endorsement, other)] == [
        (EndorsementState.ENDORSED, "We share the work.")
    ] * 2


@pytest.mark.parametrize(
    ("ticked", "status"),
    [([], 422), (["abc"], 422), (["1:9"], 409), (["99999:1"], 404), (["2147483648:1"], 422)],
)
def test_bulk_is_all_or_nothing(cast, signed_in, endorsement, ticked, status):
    sent = [f"{endorsement.id}:1", *ticked] if ticked == ["99999:1"] else ticked

    answer = signed_in(cast.lea).post("/endorsements/bulk", endorsement=sent, cover_plan="")

    assert (answer.status_code, endorsement.state) == (status, EndorsementState.ASKED)


def test_a_deputy_cannot_tick_people_of_another_team(cast, signed_in, endorsement):
    answer = signed_in(cast.bo).post("/endorsements/bulk", endorsement=[f"{endorsement.id}:1"])

    assert (answer.status_code, endorsement.state) == (404, EndorsementState.ASKED)


def test_cover_counts_members_absences_stays_and_blackouts(session, cast, endorsement):
    make_stay(session, cast.dan, cast.desk, cast.rhine)
    make_blackout(session, cast.rhine, date(2027, 4, 1), date(2027, 4, 10))

    found = queries.cover(session, cast.round, [cast.rhine])[cast.rhine.id]

    assert [(one.members, one.away, one.can_leave) for one in found] == [
        (3, 1, 1),
        (3, 0, 0),
        (3, 0, 2),
        (3, 0, 2),
        (3, 0, 2),
        (3, 0, 2),
    ]
    assert [one.blackout for one in found] == [False, True, False, False, False, False]


def test_hr_watches_what_is_open_but_ticks_only_what_is_overdue(cast, signed_in, endorsement):
    olga = signed_in(cast.olga)

    waiting = olga.get("/endorsements/").get_data(as_text=True)
    every = olga.get("/endorsements/all").get_data(as_text=True)

    assert ("Ada Test" in waiting, "Ada Test" in every) == (False, True)
    assert 'name="endorsement"' not in waiting + every


def test_nothing_to_do_says_so(cast, signed_in):
    page = signed_in(cast.lea).get("/endorsements/").get_data(as_text=True)

    assert "Nothing waits for you" in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_the_same_number_of_times(session, cast, signed_in, count_statements, people):
    for number in range(people):
        person = make_person(session, f"Eve{number}", team=cast.rhine)
        application = make_application(session, cast.round, person, cast.rhine, [cast.desk])
        make_endorsement(session, application)
    lea = signed_in(cast.lea)

    with count_statements() as statements:
        page = lea.get("/endorsements/").get_data(as_text=True)

    assert page.count('name="endorsement"') == people
    assert len(statements) == 9

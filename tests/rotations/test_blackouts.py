"""Leads close their own teams for some days, HR any team."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.rotations.models import Blackout
from tests.factories import make_blackout


@pytest.fixture
def form(cast):
    return {
        "team_id": str(cast.rhine.id),
        "starts_on": "2027-03-22",
        "last_on": "2027-04-05",
        "reason": "Quarter end",
    }


def rows(session):
    found = session.execute(
        select(Blackout.team_id, Blackout.starts_on, Blackout.ends_on, Blackout.reason)
    )
    return [tuple(row) for row in found]


@pytest.mark.parametrize("who", ["lea", "dan", "olga"])
def test_lead_deputy_and_hr_close_a_team(session, cast, signed_in, form, who):
    answer = signed_in(getattr(cast, who)).post("/blackouts/", **form)

    assert answer.status_code == 302
    assert rows(session) == [(cast.rhine.id, date(2027, 3, 22), date(2027, 4, 6), "Quarter end")]
    kinds = [kind.value for kind in session.scalars(select(AuditEntry.kind))]
    assert kinds == ["rotations.blackout_changed"]


@pytest.mark.parametrize(("who", "status"), [("bo", 422), ("ada", 404), ("wim", 404)])
def test_nobody_closes_a_foreign_team(session, cast, signed_in, form, who, status):
    answer = signed_in(getattr(cast, who)).post("/blackouts/", **form)

    assert (answer.status_code, rows(session)) == (status, [])


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"last_on": "2027-03-21"}, "last_on", "The last day cannot come before the first."),
        ({"last_on": "2029-03-21"}, "last_on", "A blackout time can last a year at most."),
        ({"starts_on": "nonsense"}, "starts_on", "Not a valid date value."),
        ({"reason": ""}, "reason", "This field is required."),
        ({"reason": "x" * 201}, "reason", "Field cannot be longer than 200 characters."),
    ],
)
def test_wrong_days_are_said_beside_the_field(cast, signed_in, form, wrong, field, message):
    answer = signed_in(cast.lea).post("/blackouts/", **(form | wrong))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page.split(f'id="{field}-error"')[1].split("</p>")[0]


def test_the_same_days_are_entered_once(session, cast, signed_in, form):
    lea = signed_in(cast.lea)
    lea.post("/blackouts/", **form)

    again = lea.post("/blackouts/", **form)

    assert (again.status_code, len(rows(session))) == (422, 1)


def test_removing_is_for_those_who_may_add(session, cast, signed_in):
    blackout = make_blackout(session, cast.rhine, date(2027, 3, 22), date(2027, 4, 6))
    path = f"/blackouts/{blackout.id}/remove"

    foreign = signed_in(cast.bo).post(path)
    own = signed_in(cast.dan).post(path)

    assert (foreign.status_code, own.status_code, rows(session)) == (404, 302, [])


def test_leads_see_their_own_teams_only(session, cast, signed_in):
    make_blackout(session, cast.rhine, date(2027, 3, 22), date(2027, 4, 6), "Ours")
    make_blackout(session, cast.elbe, date(2027, 3, 22), date(2027, 4, 6), "Theirs")

    lea = signed_in(cast.lea).get("/blackouts/").get_data(as_text=True)
    olga = signed_in(cast.olga).get("/blackouts/").get_data(as_text=True)

    assert ("Ours" in lea, "Theirs" in lea) == (True, False)
    assert ("Ours" in olga, "Theirs" in olga) == (True, True)


@pytest.mark.parametrize("blackouts", [1, 3])
def test_the_list_asks_the_same_number_of_times(
    session, cast, signed_in, count_statements, blackouts
):
    for number in range(blackouts):
        make_blackout(session, cast.rhine, date(2027, 1 + number, 4), date(2027, 1 + number, 9))
    lea = signed_in(cast.lea)

    with count_statements() as statements:
        page = lea.get("/blackouts/").get_data(as_text=True)

    assert page.count("/remove") == blackouts
    assert len(statements) == 5

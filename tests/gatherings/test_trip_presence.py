"""Who came along: the host's list, a guest's own word, and HR's figures of joint days."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, Meeting
from tests.factories import NOW, make_person
from tests.gatherings.joint_days import DEBRIEF, SECRET
from tests.gatherings.makers import make_booking, make_gathering

LIST = "Note who was there"


def sent(session, gathering, **presences):
    """The fields of the list: one mark for each guest by first name."""
    meeting = session.scalars(select(Meeting.id).where(Meeting.gathering_id == gathering.id)).one()
    rows = session.scalars(select(Booking).where(Booking.gathering_id == gathering.id))
    keys = {row.person_id: row.id for row in rows}
    return {
        f"mark-{keys[person.id]}-{meeting}": presence for person, presence in presences.values()
    }


def state(session):
    return session.scalars(select(Booking.state)).one()


def rows(answer):
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_the_host_finds_the_list_on_the_page_of_the_day_and_notes_a_no_show(
    session, cast, past, signed_in
):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    path = f"/sessions/{past.id}/attendance"
    linked = [f'href="{path}"' in who.page(f"/trips/{past.id}") for who in (bo, ada)]
    page = bo.page(path)

    answer = bo.post(path, **sent(session, past, ada=(cast.ada, "absent")))

    assert linked == [True, False]
    assert [text in page for text in ("Who was there", "Code on site", "Certificates follow")] == [
        True,
        False,
        False,
    ]
    assert f'href="/trips/{past.id}"' in page
    assert (answer.status_code, state(session)) == (302, BookingState.NO_SHOW)
    assert ada.get(f"/trips/{past.id}/debrief").status_code == 404  # who was not there saw nothing
    assert SECRET not in page


@pytest.mark.parametrize("who", ["ada", "ann", "lea", "eve"])
def test_nobody_but_host_and_hr_opens_the_list_of_a_day(session, cast, past, signed_in, who):
    assert signed_in(getattr(cast, who)).get(f"/sessions/{past.id}/attendance").status_code == 404


def test_the_list_has_no_link_before_the_doors_open(session, cast, signed_in):
    soon = make_gathering(session, host=cast.bo, starts_at=NOW + timedelta(minutes=31))
    near = make_gathering(session, host=cast.bo, starts_at=NOW + timedelta(minutes=30))
    for gathering in (soon, near):
        make_booking(session, gathering, cast.ada)
    session.commit()

    pages = [signed_in(cast.bo).page(f"/trips/{gathering.id}") for gathering in (soon, near)]

    assert [LIST in page for page in pages] == [False, True]


def test_the_hosts_list_outweighs_what_a_guests_debrief_said(session, cast, past, signed_in):
    signed_in(cast.ada).post(f"/trips/{past.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))
    by_own_word = state(session)

    fields = sent(session, past, ada=(cast.ada, "absent"))
    signed_in(cast.bo).post(f"/sessions/{past.id}/attendance", **fields)

    assert (by_own_word, state(session)) == (BookingState.ATTENDED, BookingState.NO_SHOW)


def test_hr_sees_how_full_joint_days_are_and_who_did_not_come(session, cast, past, hr):
    past.state = GatheringState.OVER
    session.scalars(select(Booking)).one().state = BookingState.NO_SHOW
    ahead = make_gathering(session, host=cast.ann, seats=4)
    make_booking(session, ahead, cast.bo)
    make_gathering(session)  # a session has its own list
    session.commit()

    page = " ".join(re.sub("<[^>]*>", " ", hr.page("/occupancy/joint-days")).split())
    lines = rows(hr.get("/occupancy/joint-days?format=csv&sort=starts"))

    assert "Occupancy, past 100 % 1 of 1 seats" in page
    assert "Occupancy, to come 25 % 1 of 4 seats so far" in page
    assert "Did not come 1 100 % of those whose presence is known" in page
    assert [line[1:3] + line[6:] for line in lines] == [
        ["Field trip", "Bo Test", "1", "1", "100", "0", "0", "0", "1", "0", "0", "0"],
        ["Field trip", "Ann Test", "4", "1", "25", "0", "0", "0", "0", "0", "0", "0"],
    ]
    assert SECRET not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *(("", 2), ("kind=trip", 2), ("kind=joint_day", 0), ("kind=session", 2)),
        *(("when=past", 1), ("q=Ann", 1), ("quarter=2025-Q1", 0), ("state=called_off", 0)),
    ],
)
def test_joint_days_are_narrowed(session, cast, past, hr, query, expected):
    make_gathering(session, host=cast.ann)
    session.commit()

    assert len(rows(hr.get(f"/occupancy/joint-days?format=csv&{query}"))) == expected


@pytest.mark.parametrize("who", ["ada", "lea", "tina"])
def test_only_hr_finds_the_figures_of_joint_days(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get("/occupancy/joint-days").status_code == 404


def test_without_joint_days_the_page_says_what_will_stand_there(hr):
    assert "No joint day was offered yet" in hr.page("/occupancy/joint-days")


@pytest.mark.parametrize("number", [1, 3])
def test_joint_days_cost_the_same_number_of_statements(session, cast, hr, count_statements, number):
    for each in range(number):
        gathering = make_gathering(session, host=make_person(session, f"Host{each}"))
        make_booking(session, gathering, make_person(session, f"Guest{each}"))
    hr.page("/occupancy/joint-days")

    with count_statements() as statements:
        hr.page("/occupancy/joint-days")

    assert len(statements) == 6

"""Leads and deputies answer requests, with their team's cover beside them."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.agenda.models import CommitmentKind
from app.domain.seats import Approval, BookingState
from app.domain.team_cover import TeamCover
from app.gatherings.models import Booking
from app.gatherings.queries.approvals import Decider, pile, waiting
from app.gatherings.queries.team_cover import cover_beside
from app.people.models import Absence
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_booking, make_course, make_gathering

TODAY = date(2026, 11, 23)
ASKED = re.compile(r'<label class="line-title" for="booking-(\d+)">')


@pytest.fixture
def asked(session, cast):
    """Make a request: `asked(ada)` for a session of its own, or for a given one."""

    def of(person, gathering=None, *, state=BookingState.REQUESTED, **fields):
        gathering = gathering or make_gathering(session, needs_approval=True)
        pending = {"approval": Approval.PENDING, **fields}
        return make_booking(session, gathering, person, state=state, **pending)

    return of


def listed(visitor):
    """The requests that wait for somebody, in order."""
    return [int(key) for key in ASKED.findall(visitor.page("/approvals/"))]


def states(session, *bookings):
    rows = session.execute(
        select(Booking.id, Booking.state, Booking.approval).where(
            Booking.id.in_([each.id for each in bookings])
        )
    )
    return {key: (state, approval) for key, state, approval in rows}


def test_leads_and_deputies_are_asked_for_their_team_the_most_urgent_first(
    session, cast, signed_in, asked
):
    later = asked(cast.ada, expires_at=NOW + timedelta(days=3))
    sooner = asked(cast.ann, expires_at=NOW + timedelta(days=1))
    waits = asked(cast.ada, state=BookingState.WAITLISTED)
    asked(cast.ann, approval=Approval.GIVEN)
    theirs = asked(cast.bo)
    urgent_first = [sooner.id, later.id, waits.id]

    found = {name: listed(signed_in(getattr(cast, name))) for name in ("lea", "dan", "eve", "olga")}

    assert found == {"lea": urgent_first, "dan": urgent_first, "eve": [theirs.id], "olga": []}


def test_hr_answers_where_nobody_else_can(session, cast, signed_in, asked):
    alone, homeless = asked(cast.eve), asked(cast.cy)
    asked(cast.lea)  # her deputy can

    assert listed(signed_in(cast.olga)) == [alone.id, homeless.id]
    assert listed(signed_in(cast.eve)) == []


def test_what_was_ticked_is_agreed_to_at_once(session, cast, signed_in, asked):
    first, second, third = asked(cast.ada), asked(cast.ann), asked(cast.dan)

    answer = signed_in(cast.lea).post("/approvals/", booking=[str(first.id), str(second.id)])

    assert (answer.status_code, answer.location) == (303, "/approvals/")
    given = (BookingState.BOOKED, Approval.GIVEN)
    assert states(session, first, second, third) == {
        first.id: given,
        second.id: given,
        third.id: (BookingState.REQUESTED, Approval.PENDING),
    }


def test_one_request_that_is_gone_stops_nobody_else_and_is_named(session, cast, signed_in, asked):
    open_, gone = asked(cast.ada), asked(cast.ann, expires_at=NOW - timedelta(minutes=1))
    visitor = signed_in(cast.lea)

    answer = visitor.post("/approvals/", booking=[str(open_.id), str(gone.id)])

    assert answer.status_code == 303
    assert "Still open: Ann Test. This request is no longer open." in visitor.page("/approvals/")
    assert states(session, open_)[open_.id] == (BookingState.BOOKED, Approval.GIVEN)


def test_open_requests_are_searched_filtered_sorted_and_paged(session, cast, signed_in, asked):
    coaching = make_gathering(session, course=make_course(session, "Coaching"))
    first = asked(cast.ada, coaching, expires_at=NOW + timedelta(days=3))
    second = asked(cast.ann, expires_at=NOW + timedelta(days=1))
    third = asked(cast.dan, state=BookingState.WAITLISTED)
    visitor = signed_in(cast.lea)

    found = {
        query: [int(key) for key in ASKED.findall(visitor.page(f"/approvals/{query}"))]
        for query in (
            "",
            "?sort=-until",
            "?sort=name",
            "?sort=-name",
            "?q=COACH",
            "?q=dan",
            "?state=waitlisted",
            f"?team={cast.rhine.id}",
            "?team=99&state=x&sort=x",
            "?page=2",
        )
    }

    urgent_first = [second.id, first.id, third.id]
    assert found == {
        "": urgent_first,
        "?sort=-until": urgent_first[::-1],
        "?sort=name": [first.id, second.id, third.id],
        "?sort=-name": [third.id, second.id, first.id],
        "?q=COACH": [first.id],
        "?q=dan": [third.id],
        "?state=waitlisted": [third.id],
        f"?team={cast.rhine.id}": urgent_first,
        "?team=99&state=x&sort=x": urgent_first,
        "?page=2": [],
    }


def test_a_page_of_open_requests_counts_rivals_on_other_pages(session, cast, signed_in, asked):
    gathering = make_gathering(session, seats=40, needs_approval=True)
    for number in range(26):
        asked(make_person(session, f"P{number:02}", team=cast.rhine), gathering)
    visitor = signed_in(cast.lea)

    first, second = visitor.page("/approvals/"), visitor.page("/approvals/?page=2")

    assert (len(ASKED.findall(first)), len(ASKED.findall(second))) == (25, 1)
    assert "if 25 more of the team go as well" in second


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_open_requests_are_exported_as_they_are_narrowed(session, cast, signed_in, asked, kind):
    asked(cast.ada, make_gathering(session, course=make_course(session, "=Coaching")))
    asked(cast.ann)
    visitor = signed_in(cast.lea)

    answer = visitor.get(f"/approvals/?format={kind}&q=coaching")

    assert answer.status_code == 200
    if kind == "csv":
        lines = answer.text.splitlines()
        assert (len(lines), "'=Coaching" in lines[1], "Ada Test" in lines[1]) == (2, True, True)


@pytest.mark.parametrize("ticked", [[], ["x"], ["9" * 40]])
def test_without_a_tick_nothing_happens(cast, signed_in, asked, ticked):
    asked(cast.ada)

    answer = signed_in(cast.lea).post("/approvals/", booking=ticked)

    assert (answer.status_code, "Please tick somebody." in answer.text) == (422, True)


def test_a_refusal_needs_a_reason_and_tells_it(session, cast, signed_in, asked):
    booking = asked(cast.ada)
    visitor = signed_in(cast.dan)

    empty = visitor.post(f"/approvals/{booking.id}/refuse", reason="  ")
    refused = visitor.post(f"/approvals/{booking.id}/refuse", reason="Fair in Hamburg that day")

    assert (empty.status_code, "Please give a reason." in empty.text) == (422, True)
    assert (refused.status_code, refused.location) == (303, "/approvals/")
    stored = session.get(Booking, booking.id)
    assert (stored.state, stored.approval, stored.reason, stored.decided_by) == (
        BookingState.DECLINED,
        Approval.REFUSED,
        "Fair in Hamburg that day",
        cast.dan.id,
    )
    assert "Fair in Hamburg that day" in signed_in(cast.ada).page("/my-bookings")


def test_who_was_slower_learns_that_it_is_decided(session, cast, signed_in, asked):
    booking = asked(cast.ada)
    lea, dan = signed_in(cast.lea), signed_in(cast.dan)
    lea.post("/approvals/", booking=str(booking.id))

    answer = dan.post(f"/approvals/{booking.id}/refuse", reason="Too many away")

    assert answer.status_code == 409
    assert "This request is no longer open." in answer.text
    assert states(session, booking)[booking.id] == (BookingState.BOOKED, Approval.GIVEN)


@pytest.mark.parametrize("who", ["ada", "bo", "eve", "olga", "cy"])
def test_outsiders_find_no_request_and_change_none(session, cast, signed_in, asked, who):
    booking = asked(cast.ada)
    visitor = signed_in(getattr(cast, who))

    answers = [
        visitor.get(f"/approvals/{booking.id}"),
        visitor.post("/approvals/", booking=str(booking.id)),
        visitor.post(f"/approvals/{booking.id}/refuse", reason="Because"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert states(session, booking)[booking.id] == (BookingState.REQUESTED, Approval.PENDING)


def test_a_lead_cannot_answer_the_own_request(session, cast, signed_in, asked):
    booking = asked(cast.lea)

    assert signed_in(cast.lea).get(f"/approvals/{booking.id}").status_code == 404
    assert listed(signed_in(cast.dan)) == [booking.id]


def test_decisions_are_kept_searched_and_exported(session, cast, signed_in, asked):
    coaching = make_gathering(session, course=make_course(session, "Coaching"))
    decided = {"decided_by": cast.dan.id, "decided_at": NOW}
    asked(cast.ada, coaching, state=BookingState.BOOKED, approval=Approval.GIVEN, **decided)
    no = {"state": BookingState.DECLINED, "approval": Approval.REFUSED, "reason": "Quarter end"}
    asked(cast.ann, **no, **decided)
    asked(cast.bo, **no, **decided)
    visitor = signed_in(cast.lea)

    every = visitor.page("/approvals/decided")
    refused = visitor.page("/approvals/decided?answer=refused")
    searched = visitor.page("/approvals/decided?q=COACH")
    file = visitor.get("/approvals/decided?format=csv").text.splitlines()

    def names(page):
        return sorted(set(re.findall(r">(Ada|Ann|Bo) Test<", page)))

    assert (names(every), names(refused), names(searched)) == (["Ada", "Ann"], ["Ann"], ["Ada"])
    assert ("Quarter end" in refused, len(file)) == (True, 3)


def test_the_pile_counts_what_waits(session, cast, asked):
    first = NOW + timedelta(hours=5)
    asked(cast.ada, expires_at=first)
    asked(cast.ann, expires_at=NOW + timedelta(days=2))
    asked(cast.bo)
    lead = Decider(cast.lea.id, frozenset({cast.rhine.id}))

    found = pile(session, lead, today=TODAY)

    assert (found.count, found.first_at) == (2, first)


# -- the team's cover -----------------------------------------------------------------------------


def cover_of(session, cast, booking):
    """The cover beside one request, as Lea sees it, per meeting."""
    session.flush()
    session.expire_all()
    lead = Decider(cast.lea.id, frozenset({cast.rhine.id}))
    bookings = [each.booking for each in waiting(session, lead, today=TODAY)]
    return [row.cover for row in cover_beside(session, bookings)[booking.id]]


def test_cover_counts_who_stays_while_somebody_is_away(session, cast, asked):
    booking = asked(cast.ada)

    assert cover_of(session, cast, booking) == [TeamCover(size=4, here=3, minimum=2)]


def test_days_off_stays_and_bookings_of_others_count_as_away(session, cast, asked):
    booking = asked(cast.ada)
    day = START.date()
    off = {"starts_on": day, "ends_on": day + timedelta(days=1), "created_at": NOW}
    session.add(Absence(person_id=cast.ann.id, **off))
    make_commitment(session, cast.dan, START, kind=CommitmentKind.STAY, hard=True)

    assert cover_of(session, cast, booking) == [TeamCover(size=4, here=1, minimum=2)]


def test_soft_commitments_and_those_at_other_times_leave_people_there(session, cast, asked):
    booking = asked(cast.ada)
    stay = {"kind": CommitmentKind.STAY, "hours": 1}
    make_commitment(session, cast.ann, START, hard=False, **stay)
    make_commitment(session, cast.dan, START + timedelta(hours=2), hard=True, **stay)

    assert cover_of(session, cast, booking) == [TeamCover(size=4, here=3, minimum=2)]


def test_others_who_ask_for_that_time_are_told_apart(session, cast, asked):
    gathering = make_gathering(session, needs_approval=True)
    session.refresh(gathering, ["meetings"])
    meeting = gathering.meetings[0]
    booking = asked(cast.ada, gathering)
    asked(cast.ann, gathering)
    make_commitment(session, cast.ann, START, source_id=meeting.id, hard=True)  # kept for her
    asked(cast.dan)  # of another session at the same time

    assert cover_of(session, cast, booking) == [TeamCover(size=4, here=3, minimum=2, asking=2)]


def test_who_does_not_work_that_day_or_has_left_is_not_of_the_team(session, cast, asked):
    make_person(session, "Wednesday", team=cast.rhine, working_days="3")
    make_person(session, "Gone", team=cast.rhine, left_on=date(2026, 12, 1))
    booking = asked(cast.ada)

    assert cover_of(session, cast, booking) == [TeamCover(size=4, here=3, minimum=2)]


def test_each_meeting_has_its_own_cover(session, cast, asked):
    booking = asked(cast.ada, make_gathering(session, meetings=2, needs_approval=True))
    week_later = START + timedelta(weeks=1)
    make_commitment(session, cast.ann, week_later, kind=CommitmentKind.STAY, hard=True)

    assert cover_of(session, cast, booking) == [
        TeamCover(size=4, here=3, minimum=2),
        TeamCover(size=4, here=2, minimum=2),
    ]


def test_the_page_shows_the_tightest_meeting(session, cast, signed_in, asked):
    asked(cast.ada, make_gathering(session, meetings=2, needs_approval=True))
    week_later = START + timedelta(weeks=1)
    for person in (cast.ann, cast.dan):
        make_commitment(session, person, week_later, kind=CommitmentKind.STAY, hard=True)

    page = unescape(signed_in(cast.lea).page("/approvals/"))

    assert '<span class="seats tone-bad">1 of 4 are there, 2 needed</span>' in page


def test_somebody_without_a_team_has_no_cover_but_a_request(session, cast, signed_in, asked):
    booking = asked(cast.cy)

    page = signed_in(cast.olga).page(f"/approvals/{booking.id}")

    assert "Cy Test has no home team, so there is no cover to count." in page


@pytest.mark.parametrize("path", ["/approvals/", "/approvals/decided"])
def test_the_number_of_requests_does_not_change_the_number_of_statements(
    session, cast, signed_in, count_statements, asked, path
):
    visitor = signed_in(cast.lea)

    def furnish():
        asked(cast.ada)
        decided = {"decided_by": cast.dan.id, "decided_at": NOW, "approval": Approval.GIVEN}
        asked(cast.ann, state=BookingState.BOOKED, **decided)

    furnish()
    visitor.page(path)
    with count_statements() as few:
        visitor.page(path)
    for _ in range(2):
        furnish()
    with count_statements() as many:
        visitor.page(path)

    assert len(many) == len(few)

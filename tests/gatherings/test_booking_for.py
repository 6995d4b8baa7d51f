"""A lead, a deputy or HR books for somebody, by the rules that hold for everybody."""

from html import unescape

import pytest
from sqlalchemy import select

from app.domain.seats import Approval, BookingState
from app.gatherings.models import Booking
from app.outbox.models import Notice
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_booking, make_gathering, make_trainer


def path_of(gathering):
    return f"/sessions/{gathering.id}/book-for"


def stored(session, person):
    """State, approval and who decided of the only booking of somebody; None without one."""
    row = session.execute(
        select(Booking.state, Booking.approval, Booking.decided_by).where(
            Booking.person_id == person.id
        )
    ).one_or_none()
    return tuple(row) if row else None


def told(session, person):
    rows = session.execute(select(Notice.title, Notice.params).where(Notice.person_id == person.id))
    return [(title, params.get("by")) for title, params in rows]


@pytest.mark.parametrize("who", ["lea", "dan", "olga"])
def test_lead_deputy_and_hr_book_a_seat_and_the_person_hears_by_whom(session, cast, signed_in, who):
    gathering = make_gathering(session)
    booker = getattr(cast, who)
    visitor = signed_in(booker)
    link = f'href="{path_of(gathering)}"'

    page = visitor.page(f"/sessions/{gathering.id}")
    answer = visitor.post(path_of(gathering), person=str(cast.ada.id))

    assert link in page
    assert (answer.status_code, answer.location) == (303, f"/sessions/{gathering.id}")
    assert stored(session, cast.ada) == (BookingState.BOOKED, Approval.NOT_NEEDED, None)
    assert told(session, cast.ada) == [("%(by)s booked a seat for you: %(what)s", booker.name)]
    assert told(session, booker) == []
    own = signed_in(cast.ada).page(f"/sessions/{gathering.id}")
    assert (f"by {booker.name}" in own, "Yes, cancel it" in own) == (True, True)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lea", (BookingState.BOOKED, Approval.GIVEN)),
        ("olga", (BookingState.REQUESTED, Approval.PENDING)),
    ],
)
def test_the_own_lead_agrees_by_booking_and_hr_asks_the_lead(
    session, cast, signed_in, who, expected
):
    gathering = make_gathering(session, needs_approval=True)

    signed_in(getattr(cast, who)).post(path_of(gathering), person=str(cast.ada.id))

    assert stored(session, cast.ada)[:2] == expected
    asked = [title for title, _by in told(session, cast.lea)]
    assert bool(asked) == (who == "olga")


def test_nobody_is_booked_past_those_who_wait(session, cast, signed_in):
    gathering = make_gathering(session, seats=0)
    make_booking(session, gathering, cast.bo, state=BookingState.WAITLISTED)

    signed_in(cast.olga).post(path_of(gathering), person=str(cast.ada.id))

    assert stored(session, cast.ada)[0] is BookingState.WAITLISTED
    assert told(session, cast.ada) == [
        ("%(by)s put you on the waiting list: %(what)s", cast.olga.name)
    ]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("lea", ["Ann Test"]),
        ("eve", ["Bo Test"]),
        ("olga", ["Ann Test", "Bo Test", "Cy Test", "Dan Test", "Eve Test", "Lea Test"]),
    ],
)
def test_the_choice_holds_whom_the_visitor_answers_for_and_nobody_with_a_seat(
    session, cast, signed_in, who, names
):
    """Ada has a seat; Dan is Lea's deputy and a member of her team as well."""
    gathering = make_gathering(session)
    make_booking(session, gathering, cast.ada)

    page = unescape(signed_in(getattr(cast, who)).page(path_of(gathering)))

    everybody = ["Ada Test", "Ann Test", "Bo Test", "Cy Test", "Dan Test", "Eve Test", "Lea Test"]
    offered = [name for name in everybody if f">{name}" in page.partition("<main")[2]]
    expected = names if who != "lea" else ["Ann Test", "Dan Test"]
    assert offered == expected


@pytest.mark.parametrize(
    ("who", "status"), [("lea", 422), ("eve", 422), ("ada", 404), ("tina", 404)]
)
def test_nobody_books_for_people_of_others(session, cast, signed_in, who, status):
    gathering = make_gathering(session)

    answer = signed_in(getattr(cast, who)).post(path_of(gathering), person=str(cast.cy.id))

    assert (answer.status_code, stored(session, cast.cy)) == (status, None)


def test_what_somebody_else_does_at_that_time_is_not_told(session, cast, signed_in):
    gathering = make_gathering(session)
    span = gathering.span
    make_commitment(session, cast.ada, span.start, hard=True, title="Something private")

    answer = signed_in(cast.lea).post(path_of(gathering), person=str(cast.ada.id))

    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Ada Test has to be somewhere else at that time." in page
    assert "Something private" not in page


@pytest.mark.parametrize("fields", [{"closes_at": NOW}, {"opens_at": START}])
def test_the_window_of_booking_holds_for_others_too(session, cast, signed_in, fields):
    gathering = make_gathering(session, **fields)
    visitor = signed_in(cast.olga)

    answer = visitor.post(path_of(gathering), person=str(cast.ada.id))

    assert (answer.status_code, stored(session, cast.ada)) == (409, None)
    assert f'href="{path_of(gathering)}"' not in visitor.page(f"/sessions/{gathering.id}")


def test_joint_days_and_unknown_dates_are_not_found(session, cast, signed_in):
    trip = make_gathering(session, host=cast.bo)
    visitor = signed_in(cast.olga)

    statuses = [visitor.get(f"/sessions/{key}/book-for").status_code for key in (trip.id, 4711)]

    assert statuses == [404, 404]


def test_whoever_leads_it_is_refused_in_words(session, cast, signed_in):
    gathering = make_gathering(session)
    session.refresh(gathering, ["meetings"])
    make_trainer(session, gathering.meetings[0], cast.tina)

    answer = signed_in(cast.olga).post(path_of(gathering), person=str(cast.tina.id))

    assert answer.status_code == 409
    assert "takes no seat in it" in answer.get_data(as_text=True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_people_does_not_change_the_number_of_statements(
    session, cast, signed_in, count_statements, number
):
    gathering = make_gathering(session)
    for _each in range(number):
        make_person(session, team=cast.rhine)
    visitor = signed_in(cast.lea)
    visitor.page(path_of(gathering))

    with count_statements() as statements:
        visitor.page(path_of(gathering))

    assert len(statements) == 10

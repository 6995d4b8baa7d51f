"""Three taps after a contact: once, in time, told per pair only, and leading back to nobody."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from app.domain.voices import FLOOR, Contact, NotYourTurn, carried, settled
from app.voices.models import PulseMark, PulseSheet
from app.voices.queries.taps import of_pair
from app.voices.services.taps import forget_who_tapped, give_taps
from tests.factories import NOW, make_person, make_team

TAPS = {"equal_footing": 3, "common_task": 2, "backed_by_leads": None}
LATER = NOW + timedelta(days=15)
NEXT_QUARTER = NOW + timedelta(days=92)
ENDED = NOW - timedelta(hours=1)


@pytest.fixture
def pair(session):
    return make_team(session, "Rhine"), make_team(session, "Elbe")


def tap(session, pair, number, *, taps=TAPS, at=NOW, contact="gathering", ended_at=None):
    """Let so many people answer, each about a contact of their own and from alternating sides."""
    for place in range(number):
        own, other = pair if place % 2 else pair[::-1]
        met = Contact(f"{contact}:{place}", own.id, other.id, ended_at or at - timedelta(hours=1))
        give_taps(session, met, make_person(session, f"P{place}").id, taps, at=at)
        session.commit()  # each in a transaction of its own, as people do


def means(session, pair, at):
    return [one.mean for one in of_pair(session, pair[0].id, pair[1].id, at=at).means]


def test_taps_of_four_are_not_told_and_of_five_are_when_the_quarter_is_over(app, session, pair):
    tap(session, pair, 4, contact="gathering")
    assert means(session, pair, NEXT_QUARTER) == []

    tap(session, pair, 1, contact="stay")  # stays and days together count as one

    assert means(session, pair, NOW) == []
    assert means(session, pair, NEXT_QUARTER) == [3.0, 2.0, None]
    assert means(session, pair[::-1], NEXT_QUARTER) == [3.0, 2.0, None]


def test_nobody_taps_twice_or_out_of_time(app, session, pair):
    ada = make_person(session, "Ada")
    met = Contact("stay:1", pair[0].id, pair[1].id, ENDED)
    give_taps(session, met, ada.id, TAPS, at=NOW)

    for contact, at in [
        (met, NOW),
        (Contact("stay:2", pair[0].id, pair[1].id, NOW + timedelta(hours=1)), NOW),
        (Contact("stay:3", pair[0].id, pair[1].id, ENDED), LATER),
    ]:
        with pytest.raises(NotYourTurn):
            give_taps(session, contact, ada.id, TAPS, at=at)
    assert session.scalar(select(func.count()).select_from(PulseSheet)) == 1


def test_one_visit_later_the_taps_of_a_pair_are_told_as_before(app, session, pair):
    tap(session, pair, 5, taps={"equal_footing": 3, "common_task": 2, "backed_by_leads": 2})
    told = [means(session, pair, NEXT_QUARTER)]
    low = {"equal_footing": 1, "common_task": 1, "backed_by_leads": 1}
    tap(session, pair, 1, taps=low, at=NEXT_QUARTER, contact="stay")

    told.append(means(session, pair, NEXT_QUARTER + timedelta(days=100)))

    assert told == [[3.0, 2.0, 2.0]] * 2


def test_marks_go_after_two_weeks_and_the_sheets_stay(app, session, pair):
    tap(session, pair, 3)

    assert forget_who_tapped(session, at=NOW) == 0
    assert forget_who_tapped(session, at=LATER) == 3
    assert forget_who_tapped(session, at=LATER) == 0
    assert session.scalar(select(func.count()).select_from(PulseMark)) == 0
    assert session.scalar(select(func.count()).select_from(PulseSheet)) == 3


def test_a_sheet_says_nothing_but_pair_quarter_and_taps(app):
    """No person, no time, no kind of contact: a stay of one person is not told from a visit."""
    assert {column.name for column in PulseSheet.__table__.columns} == {
        "key",
        "from_team_id",
        "about_team_id",
        "quarter",
        *TAPS,
    }


def in_stored_order(session, engine):
    """The taps in the order a look into the file gives them, as far as there is one."""
    order = "key" if engine.dialect.name == "sqlite" else "xmin::text::bigint, ctid"
    rows = session.execute(
        text(f"SELECT equal_footing, common_task FROM pulse_sheet ORDER BY {order}")  # noqa: S608
    )
    return [tuple(row) for row in rows]


def test_after_two_weeks_no_order_leads_back_to_who_tapped(app, session, engine, pair):
    given_in_order = [(1 + n % 3, 1 + n // 3 % 3) for n in range(36)]
    for number, (footing, task) in enumerate(given_in_order):
        met = Contact(f"stay:{number}", pair[0].id, pair[1].id, ENDED)
        taps = {"equal_footing": footing, "common_task": task, "backed_by_leads": None}
        give_taps(session, met, make_person(session, f"P{number}").id, taps, at=NOW)
        session.commit()
    before = in_stored_order(session, engine)

    forget_who_tapped(session, at=LATER, random=Random(5))  # noqa: S311 - the same luck
    session.commit()

    after = in_stored_order(session, engine)
    linked = sum(one == other for one, other in zip(after, given_in_order, strict=True))
    assert Counter(after) == Counter(given_in_order)
    # Four of 36 fall into place by chance (keys are drawn anew each time), more than sixteen in
    # fewer than one of a million runs; who can read the order finds all of them.
    assert linked <= 16
    if engine.dialect.name == "postgresql":  # the control: before, the transactions told all
        assert before == given_in_order


def test_the_only_stay_of_a_quarter_is_not_known_by_its_quarter(app, session, pair):
    """One stay, one answer: once its mark is gone the sheet no longer says when it was given."""
    tap(session, pair, 1, contact="stay")
    after_the_quarter = datetime(2027, 2, 1, tzinfo=UTC)
    assert set(session.scalars(select(PulseSheet.quarter))) == {"2026-Q4"}

    forget_who_tapped(session, at=after_the_quarter)

    assert set(session.scalars(select(PulseSheet.quarter))) == {"2027-Q1"}


QUARTERS = [f"{year}-Q{number}" for year in (2025, 2026) for number in (1, 2, 3, 4)]


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8), st.integers(0, 7))
def test_forgetting_quarters_changes_nothing_that_is_told(sizes, place):
    """Whenever quarters are forgotten, each later day tells the same values as without it."""
    sheets = [(name, n) for name, size in zip(QUARTERS, sizes, strict=True) for n in range(size)]
    now = QUARTERS[place]
    given_so_far = [quarter for quarter, _value in sheets if quarter <= now]
    waiting = carried(given_so_far, now)
    blurred = [(now if quarter in waiting else quarter, value) for quarter, value in sheets]

    for later in [*QUARTERS[place:], "2027-Q1"]:
        told, without = settled(blurred, later), settled(sheets, later)
        assert Counter(told) == Counter(without)
        assert len(told) == 0 or len(told) >= FLOOR

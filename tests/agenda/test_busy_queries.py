"""Who is busy when, from commitments and own calendars, in a constant number of statements."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.agenda.queries.busy import Busy, BusyKind, busy, days_busy, imported
from app.domain.timespan import Days, Timespan
from tests.agenda.busy_makers import hours, make_file
from tests.agenda.makers import NINE, make_commitment
from tests.factories import make_person

A_DAY = Timespan(NINE - timedelta(hours=9), NINE + timedelta(hours=15))


def one(start, end, kind):
    return Busy(Timespan(*hours(start, end)), kind)


def test_all_kinds_stand_side_by_side_in_order_and_merged(session):
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")
    make_commitment(session, ada, NINE, hours=2, hard=True)
    make_commitment(session, ada, NINE + timedelta(hours=1), hours=2)
    make_commitment(session, ada, NINE + timedelta(hours=3), hours=1)
    make_file(session, ada, [hours(1, 2), hours(5, 6)], [hours(6, 7)])
    make_file(session, ada, [hours(2, 4)])
    make_file(session, bo, [hours(0, 1), hours(30, 31)])

    found = busy(session, [ada.id, bo.id], A_DAY)

    assert found == {
        ada.id: [
            one(0, 2, BusyKind.HARD),
            one(1, 4, BusyKind.OWN),
            one(1, 4, BusyKind.SOFT),
            one(5, 6, BusyKind.OWN),
            one(6, 7, BusyKind.OWN_SOFT),
        ],
        bo.id: [one(0, 1, BusyKind.OWN)],
    }
    assert imported(session, [bo.id], A_DAY) == {bo.id: [one(0, 1, BusyKind.OWN)]}


def test_what_was_let_go_and_what_touches_the_edge_does_not_count(session):
    ada = make_person(session, "Ada")
    make_commitment(session, ada, NINE).active = False
    make_file(session, ada, [(A_DAY.start - timedelta(hours=1), A_DAY.start)])
    make_file(session, ada, [(A_DAY.end, A_DAY.end + timedelta(hours=1))])
    session.flush()

    assert busy(session, [ada.id], A_DAY) == {}


def test_only_own_calendars_are_imported():
    kinds = {kind: Busy(A_DAY, kind).is_imported for kind in BusyKind}

    assert kinds == {
        BusyKind.HARD: False,
        BusyKind.SOFT: False,
        BusyKind.OWN: True,
        BusyKind.OWN_SOFT: True,
    }


def test_busy_days_are_days_of_the_wall_clock(session):
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")
    make_file(session, ada, [hours(13, 15), hours(48, 49)], [hours(72, 73)])
    days = Days(date(2026, 12, 1), date(2026, 12, 5))

    found = days_busy(session, [ada.id, bo.id], days, ZoneInfo("Europe/Berlin"))

    # 22:00 to midnight in UTC is 23:00 to 1:00 in Berlin.
    assert found == {ada.id: {date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)}}


@pytest.mark.parametrize("people", [1, 3])
def test_number_of_statements_does_not_grow_with_people(session, count_statements, people):
    everybody = [make_person(session, name) for name in ("Ada", "Bo", "Cy")[:people]]
    for person in everybody:
        make_file(session, person, [hours(0, 1), hours(2, 3)])
        make_commitment(session, person)
    ids = [person.id for person in everybody]

    with count_statements() as statements:
        busy(session, ids, A_DAY)

    assert len(statements) == 2

"""The contact of a pair is written down after a publication, in steps, and read as it was told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import Commitment, CommitmentKind
from app.health.jobs.publishing import look_after
from app.health.models import ContactStep
from app.health.queries import contact
from app.health.queries.contact import Contact
from app.health.services.contact_steps import write
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person, make_team, sign_in
from tests.health.makers import make_published
from tests.surveys.makers import make_sides

DAY = timedelta(days=1)
FIRST, SECOND, THIRD = (datetime(2027, month, 1, tzinfo=UTC) for month in (1, 4, 7))


@pytest.fixture
def pair(session):
    return make_team(session, "Rhine").id, make_team(session, "Elbe").id


def visit(session, pair, at, *, source, kind=CommitmentKind.TRIP, days=1):
    """One person of the second team is with the first for so many days, until `at`."""
    who = make_person(session, "Vera")
    start = at - days * DAY
    fields = {"kind": kind, "home_team_id": pair[1], "host_team_id": pair[0], "source_id": source}
    made = make_commitment(session, who, start, **fields)
    made.starts_at, made.ends_at = start, at
    session.flush()
    return made


def ledger(session, pair):
    return contact.ledger(session, *pair)


def test_a_sum_stays_as_it_was_until_five_more_people_were_there(app, session, pair):
    for number in range(5):
        visit(session, pair, FIRST - (number + 1) * DAY, source=number, days=2)
    write(session, at=FIRST)
    told = [Contact(CommitmentKind.TRIP, 5, 10, FIRST)]
    assert ledger(session, pair) == told

    for number in range(4):
        visit(session, pair, SECOND - (number + 1) * DAY, source=10 + number, days=30)
    write(session, at=SECOND)
    assert ledger(session, pair) == told

    visit(session, pair, THIRD - DAY, source=20, days=3)
    write(session, at=THIRD)
    assert ledger(session, pair) == [Contact(CommitmentKind.TRIP, 10, 133, THIRD)]


def test_who_looks_between_publications_sees_nothing_new(app, session, pair):
    for number in range(5):
        visit(session, pair, FIRST - (number + 1) * DAY, source=number)
    write(session, at=FIRST)
    before = ledger(session, pair)

    for number in range(9):
        visit(session, pair, SECOND - (number + 1) * DAY, source=10 + number)

    assert ledger(session, pair) == before


def test_what_was_told_is_not_counted_anew_when_the_past_changes(app, session, pair):
    made = [visit(session, pair, FIRST - (n + 1) * DAY, source=n) for n in range(5)]
    write(session, at=FIRST)
    before = ledger(session, pair)

    made[0].active = False
    visit(session, pair, FIRST - 9 * DAY, source=30, days=40)
    write(session, at=SECOND)

    assert ledger(session, pair) == before


def test_a_stay_counts_when_it_is_over(app, session, pair):
    for number in range(5):
        visit(session, pair, SECOND - DAY, source=number, kind=CommitmentKind.STAY, days=120)

    write(session, at=FIRST)
    early = ledger(session, pair)
    write(session, at=SECOND)

    assert (early, ledger(session, pair)) == (
        [],
        [Contact(CommitmentKind.STAY, 5, 600, SECOND)],
    )


def test_of_a_training_small_groups_are_counted_as_a_time_only(app, session, pair):
    for team, size in zip(pair, (6, 2), strict=True):
        for _person in range(size):
            make_commitment(session, make_person(session), home_team_id=team, source_id=7)

    write(session, at=FIRST)

    assert ledger(session, pair) == [Contact(CommitmentKind.SESSION, 1, 6, FIRST)]


@pytest.mark.usefixtures("clock")
def test_steps_are_written_with_the_publication_and_shown_on_the_page(session, client, app):
    sides = make_sides(session)
    make_published(session, sides)
    rhine, elbe = sides.team("Rhine"), sides.team("Elbe")
    for number in range(5):
        visit(session, (rhine, elbe), NOW - (number + 1) * DAY, source=number, days=2)
    session.commit()
    with app.app_context():
        look_after()  # nothing is published now, so nothing is told
    assert session.scalar(select(func.count()).select_from(ContactStep)) == 0
    write(session, at=NOW)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get(f"/health/pairs/{rhine}/{elbe}").text

    assert "10 person-days, until Nov 23, 2026" in page


def test_fewer_than_five_are_no_step_for_the_database_either(app, session, pair):
    low, high = pair
    session.add(
        ContactStep(
            low_team_id=low,
            high_team_id=high,
            kind=CommitmentKind.TRIP,
            until=FIRST,
            times=4,
            people=4,
            days=9,
        )
    )

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("guarded", [True, False])
def test_a_step_once_told_stays(app, session, engine, pair, guarded):
    for number in range(5):
        visit(session, pair, FIRST - (number + 1) * DAY, source=number)
    write(session, at=FIRST)
    session.commit()

    with engine.begin() as connection:
        if not guarded:
            guards.drop(connection, "ao_contact_step")
            connection.exec_driver_sql("DELETE FROM contact_step")
            connection.rollback()
            return
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM contact_step")


def test_all_pairs_are_told_with_a_fixed_number_of_questions(app, session, pair, count_statements):
    other = make_team(session, "Main").id
    for number in range(5):
        visit(session, pair, FIRST - (number + 1) * DAY, source=number)
        visit(session, (pair[0], other), FIRST - (number + 1) * DAY, source=10 + number)

    with count_statements() as statements:
        write(session, at=FIRST)

    assert len(statements) == 3
    assert session.scalar(select(func.count()).select_from(Commitment)) == 10

"""PostgreSQL learns nothing about who took part: not while a wave is open, not afterwards."""

import pytest
from sqlalchemy import text

from app.database import db
from app.surveys.services.cleaning import rewrite_files
from app.surveys.services.emptying import TOUCHED
from migrations import statistics
from tests.factories import make_person, make_team
from tests.surveys.makers import close, make_open_wave, make_sides, vote

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("app", ["postgresql"], indirect=True),
]
LEARNED = """
SELECT tablename || '.' || attname, concat(most_common_vals, histogram_bounds)
FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY (:tables)
"""


@pytest.fixture
def analyze(session, engine):
    """Let PostgreSQL learn what it does by itself from some fifty changed rows on."""

    def run():
        session.commit()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))

    return run


@pytest.fixture
def mended(engine):
    """Put right afterwards what a twin has switched on; the schema is shared by all tests."""
    yield
    with engine.begin() as connection:
        statistics.switch_off(connection)


def learned_of(session, tables):
    found = session.execute(text(LEARNED), {"tables": list(tables)})
    known = {name: numbers(values) for name, values in found}
    session.rollback()
    return known


def numbers(values):
    words = values.replace("{", ",").replace("}", ",").split(",")
    return {int(word) for word in words if word.isdigit()}


def a_wave_in_which_half_of_the_team_votes(session):
    sides = make_sides(session, rhine=40)
    voters = sides.members["Rhine"][::2]
    wave, keys = make_open_wave(session)
    for person in voters:
        vote(session, wave, person, sides.team("Elbe"))
    return wave, keys, {person.id for person in voters}


def test_neither_an_open_nor_a_closed_wave_is_found_in_what_the_server_learned(
    app, session, engine, analyze
):
    wave, keys, _voters = a_wave_in_which_half_of_the_team_votes(session)
    analyze()
    while_open = learned_of(session, TOUCHED)
    close(session, wave, keys)
    session.commit()
    rewrite_files(engine)
    analyze()

    afterwards = learned_of(session, TOUCHED)
    assert [name for name in while_open if not name.startswith("notice.")] == []
    assert {"notice.person_id", "notice.dedupe_key"}.isdisjoint(while_open)
    assert afterwards == {}
    assert statistics.learned(session.connection()) == []


def test_with_statistics_on_the_server_knows_every_voter_after_the_close(
    app, session, engine, analyze, mended, runner
):
    session.execute(text("ALTER TABLE ballot_mark ALTER person_id SET STATISTICS -1"))
    wave, keys, voters = a_wave_in_which_half_of_the_team_votes(session)
    analyze()

    close(session, wave, keys)
    session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (FULL, ANALYZE) ballot_mark"))

    named = runner.invoke(args=["doctor"]).output.splitlines()
    assert learned_of(session, ["ballot_mark"]) == {"ballot_mark.person_id": voters}
    assert [line for line in named if "statistics" in line] == [
        "statistics: 1 found",
        "  PostgreSQL keeps statistics of ballot_mark.person_id: flask --app app db upgrade ends"
        " that",
    ]


def test_what_the_server_learned_before_is_thrown_away(app, session, engine, analyze, mended):
    session.execute(text("ALTER TABLE ballot_mark ALTER person_id SET STATISTICS -1"))
    wave, keys, _voters = a_wave_in_which_half_of_the_team_votes(session)
    analyze()
    close(session, wave, keys)
    session.commit()
    known = statistics.learned(session.connection())
    session.commit()

    with engine.begin() as connection:
        statistics.switch_off(connection)

    assert (known, statistics.learned(session.connection())) == (["ballot_mark.person_id"], [])


def test_cleaning_forgets_what_the_server_learned_of_an_emptied_table(
    app, session, engine, analyze, mended
):
    session.execute(text("ALTER TABLE ballot_mark ALTER person_id SET STATISTICS -1"))
    wave, keys, _voters = a_wave_in_which_half_of_the_team_votes(session)
    analyze()
    close(session, wave, keys)
    session.commit()

    rewrite_files(engine)

    assert learned_of(session, ["ballot_mark"]) == {}


def test_a_name_that_was_deleted_leaves_the_statistics_with_the_files(
    app, session, engine, analyze
):
    for number in range(30):
        make_person(session, f"Guest{number}")
    gone = make_person(session, "Zebulon")
    analyze()
    question = text(
        "SELECT count(*) FROM pg_stats WHERE tablename = 'person'"
        " AND concat(most_common_vals, histogram_bounds) LIKE '%Zebulon%'"
    )
    before = session.scalar(question)
    session.delete(gone)
    session.commit()
    only_deleted = session.scalar(question)
    session.commit()

    with app.app_context():
        rewrite_files(db.engine, ("person",))

    assert before == only_deleted > 0
    assert session.scalar(question) == 0


def test_what_was_learned_of_an_empty_table_goes_though_a_trigger_names_its_columns(
    app, session, engine, analyze
):
    make_team(session, "Rhine")
    analyze()
    session.execute(text("DELETE FROM team"))
    session.commit()
    known, triggers = learned_of(session, ["team"]), triggers_of(session, "team")

    rewrite_files(engine, ["team"])

    assert "team.name" in known
    assert learned_of(session, ["team"]) == {}
    assert [one for one in triggers if " UPDATE OF name " in one]
    assert triggers_of(session, "team") == triggers


def triggers_of(session, table):
    found = session.scalars(
        text(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal ORDER BY tgname"
        ),
        {"table": table},
    ).all()
    session.rollback()
    return found

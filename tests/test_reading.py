"""A block that reads cannot write, whatever the program does in it."""

import pytest
from sqlalchemy import create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError, OperationalError

from app.database import reading, unit_of_work
from app.people.models import Site
from app.readers import reader

A_SITE = {"name": "Rhine", "zone": "Europe/Berlin", "country": "DE"}


def names(session):
    return session.scalars(select(Site.name).order_by(Site.id)).all()


def test_block_that_reads_is_refused_by_the_database_when_it_writes(app, session):
    with (
        app.app_context(),
        pytest.raises(DBAPIError, match=r"readonly|read-only"),
        reading() as here,
    ):
        here.execute(insert(Site), A_SITE)

    assert names(session) == []


def test_block_that_writes_may_write_after_one_that_read(app, session):
    with app.app_context():
        with reading() as here:
            before = names(here)
        with unit_of_work() as here:
            here.execute(insert(Site), A_SITE)
        with reading() as here:
            after = names(here)

    assert (before, after, names(session)) == ([], ["Rhine"], ["Rhine"])


def test_reading_inside_of_a_unit_of_work_sees_what_it_wrote(app):
    with app.app_context(), unit_of_work() as outer:
        outer.execute(insert(Site), A_SITE)
        with reading() as inner:
            assert names(inner) == ["Rhine"]


def test_no_switch_makes_a_connection_forget_its_statements(app, engine):
    """Blocks that read and blocks that write take turns, and nothing is switched between them."""
    statements = []

    def take_turns():
        with reading() as here:
            names(here)
        with unit_of_work() as here:
            names(here)

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    with app.app_context():
        take_turns()  # opens connections, which are set up once
        event.listen(engine, "before_cursor_execute", note)
        take_turns()
        event.remove(engine, "before_cursor_execute", note)

    assert len([text for text in statements if text.startswith("SELECT")]) == 2
    assert [text for text in statements if text.startswith("PRAGMA")] == []


def test_readers_go_with_the_engine_they_belong_to(tmp_path):
    """Else a file that was put in the place of another one would be read as it was before."""
    engine = create_engine(f"sqlite:///{tmp_path}/some.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE old (id INTEGER)")
    with reader(engine) as connection:
        kept = connection.connection.driver_connection

    engine.dispose()

    with reader(engine) as connection:
        assert connection.connection.driver_connection is not kept
    engine.dispose()


def test_file_that_cannot_be_opened_is_told_as_everywhere(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/no such folder/some.db")

    with pytest.raises(OperationalError, match="unable to open"):
        reader(engine)

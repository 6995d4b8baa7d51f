"""A full or read-only disk: reading goes on, writing says so plainly, nothing is half done."""

import re
import sqlite3

import pytest
from sqlalchemy import event, func, select

from app.domain.roles import Role
from app.rotations.models import Round
from tests.factories import make_person, make_round, sign_in

FORM = {
    "name": "Summer 2027",
    "welcome": "Welcome. " * 200,
    "starts_on": "2027-06-07",
    "blocks": "6",
    "block_weeks": "4",
    "max_rotations": "1",
    "gap_blocks": "0",
    "notice_weeks": "4",
    "placements_due_on": "2027-03-05",
    "applications_due_on": "2027-03-12",
    "endorsements_due_on": "2027-03-19",
    "publish_on": "2027-04-30",
}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def olga(client, session, clock):
    """HR at her desk, with one round there already."""
    olga = make_person(session, "Olga", roles=[Role.HR])
    make_round(session)
    return sign_in(client, session, olga)


def create(client, name):
    token = TOKEN.search(client.get("/rounds/new").text)[1]
    return client.post("/rounds/", data=FORM | {"name": name, "csrf_token": token})


def rounds(session):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(Round))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_on_a_full_disk_pages_are_read_and_forms_say_why_they_cannot_be_saved(
    olga, session, engine
):
    full = {"on": True}

    def no_more_pages(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full['on'] else 1_000_000}")

    session.commit()
    engine.dispose()
    event.listen(engine, "connect", no_more_pages)
    answers = []
    try:
        for number in range(60):
            answers.append(create(olga, f"Round {number}"))
            if answers[-1].status_code == 503:
                break
        stored, listed = rounds(session), olga.get("/rounds/")
        session.rollback()
        full["on"] = False
        engine.dispose()
        after = create(olga, "After the clean-up")
    finally:
        event.remove(engine, "connect", no_more_pages)
        engine.dispose()

    assert answers[-1].status_code == 503
    assert "the storage is full or read-only" in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "10"
    assert stored == len(answers), "the refused round was stored by half, or an accepted one lost"
    assert listed.status_code == 200
    assert after.status_code in {302, 303}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_read_only_database_says_so(olga, session, engine):
    session.commit()
    page = olga.get("/rounds/new")
    token = TOKEN.search(page.text)[1]
    with engine.connect() as connection:
        address = connection.exec_driver_sql("PRAGMA database_list").fetchone()[2]
    engine.dispose()
    before = rounds(session)
    session.rollback()
    lock = sqlite3.connect(f"file:{address}?mode=ro", uri=True)

    def refuse(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            lock.execute("INSERT INTO site (name) VALUES ('x')")

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        answer = olga.post("/rounds/", data=FORM | {"csrf_token": token})
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
        lock.close()

    assert (answer.status_code, rounds(session)) == (503, before)
    assert "read-only" in answer.text

"""Among equally needy pairs lots decide: once, and with a seed by which all can repeat it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.health.models import Draw, RemedyKind
from app.health.services.lottery import DrawnAlready, TooFewPairs, draw_lots
from app.scoring import lottery
from migrations import guards
from tests.factories import NOW, make_lead, make_person, sign_in
from tests.health.makers import make_published
from tests.people.door import csrf_token
from tests.surveys.makers import make_sides


@pytest.fixture
def sides(session):
    return make_sides(session)


def make_draw(session, snapshot, who, kind=RemedyKind.TRIP, places=1):
    return draw_lots(session, snapshot.wave_id, kind, places, by=who.id, at=NOW)


def pairs_of(sides):
    return sorted(
        sorted((sides.team("Rhine"), sides.team(name))) for name in ("Elbe", "Main")
    )  # the two undirected pairs that are asked


def test_half_of_the_listed_pairs_are_drawn_by_the_seed_of_the_plan(app, session, sides):
    snapshot, who = make_published(session, sides, level=2), sides.members["Main"][0]

    draw = make_draw(session, snapshot, who)

    listed = [tuple(map(str, pair)) for pair in draw.pairs]
    again = lottery.draw(listed, 1, f"{snapshot.body['lots']}:trip")
    assert sorted(draw.pairs) == pairs_of(sides)
    assert draw.seed == f"{snapshot.body['lots']}:trip"
    assert [tuple(map(str, pair)) for pair in draw.drawn] == list(again.now)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.kind == AuditKind.LOTS_DRAWN)).one()
    assert (noted.actor_id, noted.subject) == (who.id, f"draw:{draw.id}")


def test_lots_are_drawn_once_per_wave_and_kind(app, session, sides):
    snapshot, who = make_published(session, sides, level=2), sides.members["Main"][0]
    make_draw(session, snapshot, who)

    with pytest.raises(DrawnAlready):
        make_draw(session, snapshot, who)

    make_draw(session, snapshot, who, RemedyKind.ROTATION)
    assert session.scalar(select(func.count()).select_from(Draw)) == 2


def test_whoever_loses_the_race_is_told_that_lots_are_drawn(app, session, sides, monkeypatch):
    snapshot, who = make_published(session, sides, level=2), sides.members["Main"][0]
    make_draw(session, snapshot, who)
    monkeypatch.setattr("app.health.services.lottery.draws.of_wave", lambda *_: {})

    with pytest.raises(DrawnAlready):
        make_draw(session, snapshot, who)

    assert session.scalar(select(func.count()).select_from(Draw)) == 1


@pytest.mark.parametrize(("level", "places"), [(2, 2), (5, 1)])
def test_lots_need_twice_as_many_pairs_in_need(app, session, sides, level, places):
    snapshot = make_published(session, sides, level=level)

    with pytest.raises(TooFewPairs):
        make_draw(session, snapshot, sides.members["Main"][0], places=places)


@pytest.mark.parametrize("statement", ["UPDATE draw SET places = 9", "DELETE FROM draw"])
def test_what_was_drawn_stays(app, session, engine, sides, statement):
    make_draw(session, make_published(session, sides, level=2), sides.members["Main"][0])
    session.commit()

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_without_its_guard_a_draw_would_change(app, session, engine, sides):
    make_draw(session, make_published(session, sides, level=2), sides.members["Main"][0])
    session.commit()

    with engine.begin() as connection:
        guards.drop(connection, "ao_draw")
        connection.exec_driver_sql("UPDATE draw SET places = 9")
        changed = connection.exec_driver_sql("SELECT places FROM draw").scalar()
        connection.rollback()

    assert changed == 9


# -- pages ------------------------------------------------------------------------------------


def send(client, **changes):
    token = csrf_token(client, "/health/lottery/")
    fields = {"csrf_token": token, "kind": "trip", "places": "1"}
    return client.post("/health/lottery/", data=fields | changes)


@pytest.mark.usefixtures("clock")
def test_hr_draws_and_everybody_in_hr_sees_who_is_next(session, sides, client):
    snapshot = make_published(session, sides, level=2)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    before = client.get("/health/lottery/").text

    first, second = send(client), send(client)
    page = client.get("/health/lottery/").text

    assert snapshot.body["lots"] in before
    assert "Drawn: now" not in before
    assert (first.status_code, second.status_code) == (302, 409)
    assert "drawn already after this wave" in second.text
    assert page.count("/health/pairs/") == 2
    assert "Not drawn: next" in page


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "changes", [{"places": "0"}, {"places": "51"}, {"places": "x"}, {"kind": "meeting"}]
)
def test_bad_input_draws_nothing(session, sides, client, changes):
    make_published(session, sides, level=2)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    assert send(client, **changes).status_code == 422
    assert session.scalar(select(func.count()).select_from(Draw)) == 0


@pytest.mark.usefixtures("clock")
def test_before_the_first_wave_there_is_nothing_to_draw(session, client):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/lottery/")

    assert "Lots are drawn after the first survey wave is published." in page.text


@pytest.mark.usefixtures("clock")
def test_a_lead_draws_no_lots(session, sides, client):
    lead = sides.members["Rhine"][0]
    make_lead(session, lead, sides.teams["Rhine"])
    sign_in(client, session, lead)

    assert client.get("/health/lottery/").status_code == 404

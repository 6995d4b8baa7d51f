"""Among equally needy pairs lots decide: once, and nobody can try out what would be drawn."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import CommitmentKind
from app.audit.models import AuditEntry, AuditKind
from app.domain.refusals import Invalid
from app.health.models import Draw, RemedyKind
from app.health.queries import draws
from app.health.services.lottery import (
    DRAWN_KINDS,
    DrawnAlready,
    NobodyAlike,
    TooFewPairs,
    draw_lots,
)
from app.scoring import lottery
from app.surveys.models import Wave
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_lead, make_person, sign_in
from tests.health.makers import QUARTER, make_published, steps
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


def test_half_of_the_listed_pairs_are_drawn_and_everybody_can_repeat_it(app, session, sides):
    snapshot, who = make_published(session, sides, level=2), sides.members["Main"][0]

    draw = make_draw(session, snapshot, who)

    listed = [tuple(map(str, pair)) for pair in draw.pairs]
    again = lottery.draw(listed, 1, draw.seed)
    assert sorted(draw.pairs) == pairs_of(sides)
    assert [tuple(map(str, pair)) for pair in draw.drawn] == list(again.now)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.kind == AuditKind.LOTS_DRAWN)).one()
    assert (noted.actor_id, noted.subject) == (who.id, f"draw:{draw.id}")


def test_the_seed_is_made_when_the_places_are_fixed(app, session, sides, monkeypatch):
    made = iter(["first", "second"])
    monkeypatch.setattr("app.health.services.lottery.secrets.token_hex", lambda _bytes: next(made))
    snapshot, who = make_published(session, sides, level=2), sides.members["Main"][0]

    with pytest.raises(TooFewPairs):
        make_draw(session, snapshot, who, places=2)
    trip = make_draw(session, snapshot, who)
    rotation = make_draw(session, snapshot, who, RemedyKind.ROTATION)

    assert (trip.seed, rotation.seed) == ("first", "second")
    assert "lots" not in snapshot.body
    assert "lots" not in session.get_one(Wave, snapshot.wave_id).protocol


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


@pytest.mark.parametrize(
    ("level", "places", "refusal"),
    [
        (
            2,
            2,
            "that are equally needy, and there are enough of them for 1 at most.",
        ),
        (5, 1, "No two pairs are equally needy"),
    ],
)
def test_lots_need_twice_as_many_pairs_alike_in_need(app, session, sides, level, places, refusal):
    snapshot = make_published(session, sides, level=level)

    with pytest.raises(Invalid) as refused:
        make_draw(session, snapshot, sides.members["Main"][0], places=places)

    assert refusal in str(refused.value)


def test_pairs_that_differ_are_not_drawn_among(app, session, sides):
    def level_of(_person, target):
        return steps(1 if target == "Main" else 3)

    snapshot = make_published(session, sides, level_of=level_of)
    weights = draws.in_need(snapshot.body)

    with pytest.raises(NobodyAlike):
        make_draw(session, snapshot, sides.members["Main"][0])

    assert len(weights) == 2
    assert max(weights.values()) - min(weights.values()) > 0.1


def test_whoever_drew_a_blank_follows_and_is_not_drawn_again(app, session, sides):
    first, who = make_published(session, sides, level=2), sides.members["Main"][0]
    drawn = make_draw(session, first, who, RemedyKind.ROTATION)
    (blank,) = [tuple(pair) for pair in drawn.pairs if pair not in drawn.drawn]
    second = make_published(session, sides, 2, level=2)

    among = draws.in_lots(session, second, RemedyKind.ROTATION, at=NOW + QUARTER)
    trips = draws.in_lots(session, second, RemedyKind.TRIP, at=NOW + QUARTER)

    assert set(trips) == set(map(tuple, pairs_of(sides)))
    assert set(trips) - set(among) == {blank}


def test_a_blank_that_had_its_stay_is_drawn_among_again(app, session, sides):
    first, who = make_published(session, sides, level=2), sides.members["Main"][0]
    drawn = make_draw(session, first, who, RemedyKind.ROTATION)
    (blank,) = [tuple(pair) for pair in drawn.pairs if pair not in drawn.drawn]
    second = make_published(session, sides, 2, level=2)
    stay = {"kind": CommitmentKind.STAY, "home_team_id": blank[0], "host_team_id": blank[1]}
    make_commitment(session, make_person(session), NOW + QUARTER, **stay)

    among = draws.in_lots(session, second, RemedyKind.ROTATION, at=NOW + QUARTER)

    assert set(among) == set(map(tuple, pairs_of(sides)))


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
    make_draw(session, snapshot, make_person(session, "Otto"), RemedyKind.SESSION)

    first, second = send(client), send(client)
    page = client.get("/health/lottery/").text

    assert "lots for 1 pair at most" in before
    assert not {draw.seed for draw in session.scalars(select(Draw)) if draw.seed in before}
    assert "Drawn: now" not in before
    assert (first.status_code, second.status_code) == (302, 409)
    assert "drawn already after this wave" in second.text
    assert page.count("/health/pairs/") == 4
    assert "Not drawn: next" in page
    assert all(draw.seed in page for draw in session.scalars(select(Draw)))


@pytest.mark.usefixtures("clock")
def test_when_nobody_is_alike_the_page_says_so_and_offers_no_draw(session, sides, client):
    make_published(session, sides, level=5)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/lottery/").text

    assert "No two pairs are equally needy" in page
    assert 'name="places"' not in page


@pytest.mark.usefixtures("clock")
def test_when_all_lots_are_drawn_the_next_wave_brings_new_ones(session, sides, client):
    snapshot = make_published(session, sides, level=2)
    for kind in DRAWN_KINDS:
        make_draw(session, snapshot, sides.members["Main"][0], kind)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    page = client.get("/health/lottery/").text

    assert "All lots are drawn" in page
    assert 'name="places"' not in page


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

"""HR names who looks after a pair of teams: one from each side, dated, and told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.health.services.sponsors import (
    EndedAlready,
    EndsTooEarly,
    OfAnotherSide,
    SideIsTaken,
    SponsorDraft,
    StartIsPast,
    TwoHats,
    end,
    name,
)
from app.outbox.models import Notice
from app.people.models import Sponsor
from migrations import guards
from tests.engines import on_one_engine
from tests.factories import NOW, make_lead, make_person, sign_in
from tests.health.makers import make_published
from tests.people.door import csrf_token
from tests.surveys.makers import make_sides

TODAY = NOW.date()
WEEK = timedelta(days=7)


@pytest.fixture
def sides(session):
    return make_sides(session)


def name_one(session, sides, person, side="Rhine", *, starts_on=TODAY, ends_on=None):
    draft = SponsorDraft(sides.team(side), person.id, starts_on, ends_on)
    pair = sides.team("Rhine"), sides.team("Elbe")
    return name(session, pair, draft, by=person.id, today=TODAY, at=NOW)


def told(session):
    return session.scalars(select(Notice.title).order_by(Notice.id)).all()


def test_each_side_names_one_who_is_told(app, session, sides):
    ours, theirs = sides.members["Rhine"][0], sides.members["Elbe"][0]

    name_one(session, sides, ours)
    name_one(session, sides, theirs, "Elbe")

    stored = session.execute(select(Sponsor.person_id, Sponsor.team_id).order_by(Sponsor.id)).all()
    assert stored == [(ours.id, sides.team("Rhine")), (theirs.id, sides.team("Elbe"))]
    assert told(session) == ["You look after a pair of teams"] * 2
    kinds = session.scalars(
        select(AuditEntry.kind).where(AuditEntry.kind == AuditKind.SPONSOR_CHANGED)
    ).all()
    assert kinds == [AuditKind.SPONSOR_CHANGED] * 2


def test_a_side_has_one_sponsor_at_a_time(app, session, sides):
    first, second = sides.members["Rhine"][:2]
    name_one(session, sides, first, ends_on=TODAY + WEEK)

    with pytest.raises(SideIsTaken):
        name_one(session, sides, second, starts_on=TODAY + WEEK / 7)

    name_one(session, sides, second, starts_on=TODAY + WEEK)
    assert session.scalar(select(func.count()).select_from(Sponsor)) == 2


def test_nobody_wears_both_hats(app, session, sides):
    who = sides.members["Rhine"][0]
    make_lead(session, who, sides.teams["Elbe"])
    name_one(session, sides, who)

    with pytest.raises(TwoHats):
        name_one(session, sides, who, "Elbe")


def test_a_sponsor_belongs_to_the_side(app, session, sides):
    with pytest.raises(OfAnotherSide):
        name_one(session, sides, sides.members["Rhine"][0], "Elbe")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refusal"),
    [(TODAY - WEEK, None, StartIsPast), (TODAY, TODAY, EndsTooEarly)],
)
def test_a_sponsorship_lies_ahead_and_lasts(app, session, sides, starts_on, ends_on, refusal):
    who = sides.members["Rhine"][0]

    with pytest.raises(refusal):
        name_one(session, sides, who, starts_on=starts_on, ends_on=ends_on)


def test_a_sponsorship_ends_once(app, session, sides):
    sponsor = name_one(session, sides, sides.members["Rhine"][0])
    later = TODAY + WEEK

    end(session, sponsor, by=sponsor.person_id, today=later, at=NOW + WEEK)

    assert sponsor.ends_on == later
    assert told(session)[-1] == "You no longer look after a pair of teams"
    with pytest.raises(EndedAlready):
        end(session, sponsor, by=sponsor.person_id, today=later, at=NOW + WEEK)


def test_one_that_has_not_begun_is_taken_back(app, session, sides):
    sponsor = name_one(session, sides, sides.members["Rhine"][0], starts_on=TODAY + WEEK)

    end(session, sponsor, by=sponsor.person_id, today=TODAY, at=NOW)

    assert session.scalar(select(func.count()).select_from(Sponsor)) == 0


def add_twin(session, sides):
    low, high = sorted((sides.team("Rhine"), sides.team("Elbe")))
    fields = {"low_team_id": low, "high_team_id": high, "team_id": low, "starts_on": TODAY}
    for member in sides.members["Rhine"][:2]:
        session.add(Sponsor(person_id=member.id, **fields))
    session.flush()


def test_the_database_keeps_one_per_side_too(app, session, sides):
    with pytest.raises(IntegrityError):
        add_twin(session, sides)


def test_without_its_guard_a_side_would_have_two(app, session, sides):
    guards.drop(session.connection(), "ex_sponsor_one_per_side")

    add_twin(session, sides)

    assert session.scalar(select(func.count()).select_from(Sponsor)) == 2
    session.rollback()


# -- pages ------------------------------------------------------------------------------------


def address(sides):
    return f"/health/pairs/{sides.team('Rhine')}/{sides.team('Elbe')}/sponsors"


def send(client, sides, **changes):
    fields = {
        "csrf_token": csrf_token(client, address(sides)),
        "team": str(sides.team("Rhine")),
        "person": str(sides.members["Rhine"][0].id),
        "starts_on": TODAY.isoformat(),
        "ends_on": "",
    }
    return client.post(address(sides), data=fields | changes)


def test_hr_names_and_ends_a_sponsor_from_the_page_of_a_pair(session, sides, client, clock):
    make_published(session, sides)
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    page = client.get(address(sides).removesuffix("/sponsors")).text

    answer = send(client, sides)
    sponsor = session.scalars(select(Sponsor)).one()
    shown = client.get(answer.location).text
    token = csrf_token(client, address(sides))
    client.post(f"/health/sponsors/{sponsor.id}/end", data={"csrf_token": token})

    assert f'href="{address(sides)}"' in page
    assert f"{sides.members['Rhine'][0].name}" in shown
    assert session.scalar(select(func.count()).select_from(Sponsor)) == 0


@on_one_engine
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": "2020-01-01"}, "Please choose today or a later day."),
        ({"ends_on": "2020-01-01"}, "Please choose an end after the start."),
        ({"starts_on": "yesterday"}, "Not a valid date value."),
        ({"person": "999999"}, "Not a valid choice."),
        ({"team": "x"}, "Invalid Choice: could not coerce."),
    ],
)
def test_bad_input_is_explained_beside_the_field(session, sides, client, clock, changes, words):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))

    answer = send(client, sides, **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalar(select(func.count()).select_from(Sponsor)) == 0


@pytest.mark.parametrize("other", ["999999", "same"])
def test_a_pair_has_two_teams_that_exist(session, sides, client, clock, other):
    sign_in(client, session, make_person(session, "Olga", roles=["hr"]))
    rhine = sides.team("Rhine")

    answer = client.get(f"/health/pairs/{rhine}/{rhine if other == 'same' else other}/sponsors")

    assert answer.status_code == 404


@pytest.mark.usefixtures("clock")
def test_a_lead_names_nobody(session, sides, client):
    lead = sides.members["Rhine"][0]
    make_lead(session, lead, sides.teams["Rhine"])
    sign_in(client, session, lead)

    answers = [client.get(address(sides)), client.post(address(sides), data={})]

    assert [answer.status_code for answer in answers] == [404, 404]

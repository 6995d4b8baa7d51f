"""The directory, a person's page, and what HR does there."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.roles import Role
from app.people.models import Absence, Membership, MembershipKind, Person
from tests.factories import (
    NOW,
    make_lead,
    make_membership,
    make_person,
    make_team,
    sign_in,
)

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def cast(session):
    """Give Ada (team Rhine, led by Lea), Bo (team Elbe), Cy (no team), Olga (HR)."""
    rhine, elbe = make_team(session, "Rhine"), make_team(session, "Elbe")
    people = {
        "ada": make_person(session, "Ada", team=rhine),
        "bo": make_person(session, "Bo", team=elbe),
        "cy": make_person(session, "Cy"),
        "lea": make_person(session, "Lea", team=rhine),
        "olga": make_person(session, "Olga", roles=[Role.HR]),
        "mate": make_person(session, "Mate", team=rhine),
        "gone": make_person(session, "Gone", team=rhine, left_on=date(2026, 11, 1)),
    }
    make_lead(session, people["lea"], rhine)
    return people


def as_(client, session, person):
    return sign_in(client, session, person)


def names(response, people):
    return {name for name, p in people.items() if f'">{p.name}</a>' in response.text}


def test_an_employee_finds_the_own_circle_only(client, session, cast):
    response = as_(client, session, cast["ada"]).get("/people")

    assert names(response, cast) == {"ada", "lea", "mate", "olga"}


def test_somebody_without_a_team_finds_leads_hr_and_themselves(client, session, cast):
    response = as_(client, session, cast["cy"]).get("/people?q=")

    assert names(response, cast) == {"cy", "lea", "olga"}


@pytest.mark.parametrize("role", [Role.HR, Role.WORKS_COUNCIL, Role.ADMINISTRATOR])
def test_those_who_must_see_everybody_do(client, session, cast, role):
    reader = make_person(session, "Reader", roles=[role])

    response = as_(client, session, reader).get("/people?left=1")

    assert names(response, cast) == set(cast)


def test_search_does_not_reach_beyond_the_circle(client, session, cast):
    response = as_(client, session, cast["ada"]).get("/people?q=Bo")

    assert names(response, cast) == set()


def test_search_finds_beginnings_of_words_without_accents(client, session, cast):
    make_person(session, "Jürgen", family_name="Weiß-Müller", number="J1")

    response = as_(client, session, cast["olga"]).get("/people?q=muller+jur")

    assert "Jürgen Weiß-Müller" in response.text


def test_the_page_of_somebody_outside_the_circle_does_not_exist(client, session, cast):
    browser = as_(client, session, cast["ada"])

    statuses = {name: browser.get(f"/people/{p.id}").status_code for name, p in cast.items()}

    assert statuses == {
        "ada": 200, "lea": 200, "mate": 200, "olga": 200, "bo": 404, "cy": 404, "gone": 404,
    }  # fmt: skip


def test_records_and_days_away_are_for_hr_the_person_and_leads(client, session, cast):
    mate = cast["mate"]
    session.add(
        Absence(
            person_id=mate.id,
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 5),
            created_at=NOW,
        )
    )
    seen = {}
    for name in ("ada", "lea", "mate", "olga"):
        text = as_(client, session, cast[name]).get(f"/people/{mate.id}").text
        seen[name] = (mate.email in text, "Dec 1, 2026" in text)

    assert seen == {
        "ada": (False, False),
        "lea": (False, True),
        "mate": (True, True),
        "olga": (True, True),
    }


@pytest.mark.parametrize("people", [1, 3])
def test_the_directory_asks_the_database_the_same_number_of_times(
    client, session, count_statements, people
):
    team = make_team(session)
    olga = make_person(session, "Olga", roles=[Role.HR])
    for number in range(people):
        make_person(session, f"P{number}", team=team)
    browser = as_(client, session, olga)

    with count_statements() as statements:
        browser.get("/people")

    assert len(statements) == 6


@pytest.mark.parametrize("memberships", [1, 3])
def test_a_persons_page_asks_the_database_the_same_number_of_times(
    client, session, count_statements, memberships
):
    ada = make_person(session, "Ada")
    for number in range(memberships):
        team = make_team(session, f"Team {number}")
        make_membership(session, ada, team, kind=MembershipKind.SEGMENT)
        make_lead(session, ada, team)
    browser = as_(client, session, ada)

    with count_statements() as statements:
        browser.get(f"/people/{ada.id}")

    assert len(statements) == 8


def form(**fields):
    return {
        "given_name": "Jo",
        "family_name": "Neu",
        "number": "N1",
        "email": "JO@Example.com",
        "job_title": "",
        "joined_on": "2026-12-01",
        "working_days": ["1", "2", "3"],
        "locale": "de",
        **fields,
    }


def test_hr_adds_a_person_with_home_team(client, session, cast, tokens):
    team = session.scalars(select(Membership.team_id)).first()
    site = cast["ada"].site_id
    browser = as_(client, session, cast["olga"])

    response = browser.post(
        "/people/new", data=form(site_id=site, team_id=team, csrf_token=tokens(browser))
    )

    person = session.scalars(select(Person).where(Person.number == "N1")).one()
    assert response.headers["Location"] == f"/people/{person.id}"
    assert (person.email, person.working_days, person.locale) == ("jo@example.com", "123", "de")
    homes = session.execute(
        select(Membership.team_id, Membership.starts_on).where(Membership.person_id == person.id)
    ).all()
    assert homes == [(team, date(2026, 12, 1))]
    assert session.scalars(
        select(AuditEntry.subject).where(AuditEntry.kind == AuditKind.PERSON_ADDED)
    ).all() == [f"person:{person.id}"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": ""}, "Please fill in this field."),
        ({"email": "nonsense"}, "This is not an e-mail address we can send to."),
        ({"given_name": "\u202ex"}, "Please remove invisible control characters."),
        ({"given_name": "x" * 81}, "Field cannot be longer than 80 characters."),
        ({"joined_on": "31.02.2026"}, "Not a valid date value."),
        ({"working_days": []}, "Please choose a day."),
        ({"site_id": "999"}, "Not a valid choice."),
        ({"email": "taken@example.com"}, "This address already belongs to somebody else."),
        ({"number": "T1"}, "This number already belongs to somebody."),
    ],
)
def test_wrong_input_is_shown_beside_its_field_and_kept(client, session, cast, tokens, wrong, said):
    make_person(session, "Taken", number="T1", email="taken@example.com")
    browser = as_(client, session, cast["olga"])
    sent = form(site_id=cast["ada"].site_id, team_id=0, csrf_token=tokens(browser)) | wrong

    response = browser.post("/people/new", data=sent)

    assert response.status_code == 422
    assert said in response.text
    assert "Neu" in response.text
    assert session.scalars(select(Person).where(Person.family_name == "Neu")).all() == []


def test_a_change_on_an_old_version_shows_both_and_stores_neither(client, session, cast, tokens):
    mate = cast["mate"]
    old = mate.version
    mate.job_title = "Somebody was faster"
    browser = as_(client, session, cast["olga"])
    sent = form(
        given_name="Mate",
        site_id=mate.site_id,
        job_title="Mine",
        version=old,
        csrf_token=tokens(browser),
    )

    response = browser.post(f"/people/{mate.id}/edit", data=sent)

    assert response.status_code == 409
    assert "Somebody was faster" in response.text
    assert "Mine" in response.text
    assert mate.job_title == "Somebody was faster"


@pytest.mark.parametrize(
    "case",
    [
        (Role.ADMINISTRATOR, [Role.HR], False),
        (Role.WORKS_COUNCIL, [Role.HR], False),
        (Role.ADMINISTRATOR, [Role.HR, Role.ADMINISTRATOR], True),
        (Role.TRAINER, [Role.HR], True),
    ],
)
def test_hr_cannot_have_the_mails_of_a_higher_role_sent_elsewhere(
    client, session, cast, tokens, case
):
    held, by, stored = case
    adam = make_person(session, "Adam", roles=[held])
    browser = as_(client, session, make_person(session, "Heidi", roles=by))
    sent = form(
        number=adam.number,
        email="heidi.two@example.com",
        site_id=adam.site_id,
        version=adam.version,
        csrf_token=tokens(browser),
    )

    response = browser.post(f"/people/{adam.id}/edit", data=sent)

    assert response.status_code == (303 if stored else 422)
    assert (adam.email == "heidi.two@example.com") is stored


def test_hr_moves_a_person_on_a_day_and_history_stays(client, session, cast, tokens):
    ada = cast["ada"]
    elbe = session.scalars(
        select(Membership.team_id).where(Membership.person_id == cast["bo"].id)
    ).one()
    browser = as_(client, session, cast["olga"])
    sent = {"move-team_id": elbe, "move-on": "2027-01-04", "csrf_token": tokens(browser)}

    first = browser.post(f"/people/{ada.id}/home", data=sent)
    again = browser.post(f"/people/{ada.id}/home", data=sent | {"move-on": "2026-12-01"})

    rows = session.execute(
        select(Membership.team_id, Membership.starts_on, Membership.ends_on)
        .where(Membership.person_id == ada.id)
        .order_by(Membership.starts_on)
    ).all()
    assert first.status_code == 303
    assert again.status_code == 422
    assert "history is never rewritten" in again.text
    assert [row[1:] for row in rows] == [
        (date(2020, 1, 6), date(2027, 1, 4)),
        (date(2027, 1, 4), None),
    ]


def test_who_leaves_is_signed_out_of_every_team(client, session, cast, tokens):
    lea = cast["lea"]
    browser = as_(client, session, cast["olga"])

    browser.post(
        f"/people/{lea.id}/leave", data={"leave-on": "2026-12-01", "csrf_token": tokens(browser)}
    )

    ends = session.scalars(select(Membership.ends_on).where(Membership.person_id == lea.id)).all()
    assert (lea.left_on, ends) == (date(2026, 12, 1), [date(2026, 12, 1)])


@pytest.mark.parametrize("path", ["/people/new", "/people/{}/edit", "/people/{}/teams", "/imports"])
def test_pages_of_hr_do_not_exist_for_others(client, session, cast, path):
    response = as_(client, session, cast["ada"]).get(path.format(cast["mate"].id))

    assert response.status_code == 404


def test_a_list_is_exported_as_it_is_seen(client, session, cast):
    browser = as_(client, session, cast["ada"])

    text = browser.get("/people?format=csv").data.decode("utf-8-sig")
    book = load_workbook(BytesIO(browser.get("/people?format=xlsx").data))

    assert text.splitlines() == [
        "Name,Job title,Team,Department,Site",
        '"Test, Ada",,Rhine,Marketing,Cologne',
        '"Test, Lea",,Rhine,Marketing,Cologne',
        '"Test, Mate",,Rhine,Marketing,Cologne',
        '"Test, Olga",,,,Cologne',
    ]
    assert [row[0] for row in book.worksheets[0].values] == [
        "Name", "Test, Ada", "Test, Lea", "Test, Mate", "Test, Olga",
    ]  # fmt: skip

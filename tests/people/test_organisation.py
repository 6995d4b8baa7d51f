"""Sites, departments, teams, leads: seen by everybody, shaped by HR."""

from datetime import date

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.people.models import (
    Absence,
    Department,
    LeadKind,
    PublicHoliday,
    Side,
    Site,
    Team,
    TeamLead,
)
from app.people.services import holidays
from tests.factories import (
    NOW,
    make_department,
    make_lead,
    make_person,
    make_site,
    make_team,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def hr(client, session):
    """Give Olga's browser; she is HR."""
    return sign_in(client, session, make_person(session, "Olga", roles=[Role.HR]))


def test_everybody_sees_departments_teams_and_leads(client, session):
    team = make_team(session, "Rhine", purpose="Plans campaigns.")
    make_team(session, "Closed", closed_on=date(2026, 1, 1))
    make_lead(session, make_person(session, "Lea"), team)
    cy = sign_in(client, session, make_person(session, "Cy"))

    page = cy.get("/organisation")

    assert page.status_code == 200
    assert [word in page.text for word in ("Rhine", "Plans campaigns.", "Lea Test", "Closed")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_the_organisation_is_narrowed_to_a_site(client, session):
    make_team(session, "Rhine")
    make_team(session, "Elbe", site=make_site(session, "Hamburg"))
    cy = sign_in(client, session, make_person(session, "Cy"))
    hamburg = session.scalars(select(Site.id).where(Site.name == "Hamburg")).one()

    page = cy.get(f"/organisation?site={hamburg}")

    assert ("Elbe" in page.text, ">Rhine<" in page.text) == (True, False)


@pytest.mark.parametrize("teams", [1, 3])
def test_the_organisation_asks_the_database_the_same_number_of_times(
    hr, session, count_statements, teams
):
    for number in range(teams):
        team = make_team(session, f"T{number}", department=make_department(session, f"D{number}"))
        make_lead(session, make_person(session, f"L{number}"), team)

    with count_statements() as statements:
        hr.get("/organisation")

    assert len(statements) == 7


@pytest.mark.parametrize("members", [1, 3])
def test_a_team_page_asks_the_database_the_same_number_of_times(
    hr, session, count_statements, members
):
    team = make_team(session)
    for number in range(members):
        make_lead(session, make_person(session, f"L{number}", team=team), team)

    with count_statements() as statements:
        hr.get(f"/teams/{team.id}")

    assert len(statements) == 9


def test_a_foreign_team_shows_leads_and_a_number_but_no_names(client, session):
    team = make_team(session)
    make_lead(session, make_person(session, "Lea", team=team), team)
    make_person(session, "Ada", team=team)
    make_person(session, "Bo", team=team)
    cy = sign_in(client, session, make_person(session, "Cy"))

    text = cy.get(f"/teams/{team.id}").text

    assert ("Lea Test" in text, "Ada Test" in text, "Bo Test" in text) == (True, False, False)
    assert "And 2 colleagues outside your own circle." in text


@pytest.mark.parametrize(
    ("who", "sees"), [("lead", True), ("deputy", True), ("hr", True), ("mate", False)]
)
def test_days_away_this_week_are_for_those_who_answer_for_the_team(client, session, who, sees):
    team = make_team(session)
    people = {
        "lead": make_person(session, "Lea", team=team),
        "deputy": make_person(session, "Dee", team=team),
        "hr": make_person(session, "Olga", roles=[Role.HR]),
        "mate": make_person(session, "Ada", team=team),
    }
    make_lead(session, people["lead"], team)
    make_lead(session, people["deputy"], team, kind=LeadKind.DEPUTY)
    session.add(
        Absence(
            person_id=people["mate"].id,
            starts_on=date(2026, 11, 20),
            ends_on=date(2026, 11, 25),
            created_at=NOW,
        )
    )

    text = sign_in(client, session, people[who]).get(f"/teams/{team.id}").text

    assert (text.count(">away<"), "Away this week" in text) == ((2, True) if sees else (0, False))


def test_hr_adds_and_changes_a_team(hr, session, tokens):
    site, department = make_site(session), make_department(session)
    form = {
        "name": "Rhine",
        "site_id": site.id,
        "department_id": department.id,
        "purpose": "",
        "minimum_present": 3,
        "guest_limit": 2,
        "csrf_token": tokens(hr),
    }

    added = hr.post("/teams/new", data=form)
    twin = hr.post("/teams/new", data=form | {"name": " RHINE "})
    team = session.scalars(select(Team)).one()
    changed = hr.post(f"/teams/{team.id}/edit", data=form | {"name": "Rhein", "version": 1})
    stale = hr.post(f"/teams/{team.id}/edit", data=form | {"name": "Late", "version": 1})

    statuses = [answer.status_code for answer in (added, twin, changed, stale)]
    assert statuses == [303, 422, 303, 409]
    assert ("Late" in stale.text, "Rhein" in stale.text) == (True, True)
    assert (team.name, team.minimum_present, team.version) == ("Rhein", 3, 2)


def test_a_team_does_not_close_over_its_members(hr, session, tokens):
    team = make_team(session)
    make_person(session, "Ada", team=team)
    form = {
        "name": team.name,
        "site_id": team.site_id,
        "department_id": team.department_id,
        "minimum_present": 0,
        "guest_limit": 2,
        "closed_on": "2027-01-01",
        "version": team.version,
        "csrf_token": tokens(hr),
    }

    answer = hr.post(f"/teams/{team.id}/edit", data=form)

    assert answer.status_code == 422
    assert "Please move them first." in answer.text
    assert team.closed_on is None


def test_hr_appoints_and_ends_a_lead(hr, session, tokens):
    team = make_team(session)
    ada = make_person(session, "Ada", team=team)
    form = {"kind": "lead", "starts_on": "2026-12-01", "csrf_token": tokens(hr)}
    path = f"/teams/{team.id}/leads"

    first = hr.post(path, data=form | {"person": f"Test, Ada ({ada.number})"})
    again = hr.post(path, data=form | {"person": ada.email, "kind": "deputy"})
    nobody = hr.post(path, data=form | {"person": "nobody"})
    lead = session.scalars(select(TeamLead)).one()
    ended = hr.post(f"{path}/{lead.id}/end", data=form | {"on": "2027-02-01"})

    statuses = [answer.status_code for answer in (first, again, nobody, ended)]
    assert statuses == [303, 422, 422, 303]
    assert (lead.person_id, lead.starts_on, lead.ends_on) == (
        ada.id, date(2026, 12, 1), date(2027, 2, 1),
    )  # fmt: skip


def test_hr_adds_a_site_and_a_department(hr, session, tokens):
    token = tokens(hr)
    site = {"name": "Wien", "country": "AT", "zone": "Europe/Vienna", "csrf_token": token}

    hr.post("/organisation/sites/new", data=site)
    wrong = hr.post("/organisation/sites/new", data=site | {"name": "X", "zone": "Europe/Nowhere"})
    hr.post(
        "/organisation/departments/new",
        data={"name": "Vertrieb", "side": "sales", "csrf_token": token},
    )

    assert wrong.status_code == 422
    wien = session.scalars(select(Site).where(Site.name == "Wien")).one()
    assert (wien.country, wien.zone, wien.subdivision) == ("AT", "Europe/Vienna", None)
    assert session.execute(select(Department.name, Department.side)).all() == [
        ("Vertrieb", Side.SALES)
    ]


@pytest.mark.parametrize(
    "path",
    ["/teams/new", "/organisation/sites/new", "/organisation/departments/new", "/imports"],
)
def test_forms_of_hr_do_not_exist_for_others(client, session, path):
    ada = sign_in(client, session, make_person(session, "Ada"))

    assert ada.get(path).status_code == 404


def test_holidays_are_filled_per_site_for_three_years_in_both_languages(session):
    koeln = make_site(session, "Köln", subdivision="NW")
    bayern = make_site(session, "München", subdivision="BY")
    make_site(session, "Nowhere", country="XX", subdivision=None)

    first = holidays.fill(session, today=date(2026, 11, 23))
    again = holidays.fill(session, today=date(2026, 11, 23), anew=True)

    rows = session.execute(
        select(PublicHoliday.site_id, PublicHoliday.name_de, PublicHoliday.name_en).where(
            PublicHoliday.day == date(2027, 1, 6)
        )
    ).all()
    count = {
        site.id: len(
            session.scalars(select(PublicHoliday).where(PublicHoliday.site_id == site.id)).all()
        )
        for site in (koeln, bayern)
    }
    assert (first, again) == (sum(count.values()), 0)
    assert rows == [(bayern.id, "Heilige Drei Könige", "Epiphany")]
    assert count[koeln.id] == 33


def test_the_command_puts_changed_holidays_right(runner, session):
    site = make_site(session)
    session.add(
        PublicHoliday(site_id=site.id, day=date(2028, 2, 2), name_de="Falsch", name_en="Wrong")
    )

    result = runner.invoke(args=["people", "holidays"])

    assert result.output == "33 public holidays written.\n"
    assert "Wrong" not in session.scalars(select(PublicHoliday.name_en)).all()

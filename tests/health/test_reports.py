"""The works council reads which reports there are, who sees them and from which floor."""

import pytest

from app.domain.roles import Role
from app.health.views.reports import CATALOGUE
from app.web.guards import policy_of
from tests.factories import make_person, sign_in
from tests.surveys.makers import make_open_wave, make_sides

FIGURES = {
    "health",
    "team_comments",
    "effects",
    "lottery",
    "actions",
}  # rooms of pages that show figures
NO_REPORT = {  # pages of one action, without a figure of their own
    "actions.new",
    "actions.show",
}


def read(session, client, role):
    person = make_person(session, "Wim", roles=[role])
    return client.get("/health/reports/") if sign_in(client, session, person) else None


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("role", [Role.WORKS_COUNCIL, Role.HR])
def test_the_catalogue_names_every_report_with_its_readers(session, client, role):
    page = read(session, client, role)

    assert page.status_code == 200
    assert "leads and deputies, sponsors, HR" in page.text
    assert "everybody who is signed in" in page.text
    assert page.text.count("<tr>") == len(CATALOGUE) + 1
    assert ("/audit?kind=access.list_exported" in page.text) == (role is Role.WORKS_COUNCIL)


@pytest.mark.usefixtures("clock")
def test_floors_are_those_of_the_settings_in_force(session, client):
    make_sides(session)
    make_open_wave(session, k=8, k_target=7)

    page = read(session, client, Role.WORKS_COUNCIL).text

    assert "8 answers a direction, 7 members of the rated team" in page


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.TRAINER])
def test_nobody_else_reads_the_catalogue(session, client, role):
    roles = [role] if role else []
    sign_in(client, session, make_person(session, "Ada", roles=roles))

    assert client.get("/health/reports/").status_code == 404


def test_no_page_with_figures_is_missing(app):
    told = {report.endpoint for report in CATALOGUE}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in FIGURES and "GET" in rule.methods
    }

    assert pages - told - NO_REPORT == set()
    assert all(policy_of(app, endpoint) is not None for endpoint in told)

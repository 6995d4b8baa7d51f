"""Every route against every kind of visitor: what the permission matrix says is what happens."""

import json
import re
import sqlite3
from contextlib import closing, contextmanager

import pytest
from flask import Flask
from flask import session as own_cookie
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from app.cli import matrix
from app.people.models import Person
from app.web.guards import UndeclaredRouteError, refuse_undeclared
from config import ROOT
from tests.company import MEMBERS, digest, make_company
from tests.factories import make_person, sign_in
from tests.people.door import csrf_token

# Who finds nothing foreign there: HR and administrators work with everybody, the works council
# reads what HR decides.
SEES_EVERYBODY = {"hr", "works_council", "administrator"}
# What is a person's own is nobody else's, whatever the role.
PERSONAL = {"login_id", "notice_id", "absence_id"}
# Routes whose address holds no object of the kind the rule is about, and why.
NOT_ABOUT_AN_OBJECT = {
    "/absences": "whose absences is asked for in the query",
    "/people": "the list is narrowed instead",
    "/skills": "whose skills is asked for in the query",
    "/password/new": "the link in the cookie decides",
    "/first-administrator": "the link in the cookie decides",
}


# Pages that open only in another state of their object; the rooms' own tests open them.
NEEDS_MORE = {
    "/first-administrator": "a link that was opened before",
    "/links/<token>": "a link that somebody was given",
    "/password/new": "a link that was opened before",
    "/council/<int:stay_id>": "a stay long enough to ask the works council",
    "/plans/<int:plan_id>/board/": "a plan that is computed",
    "/plans/<int:plan_id>/board/people/<int:person_id>": "a plan that is computed",
    "/plans/<int:plan_id>/board/placements/<int:placement_id>": "a plan that is computed",
    "/plans/<int:plan_id>/publish/": "a plan that is computed",
    "/stays/<int:stay_id>/debrief": "a stay that is over",
    "/stays/<int:stay_id>/end": "a stay that runs",
}


def parameters(row):
    return re.findall(r"<(?:[^:<>]*:)?(\w+)>", row.route)


def address(app, row, values):
    """Build the address of `row`; a parameter without a sample in tests/company.py is an error."""
    with app.test_request_context():
        return app.url_map.bind("localhost").build(row.endpoint, values, method=row.method)


class Asker:
    """One kind of visitor, who asks for pages and sends forms with a good token."""

    def __init__(self, app, client, session, company, role):
        self.app, self.client, self.session = app, client, session
        self.company, self.role = company, role
        self.come_in()

    def come_in(self):
        """Sign in; nothing of the test is left open behind it."""
        if self.role != "anonymous":
            sign_in(self.client, self.session, self.company.people[self.role])
            self.session.commit()

    def address(self, row, *, foreign=False):
        names = parameters(row)
        blueprint = row.endpoint.partition(".")[0]
        return address(
            self.app, row, self.company.values(blueprint, names, self.role, foreign=foreign)
        )

    def ask(self, row, *, foreign=False):
        """Send the request of `row`, with a CSRF token where one is needed; gives the status."""
        url = self.address(row, foreign=foreign)
        if row.method == "GET":
            return self.client.get(url).status_code
        return self.client.post(url, data={"csrf_token": self.token()}).status_code

    def token(self):
        with self.app.test_request_context():
            with self.client.session_transaction() as cookie:
                cookie["csrf_token"] = "0" * 40
            own_cookie["csrf_token"] = "0" * 40
            return generate_csrf()


@pytest.fixture
def asker(app, client, session, clock):
    company = make_company(session)
    return lambda role: Asker(app, client, session, company, role)


@pytest.fixture
def rewind(engine, session):
    """Undo what a block did to the database (SQLite), so that each request finds all objects."""
    keep = sqlite3.connect(":memory:")

    @contextmanager
    def undone():
        session.commit()
        with closing(sqlite3.connect(engine.url.database)) as file:
            file.backup(keep)
        yield
        session.rollback()
        with closing(sqlite3.connect(engine.url.database)) as file:
            keep.backup(file)

    yield undone
    keep.close()


def rows(app, method):
    return [
        row
        for row in matrix.rows(app)
        if row.method == method
        and not row.endpoint.startswith("style.")
        and row.endpoint != "static"
    ]


@pytest.mark.parametrize("role", matrix.ROLES)
def test_visitor_sees_the_pages_of_the_matrix_and_no_others(role, app, asker):
    visitor = asker(role)

    surprises = []
    for row in rows(app, "GET"):
        allowed = set(row.expected(role))
        if row.admits(role) and row.policy.scoped:
            allowed.add(404)  # which of the own things it must be, the room's tests say
        if (status := visitor.ask(row)) not in allowed:
            surprises.append((row.route, status))

    assert surprises == []


@pytest.mark.parametrize("role", MEMBERS)
def test_member_gets_404_for_foreign_things(role, app, engine, asker):
    visitor = asker(role)
    visitor.token()
    before = digest(engine)

    surprises = []
    for row in rows(app, "GET") + rows(app, "POST"):
        if not is_closed_to(role, row):
            continue
        if (status := visitor.ask(row, foreign=True)) != 404:
            surprises.append((row.method, row.route, status))

    assert surprises == []
    assert digest(engine) == before


def is_closed_to(role, row):
    """Whether the object's own rule must say no to this role."""
    if not row.policy.scoped or row.route in NOT_ABOUT_AN_OBJECT:
        return False
    if not row.admits(role):
        return True
    return role not in SEES_EVERYBODY or not PERSONAL.isdisjoint(parameters(row))


@pytest.mark.parametrize("role", matrix.ROLES)
def test_refused_form_changes_nothing(role, app, engine, asker):
    visitor = asker(role)
    visitor.token()
    before = digest(engine)

    surprises = [
        (row.route, status)
        for row in rows(app, "POST")
        if not row.admits(role) and (status := visitor.ask(row)) not in row.expected(role)
    ]

    assert surprises == []
    assert digest(engine) == before


@pytest.mark.parametrize("role", matrix.ROLES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_admitted_form_is_carried_out_or_answered(role, app, asker, session, rewind):
    visitor = asker(role)
    surprises = []
    for row in rows(app, "POST"):
        if not row.admits(role):
            continue
        with rewind():
            status = visitor.ask(row)
        if status not in {*row.expected(role), *((404,) if row.policy.scoped else ())}:
            surprises.append((row.route, status))

    assert surprises == []


# -- what holds the matrix up -------------------------------------------------------------------


def test_every_scoped_page_opens_for_somebody(app, client, session, clock):
    company = make_company(session)
    closed = {row.route for row in rows(app, "GET") if row.policy.scoped}

    for role in matrix.ROLES:
        visitor = Asker(app, client, session, company, role)
        for row in rows(app, "GET"):
            if row.route in closed and row.admits(role) and visitor.ask(row) < 400:
                closed.discard(row.route)

    assert sorted(closed) == sorted(NEEDS_MORE)


def test_route_without_a_policy_stops_the_start():
    app = Flask("undeclared")
    app.add_url_rule("/open", "open", lambda: "open")

    with pytest.raises(UndeclaredRouteError, match="open"):
        refuse_undeclared(app)


def test_permission_page_shows_the_matrix_of_today(app):
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")

    assert written == matrix.as_markdown(matrix.rows(app)), "run: flask access matrix --write"


def test_matrix_for_programs_names_every_role_and_both_kinds_of_object(runner):
    found = json.loads(runner.invoke(args=["access", "matrix", "--json"]).output)

    by_route = {(row["route"], *row["methods"]): row for row in found}
    assert by_route["/accounts/<int:person_id>", "GET"] == {
        "route": "/accounts/<int:person_id>",
        "methods": ["GET"],
        "endpoint": "accounts.show",
        "policy": "HR or administrator",
        "scoped": True,
        "expected": {
            "anonymous": [302],
            "employee": [404],
            "lead": [404],
            "deputy": [404],
            "hr": [200, 302, 303],
            "works_council": [404],
            "administrator": [200, 302, 303],
            "trainer": [404],
        },
        "expected_foreign": {
            "anonymous": [302],
            **{member: [404] for member in MEMBERS},
        },
    }


# -- forged and repeated forms --------------------------------------------------------------------


FORGERIES = {
    "no token": {},
    "wrong token": {"token": "wrong"},
    "token of another session": {"token": "foreign"},
    "foreign origin": {"headers": {"Origin": "https://evil.example"}},
    "sent by another site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
}


@pytest.mark.parametrize("role", ["anonymous", "employee", "lead", "hr", "administrator"])
@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_form_is_refused_and_changes_nothing(forgery, role, app, client, engine, asker):
    visitor = asker(role)
    good = visitor.token()
    headers = FORGERIES[forgery].get("headers", {})
    token = {"wrong": "wrong", "foreign": foreign_token(app)}.get(FORGERIES[forgery].get("token"))
    sent = {"csrf_token": good} if headers else {"csrf_token": token or ""}
    before = digest(engine)

    answers = {
        row.route: client.post(visitor.address(row), data=sent, headers=headers).status_code
        for row in rows(app, "POST")
        if row.admits(role)
    }

    assert {route: status for route, status in answers.items() if status != 400} == {}
    assert digest(engine) == before


def foreign_token(app):
    """A token that is well made, but for somebody else's session."""
    with app.test_request_context():
        own_cookie["csrf_token"] = "1" * 40
        return generate_csrf()


def test_form_sent_twice_has_one_effect_and_leads_to_the_same_place(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    form = {
        "csrf_token": csrf_token(client, "/account"),
        "request_key": "k" * 24,
        "locale": "de",
    }

    first = client.post("/preferences/locale", data=form)
    second = client.post("/preferences/locale", data={**form, "locale": "en"})

    assert (first.status_code, second.status_code) == (303, 302)
    assert second.location == first.location
    assert session.scalar(select(Person.locale)) == "de"


def test_without_the_key_the_same_form_has_two_effects(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    form = {"csrf_token": csrf_token(client, "/account"), "locale": "de"}

    client.post("/preferences/locale", data=form)
    client.post("/preferences/locale", data={**form, "locale": "en"})

    assert session.scalar(select(Person.locale)) == "en"


def test_key_of_somebody_else_stops_nobody(client, session, clock):
    for name in ("Ada", "Bo"):
        sign_in(client, session, make_person(session, name, locale=None))
        form = {
            "csrf_token": csrf_token(client, "/account"),
            "request_key": "k" * 24,
            "locale": "de",
        }
        client.post("/preferences/locale", data=form)

    assert session.scalars(select(Person.locale)).all() == ["de", "de"]

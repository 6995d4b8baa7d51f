"""Every route against every kind of visitor: what the permission matrix says is what happens."""

import json
import os
import re
import sqlite3
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

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
from tests.conftest import CommittingClient
from tests.factories import make_login, make_person, sign_in
from tests.people.door import csrf_token

pytestmark = pytest.mark.timeout(900)  # most tests walk over every route as every visitor
# Who is not admitted is turned away before a view or the database is asked, and so is a forged
# form: one engine is enough, and a form forged for some of those who may send it. `make faults`
# asks every cell and forges each form for everybody on both.
EXHAUSTIVE = os.environ.get("FAULTS") == "all"
ENGINES = ["sqlite", "postgresql"] if EXHAUSTIVE else ["sqlite"]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Where somebody who is signed in is rightly led to the sign-in page.
LEADS_OUT = {"/sign-out"}
# Who finds nothing foreign there: HR and administrators work with everybody, the works council
# reads what HR decides.
SEES_EVERYBODY = {"hr", "works_council", "administrator"}
# What is a person's own is nobody else's, whatever the role.
PERSONAL = {"login_id", "notice_id", "absence_id", "commitment_id", "link_id", "certificate_id"}
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
    "/pulse/days/<int:gathering_id>": "a joint day that is over",
    "/pulse/stays/<int:stay_id>": "a stay that is over",
    "/events/calendar.ics": "the page of an own date in the query",
    "/links/<token>": "a link that somebody was given",
    "/password/new": "a link that was opened before",
    "/council/<int:stay_id>": "a stay long enough to ask the works council",
    "/plans/<int:plan_id>/board/": "a plan that is computed",
    "/plans/<int:plan_id>/board/people/<int:person_id>": "a plan that is computed",
    "/plans/<int:plan_id>/board/placements/<int:placement_id>": "a plan that is computed",
    "/plans/<int:plan_id>/publish/": "a plan that is computed",
    "/stays/<int:stay_id>/debrief": "a stay that is over",
    "/stays/<int:stay_id>/end": "a stay that runs",
    "/trips/<int:gathering_id>/host": "a joint day whose host has left",
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
        self.headers = None
        self.come_in()

    def come_in(self):
        """Sign in; nothing of the test is left open behind it."""
        self._login = None
        if self.role != "anonymous":
            self._login = make_login(self.session, self.company.people[self.role])
            self.session.commit()
        self.come_back()

    def come_back(self):
        """Be who signed in again, whatever the last answer did to the cookie."""
        known = {"csrf_token": "0" * 40} | ({"token": self._login} if self._login else {})
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(known)
        self.good_token = token_of(self.app, "0" * 40)

    def address(self, row, *, foreign=False):
        names = parameters(row)
        blueprint = row.endpoint.partition(".")[0]
        return address(
            self.app, row, self.company.values(blueprint, names, self.role, foreign=foreign)
        )

    def ask(self, row, *, foreign=False):
        """Send the request of `row`, with a CSRF token where one is needed; gives the status.

        Somebody who is signed in and is led to sign in gets "sign in". `headers` are the answer's.
        """
        url = self.address(row, foreign=foreign)
        if row.method == "GET":
            answer = self.client.get(url)
        else:
            answer = self.client.post(url, data={"csrf_token": self.good_token})
        self.headers = answer.headers
        is_known = self._login is not None and row.route not in LEADS_OUT
        if is_known and answer.location and urlsplit(answer.location).path == "/sign-in":
            return "sign in"
        return answer.status_code


def token_of(app, secret):
    """A token that is well made for the session that holds this secret."""
    with app.test_request_context():
        own_cookie["csrf_token"] = secret
        return generate_csrf()


@pytest.fixture
def rewind(engine, session):
    """Undo what a block did to the database (SQLite), so that each request finds all objects.

    What is to be found is kept at the first block, and put back only where a block wrote.
    """
    keep = sqlite3.connect(":memory:")
    file = sqlite3.connect(engine.url.database)
    is_kept = False

    def committed():
        return file.execute("PRAGMA data_version").fetchone()

    @contextmanager
    def undone():
        nonlocal is_kept
        session.commit()
        if not is_kept:
            file.backup(keep)
            is_kept = True
        before = committed()
        yield
        session.rollback()
        if committed() != before:
            with closing(sqlite3.connect(engine.url.database)) as other:
                keep.backup(other)

    yield undone
    file.close()
    keep.close()


def rows(app, method):
    return [
        row
        for row in matrix.rows(app)
        if row.method == method
        and not row.endpoint.startswith("style.")
        and row.endpoint != "static"
    ]


@pytest.fixture
def visitors(app, session, clock):
    """One visitor of each role, by role, each at a browser of their own."""
    company = make_company(session)
    made = {}
    for role in matrix.ROLES:
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        made[role] = Asker(app, client, session, company, role)
    return made


def surprises(visitors, cells, *, seen=None, **how):
    """Ask each cell (role, row, fine statuses); gives the answers nobody expects.

    What was answered goes into `seen`, as role, row, status and headers.
    """
    found = []
    for role, row, fine in cells:
        status = visitors[role].ask(row, **how)
        if status not in fine:
            found.append((role, row.method, row.route, status))
        if seen is not None:
            seen.append((role, row, status, visitors[role].headers))
    return found


def test_visitors_see_the_pages_of_the_matrix_and_no_others(app, engine, visitors):
    """Each forbids scripts of others, and what was shown to somebody signed in is not kept."""
    cells = [
        (role, row, fine_for(role, row))
        for role in visitors
        for row in rows(app, "GET")
        if row.admits(role) or engine.dialect.name in ENGINES
    ]

    seen = []

    found = surprises(visitors, cells, seen=seen)

    scoped = {row.route for row in rows(app, "GET") if row.policy.scoped}
    opened = {
        row.route
        for role, row, status, _headers in seen
        if row.admits(role) and status in {200, 302, 303}
    }
    lacking = [
        (role, row.route, name)
        for role, row, _status, headers in seen
        for name, text in headers_for(role, row).items()
        if headers[name] != text
    ]
    assert found == []
    assert sorted(scoped - opened) == sorted(NEEDS_MORE), "the others must open for somebody"
    assert lacking == []


def headers_for(role, row):
    """What the answer must say about itself, whatever its status."""
    kept_by_nobody = (
        role != "anonymous" and row.endpoint != "web.healthz" and not row.policy.cookieless
    )
    return {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        **({"Cache-Control": "no-store"} if kept_by_nobody else {}),
    }


def fine_for(role, row):
    own = {404} if row.admits(role) and row.policy.scoped else set()
    return {*row.expected(role), *own}  # which of the own things it must be, the room's tests say


def test_members_get_404_for_foreign_things_and_change_none(app, engine, visitors):
    every = rows(app, "GET") + rows(app, "POST")
    cells = [
        (role, row, {404})
        for role in MEMBERS
        for row in every
        if is_closed_to(role, row) and (row.admits(role) or engine.dialect.name in ENGINES)
    ]
    before = digest(engine)

    found = surprises(visitors, cells, foreign=True)

    assert found == []
    assert digest(engine) == before


def is_closed_to(role, row):
    """Whether the object's own rule must say no to this role."""
    if not row.policy.scoped or row.route in NOT_ABOUT_AN_OBJECT:
        return False
    if not row.admits(role):
        return True
    return role not in SEES_EVERYBODY or not PERSONAL.isdisjoint(parameters(row))


@pytest.mark.parametrize("app", ENGINES, indirect=True)
def test_refused_forms_change_nothing(app, engine, visitors):
    cells = [
        (role, row, row.expected(role))
        for role in visitors
        for row in rows(app, "POST")
        if not row.admits(role)
    ]
    before = digest(engine)

    found = surprises(visitors, cells)

    assert found == []
    assert digest(engine) == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_admitted_forms_are_carried_out_or_answered(app, visitors, rewind):
    found = []
    for role, visitor in visitors.items():
        for row in rows(app, "POST"):
            if not row.admits(role):
                continue
            with rewind():
                found += surprises(visitors, [(role, row, fine_for(role, row))])
            visitor.come_back()

    assert found == []


# -- what holds the matrix up -------------------------------------------------------------------


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
            "sponsor": [404],
        },
        "expected_foreign": {
            "anonymous": [302],
            **{member: [404] for member in MEMBERS},
        },
    }


# -- forged and repeated forms --------------------------------------------------------------------


FORGERIES = {
    "no token": {"token": ""},
    "wrong token": {"token": "wrong"},
    "token of another session": {"secret": "1" * 40},
    "foreign origin": {"headers": {"Origin": "https://evil.example"}},
    "sent by another site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
}


@pytest.mark.parametrize("app", ENGINES, indirect=True)
def test_forged_forms_are_refused_and_change_nothing(app, engine, visitors):
    forms = [(role, row) for row in rows(app, "POST") for role in forged_for(row)]
    before = digest(engine)

    accepted = [
        (forgery, role, row.route, status)
        for forgery, sent in FORGERIES.items()
        for role, row in forms
        if (status := forge(visitors[role], row, **sent)) != 400
    ]

    assert accepted == []
    assert digest(engine) == before


def forge(visitor, row, *, token=None, secret="0" * 40, headers=None):
    """Send a form with a token, by default a good one for the session of this secret."""
    made = token_of(visitor.app, secret) if token is None else token
    form = {"csrf_token": made}
    return visitor.client.post(visitor.address(row), data=form, headers=headers).status_code


def forged_for(row):
    """Whose form is forged: everybody's who may send it, or the first one's and the last one's."""
    admitted = [role for role in matrix.ROLES if row.admits(role)]
    return admitted if EXHAUSTIVE else dict.fromkeys([admitted[0], admitted[-1]])


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

"""Cookies, redirects and foreign hosts; and what errors keep to themselves.

The headers of every page are looked at where every page is opened, in tests/test_routes.py.
"""

import re

import pytest

from app.people.models import Account
from tests.company import make_company
from tests.factories import make_person, sign_in
from tests.people.door import PASSWORD, csrf_token, enter
from tests.test_routes import CSP, Asker, rows

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "javascript:alert(1)",
    "/a" * 400,
    "http:/evil.example",
    " //evil.example",
]
CHANGES_WITH_TIME = re.compile(r'(csrf[-_]token"? (?:content|value)=|request_key" value=)"[^"]+"')


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_elsewhere(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    entered = enter(client, ada.email)
    form = {"csrf_token": csrf_token(client, "/account"), "theme": "dark"}
    chosen = client.post("/preferences/theme", data=form)

    cookies = [*entered.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    assert [one for one in cookies if "HttpOnly" not in one or "SameSite=Lax" not in one] == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil@localhost", ""])
def test_other_host_names_are_refused_and_not_repeated(client, host):
    answer = client.get("/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client, session, clock, wanted):
    ada = make_person(session, "Ada", password=PASSWORD)

    entered = enter(client, ada.email, next=wanted)
    again = client.get("/sign-in", query_string={"next": wanted})

    assert (entered.location, again.location) == ("/", "/")


def test_double_slash_in_an_address_leads_to_no_other_site(client):
    led = client.get("//evil.example/account").location or ""

    assert not led.startswith(("//", "http://evil", "https://evil"))


def test_what_is_foreign_looks_like_what_is_not_there(app, client, session, clock):
    visitor = Asker(app, client, session, make_company(session), "employee")
    about_things = [row for row in rows(app, "GET") if "<int:" in row.route]

    told_apart = []
    for row in about_things:
        foreign = visitor.address(row, foreign=True)
        nothing = re.sub(r"/\d+(?=/|$)", "/2147483000", foreign)
        answers = [client.get(path) for path in (foreign, nothing)]
        if answers[0].status_code != 404:
            continue  # open to everybody
        texts = {CHANGES_WITH_TIME.sub("", answer.text) for answer in answers}
        if len(texts) > 1:
            told_apart.append(row.route)

    assert told_apart == []


def test_fault_of_ours_tells_the_reader_a_number_and_nothing_else(
    app, client, session, clock, monkeypatch
):
    sign_in(client, session, make_person(session, "Ada"))
    monkeypatch.setitem(app.view_functions, "today.index", fail)
    fail.policy = app.view_functions["account.index"].policy

    answer = client.get("/today")

    assert answer.status_code == 500
    assert "secret in the stack" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP


def fail():
    raise RuntimeError("secret in the stack")


def test_what_a_closed_account_may_do_ends_with_the_next_request(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    enter(client, ada.email)
    before = client.get("/account").status_code
    session.get(Account, ada.id).active = False

    assert (before, client.get("/account").status_code) == (200, 302)

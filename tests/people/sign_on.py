"""A provider of single sign-on for the tests of this room, and what people do at it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.people.models import Account, LinkedIdentity, Login
from app.people.views import ways_in
from config import SingleSignOn
from tests.factories import NOW, make_account
from tests.openid.fake import CLIENT, SECRET, running
from tests.people.door import good_token

HERE = {"Sec-Fetch-Site": "same-origin"}
OPENS_NOTHING = (
    "Example ID knows you, but opens no account here. Accounts are made by HR: please ask there."
    " Who has a password can sign in with it and link the account under “My account”."
)
NOT_VOUCHED_FOR = "Signing in with Example ID did not work. Please try again."


@pytest.fixture(scope="module")
def serving():
    with running(None) as provider:
        yield provider


@pytest.fixture
def fake(app, serving, clock, monkeypatch):
    """Lend the provider this app signs people in with; `configure` changes the settings."""
    fake = serving
    fake.now, fake.is_careless = clock.now, False
    fake.sign = type(fake)(None).sign
    fake.pages.clear()
    plain = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", plain)
    monkeypatch.setitem(app.extensions, "openid", None)

    def configure(**changes):
        chosen = SingleSignOn(
            fake.issuer,
            CLIENT,
            SECRET,
            "Example ID",
            links_by_email=False,
            passwords_only_for=frozenset(),
        )
        settings = replace(plain, single_sign_on=replace(chosen, **changes))
        app.extensions["settings"] = settings
        ways_in.set_up(app, settings)

    fake.configure = configure
    configure()
    return fake


def come_anew(client, fake, **claims):
    client.delete_cookie("session")
    return go(client, fake, **claims)


def linked(session, person, fake, subject="ada"):
    if session.get(Account, person.id) is None:
        make_account(session, person)
    session.add(
        LinkedIdentity(person_id=person.id, issuer=fake.issuer, subject=subject, linked_at=NOW)
    )
    session.flush()
    return person


def go(client, fake, start="/sign-in/with", *, changed=None, **claims):
    """From our page to the provider and back, as a browser does; gives the answer."""
    there = client.get(start, headers=HERE)
    assert there.location.startswith(fake.issuer), there.location
    back = {**fake.approve(there.location, **claims), **(changed or {})}
    return client.get("/sign-in/return", query_string=back)


def logins(session):
    return [(row.person_id, row.ended_at) for row in session.scalars(select(Login))]


def identities(session):
    rows = session.execute(select(LinkedIdentity.person_id, LinkedIdentity.subject))
    return sorted((person, subject) for person, subject in rows)


def log(session):
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.kind, row.subject.partition(":")[0], row.detail) for row in rows]


def told(client, answer):
    """What the page says to which the answer leads; its first notice."""
    page = client.get(answer.location)
    return re.search(r"data-toast-text>([^<]+)<", page.text)[1]


def refused(client, fake, **how):
    answer = go(client, fake, **how)
    return answer.status_code, answer.location, told(client, answer)


def back(client, answered):
    return client.get("/sign-in/return", query_string=answered)


def confirm(client, password, wanted="/account"):
    token = good_token(client)
    form = {"csrf_token": token, "password": password, "next": wanted}
    return client.post("/account/confirm", data=form)

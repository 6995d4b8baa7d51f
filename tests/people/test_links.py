"""Links that work once: invitation, reset, first administrator."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.outbox.models import Mail
from app.people.models import Account, LinkPurpose, Login, Person, RoleGrant, SingleUseLink
from app.people.services import links
from app.people.services.links import LinkIsWorthless
from tests.factories import make_account, make_person, sign_in
from tests.people.door import PASSWORD, csrf_token

NEW = "three green boats at noon"


def make_link(session, person, *, at, purpose=LinkPurpose.RESET):
    return links.issue(session, purpose, person_id=person.id, by=None, at=at)


def choose(client, password=NEW, repeated=None):
    return client.post(
        "/password/new",
        data={
            "csrf_token": csrf_token(client, "/password/new"),
            "password": password,
            "repeated": repeated or password,
        },
    )


def test_link_leaves_the_address_at_once(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now())

    answer = client.get(f"/links/{token}")

    assert (answer.status_code, answer.location) == (303, "/password/new")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert ada.name in client.get("/password/new").text


def test_only_the_hash_of_a_link_is_stored(session, clock):
    token = make_link(session, make_person(session, "Ada", password=PASSWORD), at=clock.now())

    link = session.scalars(select(SingleUseLink)).one()

    assert len(link.token_hash) == 64
    assert token not in link.token_hash


def test_new_password_signs_in_here_and_out_elsewhere(app, client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    elsewhere = app.test_client()
    sign_in(elsewhere, session, ada)
    session.commit()
    assert elsewhere.get("/account").status_code == 200
    client.get(f"/links/{make_link(session, ada, at=clock.now())}")

    answer = choose(client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_used_link_is_worthless(app, client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now())
    client.get(f"/links/{token}")
    choose(client)

    assert app.test_client().get(f"/links/{token}").status_code == 404


def test_weak_password_does_not_use_the_link_up(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    client.get(f"/links/{make_link(session, ada, at=clock.now())}")

    answers = [
        choose(client, password).status_code
        for password in ("short", "passwort123", "12345678", "x" * 129, ada.email, "aaaaaaaab")
    ]

    assert answers == [422] * 6
    assert choose(client, NEW, repeated="another").status_code == 422
    assert choose(client).status_code == 303


@pytest.mark.parametrize(
    ("purpose", "minutes"), [(LinkPurpose.RESET, 30), (LinkPurpose.INVITATION, 72 * 60)]
)
def test_link_runs_out(purpose, minutes, client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now(), purpose=purpose)

    clock.move_by(timedelta(minutes=minutes, seconds=-1))
    assert client.get(f"/links/{token}").status_code == 303
    clock.move_by(timedelta(seconds=1))
    assert client.get(f"/links/{token}").status_code == 404
    assert client.get("/password/new").status_code == 404


def test_newer_link_replaces_the_older_one(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    old = make_link(session, ada, at=clock.now())
    make_link(session, ada, at=clock.now())

    assert client.get(f"/links/{old}").status_code == 404


def test_link_of_a_closed_account_is_worthless(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now())
    session.get(Account, ada.id).active = False

    assert client.get(f"/links/{token}").status_code == 404


def test_of_simultaneous_uses_one_succeeds(engine, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now())
    session.commit()

    def use(_number):
        try:
            with Session(engine) as own, own.begin():
                links.spend(own, token, at=clock.now())
        except LinkIsWorthless:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(12))) == 1


def test_reset_answers_alike_and_mails_only_the_owner(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD, locale="de")
    closed = make_person(session, "Bo")
    make_account(session, closed, password=PASSWORD, active=False)

    pages = set()
    for email in (ada.email, closed.email, "nobody@example.com"):
        form = {"csrf_token": csrf_token(client, "/password/reset"), "email": email}
        answer = client.post("/password/reset", data=form, headers={"Accept-Language": "en"})
        pages.add((answer.status_code, re.sub(r'content="[^"]+"|value="[^"]+"', "", answer.text)))

    mail = session.scalars(select(Mail)).one()
    assert len(pages) == 1
    assert (mail.address, mail.secret, mail.subject) == (
        ada.email,
        True,
        "Ein neues Passwort für Tandem",
    )
    assert "http://localhost/links/" in mail.body


def test_reset_mails_stop_at_the_tenth_try(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    for _ in range(12):
        form = {"csrf_token": csrf_token(client, "/password/reset"), "email": ada.email}
        assert client.post("/password/reset", data=form).status_code == 200

    assert len(session.scalars(select(Mail)).all()) == 9


def test_link_in_a_mail_names_the_configured_host_only(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    form = {"csrf_token": csrf_token(client, "/password/reset"), "email": ada.email}

    foreign = client.post("/password/reset", data=form, headers={"Host": "evil.example"})

    assert foreign.status_code == 400
    assert session.scalars(select(Mail)).all() == []


def test_first_administrator_sets_the_program_up(client, runner, session, clock):
    printed = runner.invoke(args=["access", "first-admin"]).output
    path = re.search(r"http://localhost(/links/\S+)", printed)[1]
    assert client.get(path).location == "/first-administrator"
    form = {
        "csrf_token": csrf_token(client, "/first-administrator"),
        "given_name": "Ada",
        "family_name": "Muster",
        "email": "Ada@Example.com",
        "site": "Köln",
        "country": "DE",
        "zone": "Europe/Berlin",
        "password": NEW,
        "repeated": NEW,
    }
    assert client.post("/first-administrator", data={**form, "zone": "Mars"}).status_code == 422

    answer = client.post("/first-administrator", data=form)

    person = session.scalars(select(Person)).one()
    assert (answer.status_code, person.name, person.email) == (303, "Ada Muster", "ada@example.com")
    assert session.scalars(select(RoleGrant.role)).all() == [Role.ADMINISTRATOR]
    assert client.get("/accounts").status_code == 200
    again = runner.invoke(args=["access", "first-admin"]).output
    assert again == "There is an administrator already.\n"
    assert client.get(path).status_code == 404


def test_link_secret_is_in_no_login_row(session, client, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    token = make_link(session, ada, at=clock.now())
    client.get(f"/links/{token}")
    choose(client)

    stored = [login.token_hash for login in session.scalars(select(Login))]

    assert len(stored) == 1
    assert token not in stored[0]

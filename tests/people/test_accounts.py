"""Accounts and roles: who may do what, and whom it signs out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditKind
from app.domain.roles import Role
from app.outbox.models import Mail
from app.people.models import Account, RoleGrant
from app.people.services import accounts
from app.people.services.accounts import LastAdministrator
from tests.factories import make_account, make_login, make_person, sign_in
from tests.people.door import PASSWORD, csrf_token

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def olga(client, session):
    person = make_person(session, "Olga", roles=[Role.HR], password=PASSWORD)
    sign_in(client, session, person)
    return person


@pytest.fixture
def adam(client, session):
    person = make_person(session, "Adam", roles=[Role.ADMINISTRATOR], password=PASSWORD)
    sign_in(client, session, person)
    return person


def post(client, path, **form):
    return client.post(path, data={"csrf_token": csrf_token(client, "/account"), **form})


def roles_of(session, person):
    found = select(RoleGrant.role).where(RoleGrant.person_id == person.id)
    return set(session.scalars(found))


def kinds(session):
    return list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))


def test_invitation_opens_the_account_and_mails_a_link(client, session, olga):
    ada = make_person(session, "Ada", locale="de")

    answer = post(client, f"/accounts/{ada.id}/invite")

    mail = session.scalars(select(Mail)).one()
    assert answer.location == f"/accounts/{ada.id}"
    assert session.get(Account, ada.id).active
    assert (mail.address, mail.subject, mail.secret) == (ada.email, "Ihr Zugang zu Tandem", True)
    assert kinds(session) == [AuditKind.ACCOUNT_OPENED, AuditKind.LINK_MADE]


def test_closing_an_account_ends_its_sessions(app, client, session, olga, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    other = app.test_client()
    sign_in(other, session, ada)
    session.commit()
    assert other.get("/account").status_code == 200

    post(client, f"/accounts/{ada.id}/close")

    assert other.get("/account").status_code == 302
    assert AuditKind.ACCOUNT_CLOSED in kinds(session)


def test_reopened_account_does_not_revive_old_sessions(app, client, session, olga):
    ada = make_person(session, "Ada", password=PASSWORD)
    other = app.test_client()
    sign_in(other, session, ada)

    post(client, f"/accounts/{ada.id}/close")
    post(client, f"/accounts/{ada.id}/open")

    assert session.get(Account, ada.id).active
    assert other.get("/account").status_code == 302


def test_hr_cannot_touch_an_administrators_account(client, session, olga):
    adam = make_person(session, "Adam", roles=[Role.ADMINISTRATOR], password=PASSWORD)

    answers = [
        post(client, f"/accounts/{adam.id}/{verb}").status_code
        for verb in ("close", "open", "invite", "end-sessions", "roles")
    ]

    assert answers == [404] * 5
    assert session.get(Account, adam.id).active


def test_nobody_closes_the_own_account(client, session, olga):
    post(client, f"/accounts/{olga.id}/close")

    assert session.get(Account, olga.id).active


def test_role_needs_the_own_password_and_signs_the_person_out(app, client, session, adam):
    ada = make_person(session, "Ada", password=PASSWORD)
    other = app.test_client()
    sign_in(other, session, ada)
    path = f"/accounts/{ada.id}/roles"

    wrong = post(client, path, roles=["hr"], held="", own_password="not mine at all")
    assert (wrong.status_code, roles_of(session, ada)) == (422, set())
    right = post(client, path, roles=["hr", "trainer"], held="", own_password=PASSWORD)

    assert (right.status_code, roles_of(session, ada)) == (303, {Role.HR, Role.TRAINER})
    assert other.get("/account").status_code == 302
    assert kinds(session) == [AuditKind.ROLE_GRANTED, AuditKind.ROLE_GRANTED]


def test_roles_changed_meanwhile_are_not_overwritten_unseen(client, session, adam):
    ada = make_person(session, "Ada", password=PASSWORD, roles=[Role.HR])

    answer = post(
        client, f"/accounts/{ada.id}/roles", roles=["trainer"], held="", own_password=PASSWORD
    )

    assert answer.status_code == 409
    assert "Someone changed these roles in the meantime" in answer.text
    assert roles_of(session, ada) == {Role.HR}


def test_last_administrator_stays(client, session, adam):
    path = f"/accounts/{adam.id}/roles"

    answer = post(client, path, roles=[], held="administrator", own_password=PASSWORD)

    assert answer.status_code == 409
    assert "This is the last administrator with a password." in answer.text
    assert roles_of(session, adam) == {Role.ADMINISTRATOR}


def test_two_administrators_cannot_remove_each_other_at_once(engine, session, clock):
    pair = [
        make_person(session, name, roles=[Role.ADMINISTRATOR], password=PASSWORD)
        for name in ("Adam", "Eva")
    ]
    ids = [person.id for person in pair]
    session.commit()

    def remove(way):
        act, target, by = way
        try:
            with Session(engine) as own, own.begin():
                act(own, target, by)
        except LastAdministrator:
            return "refused"
        return "done"

    def revoke(own, target, by):
        accounts.revoke(own, target, Role.ADMINISTRATOR, by=by, at=clock.now())

    def close(own, target, by):
        accounts.close_account(own, target, by=by, at=clock.now())

    for act in (revoke, close):
        with ThreadPoolExecutor(2) as pool:
            ways = [(act, ids[0], ids[1]), (act, ids[1], ids[0])]
            assert sorted(pool.map(remove, ways)) in (["done", "refused"], ["refused", "refused"])
    with Session(engine) as own:
        assert len(accounts.administrators(own, at=clock.now())) == 1


def test_extra_fields_raise_nobody(client, session):
    ada = make_person(session, "Ada", password=PASSWORD)
    sign_in(client, session, ada)
    extra = {"role": "administrator", "roles": ["administrator"], "is_admin": "1", "person_id": "1"}

    post(client, "/account/preferences", locale="de", theme="dark", **extra)

    assert roles_of(session, ada) == set()


def test_own_password_change_needs_the_present_one(client, session):
    ada = make_person(session, "Ada", password=PASSWORD)
    sign_in(client, session, ada)
    new = {"password": "three green boats", "repeated": "three green boats"}

    wrong = post(client, "/account/password", present="guess", **new)
    right = post(client, "/account/password", present=PASSWORD, **new)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert client.get("/account").status_code == 200


def test_guessing_the_present_password_at_an_open_computer_is_slow(client, session):
    ada = make_person(session, "Ada", password=PASSWORD)
    sign_in(client, session, ada)
    new = {"password": "three green boats", "repeated": "three green boats"}

    statuses = [
        post(client, "/account/password", present="guess", **new).status_code for _ in range(10)
    ]

    assert statuses == [422] * 9 + [429]


def test_person_ends_own_sessions_one_by_one_or_all_others(app, client, session):
    ada, bo = (make_person(session, name, password=PASSWORD) for name in ("Ada", "Bo"))
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, session, ada)
    sign_in(client, session, ada)
    make_login(session, bo)
    session.commit()

    assert post(client, "/account/sessions/1/end").status_code == 303
    assert [other.get("/account").status_code for other in others] == [302, 200, 200]
    assert post(client, "/account/sessions/5/end").status_code == 404
    post(client, "/account/sessions/end-others")

    assert [other.get("/account").status_code for other in others] == [302, 302, 302]
    assert client.get("/account/sessions").status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_list_asks_the_database_the_same_number_of_times(
    people, client, session, olga, count_statements
):
    for number in range(people):
        make_account(session, make_person(session, f"Ada{number}", roles=[Role.TRAINER]))

    with count_statements() as statements:
        client.get("/accounts")

    assert len(statements) == 4


def test_list_is_exported_as_it_is_filtered(client, session, olga):
    make_person(session, "=HYPERLINK(1)", roles=[Role.TRAINER])

    answer = client.get("/accounts?format=csv&role=trainer")

    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0] == "Family name,Given name,E-mail address,Account,Roles"
    assert len(lines) == 2
    assert "'=HYPERLINK(1)" in lines[1]
    assert kinds(session) == [AuditKind.LIST_EXPORTED]

"""Accounts and identities: how they are linked and parted, and what is done without a password."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditKind
from app.database import db
from app.domain.roles import Role
from app.outbox.models import Mail
from app.people.models import Account, LinkedIdentity, LinkPurpose, RoleGrant
from app.people.services import links
from tests.factories import NOW, make_account, make_person, sign_in
from tests.people.door import PASSWORD, enter, good_token
from tests.people.sign_on import (
    HERE,
    OPENS_NOTHING,
    confirm,
    go,
    identities,
    linked,
    log,
    logins,
    refused,
    told,
)

EMERGENCY = "emergency@example.com"


# -- linking --------------------------------------------------------------------------------------


def test_verified_address_links_an_open_account_once_and_never_again(client, session, fake):
    fake.configure(links_by_email=True)
    ada = make_person(session, "Ada")
    make_account(session, ada)  # invited, and never came
    mail = {"email": ada.email, "email_verified": True}

    first = go(client, fake, sub="first", **mail)
    client.delete_cookie("session")
    other_subject = go(client, fake, sub="second", **mail)
    changed_mail = go(client, fake, sub="first", email="new@example.com")
    client.delete_cookie("session")
    session.execute(update(LinkedIdentity).values(subject=None))  # unlinked by HR
    after = go(client, fake, sub="second", **mail)

    led = [answer.location for answer in (first, other_subject, changed_mail, after)]
    assert led == ["/", "/sign-in", "/", "/sign-in"]
    assert identities(session) == [(ada.id, None)]
    assert log(session)[0] == (AuditKind.IDENTITY_LINKED, "account", {"by": "email"})


def test_address_links_nothing_unless_the_operator_allows_it(client, session, fake):
    ada = make_person(session, "Ada", password=PASSWORD)

    assert refused(client, fake, email=ada.email, email_verified=True)[2] == OPENS_NOTHING
    assert identities(session) == []


def test_invitation_links_the_account_without_a_password(client, session, fake, clock):
    ada = make_person(session, "Ada")
    make_account(session, ada)
    secret = links.issue(session, LinkPurpose.INVITATION, person_id=ada.id, by=None, at=clock.now())
    client.get(f"/links/{secret}")
    page = client.get("/password/new").text
    from_elsewhere = client.get("/password/new/with", headers={"Sec-Fetch-Site": "cross-site"})

    answer = go(client, fake, "/password/new/with")
    client.delete_cookie("session")
    again = client.get(f"/links/{secret}")

    assert ("Choose how you sign in" in page, from_elsewhere.location) == (True, "/password/new")
    assert (answer.location, again.status_code) == ("/", 404)
    assert (identities(session), logins(session)) == ([(ada.id, "ada")], [(ada.id, None)])
    assert session.get(Account, ada.id).password_hash is None


def test_identity_opens_one_account_only(client, session, fake, clock):
    ada = linked(session, make_person(session, "Ada"), fake)
    bo = make_person(session, "Bo")
    make_account(session, bo)
    secret = links.issue(session, LinkPurpose.INVITATION, person_id=bo.id, by=None, at=clock.now())
    client.get(f"/links/{secret}")

    answer = go(client, fake, "/password/new/with")

    assert answer.location == "/password/new"
    assert "linked with another account already" in told(client, answer)
    assert (identities(session), logins(session)) == ([(ada.id, "ada")], [])
    assert client.get("/password/new").status_code == 200, "the link is not used up"


def test_databases_hold_one_account_per_identity_and_one_identity_per_account(session, app):
    ada, bo = (make_person(session, name, password=PASSWORD) for name in ("Ada", "Bo"))
    values = {"issuer": "https://id.example", "subject": "x", "linked_at": NOW}
    session.execute(insert(LinkedIdentity).values(person_id=ada.id, **values))
    for twin in (
        {**values, "person_id": bo.id},
        {**values, "person_id": ada.id, "subject": "y"},
        {**values, "person_id": bo.id, "subject": ""},
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(LinkedIdentity).values(**twin))
    unlinked = {**values, "subject": None}
    session.execute(update(LinkedIdentity).values(subject=None))
    session.execute(insert(LinkedIdentity).values(person_id=bo.id, **unlinked))

    assert identities(session) == [(ada.id, None), (bo.id, None)]


def test_own_account_is_linked_by_who_proves_to_own_it(client, session, fake):
    ada = make_person(session, "Ada", password=PASSWORD)
    sign_in(client, session, ada)
    unproved = client.get("/account/link", headers=HERE).location
    wrong = confirm(client, "something else")
    right = confirm(client, PASSWORD)
    from_elsewhere = client.get("/account/link", headers={"Sec-Fetch-Site": "cross-site"})

    answer = go(client, fake, "/account/link")

    assert unproved == "/account/confirm?next=/account"
    assert (wrong.status_code, right.location) == (422, "/account")
    assert (from_elsewhere.location, answer.location) == ("/account", "/account")
    assert identities(session) == [(ada.id, "ada")]
    assert "Linked with Example ID since" in client.get("/account").text


def test_linking_that_began_in_one_session_does_not_end_in_another(client, session, fake):
    ada = make_person(session, "Ada", password=PASSWORD)
    bo = make_person(session, "Bo", password=PASSWORD)
    sign_in(client, session, ada)
    confirm(client, PASSWORD)
    there = client.get("/account/link", headers=HERE).location
    sign_in(client, session, bo)

    client.get("/sign-in/return", query_string=fake.approve(there))

    assert identities(session) == []


def test_own_link_is_ended_by_who_has_a_password(app, client, session, fake):
    ada = linked(session, make_person(session, "Ada", password=PASSWORD), fake)
    other = app.test_client()
    sign_in(other, session, ada)
    sign_in(client, session, ada)

    answer = client.post("/account/unlink", data={"csrf_token": good_token(client)})

    assert answer.location == "/account"
    assert identities(session) == [(ada.id, None)]
    assert (client.get("/account").status_code, other.get("/account").status_code) == (200, 302)
    client.delete_cookie("session")
    assert refused(client, fake)[2] == OPENS_NOTHING


def test_only_way_in_is_not_given_up(client, session, fake):
    ada = linked(session, make_person(session, "Ada"), fake)
    go(client, fake)

    page = client.get("/account").text
    client.post("/account/unlink", data={"csrf_token": good_token(client)})

    assert "It is your only way in" in page
    assert identities(session) == [(ada.id, "ada")]


def test_hr_ends_a_link_and_who_is_in_is_out(app, client, session, fake):
    olga = make_person(session, "Olga", roles=[Role.HR], password=PASSWORD)
    ada = linked(session, make_person(session, "Ada"), fake)
    other = app.test_client()
    sign_in(other, session, ada)
    sign_in(client, session, olga)
    page = client.get(f"/accounts/{ada.id}").text

    answer = client.post(f"/accounts/{ada.id}/unlink", data={"csrf_token": good_token(client)})

    assert "End the link with single sign-on" in page
    assert answer.location == f"/accounts/{ada.id}"
    assert (identities(session), other.get("/account").status_code) == ([(ada.id, None)], 302)
    assert log(session)[-1] == (AuditKind.IDENTITY_UNLINKED, "account", {})


def test_linked_account_takes_another_identity_only_after_the_link_was_ended(
    client, session, fake, clock
):
    ada = linked(session, make_person(session, "Ada"), fake, "first")
    secret = links.issue(session, LinkPurpose.RESET, person_id=ada.id, by=None, at=clock.now())
    client.get(f"/links/{secret}")
    too_early = told(client, go(client, fake, "/password/new/with", sub="second"))
    session.execute(update(LinkedIdentity).values(subject=None))

    answer = go(client, fake, "/password/new/with", sub="second")

    assert too_early.startswith("This account is linked with another sign-in already.")
    assert (answer.location, identities(session)) == ("/", [(ada.id, "second")])


# -- weighty things without a password ------------------------------------------------------------


def test_roles_are_changed_after_a_new_sign_in_at_the_provider(client, session, fake, clock):
    adam = linked(session, make_person(session, "Adam", roles=[Role.ADMINISTRATOR]), fake)
    ada = make_person(session, "Ada", password=PASSWORD)
    go(client, fake)
    here = f"/accounts/{ada.id}"
    before = client.get(here).text
    unproved = change_roles(client, here)
    start = f"/account/confirm/with?next={here}"
    there = client.get(start).location
    stale = go(client, fake, start, auth_time=int(clock.now().timestamp()) - 300)
    silent = go(client, fake, start, auth_time=None)
    stranger = go(client, fake, start, sub="somebody else")
    nothing = change_roles(client, here).status_code

    answer = go(client, fake, start)
    changed = change_roles(client, here)
    clock.move_by(timedelta(minutes=6))

    assert "prompt=login&max_age=0" in there
    assert ("First confirm that it is you" in before, "own_password" in before) == (True, False)
    assert (unproved.status_code, nothing) == (422, 422)
    ways = [way.location for way in (stale, silent, stranger)]
    assert ways == [f"/account/confirm?next={here}"] * 3
    assert (answer.location, changed.status_code) == (here, 303)
    granted = select(RoleGrant.person_id).where(RoleGrant.role == Role.TRAINER)
    assert session.scalars(granted).all() == [ada.id]
    assert change_roles(client, here).status_code == 422, "five minutes are over"
    assert identities(session) == [(adam.id, "ada")]


def change_roles(client, path):
    form = {"csrf_token": good_token(client), "roles": ["trainer"], "held": ""}
    return client.post(f"{path}/roles", data=form)


def test_doctor_tries_the_provider_and_looks_for_a_way_in_without_it(runner, session, fake):
    make_person(session, "Eve", email=EMERGENCY, password=PASSWORD)
    linked(session, make_person(session, "Ada"), fake)
    session.execute(update(LinkedIdentity).values(issuer="https://before.example"))
    well = runner.invoke(args=["doctor"]).output
    fake.configure(passwords_only_for=frozenset({EMERGENCY, "typo@example.com"}))
    fake.pages["/keys"] = (404, "{}")
    ill = runner.invoke(args=["doctor"])

    assert "single sign-on: ok" in well
    assert "1 accounts are linked with another issuer" in well
    assert ill.exit_code == 1
    for sentence in (
        f"nobody can sign in with Example ID: {fake.issuer}/keys: status 404",
        "nobody in OIDC_PASSWORDS_ONLY_FOR is an administrator with a password",
        "OIDC_PASSWORDS_ONLY_FOR names typo@example.com, which no account has",
    ):
        assert sentence in ill.output


# -- without passwords ----------------------------------------------------------------------------


def test_passwords_open_only_the_named_accounts(client, session, fake, clock):
    fake.configure(passwords_only_for=frozenset({EMERGENCY}))
    ada = make_person(session, "Ada", password=PASSWORD)
    make_person(session, "Eve", email=EMERGENCY, password=PASSWORD)
    refused = enter(client, ada.email)
    client.post("/password/reset", data={"csrf_token": good_token(client), "email": ada.email})

    assert (refused.status_code, session.scalars(select(Mail)).all()) == (422, [])
    assert enter(client, f" {EMERGENCY.upper()}").status_code == 303
    assert client.get("/account").status_code == 200


def test_invited_person_without_passwords_has_one_way_in(client, session, fake, clock):
    fake.configure(passwords_only_for=frozenset({EMERGENCY}))
    olga = make_person(session, "Olga", roles=[Role.HR], email=EMERGENCY, password=PASSWORD)
    ada = make_person(session, "Ada", locale="de")
    sign_in(client, session, olga)
    client.post(f"/accounts/{ada.id}/invite", data={"csrf_token": good_token(client)})
    mail = session.scalars(select(Mail)).one()
    client.delete_cookie("session")
    client.get(urlsplit(mail.body[mail.body.index("http") :].split()[0]).path)
    page = client.get("/password/new").text
    form = {"csrf_token": good_token(client), "password": PASSWORD, "repeated": PASSWORD}
    by_password = client.post("/password/new", data=form)

    assert "mit Example ID" in mail.body
    assert 'name="password"' not in page
    assert by_password.location == "/password/new"
    assert session.get(Account, ada.id).password_hash is None
    assert go(client, fake, "/password/new/with").location == "/"


def test_everything_goes_with_the_person(session, app):
    ada = make_person(session, "Ada", password=PASSWORD)
    session.add(
        LinkedIdentity(person_id=ada.id, issuer="https://id.example", subject="x", linked_at=NOW)
    )
    session.flush()
    assert LinkedIdentity.__personal__.is_somebodys
    session.execute(text("DELETE FROM person"))

    assert session.scalars(select(LinkedIdentity.person_id)).all() == []
    assert db.metadata.tables["linked_identity"].c.subject.nullable

"""Single sign-on: whom it lets in, how accounts are linked, and what leaves no trace."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.database import db
from app.domain.roles import Role
from app.outbox.models import Mail
from app.people.models import Account, LinkedIdentity, LinkPurpose, Login, RoleGrant
from app.people.services import links, throttle
from app.people.views import ways_in
from config import SingleSignOn
from tests.factories import NOW, make_account, make_person, sign_in
from tests.openid.fake import CLIENT, SECRET, running, unsigned
from tests.people.door import PASSWORD, enter, good_token

EMERGENCY = "emergency@example.com"
HERE = {"Sec-Fetch-Site": "same-origin"}


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


OPENS_NOTHING = (
    "Example ID knows you, but opens no account here. Accounts are made by HR: please ask there."
    " Who has a password can sign in with it and link the account under “My account”."
)
NOT_VOUCHED_FOR = "Signing in with Example ID did not work. Please try again."


# -- coming in ------------------------------------------------------------------------------------


def test_linked_person_comes_in_and_lands_where_it_was_going(client, session, fake):
    ada = linked(session, make_person(session, "Ada"), fake)

    answer = go(client, fake, "/sign-in/with?next=/account", email="other@example.com")

    assert (answer.status_code, answer.location) == (303, "/account")
    assert logins(session) == [(ada.id, None)]
    assert client.get("/account").status_code == 200
    assert log(session) == [(AuditKind.SIGNED_IN, "login", {"by": "single sign-on"})]
    with client.session_transaction() as cookie:
        assert set(cookie) == {"token", "csrf_token"}


def test_next_leads_to_this_site_only(client, session, fake):
    linked(session, make_person(session, "Ada"), fake)

    assert go(client, fake, "/sign-in/with?next=//evil.example").location == "/"


def test_browser_is_sent_with_everything_that_binds_the_answer(client, fake):
    there = client.get("/sign-in/with").location
    asked = urlsplit(there).query

    assert there.startswith(f"{fake.issuer}/authorize?response_type=code&client_id=tandem")
    for part in ("state=", "nonce=", "code_challenge=", "code_challenge_method=S256", "openid"):
        assert part in asked
    assert client.get("/sign-in/with").location != there


def test_page_offers_both_ways_or_only_one(client, fake):
    both = client.get("/sign-in?next=/account").text
    fake.configure(passwords_only_for=frozenset({EMERGENCY}))
    rare = client.get("/sign-in").text

    assert 'href="/sign-in/with?next=/account"' in both
    assert "Sign in with Example ID" in both
    assert "or with a password" in both
    assert ("<details" in both, "<details" in rare) == (False, True)


def test_without_a_provider_nothing_leads_there(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    assert "/sign-in/with" not in client.get("/sign-in").text
    paths = ("/sign-in/with", "/sign-in/return?code=x&state=y", "/password/new/with")
    assert [client.get(path).location for path in paths] == ["/sign-in"] * 3
    sign_in(client, session, ada)
    assert client.get("/account/link").location == "/account"
    assert client.get("/account/confirm/with").location == "/account/confirm?next=/"


def test_session_ends_with_the_account_the_roles_and_the_employment(client, session, fake, clock):
    """As those of passwords do: it carries the account's epoch, and people leave."""
    ada = linked(session, make_person(session, "Ada"), fake)
    seen = []
    for change in (
        update(Account).values(epoch=Account.epoch + 1),
        update(Account).values(active=False),
    ):
        go(client, fake)
        seen.append(client.get("/account").status_code)
        session.execute(change)
        seen.append(client.get("/account").status_code)
    session.execute(update(Account).values(active=True))
    go(client, fake)
    ada.left_on = clock.now().date()

    assert [*seen, client.get("/account").status_code] == [200, 302, 200, 302, 302]


def back(client, answered):
    return client.get("/sign-in/return", query_string=answered)


def refused(client, fake, **how):
    answer = go(client, fake, **how)
    return answer.status_code, answer.location, told(client, answer)


# -- staying out ----------------------------------------------------------------------------------


def test_no_attack_leaves_a_session_or_a_link(app, client, session, fake, clock):
    """The list of the threat model (T14), each against a linked and an unlinked person."""
    fake.configure(links_by_email=True)
    ada = linked(session, make_person(session, "Ada"), fake)
    bo = make_person(session, "Bo", password=PASSWORD)
    mail = {"email": bo.email, "email_verified": True}
    before = identities(session)
    other = app.test_client()
    strange = other.get("/sign-in/with").location
    session.commit()

    answers = {
        name: told(client, go(client, fake, **how))
        for name, how in {
            "wrong issuer, same subject": {"iss": "https://elsewhere.example"},
            "wrong issuer, good address": {"iss": "https://elsewhere.example", "sub": "x", **mail},
            "old nonce": {"nonce": "yesterday's"},
            "wrong audience": {"aud": "another program", "sub": "x", **mail},
            "expired": {"exp": int(clock.now().timestamp()) - 61},
            "not yet": {"nbf": int(clock.now().timestamp()) + 61},
            "state of another browser": {"changed": {"state": "x"}},
            "answer of another provider": {"changed": {"iss": "https://elsewhere.example"}},
            "refused there": {"changed": {"error": "access_denied"}},
            "unverified address": {"sub": "x", **mail, "email_verified": False},
            "address without a word on it": {"sub": "x", "email": bo.email},
            "address that looks alike": {"sub": "x", **mail, "email": "ｂ" + bo.email[1:]},
            "strange address": {"sub": "x", **mail, "email": "nobody@example.com"},
            "address of one who is linked": {"sub": "x", **mail, "email": ada.email},
        }.items()
    }
    fake.sign = unsigned
    answers["no signature"] = told(client, go(client, fake, sub="x", **mail))
    fake.sign = type(fake)(None).sign
    answers["answer of another browser"] = told(client, back(client, fake.approve(strange)))
    there = client.get("/sign-in/with").location
    clock.move_by(timedelta(minutes=11))
    late = fake.approve(there)
    answers["too late"] = told(client, back(client, late))

    assert set(answers.values()) == {NOT_VOUCHED_FOR, OPENS_NOTHING}, answers
    assert (logins(session), identities(session)) == ([], before)
    assert {kind for kind, _subject, _detail in log(session)} == {AuditKind.SIGN_IN_FAILED}
    assert len(log(session)) == len(answers)


def test_the_same_attack_without_its_lie_comes_in(client, session, fake):
    """The negative control: what was refused above is refused for the lie alone."""
    fake.configure(links_by_email=True)
    bo = make_person(session, "Bo", password=PASSWORD)

    go(client, fake, sub="x", email=bo.email.upper(), email_verified=True)

    assert logins(session) == [(bo.id, None)]


def test_a_token_begins_one_session_even_if_the_provider_takes_a_code_twice(
    app, client, session, fake
):
    linked(session, make_person(session, "Ada"), fake)
    fake.is_careless = True
    there = client.get("/sign-in/with").location
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    back = fake.approve(there)
    first = client.get("/sign-in/return", query_string=back)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)

    again = client.get("/sign-in/return", query_string=back)

    assert (first.location, again.location, len(logins(session))) == ("/", "/sign-in", 1)


def test_database_itself_refuses_a_second_session_of_a_token(session):
    ada = make_person(session, "Ada", password=PASSWORD)
    row = {
        "person_id": ada.id,
        "proof_hash": "p" * 64,
        "epoch": 1,
        "device": "",
        "created_at": NOW,
        "seen_at": NOW,
        "expires_at": NOW,
    }
    session.execute(insert(Login).values(token_hash="a" * 64, **row))

    with pytest.raises(IntegrityError):
        session.execute(insert(Login).values(token_hash="b" * 64, **row))


def test_nobody_learns_who_exists(client, session, fake, clock):
    fake.configure(links_by_email=True)
    closed = linked(session, make_person(session, "Bo"), fake, "closed")
    session.get(Account, closed.id).active = False
    linked(session, make_person(session, "Cy", left_on=clock.now().date()), fake, "left")
    gone = make_person(session, "Di", left_on=clock.now().date(), password=PASSWORD)
    off = make_person(session, "Ed", password=PASSWORD)
    session.get(Account, off.id).active = False
    without = make_person(session, "Flo")
    before = identities(session)

    answers = [
        refused(client, fake, **how)
        for how in (
            {"sub": "closed"},
            {"sub": "left"},
            {"sub": "unknown"},
            {"sub": "x", "email": gone.email, "email_verified": True},
            {"sub": "x", "email": off.email, "email_verified": True},
            {"sub": "x", "email": without.email, "email_verified": True},
        )
    ]

    assert set(answers) == {(303, "/sign-in", OPENS_NOTHING)}
    assert (logins(session), identities(session)) == ([], before)
    assert {detail["single_sign_on"] for _kind, _subject, detail in log(session)} == {"account"}


def test_provider_that_is_down_is_told_and_passwords_still_work(client, session, fake):
    ada = make_person(session, "Ada", password=PASSWORD, locale="de")
    there = client.get("/sign-in/with").location
    fake.pages["/token"] = (500, "{}")
    late = told(client, client.get("/sign-in/return", query_string=fake.approve(there)))
    fake.configure()
    fake.pages["/.well-known/openid-configuration"] = (500, "{}")
    client.set_cookie("locale", "de")
    early = told(client, client.get("/sign-in/with"))

    assert late == "Example ID cannot be reached at the moment. Please try again shortly."
    assert early.startswith("Example ID ist im Moment nicht zu erreichen.")
    assert logins(session) == []
    assert enter(client, ada.email).status_code == 303


def test_trying_is_slowed_down_by_address(client, session, fake, monkeypatch):
    monkeypatch.setattr(throttle, "TRIES_PER_ADDRESS", 3)
    linked(session, make_person(session, "Ada"), fake)
    good = [come_anew(client, fake).location for _ in range(4)]
    client.delete_cookie("session")
    there = client.get("/sign-in/with").location
    bad = [told(client, back(client, {"state": "x", "code": "y"})) for _ in range(4)]

    wait = "Too many tries. Please wait a quarter of an hour."
    assert (good, bad) == (["/"] * 4, [*[NOT_VOUCHED_FOR] * 3, wait])
    assert told(client, back(client, fake.approve(there))) == wait


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


def confirm(client, password, wanted="/account"):
    token = good_token(client)
    form = {"csrf_token": token, "password": password, "next": wanted}
    return client.post("/account/confirm", data=form)


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

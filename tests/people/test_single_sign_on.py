"""Single sign-on: whom it lets in, how accounts are linked, and what leaves no trace."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditKind
from app.people.models import Account, Login
from app.people.services import throttle
from tests.factories import NOW, make_person, sign_in
from tests.openid.fake import unsigned
from tests.people.door import PASSWORD, enter
from tests.people.sign_on import (
    NOT_VOUCHED_FOR,
    OPENS_NOTHING,
    back,
    come_anew,
    go,
    identities,
    linked,
    log,
    logins,
    refused,
    told,
)

EMERGENCY = "emergency@example.com"


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

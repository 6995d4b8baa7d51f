"""Signing in: who gets in, who does not, and what an onlooker can learn from it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditKind
from app.people.models import Account, LinkPurpose, Login
from app.people.services import links, passwords, throttle
from app.people.services.links import LinkIsWorthless
from app.people.services.sessions import device_name
from tests.engines import on_one_engine
from tests.factories import make_account, make_lead, make_person, make_team, sign_in
from tests.people.door import PASSWORD, csrf_token, enter

WRONG = "something else entirely"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)


def secret_of(client):
    with client.session_transaction() as cookie:
        return dict(cookie)


def test_person_with_the_right_password_gets_in(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    answer = enter(client, f" {ada.email.upper()} ", next="/account?x=1")

    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert [login.person_id for login in session.scalars(select(Login))] == [ada.id]
    assert client.get("/account").status_code == 200


def test_cookie_holds_the_secret_and_the_csrf_key_and_nothing_else(client, session, clock):
    enter(client, make_person(session, "Ada", password=PASSWORD).email)
    client.get("/account")

    assert set(secret_of(client)) == {"token", "csrf_token"}


def test_signing_in_begins_a_new_cookie(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["token"] = "planted by somebody else"
    before = secret_of(client)

    enter(client, ada.email)

    after = secret_of(client)
    assert after["token"] != before["token"]
    assert after.get("csrf_token") != before.get("csrf_token")


@on_one_engine
@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "/\tevil",
        "/%0d\n/evil",
        "javascript:alert(1)",
    ],
)
def test_next_leads_to_this_site_only(wanted, client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    assert enter(client, ada.email, next=wanted).location == "/"


def test_unknown_closed_and_wrong_are_answered_alike(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    closed = make_person(session, "Bo")
    make_account(session, closed, password=PASSWORD, active=False)
    left = make_person(session, "Cy", password=PASSWORD, left_on=clock.now().date())
    invited = make_person(session, "Di")
    make_account(session, invited)
    tries = [
        (ada.email, WRONG),
        ("nobody@example.com", PASSWORD),
        (closed.email, PASSWORD),
        (left.email, PASSWORD),
        (invited.email, PASSWORD),
    ]

    answers = {
        (answer.status_code, page_without_input(answer.text, email))
        for email, password in tries
        for answer in [enter(client, email, password)]
    }

    assert len(answers) == 1
    assert answers.pop()[0] == 422
    assert session.scalars(select(Login)).all() == []


def page_without_input(page, email):
    lines = page.replace(email, "…").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "request_key" not in line)


def test_unknown_accounts_cost_one_hash_as_known_ones_do(session, monkeypatch):
    ada = make_person(session, "Ada", password=PASSWORD)
    checked = []

    class Counting:
        def verify(self, stored, password):
            checked.append(stored)
            return passwords_hasher.verify(stored, password)

        def check_needs_rehash(self, _stored):
            return False

    passwords_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", Counting())
    stored = session.get(Account, ada.id).password_hash

    assert passwords.fits(stored, PASSWORD) is True
    assert passwords.fits(None, PASSWORD) is False
    assert checked == [stored, passwords.NOBODYS_HASH]
    assert not passwords_hasher.check_needs_rehash(passwords.NOBODYS_HASH)


def test_hash_with_old_parameters_is_renewed_at_sign_in(client, session, clock):
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    ada = make_person(session, "Ada")
    account = make_account(session, ada)
    account.password_hash = old

    enter(client, ada.email)

    renewed = session.get(Account, ada.id).password_hash
    assert renewed != old
    assert passwords.fits(renewed, PASSWORD)
    assert client.get("/account").status_code == 200


def test_tenth_try_on_an_account_waits_a_quarter_of_an_hour(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    statuses = [enter(client, ada.email, WRONG).status_code for _ in range(10)]
    locked = enter(client, ada.email)
    clock.move_by(timedelta(minutes=15, seconds=1))
    later = enter(client, ada.email)

    assert statuses == [422] * 9 + [429]
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "901")
    assert later.status_code == 303


def test_one_address_cannot_try_many_accounts(client, clock, session):
    statuses = [enter(client, f"guess{i}@example.com", WRONG).status_code for i in range(50)]

    assert statuses == [422] * 49 + [429]


def test_forged_forwarding_header_does_not_dodge_the_throttle(client, clock, session):
    token = csrf_token(client)
    statuses = [
        client.post(
            "/sign-in",
            data={"email": "ada@example.com", "password": WRONG, "csrf_token": token},
            headers={"X-Forwarded-For": f"192.0.2.{i}"},
        ).status_code
        for i in range(10)
    ]

    assert statuses[-1] == 429


def test_success_forgives_earlier_failures(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)

    for _ in range(3):
        for _ in range(8):
            enter(client, ada.email, WRONG)
        assert enter(client, ada.email).status_code == 303
        client.post("/sign-out", data={"csrf_token": csrf_token(client, "/account")})


def test_simultaneous_tries_cannot_slip_through_together(engine, session, clock):
    both = throttle.counters("sign-in", name="ada", address="192.0.2.1", secret="s")

    def one(_number):
        with Session(engine) as own, own.begin():
            return throttle.count_try(own, *both, at=clock.now()) is None

    with ThreadPoolExecutor(8) as pool:
        allowed = sum(pool.map(one, range(40)))

    assert allowed == throttle.TRIES_PER_ACCOUNT


def test_throttle_forgets_who_tried(session, clock):
    counters = throttle.counters(
        "sign-in", name="ada@example.com", address="2001:db8::1", secret="s"
    )

    assert counters == throttle.counters(
        "sign-in", name="ada@example.com", address="2001:db8::ffff", secret="s"
    )
    assert all(len(counter.key) == 64 and "ada" not in counter.key for counter in counters)


def test_failed_tries_are_in_the_audit_log_without_the_address(client, session, clock):
    ada = make_person(session, "Ada", password=PASSWORD)
    enter(client, ada.email, WRONG)
    enter(client, "my-password-typed-here", WRONG)

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [(entry.kind, entry.subject) for entry in entries] == [
        (AuditKind.SIGN_IN_FAILED, f"account:{ada.id}"),
        (AuditKind.SIGN_IN_FAILED, "account:unknown"),
    ]


def test_session_ends_after_twelve_idle_hours(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)

    clock.move_by(timedelta(hours=11, minutes=59))
    assert client.get("/account").status_code == 200
    clock.move_by(timedelta(hours=11, minutes=59))
    assert client.get("/account").status_code == 200
    clock.move_by(timedelta(hours=12))
    assert client.get("/account").location == "/sign-in?next=/account"


def test_session_ends_after_fourteen_days_of_work(client, session, clock):
    enter(client, make_person(session, "Ada", password=PASSWORD).email)

    for _ in range(27):
        clock.move_by(timedelta(hours=11))
        assert client.get("/account").status_code == 200
    for _ in range(4):
        clock.move_by(timedelta(hours=11))
        last = client.get("/account")

    assert last.status_code == 302


def test_signing_out_ends_the_session_on_the_server(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    kept = secret_of(client)["token"]

    client.post("/sign-out", data={"csrf_token": csrf_token(client, "/account")})
    with client.session_transaction() as cookie:
        cookie["token"] = kept

    assert client.get("/account").status_code == 302


def test_leavers_cookie_dies_on_the_last_day(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    assert client.get("/account").status_code == 200

    ada.left_on = clock.now().date()

    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("hour", "may_enter"), [(22, True), (23, False)], ids=["23:30 in Berlin", "0:30 in Berlin"]
)
def test_employment_ends_at_midnight_of_the_site(client, session, clock, hour, may_enter):
    left_on = date(2026, 11, 24)
    clock.move_to(datetime(2026, 11, 23, hour, 30, tzinfo=UTC))
    ada = make_person(session, "Ada", password=PASSWORD, left_on=left_on)
    token = links.issue(session, LinkPurpose.RESET, person_id=ada.id, by=None, at=clock.now())

    enter(client, ada.email)
    signed_in = client.get("/account").status_code == 200
    try:
        opened = links.look(session, token, at=clock.now()).person_id == ada.id
    except LinkIsWorthless:
        opened = False

    assert (signed_in, opened) == (may_enter, may_enter)


def test_session_of_an_older_epoch_is_over(client, session, clock):
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    assert client.get("/account").status_code == 200

    session.get(Account, ada.id).epoch += 1

    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36 Edg/156.0",
         "Edge, Linux"),
        ("curl/8.0", ""),
    ],
)  # fmt: skip
def test_device_is_named_in_words(agent, name):
    assert device_name(agent) == name


def test_current_user_of_flask_login_is_the_actor(app, client, session, clock):
    from flask_login import current_user

    ada = make_person(session, "Ada")
    seen = []

    def look():
        seen.append((current_user.is_authenticated, current_user.get_id()))

    app.before_request_funcs[None].append(look)
    try:
        client.get("/sign-in")
        sign_in(client, session, ada)
        client.get("/account")
    finally:
        app.before_request_funcs[None].remove(look)

    assert seen == [(False, None), (True, str(ada.id))]


@pytest.mark.parametrize(
    ("until", "at", "status"),
    [
        (date(2026, 12, 1), datetime(2026, 11, 30, 22, 59, tzinfo=UTC), 200),
        (date(2026, 12, 1), datetime(2026, 11, 30, 23, 0, tzinfo=UTC), 404),
        # The day after the clocks went forward: midnight is at 22:00 UTC.
        (date(2027, 3, 29), datetime(2027, 3, 28, 21, 59, tzinfo=UTC), 200),
        (date(2027, 3, 29), datetime(2027, 3, 28, 22, 0, tzinfo=UTC), 404),
        (date(2027, 1, 1), datetime(2026, 12, 31, 23, 0, tzinfo=UTC), 404),
    ],
)
def test_lead_answers_for_a_team_until_midnight_of_their_site(
    client, session, clock, until, at, status
):
    rhine = make_team(session, "Rhine")
    ada = make_person(session, "Ada", team=rhine)
    make_lead(session, ada, rhine, ends_on=until)
    clock.move_to(at)

    answer = sign_in(client, session, ada, at=at).get("/endorsements/")

    assert answer.status_code == status

"""What comes back from the provider is believed only when every word of it fits."""

import hashlib
import threading
from datetime import UTC, datetime

import pytest

from app.openid import asking, directory, returning
from app.openid.claims import Identity
from app.openid.directory import Directory
from app.openid.provider import NotVouchedFor, ProviderIsDown
from app.openid.talking import NoAnswer, Question, ask, is_usable
from tests.openid.fake import (
    b64,
    key,
    running,
    signed,
    signed_by_hand,
    signed_with_what_everybody_has,
    unsigned,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


@pytest.fixture
def fake():
    with running(lambda: NOW) as provider:
        yield provider


def back(fake, known=None, *, answer=None, **claims):
    """There and back as one browser; `answer` changes what stands in the address."""
    known, attempt = known or Directory(fake.provider), asking.begun()
    there = asking.address(fake.provider, known.addresses(), attempt)
    answered = {**fake.approve(there, **claims), **(answer or {})}
    given = {name: value for name, value in answered.items() if value is not None}
    return returning.who(known, attempt, given, now=NOW)


def refusal(fake, known=None, **how):
    with pytest.raises(NotVouchedFor) as refused:
        back(fake, known, **how)
    return refused.value.why


def trouble(fake, known=None):
    with pytest.raises(ProviderIsDown) as down:
        back(fake, known)
    return down.value.why.replace(fake.issuer, "")


def test_an_honest_answer_names_issuer_subject_and_a_verified_address(fake):
    plain = back(fake)
    rich = back(fake, email="ada@example.com", email_verified=True, aud=["tandem"], azp="tandem")
    unverified = [back(fake, email="ada@example.com", email_verified=v) for v in (False, "true")]

    assert plain == Identity(fake.issuer, "ada", None, None)
    assert rich == Identity(fake.issuer, "ada", "ada@example.com", None)
    assert unverified == [plain, plain]


def test_claims_that_do_not_fit_are_refused(fake):
    known = Directory(fake.provider)
    wrong = {
        "iss": ["https://elsewhere.example", fake.issuer + "/", None],
        "aud": ["another", ["another"], ["tandem", "another"], [], None],
        "azp": ["another"],
        "nonce": ["an old one", None, 7],
        "exp": [SECONDS - 60, None, "soon", True, float("inf"), -1],
        "iat": [SECONDS + 61, SECONDS - 601, None],
        "nbf": [SECONDS + 61],
        "at_hash": [b64(hashlib.sha256(b"another").digest()[:16]), 5],
        "sub": ["", "x" * 256, "ä", "a\nb", 7, None],
    }

    found = {name: {refusal(fake, known, **{name: bad}) for bad in wrong[name]} for name in wrong}

    assert found == {name: {name} for name in wrong}


def test_claims_at_the_edge_of_what_fits_are_taken(fake):
    right = b64(hashlib.sha256(b"opaque").digest()[:16])

    found = back(
        fake, exp=SECONDS - 59, iat=SECONDS - 600, nbf=SECONDS + 60, at_hash=right, sub="x" * 255
    )

    assert found.subject == "x" * 255


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"state": "of another browser"}, "state"),
        ({"state": None}, "state"),
        ({"iss": "https://elsewhere.example"}, "iss of the answer"),
        ({"code": None}, "code"),
        ({"code": "x" * 4001}, "code"),
        ({"code": "of somebody else"}, "it says invalid_grant"),
        ({"error": "access_denied"}, "it says access_denied"),
        ({"error": "Ada is ill"}, "it says something else"),
    ],
)
def test_answers_in_the_address_that_do_not_fit_are_refused(answer, why, fake):
    assert refusal(fake, answer=answer) == why


def test_a_provider_that_names_itself_has_to(fake):
    fake.document["authorization_response_iss_parameter_supported"] = True

    assert refusal(fake, answer={"iss": None}) == "iss of the answer"
    assert back(fake).subject == "ada"


def test_nobody_comes_back_without_having_left(fake):
    with pytest.raises(NotVouchedFor):
        returning.who(Directory(fake.provider), None, {"state": "", "code": "x"}, now=NOW)


def test_code_without_the_verifier_of_its_browser_is_worth_nothing(fake):
    known = Directory(fake.provider)
    victim, thief = asking.begun(), asking.begun()
    stolen = fake.approve(asking.address(fake.provider, known.addresses(), victim))

    with pytest.raises(NotVouchedFor, match="did not work"):
        returning.who(known, thief, {**stolen, "state": thief.state}, now=NOW)


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (unsigned, "alg"),
        (signed_with_what_everybody_has, "alg"),
        (lambda claims, _pair: signed(claims, key("stranger")), "kid"),
        (
            lambda claims, pair: signed(claims, key("stranger"), kid=pair.kid),
            "signature",
        ),
        (lambda claims, pair: signed(claims, pair)[:-4], "signature"),
        (lambda claims, pair: signed_by_hand(claims, pair, crit=["x"]), None),
        (lambda _claims, pair: signed([], pair), "claims"),
        (lambda _claims, _pair: "not.a.token", None),
        (lambda _claims, _pair: "ä", None),
        (lambda _claims, _pair: 7, "no token"),
    ],
)
def test_tokens_without_a_good_signature_are_refused(sign, why, fake):
    fake.sign = sign

    found = refusal(fake)

    assert found == why or (why is None and found.startswith("signature ("))


def test_signature_is_what_holds_strangers_off(fake, monkeypatch):
    """The negative control: with the check switched off, the stranger's token is believed."""
    fake.sign = lambda claims, pair: signed(claims, key("stranger"), kid=pair.kid)
    monkeypatch.setattr("joserfc.jws.validate_compact", lambda *_args, **_words: True)

    assert back(fake).subject == "ada"


def test_rsa_is_understood(fake):
    fake.pair, fake.published = key("rsa", "RSA"), [key("first"), key("rsa", "RSA")]
    fake.sign = lambda claims, pair: signed(claims, pair, "RS256")

    assert back(fake).subject == "ada"


def test_new_keys_are_fetched_when_one_is_unknown_but_not_all_the_time(fake, monkeypatch):
    known = Directory(fake.provider)
    back(fake, known)
    fake.pair, fake.published = key("second"), [key("second")]
    soon = refusal(fake, known)
    monkeypatch.setattr(directory, "KEYS_SECONDS", 0)

    found = back(fake, known)

    assert (soon, found.subject) == ("kid", "ada")
    assert fake.asked.count("/keys") == 2
    assert fake.asked.count("/.well-known/openid-configuration") == 1


def test_provider_that_wants_the_secret_in_the_form_gets_it_there(fake, monkeypatch):
    fake.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    seen = []
    monkeypatch.setattr(fake, "_fits", lambda form, _asked, head: seen.append((form, head)) or True)

    assert back(fake).subject == "ada"
    assert [(form["client_secret"], head) for form, head in seen] == [
        ("s3cret: with + and %", None)
    ]


DOCUMENT = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("path", "page", "why"),
    [
        (DOCUMENT, (500, "{}"), ": status 500"),
        (DOCUMENT, (302, "{}"), ": status 302"),
        (DOCUMENT, (200, "<html>"), ": no JSON with status 200"),
        (DOCUMENT, (200, "[" * 100_000), ": no JSON with status 200"),
        (DOCUMENT, (200, "[]"), ": no JSON object with status 200"),
        (DOCUMENT, (200, " " * 600_000), ": ValueError"),
        (DOCUMENT, (200, '{"issuer": "https://elsewhere.example"}'), None),
        ("/keys", (200, '{"keys": 7}'), "it publishes no keys"),
        ("/keys", (200, '{"keys": [{"kty": "EC", "kid": "first"}, 7]}'), None),
        ("/token", (502, "{}"), "status 502 for a code"),
        ("/token", (200, "<html>"), ": no JSON with status 200"),
    ],
)
def test_garbage_is_no_answer(path, page, why, fake):
    fake.pages[path] = page

    with pytest.raises((ProviderIsDown, NotVouchedFor)) as refused:
        back(fake)

    said = refused.value.why.replace(fake.issuer, "")
    assert why is None or said == why.replace(":", f"{path}:", 1) or said == why


def test_addresses_that_are_not_encrypted_are_refused(fake):
    fake.document["token_endpoint"] = "http://elsewhere.example/token"

    assert trouble(fake) == "one of its addresses is missing or not https"
    assert [
        text
        for text in (
            "http://a.example",
            "https://user@a.example",
            "https://",
            "https://a.example:x/",
            "ftp://a.example",
            "https://a.example/\n",
            None,
            "https://a.example/x",
            "http://localhost:1/x",
        )
        if is_usable(text)
    ] == ["https://a.example/x", "http://localhost:1/x"]


def test_provider_that_drips_is_given_up(fake):
    released = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not released.wait(0.02):
            handler.wfile.write(b"X: y\r\n")
            handler.wfile.flush()

    fake.pages["/slow"] = drip
    try:
        with pytest.raises(NoAnswer, match="TimeoutError"):
            ask(Question(f"{fake.issuer}/slow", seconds=0.2))
    finally:
        released.set()


def test_provider_that_is_down_is_not_asked_by_everybody(fake, monkeypatch):
    known = Directory(fake.provider)
    fake.pages[DOCUMENT] = (503, "{}")
    first, second = trouble(fake, known), trouble(fake, known)
    del fake.pages[DOCUMENT]
    monkeypatch.setattr(directory, "TROUBLE_SECONDS", 0)

    found = back(fake, known)

    assert first == second
    assert (found.subject, fake.asked.count(DOCUMENT)) == ("ada", 2)


def test_who_waits_for_somebody_else_who_asks_is_told_soon(fake, monkeypatch):
    known = Directory(fake.provider)
    monkeypatch.setattr(directory, "WAIT_SECONDS", 0.01)

    with known._turn:
        assert trouble(fake, known) == "somebody else is still asking"
    assert back(fake, known).subject == "ada"


def test_secret_is_not_in_what_the_log_may_show(fake):
    assert "s3cret" not in repr(fake.provider)

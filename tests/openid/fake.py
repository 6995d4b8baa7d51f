"""A provider of single sign-on as a real HTTP server, honest unless a test makes it lie."""

import base64
import hashlib
import json
import secrets
import threading
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwk, jws

from app.openid.provider import Provider

CLIENT, SECRET = "tandem", "s3cret: with + and %"
RETURN = "http://localhost/sign-in/return"


@cache
def key(name, kind="EC"):
    """A key pair, made once for all tests; `name` is its kid."""
    size = "P-256" if kind == "EC" else 2048
    return jwk.generate_key(kind, size, {"kid": name}, private=True)


def public(pair):
    """What the provider publishes of a key."""
    return {**pair.as_dict(private=False), "use": "sig"}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims, pair, alg="ES256", **header):
    """A token with a good signature."""
    named = {"alg": alg, "kid": pair.kid, "typ": "JWT", **header}
    return jws.serialize_compact(named, json.dumps(claims), pair, algorithms=[alg])


def signed_by_hand(claims, pair, **header):
    """As `signed`, with a header that the library would not write."""
    named = {"alg": "ES256", "kid": pair.kid, **header}
    parts = [b64(json.dumps(part).encode()) for part in (named, claims)]
    signature = jws.JWSRegistry.algorithms["ES256"].sign(".".join(parts).encode(), pair)
    return ".".join([*parts, b64(signature)])


def unsigned(claims, _pair):
    """A token that says of itself that it needs no signature."""
    return f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(claims).encode())}."


def signed_with_what_everybody_has(claims, pair):
    """The published key, taken for a shared secret."""
    shared = jwk.import_key(json.dumps(public(pair)).encode(), "oct")
    header = {"alg": "HS256", "kid": pair.kid}
    return jws.serialize_compact(header, json.dumps(claims), shared, algorithms=["HS256"])


class FakeProvider:
    """What tests turn: `pages` replaces a path's answer, `sign` how tokens are signed.

    `now` gives the instant tokens are issued at. A code is good once, for its client, its address
    and its verifier, unless `is_careless`.
    """

    def __init__(self, now):
        self.now, self.sign, self.is_careless = now, signed, False
        self.pair, self.published = key("first"), [key("first")]
        self.pages, self.codes, self.asked = {}, {}, []
        self.document = {}

    def serve(self, address):
        self.issuer = f"http://127.0.0.1:{address[1]}"
        self.document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    @property
    def provider(self):
        """The provider as our settings name it."""
        return Provider(self.issuer, CLIENT, SECRET, "Example ID", RETURN)

    def approve(self, location, sub="ada", **claims):
        """Somebody signs in there; gives what goes back in the address. None drops a claim."""
        asked = dict(parse_qsl(urlsplit(location).query))
        code = secrets.token_urlsafe(8)
        now = int(self.now().timestamp())
        said = {
            "iss": self.issuer,
            "sub": sub,
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **({"auth_time": now} if "max_age" in asked else {}),
            **claims,
        }
        self.codes[code] = asked, {name: value for name, value in said.items() if value is not None}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def page(self, path, form, authorization):
        """Status and body of an answer."""
        self.asked.append(path)
        if path in self.pages:
            return self.pages[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self.document)
        if path == "/keys":
            return 200, json.dumps({"keys": [public(pair) for pair in self.published]})
        return self._tokens(form, authorization)

    def _tokens(self, form, authorization):
        code = form.get("code")
        found = self.codes.get(code) if self.is_careless else self.codes.pop(code, None)
        if found is None or not self._fits(form, found[0], authorization):
            return 400, json.dumps({"error": "invalid_grant"})
        token = self.sign(found[1], self.pair)
        return 200, json.dumps(
            {"id_token": token, "access_token": "opaque", "token_type": "Bearer"}
        )

    def _fits(self, form, asked, authorization):
        basic = base64.b64decode((authorization or "").removeprefix("Basic ")).decode()
        seen = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        return (
            basic == "tandem:s3cret%3A+with+%2B+and+%25"
            and form.get("redirect_uri") == asked["redirect_uri"] == RETURN
            and (seen, "S256") == (asked["code_challenge"], asked["code_challenge_method"])
        )


@contextmanager
def running(now):
    """Lend a provider that answers on this machine."""
    fake = FakeProvider(now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer({})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form):
            page = fake.page(urlsplit(self.path).path, form, self.headers.get("Authorization"))
            if callable(page):
                page(self)
                return
            status, body = page
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.serve(server.server_address)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        serving.join()

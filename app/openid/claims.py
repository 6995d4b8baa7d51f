"""What a signed token must say before it is believed. Pure: claims and an instant in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.openid.asking import unpadded

LEEWAY = 60  # seconds that the two clocks may differ
OLDEST = 600  # seconds since it was issued: a token is fetched at once or never
LONGEST_SUBJECT = 255  # by the standard, in ASCII
HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class Unbelievable(Exception):  # noqa: N818 - the caller makes a refusal of it
    """The token proves nothing; the text is a word for the log."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as the provider knows them: (issuer, subject), and nothing else, says who.

    `email` only when the provider has verified it, `authenticated_at` as seconds since 1970 when
    it says so.
    """

    issuer: str
    subject: str
    email: str | None = None
    authenticated_at: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What we know to compare the claims with. `access_token` came with the token."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None = None
    algorithm: str = "RS256"


def identity(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> Identity:
    """Who the claims are about. Raises Unbelievable."""
    _is_ours(claims, expected)
    _is_of_now(claims, now.timestamp())
    _goes_with(claims.get("at_hash"), expected)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Unbelievable("sub")
    if not subject.isascii() or not subject.isprintable():
        raise Unbelievable("sub")
    return Identity(expected.issuer, subject, _verified_email(claims), _authenticated_at(claims))


def _is_ours(claims: Mapping[str, Any], expected: Expected) -> None:
    """From this provider, for us alone, and for this attempt."""
    if claims.get("iss") != expected.issuer:
        raise Unbelievable("iss")
    if claims.get("aud") not in (expected.client_id, [expected.client_id]):
        raise Unbelievable("aud")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise Unbelievable("azp")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not _are_equal(nonce, expected.nonce):
        raise Unbelievable("nonce")


def _is_of_now(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if expires is None or expires <= now - LEEWAY:
        raise Unbelievable("exp")
    if issued is None or not now - OLDEST <= issued <= now + LEEWAY:
        raise Unbelievable("iat")
    if (_instant(claims, "nbf") or 0) > now + LEEWAY:
        raise Unbelievable("nbf")


def _goes_with(at_hash: object, expected: Expected) -> None:
    """The token names the access token that came along, where it names one."""
    if at_hash is None:
        return
    hashed = HASHES.get(expected.algorithm[-3:])
    if hashed is None or expected.access_token is None or not isinstance(at_hash, str):
        raise Unbelievable("at_hash")
    whole = hashed(expected.access_token.encode()).digest()
    if not _are_equal(at_hash, unpadded(whole[: len(whole) // 2])):
        raise Unbelievable("at_hash")


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    """The address, if it is verified; in ASCII, as others look like it once they are normalised."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    return email if email.isascii() else None


def _authenticated_at(claims: Mapping[str, Any]) -> float | None:
    return _instant(claims, "auth_time")


def _instant(claims: Mapping[str, Any], name: str) -> float | None:
    """Seconds since 1970; None when it is not said. Raises Unbelievable for what is no instant."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 40:
        raise Unbelievable(name)
    return float(value)


def _are_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

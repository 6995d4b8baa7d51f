"""Send somebody to the provider: what goes along, and what is kept to know the answer by."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from app.openid.directory import Addresses
from app.openid.provider import Provider

SCOPE = "openid email"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Three random secrets of one way there and back; they stay in the browser that began it.

    `state` ties the answer to that browser, `nonce` the signed token to this attempt, and who has
    stolen the code cannot redeem it without `verifier`.
    """

    state: str
    nonce: str
    verifier: str

    def kept(self) -> dict[str, str]:
        """For the cookie."""
        return asdict(self)


def begun() -> Attempt:
    """A new attempt."""
    return Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))


def remembered(kept: Mapping[str, object]) -> Attempt | None:
    """The attempt a cookie tells of, or None."""
    parts = [kept.get(name) for name in ("state", "nonce", "verifier")]
    if not all(isinstance(part, str) and part for part in parts):
        return None
    return Attempt(*(str(part) for part in parts))


def address(
    provider: Provider, addresses: Addresses, attempt: Attempt, *, anew: bool = False
) -> str:
    """Where to send the browser. `anew`: whoever is signed in there proves it once more."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.return_to,
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge(attempt.verifier),
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if anew else {}),
    }
    joint = "&" if "?" in addresses.authorization else "?"
    return f"{addresses.authorization}{joint}{urlencode(asked)}"


def challenge(verifier: str) -> str:
    """What the provider sees of the verifier: its SHA-256, base64url (RFC 7636)."""
    return unpadded(hashlib.sha256(verifier.encode()).digest())


def unpadded(data: bytes) -> str:
    """Base64url without the padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

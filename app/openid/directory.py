"""What the provider publishes about itself, its addresses and keys: fetched at need, and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.openid.provider import Provider, ProviderIsDown
from app.openid.talking import NoAnswer, Question, ask, is_usable

KEPT_SECONDS = 3600.0
TROUBLE_SECONDS = 10.0  # after which one that was down is asked again
WAIT_SECONDS = 1.0  # for somebody else who is asking: a slow provider must not hold us all
KEYS_SECONDS = 30.0  # between two looks for a key that nobody knows
_OK = 200
DOCUMENT = "/.well-known/openid-configuration"
MAX_KEYS = 100


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider wants to be asked what."""

    authorization: str
    token: str
    keys: str
    takes_secret_in_header: bool
    names_itself: bool  # says in each answer that it is the one who answers (RFC 9207)


class Directory:
    """The published words of one provider.

    Shared by threads, of which one at a time asks; what was read is kept in one assignment.
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._addresses: tuple[float, Addresses] | None = None
        self._keys: tuple[float, Sequence[Mapping[str, Any]]] | None = None
        self._trouble: tuple[float, str] | None = None
        self._turn = threading.Lock()

    def addresses(self) -> Addresses:
        """Where to ask. Raises ProviderIsDown."""
        known = self._addresses
        if known is None or time.monotonic() - known[0] > KEPT_SECONDS:
            known = (time.monotonic(), self._read(self.provider.issuer.rstrip("/") + DOCUMENT))
            self._addresses = known
        return known[1]

    def keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys it signs with. Raises ProviderIsDown."""
        known = self._keys
        if known is None or time.monotonic() - known[0] > KEPT_SECONDS:
            return self._fetch_keys()
        return known[1]

    def newer_keys(self) -> Sequence[Mapping[str, Any]]:
        """Its keys once more, after one that was not among them; asked again after a while only."""
        known = self._keys
        if known is not None and time.monotonic() - known[0] < KEYS_SECONDS:
            return known[1]
        return self._fetch_keys()

    def _fetch_keys(self) -> Sequence[Mapping[str, Any]]:
        found = self._ask(self.addresses().keys).get("keys")
        if not isinstance(found, list) or len(found) > MAX_KEYS:
            raise self._down("it publishes no keys")
        self._keys = (time.monotonic(), [key for key in found if isinstance(key, dict)])
        return self._keys[1]

    def _read(self, url: str) -> Addresses:
        document = self._ask(url)
        if document.get("issuer") != self.provider.issuer:
            raise self._down(f"it calls itself {str(document.get('issuer'))[:200]!r}")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        found = [document.get(name) for name in wanted]
        if not all(is_usable(url) for url in found):
            raise self._down("one of its addresses is missing or not https")
        methods = document.get("token_endpoint_auth_methods_supported")
        return Addresses(
            authorization=str(found[0]),
            token=str(found[1]),
            keys=str(found[2]),
            takes_secret_in_header=not isinstance(methods, list)
            or "client_secret_basic" in methods
            or "client_secret_post" not in methods,
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _ask(self, url: str) -> dict[str, Any]:
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise ProviderIsDown(self.provider, "somebody else is still asking")
        try:
            if self._trouble is not None and time.monotonic() - self._trouble[0] < TROUBLE_SECONDS:
                raise ProviderIsDown(self.provider, self._trouble[1])
            answer = ask(Question(url))
        except NoAnswer as trouble:
            raise self._down(f"{url}: {trouble}") from trouble
        finally:
            self._turn.release()
        if answer.status != _OK:
            raise self._down(f"{url}: status {answer.status}")
        return answer.content

    def _down(self, why: str) -> ProviderIsDown:
        self._trouble = (time.monotonic(), why)
        return ProviderIsDown(self.provider, why)

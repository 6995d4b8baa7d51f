"""Somebody comes back from the provider: redeem the code, and say who it is."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

from app.openid.asking import Attempt
from app.openid.claims import Expected, Identity, Unbelievable, identity
from app.openid.directory import Addresses, Directory
from app.openid.provider import NotVouchedFor, Provider, ProviderIsDown
from app.openid.talking import Answer, NoAnswer, Question, ask

LONGEST_CODE = 4000
LATER = ("server_error", "temporarily_unavailable")
NOS = (
    *("access_denied", "account_selection_required", "consent_required", "interaction_required"),
    *("invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "login_required"),
    *("unauthorized_client", "unsupported_grant_type", "unsupported_response_type"),
)
_OK, _FAULT = 200, 500


def who(
    directory: Directory, attempt: Attempt | None, answered: Mapping[str, str], *, now: datetime
) -> Identity:
    """Who came back with `answered` in the address. Raises ProviderIsDown or NotVouchedFor."""
    try:
        ours = _begun_here(attempt, answered)
        tokens = _redeemed(directory, ours, _code(directory, answered))
        return _believed(directory, ours, tokens, now=now)
    except Unbelievable as trouble:
        raise NotVouchedFor(directory.provider, str(trouble)) from trouble


def _begun_here(attempt: Attempt | None, answered: Mapping[str, str]) -> Attempt:
    """The attempt of the browser that comes back. Raises Unbelievable."""
    state = answered.get("state", "")
    if attempt is None or not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise Unbelievable("state")
    return attempt


def _code(directory: Directory, answered: Mapping[str, str]) -> str:
    """The code, from the provider that was asked. Raises Unbelievable and ProviderIsDown."""
    issuer, named = directory.provider.issuer, answered.get("iss")
    if named != issuer and (named is not None or directory.addresses().names_itself):
        raise Unbelievable("iss of the answer")
    if "error" in answered:
        raise _no(directory.provider, answered["error"])
    code = answered.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise Unbelievable("code")
    return code


def _redeemed(directory: Directory, attempt: Attempt, code: str) -> dict[str, Any]:
    """The tokens for a code. Raises ProviderIsDown and Unbelievable."""
    provider, addresses = directory.provider, directory.addresses()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.return_to,
        "code_verifier": attempt.verifier,
    }
    try:
        answer = ask(_question(provider, addresses, form))
    except NoAnswer as trouble:
        raise ProviderIsDown(provider, f"{addresses.token}: {trouble}") from trouble
    return _tokens(provider, answer)


def _question(provider: Provider, addresses: Addresses, form: dict[str, str]) -> Question:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if addresses.takes_secret_in_header:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form = {**form, "client_id": provider.client_id, "client_secret": provider.client_secret}
    return Question(addresses.token, headers, urlencode(form))


def _tokens(provider: Provider, answer: Answer) -> dict[str, Any]:
    if answer.status >= _FAULT:
        raise ProviderIsDown(provider, f"status {answer.status} for a code")
    if answer.status != _OK:
        raise _no(provider, answer.content.get("error"))
    if not isinstance(answer.content.get("id_token"), str):
        raise Unbelievable("no token")
    return answer.content


def _no(provider: Provider, error: object) -> Unbelievable | ProviderIsDown:
    """What to make of the provider's no; words that are not of the standard are not repeated."""
    if error in LATER:
        return ProviderIsDown(provider, f"it says {error}")
    return Unbelievable(f"it says {error}" if error in NOS else "it says something else")


def _believed(
    directory: Directory, attempt: Attempt, tokens: Mapping[str, Any], *, now: datetime
) -> Identity:
    """What the signed token says, once everything about it is checked. Raises Unbelievable."""
    from app.openid import signatures  # noqa: PLC0415 - heavy, and only needed here

    provider, access = directory.provider, tokens.get("access_token")
    claims = signatures.verified(tokens["id_token"], directory.keys, directory.newer_keys)
    expected = Expected(
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=attempt.nonce,
        access_token=access if isinstance(access, str) else None,
        algorithm=str(claims["alg"]),
    )
    return identity(claims, expected, now=now)

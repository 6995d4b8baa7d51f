"""Signatures of tokens. Loaded with the first sign-in: it brings a large library along."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from joserfc import errors, jwk, jws

from app.openid.claims import Unbelievable

Keys = Sequence[Mapping[str, Any]]
# Signed with a key that only the provider holds. Not "none", and not HS…: there the secret would
# be one that others know as well, or, by confusion, a public key.
ALGORITHMS = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
REGISTRY.max_header_length = 4096  # some send a chain of certificates; it is not looked at


def verified(token: str, keys: Callable[[], Keys], newer: Callable[[], Keys]) -> dict[str, Any]:
    """The claims of a token with a good signature, and its algorithm as `alg`.

    `keys` are those known, `newer` asks for them again: a provider changes its keys at any time.
    Raises Unbelievable.
    """
    try:
        signed = jws.extract_compact(token.encode("ascii"), registry=REGISTRY)
        header = signed.headers()
        if header.get("alg") not in ALGORITHMS:
            raise Unbelievable("alg")
        key = _chosen(keys(), header) or _chosen(newer(), header)
        if key is None:
            raise Unbelievable("kid")
        if not jws.validate_compact(signed, jwk.import_key(dict(key)), registry=REGISTRY):
            raise Unbelievable("signature")
        claims = json.loads(signed.payload)
    except (
        errors.JoseError,
        AttributeError,
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
    ) as error:
        raise Unbelievable(f"signature ({type(error).__name__})") from error
    if not isinstance(claims, dict):
        raise Unbelievable("claims")
    return {**claims, "alg": header["alg"]}


def _chosen(keys: Keys, header: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The key a token was signed with; where its header names none, there must be one only."""
    fitting = [key for key in keys if _fits(key, header)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(key: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    alg = str(header["alg"])
    family = "EC" if alg.startswith("ES") else "RSA"
    return (
        key.get("kty") == family
        and key.get("use", "sig") == "sig"
        and key.get("alg", alg) == alg
        and header.get("kid", key.get("kid")) == key.get("kid")
    )

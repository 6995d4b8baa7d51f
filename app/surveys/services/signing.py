"""The protocol of a close, signed with the instance's own key.

The log's chain shows a change to whoever holds one of its former heads. A signature shows it to
whoever holds the key's public half, which stands on the data sheet: print it before the first
survey. Neither helps against who holds the private half, which lies outside the database.
"""

from __future__ import annotations

import json

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from app.surveys.models import Wave


def sign(wave: Wave, key: SigningKey) -> None:
    """Sign the protocol of a wave whose terms and counts are final."""
    wave.signature = key.sign(signed_text(wave)).signature.hex()
    wave.signed_by = bytes(key.verify_key).hex()


def is_signed(wave: Wave, public: str) -> bool:
    """Whether the wave's protocol is what the holder of key `public` (hexadecimal) signed."""
    try:
        VerifyKey(bytes.fromhex(public)).verify(
            signed_text(wave), bytes.fromhex(wave.signature or "")
        )
    except (BadSignatureError, ValueError):
        return False
    return True


def signed_text(wave: Wave) -> bytes:
    """What is signed: terms and counts as JSON in one fixed form, so that others can check it."""
    told = {
        "wave": wave.id,
        "opens_on": wave.opens_on.isoformat(),
        "ends_on": wave.ends_on.isoformat(),
        "k": wave.k,
        "k_target": wave.k_target,
        "formula": wave.formula,
        "protocol": wave.protocol,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()

"""E-mail addresses in the one form in which they are stored and compared."""

from __future__ import annotations

import re
import unicodedata

from app.domain.refusals import N_, Invalid

LONGEST = 254  # RFC 5321
SHAPE = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)


class NoMailbox(Invalid):
    """The text is no address mail can be sent to."""

    msgid = N_("This is not an e-mail address we can send to.")


def normalised(text: str) -> str:
    """The address as it is stored: NFKC, casefolded, trimmed. Raises NoMailbox.

    Only plain letters pass, so that no address can look like another one's twin (a Cyrillic "а",
    a full-width "ａ" becomes the plain letter). 254 characters at most.
    """
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(address) > LONGEST or not SHAPE.fullmatch(address):
        raise NoMailbox
    return address

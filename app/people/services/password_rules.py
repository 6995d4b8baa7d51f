"""Which passwords are refused: too short, too long, widely known, or about the person.

No rules about letters, digits and signs: length protects, composition rules do not.
`known_passwords.txt` holds the most frequent passwords of eight characters and more from the
frequency lists of zxcvbn (Dropbox, MIT licence), and German ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from app.domain.refusals import N_, Invalid

SHORTEST, LONGEST = 8, 128  # characters
FILE = Path(__file__).with_name("known_passwords.txt")
LOOKALIKES = str.maketrans("0134578@$!", "oleastbasi")
LEAST_DIFFERENT = 4  # characters
LEAST_PERSONAL = 4  # shorter names are parts of too many words
DECORATION = re.compile(r"^[\W\d_]+|[\W\d_]+$")
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertzuiopü",
    "qwertyuiop",
    "asdfghjkl",
)


class TooShort(Invalid):
    """Short passwords are guessed by trying all of them."""

    msgid = N_("A password needs at least %(least)s characters.")


class TooLong(Invalid):
    """Longer ones would only cost the server time."""

    msgid = N_("A password has at most %(most)s characters.")


class TooCommon(Invalid):
    """Guessing begins with lists of such passwords."""

    msgid = N_("This password is one of those that are tried first. Please choose another one.")


class TooPersonal(Invalid):
    """Guessing goes on with what everybody knows about a person."""

    msgid = N_("A password must not be your name or e-mail address.")


def refuse_weak(password: str, *, about: Iterable[str]) -> None:
    """Raise the refusal that fits, if any. `about`: the person's names and e-mail address."""
    if len(password) < SHORTEST:
        raise TooShort(least=SHORTEST)
    if len(password) > LONGEST:
        raise TooLong(most=LONGEST)
    folded = password.casefold()
    if _is_personal(folded, about):
        raise TooPersonal
    if _is_common(folded):
        raise TooCommon


def _is_common(folded: str) -> bool:
    if len(set(folded)) < LEAST_DIFFERENT or _is_run(folded):
        return True
    forms = {folded, folded.translate(LOOKALIKES), DECORATION.sub("", folded)}
    forms.add(DECORATION.sub("", folded).translate(LOOKALIKES))
    return not forms.isdisjoint(known())


def _is_run(folded: str) -> bool:
    return any(folded in run * 2 or folded in run[::-1] * 2 for run in RUNS)


def _is_personal(folded: str, about: Iterable[str]) -> bool:
    bare = DECORATION.sub("", folded)
    for text in about:
        words = {text.casefold(), *re.split(r"[\W_]+", text.casefold())}
        words.add("".join(re.split(r"[\W_]+", text.casefold())))
        if any(len(word) >= LEAST_PERSONAL and word in {folded, bare} for word in words):
            return True
    return False


@cache
def known() -> frozenset[str]:
    """The passwords everybody tries, in lower case."""
    return frozenset(FILE.read_text(encoding="utf-8").split())

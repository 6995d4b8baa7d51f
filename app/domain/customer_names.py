"""Find the name of a customer in words that others read, and hide it there.

What is found: the name as it was entered, the name without its legal form, and each single word of
it that is long and not an everyday one; with "ue" for "ü", in any case, with a genitive's "s".
What is not found stands in docs/known-gaps.md: nicknames, abbreviations, misspellings, compounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.refusals import N_, Invalid

HIDDEN = "…"
LONG = 4  # letters of a word that may stand for the whole name
_FORMS = """
    ab ag aps as asa bv bvba co cie company corp corporation doo eg ek ev eu gbr gesmbh ggmbh gmbh
    haftungsbeschränkt holding inc kft kg kgaa limited llc llp ltd mbb mbh nv og ohg oy oyj partg
    partgmbb plc sa sarl sas sca se sia sp spa spzoo srl stiftung ug zoo
"""
_GERMAN = """
    alle allgemeine berlin bund dame deutsch deutsche deutscher deutsches deutschland dienst
    dienste dienstleistungen einkauf energie erste europa europäische fach filiale filialen frau
    gebrüder gesellschaft großhandel gruppe gute haus handel handels handelsgesellschaft
    handelshaus haustechnik herr industrie installationen internationale kunde kunden lager
    lebensmittel logistik marke marken markt marketing maschinenbau medien metall märkte möbel
    nord norddeutsche partner pharma produkte region schweiz sohn stadt stadtwerke supermarkt
    süddeutsche süden systeme söhne technik technologie unternehmen verein verlag vertrieb
    verwaltung werk werke wien wasserverband zentrale zentrum österreich
"""
_ENGLISH = """
    american bank best book books brothers building business center central centre city consulting
    customer customers data design digital energy europe european factory fair farm federal field
    first food foods fresh general global good group home house industries industry international
    logistics machine machines market markets media medical national network north online open
    partners people power product products quality retail sales service services shop shops
    solutions sons south store stores supply support system systems team technologies technology
    this trade trading union united water west with work works world your
"""
LEGAL_FORMS = frozenset(_FORMS.casefold().split())
EVERYDAY = frozenset((_GERMAN + _ENGLISH).casefold().split())
CONNECTING = frozenset(("&", "+", "und", "and", "et", "e", "y", "o"))
_ALIKE = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_WORD = re.compile(r"[^\W\d_]+")
_GENITIVE = "(?:['’]?s|es)?"


class CustomerNamed(Invalid):
    """The customer's name is known to host and guest only; `field` is where it was written."""

    msgid = N_(
        "“%(word)s” names the customer. Please leave the customer's name out here: others read"
        " this, too."
    )

    def __init__(self, word: str, field: str) -> None:
        super().__init__(word=word)
        self.field = field


class MayNameCustomer(CustomerNamed):
    """A word of the name, which may mean something else; the writer says so with a tick."""

    msgid = N_(
        "“%(word)s” is part of the customer's name. Please leave the customer's name out here, or"
        " say below that the word means something else."
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a text that name the customer; `is_whole` unless only a part of the name."""

    word: str
    is_whole: bool


def look_for(customer: str | None, text: str) -> Found | None:
    """The first place where a text names the customer, the whole name before its parts."""
    for pattern, is_whole in _patterns(customer):
        match = pattern.search(text)
        if match is not None:
            return Found(match.group(), is_whole)
    return None


def refuse_names(
    customer: str | None, texts: Mapping[str, str], *, means_else: bool = False
) -> None:
    """Let pass texts, by the name of their field, that name no customer.

    `means_else`: the writer says that single words of the name mean something else; the whole name
    is never let through. Raises CustomerNamed, MayNameCustomer.
    """
    for field, text in texts.items():
        found = look_for(customer, text)
        if found is not None and found.is_whole:
            raise CustomerNamed(found.word, field)
        if found is not None and not means_else:
            raise MayNameCustomer(found.word, field)


def without(customer: str | None, text: str) -> str:
    """A text in which the customer's name is hidden, and every word that may stand for it."""
    for pattern, _is_whole in _patterns(customer):
        text = pattern.sub(HIDDEN, text)
    return text


def _patterns(customer: str | None) -> Iterator[tuple[re.Pattern[str], bool]]:
    """What names the customer, and whether it is the whole name; longer ones first."""
    words = unicodedata.normalize("NFC", customer or "").split()
    if not words:
        return
    yield _pattern(words), True
    core = _without_legal_form(words)
    if core and core != words:
        yield _pattern(core), True
    for part in dict.fromkeys(_WORD.findall(" ".join(core))):
        if len(part) >= LONG and [part] != core and part.casefold() not in EVERYDAY | LEGAL_FORMS:
            yield _pattern([part]), False


def _without_legal_form(words: list[str]) -> list[str]:
    """The words that are neither a legal form nor left over from one at either end."""
    core = [word for word in words if re.sub(r"[\W_]", "", word.casefold()) not in LEGAL_FORMS]
    while core and _is_connecting(core[-1]):
        core.pop()
    while core and _is_connecting(core[0]):
        core.pop(0)
    if core:
        core[-1] = core[-1].rstrip(",;") or core[-1]
    return core


def _is_connecting(word: str) -> bool:
    return word.casefold() in CONNECTING or not re.search(r"\w", word)


def _pattern(words: list[str]) -> re.Pattern[str]:
    name = r"[\s\-]+".join(f"(?:{re.escape(word)}|{_spelt(word)})" for word in words)
    return re.compile(rf"(?<!\w){name}{_GENITIVE}(?!\w)", re.IGNORECASE)


def _spelt(word: str) -> str:
    """An expression for a word however its umlauts, accents and double letters are written."""
    letters = re.findall(r"ae|oe|ue|ss|.", word.casefold(), re.DOTALL)
    return "".join(_letter(letter) for letter in letters)


def _letter(letter: str) -> str:
    for umlaut, written in _ALIKE.items():
        if letter in {umlaut, written}:
            plain = f"|{unicodedata.normalize('NFD', umlaut)[0]}" if umlaut != "ß" else ""
            return f"(?:{umlaut}|{written}{plain if letter == umlaut else ''})"
    plain = unicodedata.normalize("NFD", letter)[0]
    return f"[{re.escape(letter)}{re.escape(plain)}]" if plain != letter else re.escape(letter)

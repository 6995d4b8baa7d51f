"""What a ballot asks: ten scored questions in eight dimensions, two for context, two open ones.

A question has versions. A mistake of spelling is mended in place; another wording makes a new
version, and with it a new series for its dimension: trends never cross it unseen.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from app.domain.refusals import N_, Invalid

TEAM = "{team}"  # stands for the rated team's name
LONGEST = 300
STEPS = (1, 2, 3, 4, 5)
CANNOT_JUDGE = 0
CHANGED_LETTERS = 3
SAME_ENOUGH = 0.9


class Dimension(StrEnum):
    """What the score is made of, each with the same weight."""

    TIMELINESS = "timeliness"
    RELIABILITY = "reliability"
    SOLVING = "solving"
    GOALS = "goals"
    INSIGHT = "insight"
    RESPECT = "respect"
    OPENNESS = "openness"
    DISAGREEMENT = "disagreement"


DIMENSION_LABELS = {
    Dimension.TIMELINESS: N_("Timeliness"),
    Dimension.RELIABILITY: N_("Reliability"),
    Dimension.SOLVING: N_("Solving together"),
    Dimension.GOALS: N_("Shared goals"),
    Dimension.INSIGHT: N_("Insight into each other"),
    Dimension.RESPECT: N_("Respect"),
    Dimension.OPENNESS: N_("Speaking up"),
    Dimension.DISAGREEMENT: N_("Settling disagreements"),
}
STEP_LABELS = {
    1: N_("never"),
    2: N_("rarely"),
    3: N_("sometimes"),
    4: N_("mostly"),
    5: N_("(almost) always"),
    CANNOT_JUDGE: N_("cannot judge"),
}
IMPORTANCE_LABELS = {
    1: N_("hardly"),
    2: N_("a little"),
    3: N_("fairly"),
    4: N_("very"),
    5: N_("decisive"),
}


class Contact(StrEnum):
    """How often one works with the other team; none ends the questions about it."""

    NONE = "none"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


CONTACT_LABELS = {
    Contact.NONE: N_("not at all"),
    Contact.MONTHLY: N_("about once a month"),
    Contact.WEEKLY: N_("about once a week"),
    Contact.DAILY: N_("daily"),
}
CONTACT_CODES = {
    Contact.NONE: 0,
    Contact.MONTHLY: 1,
    Contact.WEEKLY: 2,
    Contact.DAILY: 3,
}


class Kind(StrEnum):
    """What an item is for."""

    SCORED = "scored"
    CONTEXT = "context"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `reversed` ones count against the score the more often they are true."""

    key: str
    kind: Kind
    english: str
    german: str
    dimension: Dimension | None = None
    reversed: bool = False


ITEMS = (
    Item(
        "c1",
        Kind.CONTEXT,
        "How often do you work with {team}?",
        "Wie oft haben Sie mit {team} zu tun?",
    ),
    Item(
        "q01",
        Kind.SCORED,
        "What we need from {team} to keep moving is there before time gets tight.",
        "Was wir von {team} brauchen, um weiterzukommen, ist da, bevor es eng wird.",
        Dimension.TIMELINESS,
    ),
    Item(
        "q02",
        Kind.SCORED,
        "We build on figures and documents from {team} without checking them again.",
        "Auf Zahlen und Unterlagen von {team} bauen wir auf, ohne sie nachzuprüfen.",
        Dimension.RELIABILITY,
    ),
    Item(
        "q03",
        Kind.SCORED,
        "{team} keeps its promises to us or calls early when one is slipping.",
        "{team} hält Zusagen an uns ein oder meldet sich früh, wenn eine kippt.",
        Dimension.RELIABILITY,
    ),
    Item(
        "q04",
        Kind.SCORED,
        "When something breaks at the seam between us, talk with {team} is first about the fix,"
        " not the fault.",
        "Läuft an der Nahtstelle etwas schief, geht es mit {team} zuerst um die Behebung und nicht"
        " um die Schuld.",
        Dimension.SOLVING,
    ),
    Item(
        "q05",
        Kind.SCORED,
        "When priorities collide, we and {team} decide by the shared result.",
        "Stoßen Prioritäten aneinander, entscheiden wir mit {team} nach dem gemeinsamen Ergebnis.",
        Dimension.GOALS,
    ),
    Item(
        "q06",
        Kind.SCORED,
        "When {team} plans something, it shows that somebody there knows what it means for our"
        " work.",
        "Wenn {team} etwas plant, merkt man, dass dort jemand die Folgen für unsere Arbeit kennt.",
        Dimension.INSIGHT,
    ),
    Item(
        "q07",
        Kind.SCORED,
        "{team} takes our contribution as seriously as its own.",
        "{team} nimmt unseren Beitrag so ernst wie den eigenen.",
        Dimension.RESPECT,
    ),
    Item(
        "q08",
        Kind.SCORED,
        "I can ask {team} awkward questions or own up to a slip, and we still work well together.",
        "Ich kann bei {team} Unbequemes fragen oder ein Versehen einräumen, und die Zusammenarbeit"
        " bleibt gut.",
        Dimension.OPENNESS,
    ),
    Item(
        "q09",
        Kind.SCORED,
        "Factual disputes with {team} end in a settlement both sides keep to.",
        "Fachlicher Streit mit {team} endet mit einer Klärung, an die sich beide halten.",
        Dimension.DISAGREEMENT,
    ),
    Item(
        "q10",
        Kind.SCORED,
        "There is personal friction between people here and in {team}.",
        "Zwischen Leuten bei uns und bei {team} knirscht es persönlich.",
        Dimension.DISAGREEMENT,
        reversed=True,
    ),
    Item(
        "c2",
        Kind.CONTEXT,
        "How important is {team} for your results?",
        "Wie wichtig ist {team} für Ihre Ergebnisse?",
    ),
    Item(
        "o1",
        Kind.OPEN,
        "What should {team} keep doing by all means?",
        "Was soll {team} unbedingt beibehalten?",
    ),
    Item(
        "o2",
        Kind.OPEN,
        "Which one change would clearly ease work with {team} next quarter? (No names, please.)",
        "Welche eine Änderung würde die Arbeit mit {team} im nächsten Quartal spürbar erleichtern?"
        " (Bitte keine Namen.)",
    ),
)
BY_KEY = {item.key: item for item in ITEMS}
SCORED = tuple(item.key for item in ITEMS if item.kind is Kind.SCORED)
OPEN = tuple(item.key for item in ITEMS if item.kind is Kind.OPEN)


class TeamMissing(Invalid):
    """A question that names no team asks about everybody."""

    msgid = N_("The text must name the other team once, written as {team}.")


class MoreThanATypo(Invalid):
    """Answers to another question cannot be compared with the earlier ones."""

    msgid = N_(
        "This changes more than a mistake of spelling. Store it as a new wording: its dimension"
        " then begins a new series."
    )


class NothingNew(Invalid):
    """The text is as it was."""

    msgid = N_("Both texts are as they were.")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in both languages. Raises TeamMissing."""

    english: str
    german: str

    def __post_init__(self) -> None:
        if any(text.count(TEAM) != 1 for text in (self.english, self.german)):
            raise TeamMissing


def check_typo(old: Wording, new: Wording) -> None:
    """Refuse what is more than a mended mistake of spelling.

    A few letters of an otherwise equal text: at least nine tenths alike, and no text longer or
    shorter by more than three letters. Raises NothingNew and MoreThanATypo.
    """
    if old == new:
        raise NothingNew
    pairs = ((old.english, new.english), (old.german, new.german))
    if not all(_is_alike(before, after) for before, after in pairs):
        raise MoreThanATypo


def _is_alike(before: str, after: str) -> bool:
    if abs(len(before) - len(after)) > CHANGED_LETTERS or _negates(before, after):
        return False
    return difflib.SequenceMatcher(None, before, after, autojunk=False).ratio() >= SAME_ENOUGH


def _negates(before: str, after: str) -> bool:
    """Whether one text says "not" more often than the other: three letters that turn it round."""
    words = {"not", "no", "never", "nicht", "kein", "keine", "nie", "ohne", "without"}
    return _count(before, words) != _count(after, words)


def _count(text: str, words: set[str]) -> int:
    return sum(word.strip(".,;:?!()").casefold() in words for word in text.split())

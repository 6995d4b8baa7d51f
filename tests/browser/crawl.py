"""Walks through the pages a person can reach and notes everything that is wrong with them."""

import os
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from playwright.sync_api import Page

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 700}
LOOK = """
() => {
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
    if (text && !parent.closest("script, style, textarea, samp, [lang=en], [value=en]"))
      words.push(text);
  }
  const links = [...document.querySelectorAll("a[href]:not([download])")]
    .filter((link) => link.origin === location.origin && link.protocol.startsWith("http"))
    .map((link) => link.pathname + link.search);
  return {
    links, words,
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    twins: [...document.querySelectorAll("[id]")].map((each) => each.id)
      .filter((id, place, all) => all.indexOf(id) !== place),
  };
}
"""
TOO_WIDE = """
() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(
  () => tell(Math.max(0, document.documentElement.scrollWidth - innerWidth)))))
"""
ENGLISH = re.compile(r"\b(the|and|you|your|with|are)\b")
RAW = re.compile(r"^(None|True|False|undefined|nan)$|<[a-z]+\.|%\(|\{\{|Undefined")
FOREIGN_DATE = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
    r"|\b(January|February|March|May|June|July|October|December|Oct|Dec) \d"
)
GERMAN_DATE = re.compile(r"\b\d\d\.\d\d\.\d{4}\b")
NOT_OURS = ("/style",)  # for developers, in English, proved by test_face


# Every kind of page is met by some role; `make faults` lets each role walk further, and axe look
# twice.
MOST = 40 if os.environ.get("FAULTS") == "all" else 18


@dataclass
class Walk:
    """What is still to be visited: at most `alike` pages of one kind, so that lists end.

    `examined` counts by kind what axe has seen; walks may share it, because axe takes most of
    the time and the pages of two roles differ little.
    """

    most: int = MOST
    alike: int = 2
    deep: int = 2
    enough: int = 2 if os.environ.get("FAULTS") == "all" else 1
    examined: Counter = field(default_factory=Counter)
    queue: deque = field(default_factory=deque)
    kinds: Counter = field(default_factory=Counter)
    known: set = field(default_factory=set)

    def offer(self, address: str, depth: int) -> None:
        """Remember an address, unless enough of its kind are known."""
        path = urlsplit(address).path
        if path in self.known or depth > self.deep or len(self.known) >= self.most:
            return
        if path.startswith(NOT_OURS) or _is_a_file(address) or self.kinds[kind(path)] >= self.alike:
            return
        self.known.add(path)
        self.kinds[kind(path)] += 1
        self.queue.append((address, depth))

    def wants_examined(self, address: str) -> bool:
        """Whether axe should see this page too; counts it."""
        which = kind(urlsplit(address).path)
        self.examined[which] += 1
        return self.examined[which] <= self.enough


def kind(path: str) -> str:
    """Addresses that differ by their numbers are of one kind."""
    return re.sub(r"\d+", "N", path)


def _is_a_file(address: str) -> bool:
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    return bool({"format", "as", "download"} & set(asked)) or bool(
        re.search(r"\.(csv|xlsx|json|ics|pdf)$", parts.path)
    )


def english_of(catalogue: Path) -> frozenset[str]:
    """Every whole English text of the catalogue that reads otherwise in German."""
    with catalogue.open("rb") as file:
        said = {each.id: each.string for each in read_po(file) if isinstance(each.id, str)}
    return frozenset(english for english in said if "%(" not in english) - set(said.values())


def walk(page: Page, english: frozenset[str], limits: Walk) -> tuple[list, int]:
    """Visit what the navigation names and what those pages link to; gives faults and the number
    of pages seen. The page must be signed in and speak German.
    """
    for link in page.locator("#navigation a[href]").all():
        limits.offer(link.get_attribute("href"), 1)
    faults, seen = [], 0
    page.set_viewport_size(NARROW)  # where room is scarce; painting little also takes least time
    while limits.queue:
        address, depth = limits.queue.popleft()
        answer = page.goto(address)
        seen += 1
        if answer is None or answer.status != HTTPStatus.OK:
            faults.append((address, "status", answer and answer.status))
            continue
        found = page.evaluate(LOOK)
        faults += [(address, *fault) for fault in _faults(page, found, english)]
        if limits.wants_examined(address):
            page.set_viewport_size(WIDE)
            faults += [(address, *fault) for fault in accessibility(page)]
            page.set_viewport_size(NARROW)
        for link in found["links"]:
            limits.offer(link, depth + 1)
    return faults, seen


def _faults(page: Page, found: dict, english: frozenset[str]) -> list[tuple]:
    over = page.evaluate(TOO_WIDE)
    faults = [
        ("wrong", name, value)
        for name, value, wanted in (
            ("lang", found["lang"], "de"),
            ("headings", found["headings"], 1),
            ("twin ids", found["twins"], []),
            ("pixels too wide at 320", over, 0),
        )
        if value != wanted
    ]
    foreign = sorted({text for text in found["words"] if is_foreign(text, english)})
    return faults + [("text", text) for text in foreign]


def is_foreign(text: str, english: frozenset[str]) -> bool:
    """Whether a German page should not say this: English, a raw value, a foreign date."""
    if text in english or ENGLISH.search(text) or RAW.search(text):
        return True
    return bool(FOREIGN_DATE.search(text)) and not GERMAN_DATE.search(text)


def accessibility(page: Page) -> list[tuple]:
    """What axe finds wrong on the page, as rule and element."""
    found = Axe().run(page).response["violations"]
    return [("axe", rule["id"], each["target"]) for rule in found for each in rule["nodes"]]

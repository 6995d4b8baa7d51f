"""One person at one browser, acting by the words on the page in their own language."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text

from app import clock
from tests.browser.crawl import accessibility, kind

CATALOGUE = Path(__file__).resolve().parents[2] / "translations/de/LC_MESSAGES/messages.po"


@cache
def german() -> dict[str, str]:
    """English text -> German text of everything the product says."""
    with CATALOGUE.open("rb") as file:
        return {each.id: each.string for each in read_po(file) if isinstance(each.id, str)}


@dataclass
class Desk:
    """A page, the words of its language, and the kinds of pages that axe has seen already.

    Texts are named in English, as in the source, and looked for as the reader sees them.
    """

    page: Page
    words: dict[str, str] = field(default_factory=dict)
    examined: set[str] = field(default_factory=set)

    def say(self, english: str, **values: object) -> str:
        """The text as it stands on the page."""
        return (self.words.get(english) or english) % values

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        self.look()

    def look(self) -> None:
        """Let axe see the page, unless it has seen one of its kind."""
        which = kind(urlsplit(self.page.url).path)
        if which not in self.examined:
            self.examined.add(which)
            assert (which, accessibility(self.page)) == (which, [])

    def fill(self, **values: str | int | date) -> None:
        """Enter values by the names of the fields; options by their label."""
        for name, value in values.items():
            found = self.page.locator(f"main [name={name}]:visible").first
            if found.evaluate("each => each.tagName") == "SELECT":
                found.select_option(label=str(value))
            else:
                found.fill(str(value))

    def press(self, english: str, *, inside: Locator | None = None, **values: object) -> None:
        """Press the button, and wait for where it leads."""
        words = self.say(english, **values)
        (inside or self.page).get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, english: str, *, inside: Locator | None = None, **values: object) -> None:
        """Follow the link, and wait for where it leads."""
        words = self.say(english, **values)
        (inside or self.page.locator("main")).get_by_role(
            "link", name=words, exact=True
        ).first.click()
        self.page.wait_for_load_state()
        self.look()

    def sees(self, english: str, **values: object) -> None:
        """Fail unless the text is somewhere in the page's content."""
        expect(self.page.locator("main")).to_contain_text(self.say(english, **values))

    @property
    def number(self) -> int:
        """The last number in the address: the id of what the page shows."""
        return int(re.findall(r"\d+", urlsplit(self.page.url).path)[-1])


def let_application_deadline_pass(database_url: str, round_id: int) -> None:
    """Move the days on which a round took placements and applications to yesterday.

    The server's clock is the real one and deadlines only ever move later by hand, so this is how
    the test lets some weeks pass. Nothing else is written behind the product's back.
    """
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE round SET placements_due_on = :day, applications_due_on = :day"
                " WHERE id = :round_id"
            ),
            {"day": (clock.today() - timedelta(days=2)).isoformat(), "round_id": round_id},
        )
    engine.dispose()

"""Take the pictures of the documentation: `python -m tools.screenshots [FOLDER]`.

Starts the product with a fresh demo company on a database of its own, plays a little of the open
round, so that there is a plan to look at, and leaves PNG files in docs/screenshots. Needs the
packages of the tests (`make test` installs them) and takes about two minutes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import create_engine, text

from app import clock
from tests.live import LiveServer, environ_for, flask, free_port, live_server
from tools.browser import find

ROOT = Path(__file__).resolve().parent.parent
DESK = {"width": 1280, "height": 832}
WALL = {"width": 1520, "height": 900}
PHONE = {"width": 390, "height": 844}
PLAN_SECONDS = 120


@dataclass(frozen=True)
class Camera:
    """A browser before a running product, and where its pictures go."""

    browser: Browser
    live: LiveServer
    accounts: dict[str, Any]
    folder: Path

    @contextmanager
    def page(self, role: str, size: dict[str, int], scheme: str = "light") -> Iterator[Page]:
        """Sign in as the first demo account of a role, in German."""
        context = self.browser.new_context(
            base_url=self.live.url,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport=size,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.goto("/sign-in")
        account = next(each for each in self.accounts["accounts"] if each["role"] == role)
        page.locator("input[name=email]").fill(account["email"])
        page.locator("input[name=password]").fill(self.accounts["password"])
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        """Keep what the window shows, without a cursor and with all fonts loaded."""
        page.evaluate("document.fonts.ready")
        page.mouse.move(0, 0)
        target = self.folder / f"{name}.png"
        page.screenshot(path=target, animations="disabled", caret="hide")
        print(f"{target.name}: {target.stat().st_size // 1000} kB", flush=True)


def main(arguments: list[str]) -> int:
    """Take every picture; returns the exit status."""
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tandem-screenshots-") as made:
        home = Path(made)
        url = f"sqlite:///{home / 'demo.db'}"
        environ = environ_for(url, home, free_port())
        flask(environ, "db", "upgrade")
        flask(environ, "demo", "load", "--if-empty")
        accounts = json.loads(flask(environ, "demo", "accounts", "--json"))
        with live_server(url, home) as live, _browser() as browser:
            _take(Camera(browser, live, accounts, folder))
    return 0


@contextmanager
def _browser() -> Iterator[Browser]:
    found = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.program),
            args=list(found.arguments),
            env=found.environ or None,  # type: ignore[arg-type]
        )
        yield browser
        browser.close()


def _take(camera: Camera) -> None:
    _everyday(camera)
    round_id = _end_applications(camera)
    plans = _compute(camera, round_id)
    _planning(camera, round_id, plans)


def _everyday(camera: Camera) -> None:
    with camera.page("deputy", DESK) as page:
        page.goto("/today")
        camera.shoot(page, "today-light")
    with camera.page("hr", DESK) as page:
        page.goto("/rounds/")
        _open_round(page)
        camera.shoot(page, "round-light")
    with camera.page("employee", PHONE) as page:
        page.goto("/placements/")
        page.locator("article.card .card-foot a").first.click()
        _wish_for_two_more(page)
        camera.shoot(page, "application-phone")
    with camera.page("works_council", DESK) as page:
        page.goto("/council/")
        camera.shoot(page, "council-light")
    _stay_on_a_phone(camera)


def _wish_for_two_more(page: Page) -> None:
    """Choose two further placements that are possible for the person."""
    options = page.locator("[name=choice2] option").all_text_contents()
    possible = [text for text in options[1:] if "(" not in text]
    page.locator("[name=choice2]").select_option(label=possible[2])
    page.locator("[name=choice3]").select_option(label=possible[5])
    page.evaluate("scrollTo(0, 0)")


def _open_round(page: Page) -> None:
    page.locator("main").get_by_role("row").filter(has_text="Offen").get_by_role(
        "link"
    ).first.click()
    page.wait_for_load_state()


def _stay_on_a_phone(camera: Camera) -> None:
    with camera.page("hr", PHONE) as page:
        page.goto("/stays/?state=running")
        page.locator("main tbody a").first.click()
        page.wait_for_load_state()
        camera.shoot(page, "stay-phone")


def _end_applications(camera: Camera) -> int:
    """Let some weeks pass in the open round: deadlines are over, endorsements given.

    Gives the number of the round.
    """
    past = clock.today() - timedelta(days=2)
    engine = create_engine(camera.live.environ["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE round SET placements_due_on = :day, applications_due_on = :day,"
                " endorsements_due_on = :day WHERE state = 'open'"
            ),
            {"day": past.isoformat()},
        )
        connection.execute(
            text(
                "UPDATE endorsement SET state = 'endorsed', decided_at = asked_at"
                " WHERE state = 'asked'"
            )
        )
        round_id = connection.scalar(text("SELECT id FROM round WHERE state = 'open'"))
    engine.dispose()
    if round_id is None:
        raise LookupError("the demo company has no open round")
    return int(round_id)


def _compute(camera: Camera, round_id: int) -> list[int]:
    """Begin planning and compute two scenarios; gives their numbers."""
    plans: list[int] = []
    with camera.page("hr", DESK) as page:
        page.goto(f"/rounds/{round_id}/move/planning")
        begin = page.locator("main form button.btn-primary")
        if begin.count():  # else the worker has begun it already: the deadlines are over
            begin.click()
            page.wait_for_load_state()
        for name, effort in (("Erster Vorschlag", "quick"), ("Mehr Wechsel", "thorough")):
            page.goto(f"/rounds/{round_id}/plans/new")
            page.locator("[name=name]").fill(name)
            page.locator(f"[name=effort][value={effort}]").check(force=True)
            if plans:
                page.locator("main details summary").first.click()
                page.locator("[name=weight_needs]").select_option("most")
                page.locator("[name=weight_wishes]").select_option("off")
            page.locator("main form .btn-primary").click()
            board = page.locator("main a[href$='/board/']").first
            board.wait_for(timeout=PLAN_SECONDS * 1000)
            plans.append(int((board.get_attribute("href") or "").split("/")[2]))
    return plans


def _planning(camera: Camera, round_id: int, plans: list[int]) -> None:
    for scheme in ("light", "dark"):
        with camera.page("hr", WALL, scheme) as page:
            page.goto(f"/plans/{plans[0]}/board/")
            page.locator(".bar-block").nth(2).click()
            page.locator("#board-panel .panel").wait_for()
            camera.shoot(page, f"board-{scheme}")
    with camera.page("hr", DESK) as page:
        asked = "&".join(f"plan={plan}" for plan in plans)
        page.goto(f"/rounds/{round_id}/plans/compare?{asked}")
        camera.shoot(page, "plan-compare-light")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A real browser in front of the product as people run it, with the demo company inside.

Tests that only look share one server; those that act have one of their own. A test that leaves
anything in the console, or breaks the content security policy, fails.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import playwright as playwright_package
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.database import db
from tests.conftest import IN_CI
from tests.live import LiveServer, live_server
from tools import node
from tools.browser import Browser, NoBrowserError, find

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screenshots"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
# The browser notes every refusal of ours as an error; a missing file of ours stays one.
REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """Find the browser of this machine, or unpack one."""
    try:
        found = find()
    except NoBrowserError as reason:
        if IN_CI or os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    _give_playwright_a_node()
    return found


def _give_playwright_a_node() -> None:
    """Playwright brings a Node that wants libatomic, which a minimal Debian has not."""
    own = Path(playwright_package.__path__[0]) / "driver" / "node"
    works = subprocess.run([own, "--version"], capture_output=True, check=False).returncode == 0
    if not works:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node.folder() / "node"))


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: Browser) -> dict:
    arguments = {"executable_path": str(chromium.program), "args": list(chromium.arguments)}
    return {**arguments, "headless": True, "env": chromium.environ or dict(os.environ)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict:
    return {
        "locale": "de-DE",
        "timezone_id": "Europe/Berlin",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="session")
def looked_at(chromium, demo_company, tmp_path_factory) -> Iterator[LiveServer]:
    """Run the product once for all tests that look at pages and change nothing others look at.

    On SQLite and with one web process: what a page looks like does not hang on them.
    """
    folder = tmp_path_factory.mktemp("looked_at")
    with live_server(demo_company("sqlite"), folder, WEB_PROCESSES="1") as server:
        yield server


@pytest.fixture(scope="module")
def live(looked_at: LiveServer) -> LiveServer:
    """The product the tests of a module see; those that change much start one of their own."""
    return looked_at


class Console:
    """What the pages of a context complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _note(self, message) -> None:
        is_refusal = REFUSAL.match(message.text) and "/static/" not in message.location["url"]
        if message.type == "error" and not is_refusal:
            self.complaints.append(f"{message.location['url']}: {message.text}")


@pytest.fixture
def consoles() -> Iterator[list[Console]]:
    """Collect one console per opened profile; at the end none may hold a complaint."""
    opened: list[Console] = []
    yield opened
    assert [line for console in opened for line in console.complaints] == []


@pytest.fixture
def open_page(
    browser, browser_context_args: dict, live: LiveServer, consoles: list[Console]
) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser profile of its own: one person at one desk (or phone).

    Keywords are those of a Playwright context (viewport, color_scheme, java_script_enabled ...).
    """
    contexts: list[BrowserContext] = []

    def opened(**context_arguments) -> Page:
        wanted = {**browser_context_args, "base_url": live.url, **context_arguments}
        context = browser.new_context(**wanted)
        contexts.append(context)
        consoles.append(Console(context))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open a wide page that nobody has signed in on."""
    return open_page()


@pytest.fixture(scope="module")
def demo_accounts(live: LiveServer, make_app: Callable[..., Flask]) -> dict:
    """Give what `flask demo accounts --json` says: the password, and the accounts in order."""
    app = make_app(live.environ["DATABASE_URL"])
    listed = app.test_cli_runner().invoke(args=["demo", "accounts", "--json"])
    with app.app_context():
        db.engine.dispose()
    return json.loads(listed.output)


@pytest.fixture
def sign_in(demo_accounts: dict) -> Callable[..., Page]:
    """Sign a page in as a demo account of a role (`hr`, `employee`, `lead` ...), the first or
    another one, and leave it where that leads."""

    def signed_in(page: Page, role: str, *, which: int = 0) -> Page:
        found = [each for each in demo_accounts["accounts"] if each["role"] == role]
        page.goto("/sign-in")
        page.locator("input[name=email]").fill(found[which]["email"])
        page.locator("input[name=password]").fill(demo_accounts["password"])
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return signed_in


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail with rule and element for everything axe finds wrong on a page."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], each["target"]) for rule in found for each in rule["nodes"]] == []

    return check


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Take a picture of the whole page into build/screenshots, for people who ask by SHOTS=1."""

    def taken(page: Page, name: str) -> None:
        if os.environ.get("SHOTS"):
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return taken

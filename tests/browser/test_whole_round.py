"""A whole round, played by everybody who has a part in it, each at a browser of their own."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app import clock
from tests.browser.desk import Desk, german, let_application_deadline_pass
from tests.live import live_server

PATIENCE = 15_000  # milliseconds for anything a person waits for
PHONE = {"width": 390, "height": 844}
ROUND = "Runde der Probe"
AT_THE_PHONE = "Anfragen am Telefon annehmen (Probe)"
NEWSLETTER = "Newsletter mit dem Vertrieb (Probe)"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def live(request, chromium, demo_company, store, tmp_path_factory):
    """Run the product for this module, once on each engine."""
    url = demo_company(request.param)
    with live_server(url, tmp_path_factory.mktemp("live")) as server:
        yield server
    store(request.param).drop(url)


@pytest.fixture
def desk(open_page, sign_in, request):
    """Open a browser of one's own for a demo account; German unless said otherwise."""
    on_sqlite = "sqlite" in request.node.callspec.id
    examined: set[str] = set()

    def opened(role: str, *, which: int = 0, english: bool = False, **context) -> Desk:
        page = open_page(**context)
        page.set_default_timeout(PATIENCE)
        sign_in(page, role, which=which)
        if english:
            page.get_by_role("button", name="English").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
        # Pages do not differ by engine, and axe takes most of the time.
        return Desk(page, {} if english else german(), examined if on_sqlite else _Everything())

    return opened


class _Everything(set):
    def __contains__(self, _kind: object) -> bool:
        return True


@pytest.mark.timeout(600)  # the demo company is made first, and both engines take their turn
def test_a_round_from_its_first_day_to_everybodys_stay(desk, live, demo_accounts):
    names = {
        (each["role"], number): each["name"]
        for role in ("hr", "lead", "deputy", "employee", "trainer")
        for number, each in enumerate(
            account for account in demo_accounts["accounts"] if account["role"] == role
        )
    }
    birgit, vera, leon = names["employee", 0], names["employee", 1], names["trainer", 0]
    hr, finn, tarik = desk("hr"), desk("lead"), desk("deputy")
    round_id = begin_a_round(hr)
    offer_a_placement(finn, round_id, NEWSLETTER, "Digital und Kampagnen")
    offer_a_placement(tarik, round_id, AT_THE_PHONE, "Innendienst")
    wish_for_the_pair(hr, round_id)

    on_the_phone = desk("employee", english=True, viewport=PHONE, has_touch=True)
    at_the_desk = desk("employee", which=1)
    without_a_place = desk("trainer")
    apply_for(on_the_phone, round_id, AT_THE_PHONE)
    apply_for(at_the_desk, round_id, NEWSLETTER)
    apply_for(without_a_place, round_id, AT_THE_PHONE)
    endorse(finn, birgit)
    endorse(tarik, vera)
    endorse(hr, leon)  # HR is the deputy of that team

    let_application_deadline_pass(live.environ["DATABASE_URL"], round_id)
    begin_planning(hr, round_id)
    computed = compute(hr, round_id, "Erster Vorschlag")
    by_hand = work_on_the_board(hr, computed, vera, leon)
    compare(hr, round_id, ["Erster Vorschlag", "Erster Vorschlag (von Hand)"])
    publish(hr, by_hand)

    accept(on_the_phone, AT_THE_PHONE)
    accept(at_the_desk, NEWSLETTER)
    agree_as_host(tarik, birgit)
    agree_as_host(finn, vera)
    for person in (birgit, vera):
        agree_as_hr(hr, person)
    council = desk("works_council")
    for person in (birgit, vera):
        agree_as_council(council, person)

    sees_the_agreed_stay(on_the_phone, AT_THE_PHONE)
    sees_the_agreed_stay(at_the_desk, NEWSLETTER)
    reads_why_not(without_a_place, round_id)


def begin_a_round(hr: Desk) -> int:
    """HR writes a round of three blocks, some months ahead, and opens it."""
    today = clock.today()
    first_day = today - timedelta(days=today.weekday()) + timedelta(weeks=18)
    hr.go("/rounds/")
    hr.follow("New round")
    hr.fill(name=ROUND, starts_on=first_day, blocks=3, block_weeks=4, notice_weeks=4)
    hr.fill(
        placements_due_on=today + timedelta(weeks=3),
        applications_due_on=today + timedelta(weeks=4),
        endorsements_due_on=today + timedelta(weeks=6),
        publish_on=today + timedelta(weeks=8),
    )
    hr.press("Save")
    hr.sees("Draft")
    number = hr.number
    hr.follow("Open the round")
    hr.press("Open the round")
    hr.sees("Open")
    return number


def offer_a_placement(lead: Desk, round_id: int, title: str, team: str) -> None:
    """A lead (or a deputy) offers one seat for two of the three blocks."""
    lead.go(f"/placements/new?round={round_id}")
    lead.fill(host_team_id=team, title=title, task="Eine Aufgabe, die wirklich ansteht.")
    lead.fill(duration=2, seats=1, share=100, site_id="Hamburg")
    starts = lead.page.locator("[name=last_start]")
    starts.select_option(index=1)
    lead.press("Offer it now")
    lead.sees(title)


def wish_for_the_pair(hr: Desk, round_id: int) -> None:
    """HR says which pair of teams needs the exchange most."""
    hr.go(f"/rounds/{round_id}/wishes")
    hr.follow("Digital und Kampagnen")
    need = hr.page.get_by_label(hr.say("Need of %(team)s", team="Innendienst"))
    need.select_option("5")
    hr.page.get_by_label(hr.say("Stays wished at %(team)s", team="Innendienst")).fill("1")
    hr.press("Save")


def apply_for(person: Desk, round_id: int, title: str) -> None:
    """Somebody finds the placement, puts it first and sends the application."""
    person.go(f"/placements/?round={round_id}")
    card = person.page.locator("article", has_text=title)
    person.follow("Choose", inside=card)
    expect(person.page.locator("[name=choice1] option:checked")).to_have_text(title)
    person.fill(motivation="Ich möchte sehen, wie die andere Seite arbeitet.")
    person.press("Submit application")
    person.sees("Submitted")


def endorse(lead: Desk, name: str) -> None:
    """The home team's lead says yes and who does the work meanwhile."""
    lead.go("/endorsements/")
    row = lead.page.locator("li.line-item", has_text=name)
    lead.follow("Decide", inside=row.filter(has_text="(Probe)"))
    lead.page.get_by_label(lead.say("We can do without this person for a while")).check()
    lead.fill(cover_plan="Das Team teilt sich die Aufgaben.")
    lead.press("Save the answer")


def begin_planning(hr: Desk, round_id: int) -> None:
    hr.go(f"/rounds/{round_id}")
    hr.follow("Begin planning")
    hr.press("Begin planning")
    hr.sees("In planning")


def compute(hr: Desk, round_id: int, name: str) -> int:
    """HR asks for a scenario and watches it come; gives its number."""
    hr.go(f"/rounds/{round_id}/plans/")
    hr.follow("New scenario")
    hr.fill(name=name)
    hr.press("Compute")
    board = hr.page.get_by_role("link", name=hr.say("Open the board"))
    expect(board).to_be_visible(timeout=30_000)  # the page follows the worker by itself
    hr.look()
    return hr.number


def work_on_the_board(hr: Desk, plan_id: int, moved: str, one_too_many: str) -> int:
    """Move somebody by keyboard, pin the new place, break a rule, read it, undo it.

    Gives the number of the copy in which all of it was done.
    """
    hr.follow("Open the board")
    hr.sees("every rule holds")
    _open_panel(hr, moved)
    start = hr.page.locator("#panel-start")
    before = start.input_value()
    start.select_option(index=1 if before == "0" else 0)
    hr.press("Move")
    hr.sees("by hand")
    expect(hr.page.locator("#panel-start")).not_to_have_value(before)
    hr.press("Pin")
    copy = int(re.findall(r"/plans/(\d+)/", hr.page.url)[0])
    assert copy != plan_id
    hr.sees("pinned")

    _open_panel(hr, one_too_many)
    hr.page.locator("#panel-placement").select_option(label=f"{AT_THE_PHONE} · Innendienst")
    hr.press("Move")
    broken = hr.page.locator("details.broken-rules")
    expect(broken).to_contain_text(AT_THE_PHONE)
    hr.press("Take away")
    hr.sees("every rule holds")
    return copy


def _open_panel(hr: Desk, name: str) -> None:
    """Open the details of a person with the keyboard."""
    row = hr.page.locator("tr.lane", has_text=name)
    row.get_by_role("link", name=name).press("Enter")
    expect(hr.page.locator("#board-panel h2").first).to_have_text(name)


def compare(hr: Desk, round_id: int, names: list[str]) -> None:
    hr.go(f"/rounds/{round_id}/plans/")
    for name in names:
        hr.page.get_by_label(hr.say("Compare %(name)s", name=name), exact=True).check()
    hr.press("Compare the chosen scenarios")
    for name in names:
        expect(hr.page.get_by_role("columnheader", name=name, exact=True)).to_be_visible()


def publish(hr: Desk, plan_id: int) -> None:
    """HR reads who will be told, and publishes."""
    hr.go(f"/plans/{plan_id}/publish/")
    hr.sees("Nobody has heard of anything yet. This is what one click will do.")
    hr.page.locator(".publish-act button").click()
    hr.page.wait_for_load_state()
    hr.sees("Published")


def accept(person: Desk, title: str) -> None:
    person.go("/my-rotations/")
    person.follow("Answer now", inside=person.page.locator(".card", has_text=title))
    person.sees("Do you accept this place?")
    person.press("Accept")


def agree_as_host(lead: Desk, name: str) -> None:
    """The host lead finds the question on the page of today."""
    lead.go("/today")
    lead.page.locator("main").get_by_role("link", name=name).first.click()
    lead.page.wait_for_load_state()
    lead.sees("Do you agree to this guest?")
    lead.press("Agree")


def agree_as_hr(hr: Desk, name: str) -> None:
    """HR finds the stay in the list of all."""
    hr.go(f"/stays/?q={name.rsplit(maxsplit=1)[-1]}")
    rows = hr.page.get_by_role("row").filter(has_text=name)
    rows.filter(has_text=hr.say("Waiting for consents")).get_by_role("link").first.click()
    hr.page.wait_for_load_state()
    hr.look()
    hr.press("Agree")


def agree_as_council(council: Desk, name: str) -> None:
    """The works council finds the request in its register."""
    council.go("/council/")
    rows = council.page.locator("tbody tr").filter(has_text=name)
    rows.filter(has_text=council.say("Asked")).get_by_role("link").first.click()
    council.page.wait_for_load_state()
    council.look()
    council.press("Agree")


def sees_the_agreed_stay(person: Desk, title: str) -> None:
    """The stay is agreed, and the page names the four who agreed."""
    person.go("/my-rotations/")
    person.follow(title)
    expect(person.page.locator(".page-head")).to_contain_text(person.say("Agreed"))
    expect(person.page.locator(".page-head")).to_contain_text(title)
    agreed = person.page.locator("#consents").get_by_text(person.say("Agreed"), exact=True)
    expect(agreed).to_have_count(4)


def reads_why_not(person: Desk, round_id: int) -> None:
    """The answer names what stood against the wish and what would have been enough."""
    person.go(f"/applications/round/{round_id}")
    person.sees("No place this time")
    reasons = person.page.locator("main .callout li")
    expect(reasons.first).to_contain_text(AT_THE_PHONE)

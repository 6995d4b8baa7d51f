"""Lets the demo company's Sales and Marketing take each other along, with the product's services."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.insights import InsightFate
from app.domain.refusals import Refusal
from app.domain.seats import BookingState, GatheringState
from app.domain.timespan import ONE_DAY, Timespan, from_local
from app.gatherings.models import Gathering
from app.gatherings.queries.bookings import clashes
from app.gatherings.queries.trips import hosts
from app.gatherings.services import bookings, trips
from app.gatherings.services.trips import LookBack, Promise, Sheet, TripFields
from app.health.models import Action
from app.health.services import starts
from app.insights import services as insights
from app.insights.models import Insight
from app.insights.queries import find
from app.people.models import PublicHoliday
from seed import taps
from seed.collaboration import FOUR_DAYS, TWO_DAYS
from seed.rounds import monday
from seed.story import Story

NORTH, SOUTH = "Außendienst Nord", "Außendienst Süd"
BRAND, DIGITAL, PRODUCT, FAIRS = (
    "Marke und Kommunikation",
    "Digital und Kampagnen",
    "Produktmarketing",
    "Messen und Veranstaltungen",
)
CANCELLED = "Der Kunde hat abgesagt; niemand ist schuld daran."
AHEAD = timedelta(weeks=4)
AHEAD_OF_ACTIONS = timedelta(weeks=2)  # what an action needs is offered at short notice
LONG_AGO = timedelta(weeks=26)  # what was said before has been answered since
JUST_OFFERED = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Day:
    """One joint day: `week` from this week on; host and guest by team, with a first choice.

    `action` is what the two teams had planned when one of them offered the day for it.
    """

    week: int
    host: tuple[str, int]
    guest: tuple[str, int] | None
    label: str
    region: str
    segment: str
    customer: str = ""
    asks: bool = False
    cancelled: bool = False
    action: str = ""


DAYS = (
    Day(-20, (NORTH, 3), (DIGITAL, 3), "Jahresgespräch mit einem Stadtwerk", "Schleswig-Holstein", "Wasserversorgung", "Stadtwerke Förde"),
    Day(-16, (SOUTH, 4), (PRODUCT, 3), "Besuch auf der Baustelle beim Installateur", "Niederösterreich", "Fachhandwerk", "Installationen Lindner"),
    Day(-12, (DIGITAL, 4), (NORTH, 4), "Planung der Herbstkampagne", "Hamburg", "Alle Segmente"),
    Day(-9, (NORTH, 5), (BRAND, 3), "Neukundenbesuch im Fachgroßhandel", "Niedersachsen", "Fachgroßhandel", "Hansen Haustechnik", asks=True),
    Day(-6, (FAIRS, 2), (SOUTH, 5), "Ein Tag am Messestand", "Wien", "Alle Segmente"),
    Day(-2, (SOUTH, 6), (PRODUCT, 4), "Reklamation an der Anlage klären", "Steiermark", "Industrie", "Mur Papierwerk"),
    Day(1, (NORTH, 6), (DIGITAL, 4), "Inbetriebnahme im Wasserwerk", "Mecklenburg-Vorpommern", "Wasserversorgung", "Wasserverband Ostküste"),
    Day(2, (SOUTH, 3), (BRAND, 4), "Tourentag mit drei Fachbetrieben", "Oberösterreich", "Fachhandwerk", "Haustechnik Traun", cancelled=True),
    Day(2, (NORTH, 7), None, "Besuch bei einer Einkaufsgenossenschaft", "Hamburg", "Fachgroßhandel", "Elbe Einkauf", asks=True),
    Day(3, (BRAND, 5), None, "Vom Briefing zum Entwurf: ein Tag in der Kampagne", "Hamburg", "Alle Segmente"),
    Day(3, (SOUTH, 7), (PRODUCT, 5), "Energieberatung im Industriebetrieb", "Wien", "Industrie", "Donau Kühlhaus", asks=True),
    Day(-56, (NORTH, 2), (DIGITAL, 2), "Einen Tag mit zum Fachhandwerk", "Schleswig-Holstein", "Fachhandwerk", action=TWO_DAYS),
    Day(-54, (DIGITAL, 3), (NORTH, 3), "Einen Tag in der Kampagnenplanung", "Hamburg", "Alle Segmente", action=TWO_DAYS),
    Day(-46, (NORTH, 4), (DIGITAL, 4), "Nachrüstsätze beim Stadtwerk", "Niedersachsen", "Wasserversorgung", action=FOUR_DAYS),
    Day(-45, (NORTH, 5), (DIGITAL, 5), "Nachrüstsätze im Fachgroßhandel", "Hamburg", "Fachgroßhandel", action=FOUR_DAYS),
    Day(-44, (NORTH, 6), (DIGITAL, 6), "Nachrüstsätze im Industriebetrieb", "Bremen", "Industrie", action=FOUR_DAYS),
    Day(-43, (NORTH, 7), (DIGITAL, 7), "Nachrüstsätze auf der Baustelle", "Schleswig-Holstein", "Fachhandwerk", action=FOUR_DAYS),
)  # fmt: skip
SHEET = Sheet(
    purpose="Verstehen, woran Entscheidungen vor Ort hängen, und das laufende Angebot besprechen.",
    question_1="Welche unserer Unterlagen liegen im Gespräch wirklich auf dem Tisch?",
    question_2="Woran merkt man vor Ort, dass eine Kampagne läuft?",
    guest_role="Gast aus der anderen Abteilung; hört zu und stellt am Ende zwei Fragen.",
    not_to_promise="Keine Preise, keine Liefertermine, keine Sonderausführungen.",
)
SEEN = (
    ("Die Broschüre blieb in der Tasche, das Schnittmodell nicht.", "Entschieden wird im Pumpenraum, nicht im Büro.", "Nach drei Minuten geht es um Lieferzeiten."),
    ("Auf der Baustelle liest niemand mehr als eine Seite.", "Der Wettbewerb schult die Monteure selbst.", ""),
    ("Vorlagen entstehen in vier Schleifen, von denen wir nur die letzte sehen.", "Die Zahlen aus dem Feld kommen zu spät an.", ""),
    ("Die Einkäuferin kannte die Kampagne aus der Fachzeitschrift.", "Ein Blatt mit fünf Argumenten hätte gereicht.", ""),
    ("Am Stand fragen alle zuerst nach dem Stromverbrauch.", "Die besten Gespräche entstehen am Nachmittag.", ""),
    ("Die Reklamation war ein Missverständnis auf dem Typenschild.", "Ein Anruf vorher hätte den Weg gespart.", ""),
)  # fmt: skip
FOR_MARKETING = (
    "Bitte ein Blatt mit fünf Argumenten je Segment statt der Broschüre.",
    "Bitte Aktionen zwei Wochen früher ankündigen.",
    "Bitte Fotos aus echten Anlagen in die Produktseiten aufnehmen.",
)
FOR_SALES = (
    "Bitte uns Einwände der Kunden einmal im Monat gesammelt schicken.",
    "Bitte Termine für Kampagnen schon im Entwurf kommentieren.",
    "Bitte nach dem Besuch sagen, welche Unterlagen gefehlt haben.",
)
PROMISES = ("Angebot mit Wartungsvertrag schicken", "Kennlinie der neuen Baureihe nachreichen")
FATES = (
    (InsightFate.USED, "Übernommen; seit diesem Monat machen wir es so."),
    (InsightFate.AGREEMENT, "Beide Teams haben einen festen Termin im Monat vereinbart."),
    (
        InsightFate.DECLINED,
        "In diesem Quartal nicht möglich; wir kommen im nächsten darauf zurück.",
    ),
)


def expect(story: Story) -> None:
    """Put the joint days into the story, to be lived through in order."""
    for number, day in enumerate(DAYS):
        meant = monday(story.company.today) + timedelta(weeks=day.week, days=1 + number % 3)
        ahead = AHEAD_OF_ACTIONS if day.action else AHEAD
        at = datetime.combine(meant, time(8), tzinfo=UTC) - ahead
        story.later(min(at, story.company.now - JUST_OFFERED), _offering(story, number, meant))


def _offering(story: Story, number: int, meant: date) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        day = DAYS[number]
        span, host = _free_host(story, day, meant, at)
        fields = TripFields(
            label=day.label,
            region=day.region,
            segment=day.segment,
            span=span,
            seats=1,
            cancel_days=2,
            needs_approval=day.asks,
            customer=day.customer,
            meeting_point="Am Haupteingang" if day.customer else "Am Empfang",
        )
        gathering = _offer(story.session, day, host, fields, at)
        if day.guest is not None:
            story.later(at + timedelta(days=1, hours=2), _booking(story, number, gathering))

    return act


def _offer(
    session: Session, day: Day, host: hosts.Host, fields: TripFields, at: datetime
) -> Gathering:
    """A day of its own, or one for an action that its owner started."""
    if not day.action:
        return trips.offer(session, host, fields, at=at)
    action = session.scalars(select(Action).where(Action.what == day.action)).one()
    act = starts.Act(action.owner_id or 0, at, action.version)
    return starts.offer_trip(session, action, host, fields, act)


def _free_host(story: Story, day: Day, meant: date, at: datetime) -> tuple[Timespan, hosts.Host]:
    """The first day from the one that is meant, and the first of the team who is free then."""
    session, company = story.session, story.company
    team, first = day.host
    zone = company.sites[_site_of(story, team)].timezone
    for days in range(28):
        on = meant + days * ONE_DAY
        if on.weekday() > 4 or _is_holiday(story, team, on):
            continue
        start, end = (from_local(datetime.combine(on, time(hour)), zone) for hour in (9, 15))
        span = Timespan(start, end)
        for person in company.members[team][first:]:
            host = hosts.host(session, person.id, today=at.date())
            if host is not None and not clashes(session, person.id, [span]).hard:
                return span, host
    raise ValueError(f"nobody of {team} can take somebody along")


def _site_of(story: Story, team: str) -> str:
    site_id = story.company.teams[team].site_id
    return next(name for name, site in story.company.sites.items() if site.id == site_id)


def _is_holiday(story: Story, team: str, day: date) -> bool:
    site_id = story.company.teams[team].site_id
    found = select(PublicHoliday.day).where(
        PublicHoliday.site_id == site_id, PublicHoliday.day == day
    )
    between_years = (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 6)
    return between_years or story.session.scalar(found.limit(1)) is not None


def _booking(story: Story, number: int, gathering: Gathering) -> Callable[[datetime], None]:
    """The first of the guest's team who can books; their lead agrees a day later where asked."""

    def act(at: datetime) -> None:
        session, company = story.session, story.company
        team, first = DAYS[number].guest or ("", 0)
        for person in company.members[team][first:]:
            with suppress(Refusal):  # on a stay, or elsewhere that day
                outcome = bookings.book(session, gathering.id, person.id, at=at)
                break
        else:
            return
        if outcome.state is BookingState.REQUESTED and DAYS[number].week < 0:
            lead = company.members[team][0]
            story.later(at + ONE_DAY, _agreeing(story, outcome.booking_id, lead.id))
        _expect_the_day(story, number, gathering, person.id)

    return act


def _agreeing(story: Story, booking_id: int, lead_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        bookings.approve(story.session, [booking_id], by=lead_id, at=at)

    return act


def _expect_the_day(story: Story, number: int, gathering: Gathering, guest_id: int) -> None:
    key, host_id = gathering.id, gathering.host_id or 0
    prepared = gathering.opens_at + timedelta(days=3)
    story.later(prepared, _preparing(story, key, host_id))
    if DAYS[number].cancelled:
        story.later(story.company.now - timedelta(days=1), _cancelling(story, key, host_id))
        return
    story.later(gathering.ends_at + timedelta(hours=1), _keeping(story, key))
    said = _said(number, guest_id=guest_id, host_id=host_id, due=gathering.ends_at.date())
    story.later(
        gathering.ends_at + timedelta(hours=20), _looking_back(story, key, guest_id, said[0])
    )
    people = [guest_id, host_id]
    story.later(gathering.ends_at + timedelta(hours=30), taps.after_day(story, key, people))
    if number != 5:
        story.later(
            gathering.ends_at + timedelta(hours=26), _looking_back(story, key, host_id, said[1])
        )


def _preparing(story: Story, key: int, host_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        if story.session.get_one(Gathering, key).state is not GatheringState.CALLED_OFF:
            trips.prepare(story.session, key, SHEET, opened_on=1, by=host_id, at=at)

    return act


def _cancelling(story: Story, key: int, host_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        trips.customer_cancelled(story.session, key, by=host_id, reason=CANCELLED, at=at)

    return act


def _keeping(story: Story, key: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        bookings.keep(story.session, key, at=at)
        trips.keep(story.session, key, at=at)

    return act


def _said(number: int, *, guest_id: int, host_id: int, due: date) -> tuple[LookBack, LookBack]:
    """What guest and host bring home."""
    seen = SEEN[number % len(SEEN)]
    promise = Promise(PROMISES[number % 2], host_id, due + timedelta(days=10))
    marketing = FOR_MARKETING[number % len(FOR_MARKETING)]
    sales = FOR_SALES[number % len(FOR_SALES)]
    guest = LookBack(seen, marketing, sales, [promise])
    return guest, LookBack((seen[1], seen[0], ""))


def _looking_back(
    story: Story, key: int, person_id: int, said: LookBack
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        session = story.session
        debrief = trips.write_debrief(session, key, said, by=person_id, at=at)
        written = Insight.trip_debrief_id == debrief.id
        for insight_id in session.scalars(select(Insight.id).where(written)).all():
            is_old = at < story.company.now - LONG_AGO
            if is_old or insight_id % 4:  # one in four of the newer ones still waits
                later = at + timedelta(days=8 + insight_id % 5)
                story.later(later, _answering(story, insight_id))

    return act


def _answering(story: Story, insight_id: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        insight = find(story.session, insight_id)
        if insight is None:
            return
        fate, note = FATES[insight_id % len(FATES)]
        opened_on, by = insight.version, insight.owner_id
        insights.decide(
            story.session, insight, fate=fate, note=note, opened_on=opened_on, by=by, at=at
        )

    return act

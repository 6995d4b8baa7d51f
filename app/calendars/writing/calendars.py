"""Whole calendars: feeds to subscribe to, files to open once, invitations to send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icalendar import Calendar, vCalAddress, vText

from app.calendars.writing.entries import Entry, event, event_bytes
from app.calendars.writing.texts import line, parameter
from app.calendars.writing.zones import written_zone

REFRESH = "PT4H"
MOST_EVENTS = 1_000
MOST_BYTES = 900_000  # Google silently drops what comes after about a megabyte
END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, slots=True)
class Head:
    """Who speaks: `language` is de or en, `zone` the IANA name of the reader's site."""

    language: str
    zone: str
    name: str = ""
    product: str = "Tandem"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in an invitation."""

    name: str
    address: str


def feed(head: Head, entries: Iterable[Entry]) -> bytes:
    """A calendar to subscribe to: at most 1,000 entries and 900 kB, the oldest are cut first."""
    begin = _opening(_feed_head(head))
    ordered = sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))[-MOST_EVENTS:]
    return _joined(begin, _that_fit([event_bytes(entry) for entry in ordered], len(begin)))


def download(head: Head, entries: Iterable[Entry]) -> bytes:
    """A calendar to open once; it never refreshes itself."""
    ordered = sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
    begin = _opening(_head(head, "PUBLISH"))
    return _joined(begin, [event_bytes(entry) for entry in ordered])


def invitation(head: Head, entry: Entry, *, method: str, host: Party, guest: Party) -> bytes:
    """One entry for one person's mailbox; `method` is REQUEST or CANCEL (RFC 5546)."""
    made = event(entry)
    made.add("organizer", _address(host))
    who = _address(guest)
    if method == "REQUEST":
        who.params.update(
            CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="TRUE"
        )
    made.add("attendee", who)
    begin = _opening(_head(head, method))
    return _joined(begin, [(made.to_ical(sorted=False), entry.zone_key)])


def _head(head: Head, method: str) -> Calendar:
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", vText(f"-//Tandem//{head.product} 1//{head.language.upper()}"))
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    return made


def _feed_head(head: Head) -> Calendar:
    made = _head(head, "PUBLISH")
    made.add("name", line(head.name))
    made.add("x-wr-calname", line(head.name))
    made.add("x-wr-timezone", vText(head.zone))
    made.add("refresh-interval", vText(REFRESH), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vText(REFRESH))
    return made


def _opening(made: Calendar) -> bytes:
    text: bytes = made.to_ical(sorted=False)
    return text.removesuffix(END)


def _address(party: Party) -> vCalAddress:
    made = vCalAddress(f"mailto:{line(party.address)}")
    made.params["CN"] = parameter(party.name) or str(line(party.address))
    return made


def _that_fit(
    events: Sequence[tuple[bytes, str | None]], begun: int
) -> Sequence[tuple[bytes, str | None]]:
    room = MOST_BYTES - begun - len(END)
    zones: set[str] = set()
    for number in range(len(events) - 1, -1, -1):
        text, zone = events[number]
        room -= len(text)
        if zone is not None and zone not in zones:
            zones.add(zone)
            room -= len(_zone_text(zone))
        if room < 0:
            return events[number + 1 :]
    return events


def _joined(begin: bytes, events: Sequence[tuple[bytes, str | None]]) -> bytes:
    zones = sorted({zone for _, zone in events if zone is not None})
    return b"".join([begin, *map(_zone_text, zones), *(text for text, _ in events), END])


def _zone_text(key: str) -> bytes:
    zone = written_zone(key)
    return b"" if zone is None else zone.text.encode("ascii")

"""The columns an import knows, by their German and English names and the names others use."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.collation import sort_key
from app.domain.refusals import N_
from app.domain.tables import UnreadableTable, letter


class MissingColumn(UnreadableTable):
    """A column without which no row can be understood."""

    msgid = N_("There is no column “%(column)s”. Please start from the template.")


class DoubledColumn(UnreadableTable):
    """Two columns for one thing."""

    msgid = N_("Two columns mean the same: “%(first)s” and “%(second)s”.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `names` are (English, German, then what else it is called)."""

    key: str
    names: tuple[str, ...]
    hint: str  # English msgid
    example: str
    is_key: bool = False

    def name(self, locale: str) -> str:
        """The header in templates and exports."""
        return self.names[1] if locale.startswith("de") else self.names[0]


NUMBER = Column(
    "number",
    ("Personnel number", "Personalnummer", "Number", "Nummer", "Personal-Nr", "Pers.-Nr.",
     "PersNr", "Employee number", "Employee ID", "Employee no", "Mitarbeiternummer", "ID"),
    N_("Identifies the person; it never changes."),
    "10042",
    is_key=True,
)  # fmt: skip
PEOPLE = (
    NUMBER,
    Column(
        "given_name",
        ("Given name", "Vorname", "First name", "Forename", "Rufname"),
        N_("Needed for new people."),
        "Jürgen",
    ),
    Column(
        "family_name",
        ("Family name", "Nachname", "Last name", "Surname", "Name", "Familienname"),
        N_("Needed for new people."),
        "Weiß",
    ),
    Column(
        "email",
        ("E-mail", "E-Mail-Adresse", "Email address", "Mail", "Mailadresse"),
        N_("Needed for new people; used by one person only."),
        "juergen.weiss@example.com",
    ),
    Column(
        "job_title",
        ("Job title", "Stelle", "Title", "Position", "Funktion", "Stellenbezeichnung", "Job"),
        N_("What the person does, in a few words."),
        "Account manager",
    ),
    Column(
        "site",
        ("Site", "Standort", "Location", "Office", "Ort", "Niederlassung"),
        N_("A site that exists here. New people get their team's site when this is empty."),
        "Hamburg",
    ),
    Column(
        "department",
        ("Department", "Abteilung", "Bereich", "Division"),
        N_("Only needed when several departments have a team of that name."),
        "Sales",
    ),
    Column(
        "team",
        ("Team", "Team", "Gruppe", "Home team", "Stammteam", "Group"),
        N_("The home team."),
        "Key accounts",
    ),
    Column(
        "team_since",
        ("Team since", "Im Team seit", "Starts on", "Ab", "Team ab", "In team since", "Valid from"),
        N_("First day in the team. When empty: the joining day, or today for a change."),
        "2026-12-01",
    ),
    Column(
        "joined_on",
        ("Joined on", "Eintritt", "Entry date", "Start date", "Hire date", "Eintrittsdatum",
         "Eingetreten am"),
        N_("Needed for new people, as 2026-12-01 or 01.12.2026."),
        "2026-12-01",
    ),
    Column(
        "left_on",
        ("Leaves on", "Austritt", "Left on", "Exit date", "End date", "Austrittsdatum",
         "Ausgetreten am"),
        N_("The first day on which the person no longer works here."),
        "",
    ),
    Column(
        "working_days",
        ("Working days", "Arbeitstage", "Days worked", "Wochentage"),
        N_("Weekdays worked: 12345, Mo-Fr or Mon, Tue, Thu. When empty: Monday to Friday."),
        "Mo-Fr",
    ),
    Column(
        "locale",
        ("Language", "Sprache", "Locale"),
        N_("de or en. When empty: as the person's browser asks."),
        "de",
    ),
    Column(
        "skills",
        ("Skills", "Fähigkeiten", "Kenntnisse", "Competences", "Kompetenzen"),
        N_("Separated by semicolons; they are added, never removed."),
        "Storytelling; Negotiation",
    ),
)  # fmt: skip
TEAMS = (
    Column(
        "department",
        ("Department", "Abteilung", "Bereich", "Division"),
        N_("Made when it does not exist yet."),
        "Sales",
        is_key=True,
    ),
    Column(
        "team",
        ("Team", "Team", "Gruppe", "Name", "Teamname", "Group"),
        N_("With the department it identifies the team."),
        "Key accounts",
        is_key=True,
    ),
    Column(
        "side",
        ("Side", "Seite"),
        N_("Of the department: marketing, sales or other."),
        "sales",
    ),
    Column(
        "site",
        ("Site", "Standort", "Location", "Office", "Ort", "Niederlassung"),
        N_("A site that exists here; needed for new teams."),
        "Hamburg",
    ),
    Column(
        "purpose",
        ("Purpose", "Aufgabe", "Description", "Beschreibung", "Zweck"),
        N_("What the team is there for, in a sentence or two."),
        "Looks after the largest customers.",
    ),
    Column(
        "minimum_present",
        ("Minimum present", "Mindestbesetzung", "Minimum"),
        N_("How many members must stay at any time."),
        "3",
    ),
    Column(
        "guest_limit",
        ("Guests at once", "Gäste gleichzeitig", "Guest limit", "Gästegrenze"),
        N_("How many guests the team can look after at the same time."),
        "2",
    ),
)
# Never taken from a file, whatever it says: rights are given by hand, with a trace.
RIGHTS = frozenset(
    {"role", "roles", "rolle", "rollen", "lead", "leadof", "leitung", "teamleitung", "teamlead",
     "deputy", "deputyof", "stellvertretung", "admin", "administrator", "hr", "isadmin", "rights",
     "rechte", "berechtigung", "berechtigungen", "password", "passwort", "manager",
     "vorgesetzter", "fuhrungskraft"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """Where each known column stands, and the names of those that will be ignored."""

    places: Mapping[str, int]
    ignored: tuple[str, ...]
    rights: tuple[str, ...]  # ignored as well, because rights are never imported


def plain(name: str) -> str:
    """A header name or cell as it is compared: no case, accents, blanks or punctuation."""
    return sort_key(name)[0][0].replace(" ", "")


def folded(name: str) -> str:
    """A name of a team, site or skill as it is compared: no case, no doubled blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_heading(header: Sequence[str], columns: Sequence[Column]) -> Heading:
    """Find the known columns. Raises MissingColumn and DoubledColumn."""
    known = {plain(name): column.key for column in columns for name in column.names}
    places: dict[str, int] = {}
    ignored: list[str] = []
    rights: list[str] = []
    for place, name in enumerate(header):
        shown = name[:80] or letter(place)
        key = known.get(plain(name))
        if key is None:
            (rights if plain(name) in RIGHTS else ignored).append(shown)
        elif key in places:
            raise DoubledColumn(first=header[places[key]][:80], second=shown)
        else:
            places[key] = place
    for column in columns:
        if column.is_key and column.key not in places:
            raise MissingColumn(column=" / ".join(column.names[:2]))
    return Heading(places, tuple(ignored), tuple(rights))

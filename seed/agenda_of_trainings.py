"""When the demo company's courses took and take place: what is told of each date, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seed.catalogue_talking import BASICS, LISTENING
from seed.catalogue_working import PIPELINE

HAMBURG, WIEN = "Hamburg", "Wien"
ROOMS = (
    (HAMBURG, "Elbe", 24),
    (HAMBURG, "Alster", 14),
    (HAMBURG, "Werkstatt", 12),
    (WIEN, "Donau", 16),
    (WIEN, "Prater", 10),
)


class Fate(StrEnum):
    """What becomes of a session, or how it stands today."""

    TAKES_PLACE = "takes_place"
    CALLED_OFF = "called_off"
    DRAFT = "draft"
    JUST_ASKED = "just_asked"  # people asked in the last two days, leads have not answered
    SEAT_CAME_FREE = "seat_came_free"  # full, begins within 72 hours, somebody could not come


@dataclass(frozen=True, slots=True)
class Run:
    """One session: `week` from this week on, `wanted` how many try to book, `surely` who does.

    `surely` names people by team and place in it; the fourth of a team has no other duty.
    `held` seats are kept for each of Marketing and Vertrieb.
    """

    course: str
    week: int
    weekday: int
    room: str
    seats: int
    wanted: int
    site: str = HAMBURG
    hour: int = 9
    minimum: int = 0
    decide_before: int = 10  # days
    meetings: int = 1
    held: int = 0
    fate: Fate = Fate.TAKES_PLACE
    teams: tuple[str, ...] = ()
    surely: tuple[tuple[str, int], ...] = ()


MARKETER = ("Digital und Kampagnen", 4)
SELLER = ("Innendienst", 4)
JOINT = (
    *("Marke und Kommunikation", "Digital und Kampagnen", "Produktmarketing"),
    *("Messen und Veranstaltungen", "Außendienst Nord", "Key Account", "Innendienst"),
)
IN_VIENNA = ("Produktmarketing", "Außendienst Süd", "Vertriebssteuerung", "Service Wien")

PAST = (
    Run(LISTENING, -20, 1, "Alster", 12, 11, surely=(MARKETER,)),
    Run("Wer macht hier was? Ein Vormittag im Haus", -15, 3, "Elbe", 12, 8),
    Run("Marketing für den Vertrieb: Woher kommen die Anfragen?", -10, 2, "Donau", 10, 9, WIEN,
        teams=IN_VIENNA[:3]),
    Run("Geschichten statt Datenblätter", -8, 1, "Alster", 10, 3, minimum=6, fate=Fate.CALLED_OFF,
        teams=JOINT, surely=(SELLER,)),
    Run(BASICS, -6, 2, "Werkstatt", 10, 11, surely=(SELLER,)),
    Run("Einen Tag in der Welt der Kunden", -5, 3, "Elbe", 16, 10),
    Run(PIPELINE, -3, 1, "Alster", 12, 9, minimum=5, teams=JOINT, surely=(MARKETER,)),
    Run("Beschwerden sind Marktforschung", -1, 2, "Prater", 10, 8, WIEN),
)  # fmt: skip
TO_COME = (
    Run("Beschwerden sind Marktforschung", 0, 2, "Werkstatt", 6, 11, fate=Fate.SEAT_CAME_FREE),
    Run(BASICS, 2, 1, "Werkstatt", 10, 9, surely=(MARKETER,)),
    Run("Marketing für den Vertrieb: Woher kommen die Anfragen?", 2, 3, "Alster", 8, 12, held=2,
        teams=JOINT, surely=(("Außendienst Nord", 4), SELLER)),
    Run("Kollegiale Beratung", 3, 2, "Elbe", 12, 3, minimum=6, decide_before=20),
    Run(LISTENING, 3, 3, "Alster", 12, 4),
    Run("Führen über Abteilungsgrenzen", 6, 1, "Elbe", 10, 5, meetings=2, fate=Fate.JUST_ASKED,
        surely=(("Digital und Kampagnen", 1), ("Außendienst Nord", 1))),
    Run("Mit Fragen führen: Coaching für Buddys und Paten", 5, 2, "Donau", 8, 4, WIEN, meetings=2,
        fate=Fate.JUST_ASKED, surely=(MARKETER, ("Innendienst", 5), ("Außendienst Nord", 5))),
    Run(LISTENING, 7, 1, "Prater", 10, 5, WIEN, teams=IN_VIENNA),
    Run("Zwischen den Fronten vermitteln", 8, 1, "Alster", 10, 0, meetings=2, minimum=5,
        fate=Fate.DRAFT),
)  # fmt: skip
# Courses without a date, and how many wait for one.
WANTED = (
    ("Einen Tag in der Welt der Kunden", 7),
    ("Menschen lesen: wer mir gegenübersitzt", 5),
    ("Wenn ein Gast ins Team kommt", 2),
)

"""How the teams of the demo company find each other, wave by wave, and what they write."""

from __future__ import annotations

USUAL_LEVEL = 66.0
MOODS = 9.0  # points by which people differ in how kindly they tick
PAIRS = (
    ("Digital und Kampagnen", "Außendienst Nord"),
    ("Digital und Kampagnen", "Innendienst"),
    ("Digital und Kampagnen", "Außendienst Süd"),
    ("Digital und Kampagnen", "Vertriebssteuerung"),
    ("Produktmarketing", "Außendienst Süd"),
    ("Produktmarketing", "Key Account"),
    ("Produktmarketing", "Produktentwicklung"),
    ("Marke und Kommunikation", "Key Account"),
    ("Marke und Kommunikation", "Außendienst Nord"),
    ("Messen und Veranstaltungen", "Außendienst Nord"),
    ("Service Hamburg", "Innendienst"),
    ("Service Hamburg", "Produktentwicklung"),
    ("Service Hamburg", "Außendienst Nord"),
    ("Service Wien", "Außendienst Süd"),
    ("Vertriebssteuerung", "Innendienst"),
    ("Key Account", "Außendienst Nord"),
)  # fmt: skip
# Points from 0 to 100 per wave; pairs that are not named stand around the usual level.
LEVELS = {
    ("Digital und Kampagnen", "Außendienst Nord"): (64, 65, 63, 42, 40, 47, 58, 66, 67),
    ("Außendienst Nord", "Digital und Kampagnen"): (62, 61, 60, 34, 33, 41, 55, 63, 65),
    ("Digital und Kampagnen", "Innendienst"): (49, 48, 50, 47, 49, 48, 47, 49, 48),
    ("Innendienst", "Digital und Kampagnen"): (41, 42, 40, 41, 39, 41, 42, 40, 41),
    ("Produktmarketing", "Key Account"): (70, 71, 72, 73, 74, 76, 77, 78, 78),
    ("Key Account", "Produktmarketing"): (66, 66, 68, 69, 71, 72, 74, 75, 76),
}
RESPONSE = {
    "": 0.82,
    "Messen und Veranstaltungen": 0.4,
    "Produktmarketing": 0.93,
    "Vertriebssteuerung": 0.96,
    "Außendienst Süd": 0.68,
    "Innendienst": 0.9,
}
KEEP = (
    "Den kurzen Anruf am Montag, bitte genau so weiter.",
    "Rückfragen werden am selben Tag beantwortet.",
    "Die gemeinsame Liste der offenen Anfragen.",
    "Dass Fehler offen angesprochen werden.",
    "Die Besuche vor Ort, sie sparen viele E-Mails.",
    "Die Unterlagen kommen vollständig und verständlich.",
    "Den Humor auch dann, wenn es eng wird.",
)
CHANGE = (
    "Anfragen bitte mit Wunschtermin weitergeben.",
    "Eine Woche früher Bescheid sagen, wenn eine Kampagne startet.",
    "Einmal im Monat gemeinsam auf die Zahlen schauen.",
    "Weniger Verteiler, mehr Ansprechpartner.",
    "Preislisten vor dem Start der Aktion abstimmen.",
    "Bei Absagen kurz den Grund nennen.",
    "Neue Broschüren vor dem Druck zeigen.",
    "Rückmeldung geben, was aus einer Anfrage geworden ist.",
    "Zuständigkeiten für Reklamationen klar festhalten.",
)

"""Sites, departments, teams and skills of the demo company, as data."""

from __future__ import annotations

from dataclasses import dataclass

from app.people.models import Side

COMPANY = "Kranich Pumpen"
MAIL_DOMAIN = "kranich-pumpen.example"


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site to make."""

    name: str
    zone: str
    country: str
    subdivision: str


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team to make: how many people, how many must stay, what they can do."""

    name: str
    department: str
    site: str
    people: int
    minimum: int
    guests: int
    skills: tuple[str, ...]
    titles: tuple[str, ...]
    purpose: str


SITES = (
    SitePlan("Hamburg", "Europe/Berlin", "DE", "HH"),
    SitePlan("Wien", "Europe/Vienna", "AT", "9"),
)
DEPARTMENTS = (
    ("Marketing", Side.MARKETING),
    ("Vertrieb", Side.SALES),
    ("Kundenservice", Side.OTHER),
    ("Entwicklung", Side.OTHER),
    ("Zentrale Dienste", Side.OTHER),
)
TEAMS = (
    TeamPlan("Marke und Kommunikation", "Marketing", "Hamburg", 9, 5, 2,
             ("Texten", "Gestaltung", "Pressearbeit", "Englisch"),
             ("Brand Managerin", "Texter", "Grafikerin", "Pressereferent"),
             "Wie Kranich klingt und aussieht, von der Pressemitteilung bis zur Broschüre."),
    TeamPlan("Digital und Kampagnen", "Marketing", "Hamburg", 10, 6, 2,
             ("Kampagnenplanung", "Webanalyse", "Newsletter", "Texten"),
             ("Kampagnenmanager", "SEO-Managerin", "CRM-Referentin", "Webredakteur"),
             "Kampagnen, Website und Newsletter: bringt Anfragen, mit denen der Vertrieb arbeitet."),
    TeamPlan("Produktmarketing", "Marketing", "Wien", 8, 5, 2,
             ("Marktanalyse", "Preisgestaltung", "Produktkenntnis", "Präsentation"),
             ("Produktmanagerin", "Marktanalyst", "Product Marketing Manager"),
             "Übersetzt, was eine Pumpe kann, in das, was sie einem Kunden bringt."),
    TeamPlan("Messen und Veranstaltungen", "Marketing", "Hamburg", 6, 4, 1,
             ("Veranstaltungsplanung", "Präsentation", "Einkauf", "Englisch"),
             ("Eventmanagerin", "Messekoordinator"),
             "Von der Hannover Messe bis zum Werkstattgespräch beim Händler."),
    TeamPlan("Außendienst Nord", "Vertrieb", "Hamburg", 13, 9, 2,
             ("Kundengespräch", "Verhandlung", "Produktkenntnis", "Führerschein"),
             ("Gebietsverkaufsleiter", "Außendienstmitarbeiterin", "Junior Sales Manager"),
             "Besucht Stadtwerke, Industrie und Händler zwischen Flensburg und Hannover."),
    TeamPlan("Außendienst Süd", "Vertrieb", "Wien", 12, 8, 2,
             ("Kundengespräch", "Verhandlung", "Produktkenntnis", "Führerschein"),
             ("Gebietsverkaufsleiterin", "Außendienstmitarbeiter", "Junior Sales Managerin"),
             "Betreut Kunden in Österreich, Bayern und der Schweiz."),
    TeamPlan("Key Account", "Vertrieb", "Hamburg", 9, 6, 2,
             ("Verhandlung", "Vertragsrecht", "Englisch", "Präsentation"),
             ("Key Account Managerin", "Angebotsmanager"),
             "Die zwanzig größten Kunden, mit Rahmenverträgen und Jahresgesprächen."),
    TeamPlan("Innendienst", "Vertrieb", "Hamburg", 11, 7, 2,
             ("Angebotserstellung", "CRM", "Kundengespräch", "Produktkenntnis"),
             ("Sachbearbeiterin Innendienst", "Angebotskalkulator"),
             "Angebote, Aufträge und die erste Stimme am Telefon."),
    TeamPlan("Vertriebssteuerung", "Vertrieb", "Wien", 6, 3, 1,
             ("CRM", "Datenanalyse", "Preisgestaltung"),
             ("Vertriebscontroller", "CRM-Analystin"),
             "Zahlen, Ziele und das CRM, auf das sich alle verlassen."),
    TeamPlan("Service Hamburg", "Kundenservice", "Hamburg", 11, 8, 2,
             ("Kundengespräch", "Technik", "Produktkenntnis", "Beschwerdemanagement"),
             ("Servicetechniker", "Serviceberaterin"),
             "Hilft, wenn eine Pumpe steht, und weiß, warum sie stand."),
    TeamPlan("Service Wien", "Kundenservice", "Wien", 8, 6, 1,
             ("Kundengespräch", "Technik", "Beschwerdemanagement"),
             ("Servicetechnikerin", "Serviceberater"),
             "Service für Österreich und die Schweiz."),
    TeamPlan("Produktentwicklung", "Entwicklung", "Hamburg", 10, 6, 2,
             ("Technik", "Produktkenntnis", "Datenanalyse", "Englisch"),
             ("Entwicklungsingenieurin", "Konstrukteur", "Versuchstechniker"),
             "Konstruiert, prüft und verbessert die Baureihen."),
    TeamPlan("Personal", "Zentrale Dienste", "Hamburg", 5, 3, 1,
             ("Moderation", "Arbeitsrecht", "Englisch"),
             ("Personalreferentin", "Personalentwickler"),
             "Betreut Menschen und das Rotationsprogramm."),
    TeamPlan("Finanzen", "Zentrale Dienste", "Hamburg", 5, 4, 1,
             ("Datenanalyse", "Vertragsrecht", "Englisch"),
             ("Controllerin", "Buchhalter"),
             "Abschlüsse, Budgets und die Frage, was sich gelohnt hat."),
)  # fmt: skip
MORE_SKILLS = ("Französisch", "Polnisch", "Fotografie", "Moderation")

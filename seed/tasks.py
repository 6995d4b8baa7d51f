"""What host teams offer in the demo company: title, task, learning, required and welcome skills."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of placement; `blocks` is its length, `share` the percentage of working time."""

    title: str
    task: str
    learning: str
    blocks: int
    required: tuple[str, ...] = ()
    welcome: tuple[str, ...] = ()
    share: int = 100
    remote_ok: bool = False
    seats: int = 1


TASKS: dict[str, tuple[Task, ...]] = {
    "Marke und Kommunikation": (
        Task("Anwenderberichte mit Kunden schreiben",
             "Sie führen mit drei Kunden Gespräche und schreiben daraus Anwenderberichte, die der Vertrieb"
             " im Erstgespräch zeigt.",
             "Wie aus einem Kundengespräch ein Text wird und wer ihn freigibt.", 2, (), ("Texten",)),
        Task("Broschüre Baureihe K7 überarbeiten",
             "Sie prüfen die K7-Broschüre mit dem Blick der Kunden und streichen, was niemand liest.",
             "Markenregeln, Freigaben, Druckvorlauf.", 1, (), ("Gestaltung",), 100, True),
    ),
    "Digital und Kampagnen": (
        Task("Anfragen aus der Kampagne nachverfolgen",
             "Sie begleiten eine Kampagne vom ersten Klick bis zum Angebot und finden heraus, wo Anfragen"
             " verloren gehen.",
             "Kampagnenaufbau, Webanalyse, was eine gute Anfrage ausmacht.", 2, (), ("CRM", "Webanalyse"),
             100, False, 2),
        Task("Newsletter für Planungsbüros aufbauen",
             "Sie entwickeln mit der CRM-Referentin einen Newsletter, den Planer wirklich öffnen.",
             "Segmente, Betreffzeilen, Auswertung.", 1, (), ("Texten",), 60, True),
    ),
    "Produktmarketing": (
        Task("Wettbewerbsvergleich aus Kundensicht",
             "Sie vergleichen unsere Baureihen mit denen dreier Wettbewerber, so wie ein Einkäufer es täte.",
             "Marktanalyse, Nutzenargumente, Preisgestaltung.", 2, (), ("Kundengespräch", "Verhandlung")),
        Task("Verkaufsunterlagen mit dem Vertrieb testen",
             "Sie gehen mit zehn Kolleginnen und Kollegen durch, welche Folien sie zeigen und welche nicht.",
             "Wie Produktmarketing entscheidet, was in die Unterlagen kommt.", 1, (), ("Präsentation",), 50,
             True),
    ),
    "Messen und Veranstaltungen": (
        Task("Standgespräche auf der Fachmesse auswerten",
             "Sie sind auf einer Messe dabei, führen Standgespräche und sorgen dafür, dass jede Anfrage"
             " binnen zwei Tagen beim Vertrieb ist.",
             "Messeplanung, Gesprächsführung, Nachbereitung.", 1, (), ("Kundengespräch", "Englisch")),
    ),
    "Außendienst Nord": (
        Task("Gebiet Schleswig-Holstein mitreisen",
             "Sie fahren zu Kunden mit, bereiten Besuche vor und schreiben danach auf, was Marketing wissen"
             " sollte.",
             "Wie ein Kundenbesuch wirklich abläuft, welche Fragen Kunden stellen.", 2, ("Führerschein",), (),
             100, False, 2),
        Task("Neukunden im Hafen gewinnen",
             "Sie sprechen mit Betrieben im Hafen, die wir noch nicht kennen, und sammeln Einwände.",
             "Erstgespräch, Einwände, Bedarf erkennen.", 1, (), ("Texten", "Präsentation")),
    ),
    "Außendienst Süd": (
        Task("Händlerbesuche in Oberösterreich",
             "Sie begleiten die Betreuung von Händlern und prüfen, welches Material im Regal steht.",
             "Händlergeschäft, Konditionen, Verkaufshilfen.", 2, ("Führerschein",), ("Fotografie",)),
        Task("Angebotsgespräche in der Schweiz vorbereiten",
             "Sie bereiten Gespräche bei Schweizer Kunden vor und fahren zu zweien mit.",
             "Preisverhandlung, Landesbesonderheiten.", 1, (), ("Französisch", "Preisgestaltung")),
    ),
    "Key Account": (
        Task("Jahresgespräch eines Großkunden vorbereiten",
             "Sie stellen für einen Großkunden zusammen, was im letzten Jahr gut lief und was nicht.",
             "Rahmenverträge, Kundenplan, interne Abstimmung.", 2, ("Englisch",), ("Datenanalyse",)),
    ),
    "Innendienst": (
        Task("Anfragen am Telefon annehmen",
             "Sie nehmen Anfragen an, qualifizieren sie und erleben, was Kunden vor dem Angebot wissen"
             " wollen.",
             "Bedarf klären, Angebotserstellung, CRM.", 1, (), ("Kundengespräch",), 100, False, 2),
        Task("Angebotsvorlagen vereinfachen",
             "Sie überarbeiten die fünf häufigsten Angebotsvorlagen mit dem Team.",
             "Kalkulation, Freigaben, Sprache der Kunden.", 2, (), ("Texten",), 80, True),
    ),
    "Vertriebssteuerung": (
        Task("Eine gemeinsame Definition der Anfrage",
             "Sie klären mit Marketing und Vertrieb, ab wann eine Anfrage eine Anfrage ist, und bauen den"
             " Bericht dazu.",
             "CRM-Auswertung, Kennzahlen, Moderation zwischen zwei Seiten.", 2, (), ("Datenanalyse", "CRM")),
    ),
    "Service Hamburg": (
        Task("Reklamationen begleiten",
             "Sie begleiten Reklamationen vom Anruf bis zur Lösung und sammeln, was der Vertrieb versprochen"
             " hatte.",
             "Beschwerdemanagement, Technik im Feld.", 1, (), ("Technik",)),
    ),
    "Service Wien": (
        Task("Serviceeinsätze in Niederösterreich",
             "Sie fahren mit zu Serviceeinsätzen und halten fest, welche Unterlagen vor Ort fehlten.",
             "Arbeit beim Kunden, Sicherheit, Dokumentation.", 1, ("Führerschein",), ("Technik",)),
    ),
    "Produktentwicklung": (
        Task("Kundenstimmen in das Lastenheft",
             "Sie bringen Rückmeldungen aus Vertrieb und Service in das Lastenheft der nächsten Baureihe.",
             "Wie Anforderungen entstehen und warum manche abgelehnt werden.", 2, ("Produktkenntnis",),
             ("Kundengespräch",)),
    ),
}  # fmt: skip
MOTIVATIONS = (
    "Ich möchte verstehen, warum unsere Anfragen beim Vertrieb so unterschiedlich ankommen.",
    "Nach vier Jahren im gleichen Team möchte ich einmal die andere Seite sehen.",
    "Ich habe oft mit dem Team zu tun und kenne doch kaum jemanden dort.",
    "Mir fehlt der direkte Kontakt zu Kunden. Den möchte ich nachholen.",
    "Ich will wissen, wie Entscheidungen dort fallen, damit wir besser zuarbeiten können.",
    "",
)
LEARNED = (
    "Die Gespräche dauern länger, als wir im Büro denken, und am Ende zählt oft eine einzige Frage.",
    "Viele unserer Unterlagen werden nie gezeigt. Zwei davon aber in jedem Gespräch.",
    "Ein Angebot braucht fünf Freigaben. Das wusste ich nicht, und es erklärt vieles.",
    "Es hat gutgetan, die Menschen hinter den E-Mails zu kennen.",
)
INSIGHTS = (
    "Anfragen brauchen ein Feld für den Wunschtermin; heute rufen wir jeden Kunden noch einmal an.",
    "Die Preisliste sollte vor der Kampagne beim Innendienst sein, nicht danach.",
    "Messekontakte gehören noch am selben Tag ins CRM.",
    "Der Vertrieb sollte neue Broschüren vor dem Druck sehen.",
    "Reklamationen wegen falscher Auslegung sollten monatlich an das Produktmarketing gehen.",
    "Eine Liste der zehn häufigsten Einwände würde jedem Kampagnentext helfen.",
    "Kundenbesuche brauchen eine halbe Seite Vorbereitung, die auch Marketing lesen kann.",
    "Rückfragen zum Angebot sollten an eine Person gehen, nicht an einen Verteiler.",
)
BUDDY_NOTES = (
    "Läuft gut, erste eigene Gespräche geführt.",
    "Zugang zum CRM fehlt noch.",
    "Alles klar.",
)
SHEET = {
    "accounts": "CRM und Laufwerk sind beantragt; die IT schaltet sie zwei Tage vor dem Beginn frei.",
    "desk": "Arbeitsplatz im Teambereich, Telefon ist umgeleitet.",
    "cost_centre": "Bleibt bei der Heimatabteilung",
    "leave_granted_by": "Heimatleitung, nach Absprache mit dem Gastteam",
    "appraised_by": "Heimatleitung; der Einsatz fließt nicht in die Beurteilung ein",
    "confidentiality": "Preise und Kundenlisten bleiben im Gastteam.",
    "customer_handover": "Laufende Vorgänge sind an die Vertretung übergeben.",
    "commission_rule": "Provision wie im Durchschnitt der letzten sechs Monate.",
    "first_day": "9:00 Uhr am Empfang; der Buddy holt Sie ab.",
}
GOALS = (
    "Einen Vorgang vom Anfang bis zum Ende begleiten",
    "Die drei häufigsten Missverständnisse zwischen beiden Teams aufschreiben",
    "Einen eigenen Vorschlag im Gastteam vorstellen",
)

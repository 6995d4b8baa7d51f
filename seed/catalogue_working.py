"""Courses about what the two sides do: customers, each other's craft, leading."""

from __future__ import annotations

from app.gatherings.models import Topic
from seed.catalogue import CoursePlan, Words

BOTH = ("Marketing", "Vertrieb")
PIPELINE = "Vertrieb verstehen: vom Kontakt zum Auftrag"

WORKING = (
    CoursePlan(
        Topic.CUSTOMER_ORIENTATION,
        420,
        Words(
            "Einen Tag in der Welt der Kunden",
            "Was passiert bei einem Stadtwerk, wenn nachts um drei eine Pumpe steht? Ein Tag mit Gästen aus drei"
            " Kundenunternehmen und vielen Fragen.",
            (
                "Den Kaufweg eines Kunden mit seinen eigenen Worten beschreiben",
                "Erkennen, an welcher Stelle Kunden auf uns warten",
                "Drei Annahmen über Kunden an der Wirklichkeit prüfen",
            ),
            "In Gruppen aus Marketing, Vertrieb und Service zeichnen Sie die Reise eines Gastunternehmens von der Suche"
            " bis zur Wartung. An jeder Stelle steht, wer bei uns zuständig ist. Zwei Lücken werden mit Namen und Termin"
            " vergeben; nach acht Wochen schreibt die Gruppe dem Gast, was sich geändert hat.",
        ),
        Words(
            "A day in the customers' world",
            "What happens at a public utility when a pump stops at three in the morning? A day with guests from three"
            " customers and many questions.",
            (
                "Describe a customer's way of buying in their own words",
                "See where customers wait for us",
                "Check three assumptions about customers against reality",
            ),
            "In groups of marketing, sales and service you draw the journey of one guest company from searching to"
            " maintenance. Every point names who is responsible on our side. Two gaps are given to named people with a"
            " date; after eight weeks the group writes to the guest what has changed.",
        ),
    ),
    CoursePlan(
        Topic.CUSTOMER_ORIENTATION,
        240,
        Words(
            "Beschwerden sind Marktforschung",
            "Der Service hört jeden Tag, was im Prospekt falsch steht. Sie lernen, aus Beschwerden Erkenntnisse zu"
            " machen, mit denen andere arbeiten können.",
            (
                "Eine Beschwerde annehmen, ohne vorschnell zu versprechen",
                "Einzelfall und Muster auseinanderhalten",
                "Eine Erkenntnis so aufschreiben, dass Marketing und Entwicklung sie nutzen",
            ),
            "Der Service bringt die zwanzig häufigsten Beschwerden des Quartals mit. Gemischte Gruppen ordnen sie danach,"
            " wer sie hätte verhindern können: Versprechen, Beratung oder Produkt. Zu den drei größten formulieren Sie"
            " gemeinsam eine Änderung in Text, Leitfaden oder Schulung.",
        ),
        Words(
            "Complaints are market research",
            "Service hears every day what is wrong in the brochure. You learn to turn complaints into insights that"
            " others can work with.",
            (
                "Take a complaint without promising too soon",
                "Tell single cases from patterns",
                "Write down an insight so that marketing and development use it",
            ),
            "Service brings the quarter's twenty most frequent complaints. Mixed groups sort them by who could have"
            " prevented them: promise, advice or product. For the three biggest you word a change together, in text,"
            " guide or training.",
        ),
    ),
    CoursePlan(
        Topic.MARKETING_FOR_SALES,
        360,
        Words(
            "Marketing für den Vertrieb: Woher kommen die Anfragen?",
            "Was ein Kontakt kostet, warum manche Kampagnen leise sind und wie Sie Marketing so informieren, dass die"
            " nächste Anfrage besser passt.",
            (
                "Die Stufen vom Klick zur qualifizierten Anfrage kennen",
                "Eine Kampagnenauswertung lesen und eine gute Frage dazu stellen",
                "Rückmeldung zu Anfragen geben, die sich auswerten lässt",
            ),
            "Sie gehen zu zweit, Vertrieb und Marketing, zehn Anfragen der letzten Kampagne durch: Was wussten wir, was"
            " hätten wir wissen müssen, was wurde daraus? Daraus schreiben Sie eine gemeinsame Definition der guten"
            " Anfrage auf eine halbe Seite. Sie gilt ab dem nächsten Monat für beide Teams.",
        ),
        Words(
            "Marketing for sales: where do enquiries come from?",
            "What a contact costs, why some campaigns are quiet, and how to inform marketing so that the next enquiry"
            " fits better.",
            (
                "Know the stages from a click to a qualified enquiry",
                "Read a campaign report and ask a good question about it",
                "Give feedback on enquiries that can be evaluated",
            ),
            "In pairs of sales and marketing you go through ten enquiries of the last campaign: what did we know, what"
            " should we have known, what became of it? From this you write a shared definition of a good enquiry on half"
            " a page. It holds for both teams from the next month on.",
        ),
        departments=BOTH,
    ),
    CoursePlan(
        Topic.MARKETING_FOR_SALES,
        180,
        Words(
            "Geschichten statt Datenblätter",
            "Wie aus einem gelösten Kundenproblem ein Anwenderbericht wird, den man im Erstgespräch gern zeigt.",
            (
                "Im eigenen Gebiet eine erzählenswerte Geschichte erkennen",
                "Ein Kundeninterview von zwanzig Minuten führen",
                "Eine Geschichte in drei Sätzen mündlich erzählen",
            ),
            "Jede Vertriebsperson bringt einen Kundenfall mit, jede Marketingperson ein leeres Blatt. Nach drei Stunden"
            " gibt es je Paar einen freigabefähigen Bericht von einer Seite und eine Version für dreißig Sekunden am"
            " Messestand. Beide probieren sie im nächsten Gespräch aus und berichten einander.",
        ),
        Words(
            "Stories instead of data sheets",
            "How a solved customer problem becomes a case study that people like to show in a first talk.",
            (
                "Spot a story worth telling in your own territory",
                "Lead a twenty-minute customer interview",
                "Tell a story in three sentences",
            ),
            "Each sales person brings a customer case, each marketing person an empty page. After three hours every pair"
            " has a one-page report ready for release and a thirty-second version for the trade-fair stand. Both try it"
            " in their next talk and report to each other.",
        ),
        departments=BOTH,
    ),
    CoursePlan(
        Topic.SALES_FOR_MARKETING,
        360,
        Words(
            PIPELINE,
            "Für Marketing: wie ein Angebot entsteht, was ein Jahresgespräch ist und warum der Vertrieb im März keine"
            " Zeit für Umfragen hat.",
            (
                "Die Schritte vom Erstkontakt bis zum Auftrag im CRM wiederfinden",
                "Verstehen, welche Unterlagen in welchem Gespräch gebraucht werden",
                "Einen Termin so planen, dass er in den Takt des Vertriebs passt",
            ),
            "Sie begleiten im Kurs ein echtes Angebot rückwärts: vom unterschriebenen Auftrag bis zur ersten Anzeige."
            " Vertrieb erzählt, wo es fast gescheitert wäre; Marketing hält fest, welche Unterlage gefehlt hat. Die"
            " Gruppe baut eine davon noch am selben Tag und der Außendienst nimmt sie mit.",
        ),
        Words(
            "Understanding sales: from contact to order",
            "For marketing: how an offer comes about, what an annual talk is, and why sales has no time for surveys in"
            " March.",
            (
                "Find the steps from first contact to order in the CRM",
                "Understand which material is needed in which talk",
                "Plan a meeting so that it fits the rhythm of sales",
            ),
            "In the course you follow a real offer backwards, from the signed order to the first advertisement. Sales"
            " tells where it nearly failed; marketing notes which material was missing. The group builds one of these"
            " on the same day, and the field takes it along.",
        ),
        departments=BOTH,
    ),
    CoursePlan(
        Topic.SALES_FOR_MARKETING,
        120,
        Words(
            "Einwände sammeln, Antworten bauen",
            "Zwei Stunden, in denen der Außendienst die häufigsten Einwände mitbringt und niemand sie schönredet.",
            (
                "Einwand, Vorwand und Frage unterscheiden",
                "Zu einem Einwand einen belegten Satz formulieren",
            ),
            "Zu jedem der acht häufigsten Einwände arbeiten eine Vertriebs- und eine Marketingperson eine Antwort mit"
            " Beleg aus und spielen sie vor. Die anderen stimmen ab, ob sie sie benutzen würden. Was durchfällt, wird"
            " einmal überarbeitet; was besteht, steht am nächsten Tag in der Vertriebsmappe.",
        ),
        Words(
            "Collect objections, build answers",
            "Two hours in which the field brings the most frequent objections and nobody talks them away.",
            (
                "Tell objection, pretext and question apart",
                "Word a sentence with evidence for an objection",
            ),
            "For each of the eight most frequent objections one person from sales and one from marketing work out an"
            " answer with evidence and act it out. The others vote whether they would use it. What fails is revised"
            " once; what passes is in the sales folder on the next day.",
        ),
        departments=BOTH,
        requires=(PIPELINE,),
    ),
    CoursePlan(
        Topic.LEADERSHIP,
        960,
        Words(
            "Führen über Abteilungsgrenzen",
            "Für Leitungen und Stellvertretungen: wie man Menschen gewinnt, denen man nichts zu sagen hat, und warum das"
            " eigene Team dem Beispiel folgt.",
            (
                "Gemeinsame Ziele zweier Teams so fassen, dass beide sie messen",
                "Ein Treffen zweier Teams leiten, in dem entschieden wird",
                "Das eigene Team für ein halbes Jahr Rotation stark machen",
            ),
            "Jedes Führungspaar aus Marketing und Vertrieb vereinbart eine gemeinsame Kennzahl mit einer Definition, zwei"
            " Verantwortlichen und einem Termin zur Überprüfung. Zwischen den Terminen sprechen beide Teams darüber, ohne"
            " die Leitung. Im zweiten Termin entscheiden Sie, was davon gilt.",
        ),
        Words(
            "Leading across departments",
            "For leads and deputies: how to win people you cannot give orders to, and why your own team follows the"
            " example.",
            (
                "Word shared goals of two teams so that both measure them",
                "Lead a meeting of two teams in which decisions are taken",
                "Prepare your own team for half a year of rotation",
            ),
            "Each pair of leads from marketing and sales agrees on one shared figure with a definition, two owners and a"
            " date for review. Between the meetings both teams talk about it without their leads. In the second meeting"
            " you decide what of it holds.",
        ),
        needs_approval=True,
    ),
    CoursePlan(
        Topic.LEADERSHIP,
        180,
        Words(
            "Wenn ein Gast ins Team kommt",
            "Kurz und praktisch für alle Leitungen, die eine Rotation aufnehmen: Zugänge, Aufgabe, Buddy, erstes und"
            " letztes Gespräch.",
            (
                "Eine Aufgabe zuschneiden, die in vier Wochen fertig wird",
                "Das eigene Team auf einen Gast vorbereiten",
                "Ein Abschlussgespräch führen, aus dem etwas folgt",
            ),
            "Je eine Leitung aus dem gastgebenden und aus dem abgebenden Team füllen gemeinsam das Einsatzblatt einer"
            " bevorstehenden Rotation aus, bis keine Zeile mehr offen ist. Wo sie sich nicht einig sind, etwa bei Provision"
            " oder Urlaub, entscheiden sie im Kurs oder schreiben auf, wer es bis wann entscheidet.",
        ),
        Words(
            "When a guest joins your team",
            "Short and practical for all leads who take in a rotation: accounts, task, buddy, first and last talk.",
            (
                "Cut a task that can be finished in four weeks",
                "Prepare your own team for a guest",
                "Lead a closing talk that something follows from",
            ),
            "A lead of the host team and one of the home team fill in the sheet of a coming rotation together until no"
            " line is open. Where they disagree, such as on commission or leave, they decide during the course or write"
            " down who decides it by when.",
        ),
        validity_months=24,
    ),
)

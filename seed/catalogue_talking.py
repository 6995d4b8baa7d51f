"""Courses about how people talk to each other: conflict, listening, knowing people, coaching."""

from __future__ import annotations

from app.gatherings.models import Topic
from seed.catalogue import CoursePlan, Words

LISTENING = "Aktiv zuhören: erst verstehen, dann antworten"
BASICS = "Konflikte früh ansprechen"

TALKING = (
    CoursePlan(
        Topic.CONFLICT_MANAGEMENT,
        420,
        Words(
            BASICS,
            "Die meisten Konflikte zwischen Marketing und Vertrieb beginnen als Missverständnis über Zahlen."
            " Sie lernen, sie anzusprechen, solange sie klein sind.",
            (
                "Beobachtung und Bewertung trennen, bevor das Gespräch beginnt",
                "Ein Anliegen in drei Sätzen vorbringen, ohne anzugreifen",
                "Zwischen Streit um die Sache und Streit zwischen Personen unterscheiden",
                "Wissen, wann Sie jemanden Dritten hinzuholen",
            ),
            "Zu zweit, je eine Person aus Marketing und Vertrieb, nehmen Sie einen Streitpunkt der letzten vier"
            " Wochen, zum Beispiel liegen gebliebene Messekontakte. Jede Seite schreibt die Sicht der anderen auf,"
            " bis diese sagt: „Ja, genau so.“ Danach vereinbaren Sie eine Änderung, die beide binnen zwei Wochen"
            " ausprobieren, und tragen sie als Vereinbarung ein.",
        ),
        Words(
            "Addressing conflict early",
            "Most conflicts between marketing and sales begin as a misunderstanding about numbers."
            " You learn to raise them while they are small.",
            (
                "Separate what you saw from what you make of it before the talk begins",
                "State a concern in three sentences without attacking",
                "Tell disagreement on substance from conflict between people",
                "Know when to bring in somebody else",
            ),
            "In pairs, one person from marketing and one from sales, you take a dispute of the last four weeks, such"
            " as trade-fair contacts nobody followed up. Each side writes down the other's view until they say: “Yes,"
            " exactly.” Then you agree on one change that both try for two weeks, and record it as an agreement.",
        ),
    ),
    CoursePlan(
        Topic.CONFLICT_MANAGEMENT,
        960,
        Words(
            "Zwischen den Fronten vermitteln",
            "Für alle, die zwischen zwei Teams stehen: Sie führen ein Klärungsgespräch, in dem beide Seiten das"
            " Gesicht wahren und am Ende etwas Verbindliches steht.",
            (
                "Ein Klärungsgespräch vorbereiten: Auftrag, Grenzen, Vertraulichkeit",
                "Die fünf Schritte vom Vorwurf zur Vereinbarung leiten",
                "Mit starken Gefühlen im Raum umgehen",
                "Erkennen, wann eine Vermittlung nicht das richtige Mittel ist",
            ),
            "Zwischen den beiden Terminen vermitteln Sie, begleitet von einer Person der anderen Seite, in einem echten"
            " Fall aus Ihrem Umfeld, dem beide Teams zugestimmt haben. Im zweiten Termin stellen Sie gemeinsam vor, was"
            " die Teams vereinbart haben und woran sie nach sechs Wochen merken, dass es hält.",
        ),
        Words(
            "Mediating between two sides",
            "For everybody who stands between two teams: you lead a clarifying talk in which both sides save face and"
            " something binding comes out.",
            (
                "Prepare a clarifying talk: mandate, limits, confidentiality",
                "Lead the five steps from reproach to agreement",
                "Handle strong feelings in the room",
                "See when mediation is not the right means",
            ),
            "Between the two meetings you mediate, together with a person from the other side, in a real case near you"
            " to which both teams have agreed. In the second meeting you present together what the teams agreed on and"
            " how they will notice after six weeks that it holds.",
        ),
        validity_months=36,
        needs_approval=True,
        requires=(BASICS,),
    ),
    CoursePlan(
        Topic.ACTIVE_LISTENING,
        240,
        Words(
            LISTENING,
            "Ein halber Tag mit vielen kurzen Übungen: nachfragen, zusammenfassen, Pausen aushalten. Was Kunden und"
            " Kolleginnen wirklich meinen, steht selten im ersten Satz.",
            (
                "Offene Fragen stellen, die das Gespräch nicht lenken",
                "Gehörtes so zusammenfassen, dass Ihr Gegenüber zustimmt",
                "Unausgesprochene Erwartungen erkennen und ansprechen",
            ),
            "Zu dritt hören Sie ein echtes, freigegebenes Kundengespräch aus dem Innendienst. Marketing notiert die"
            " Worte der Kundin, Vertrieb ihre Bedenken, die dritte Person das, was niemand gefragt hat. Aus den drei"
            " Notizen entsteht ein neuer Absatz für die Produktseite und eine neue Frage für den Gesprächsleitfaden.",
        ),
        Words(
            "Active listening: understand first, then answer",
            "Half a day with many short exercises: asking back, summing up, bearing silence. What customers and"
            " colleagues really mean is seldom in the first sentence.",
            (
                "Ask open questions that do not steer the talk",
                "Sum up what you heard so that the other person agrees",
                "Notice unspoken expectations and raise them",
            ),
            "In threes you listen to a real, released customer call of the inside sales team. Marketing notes the"
            " customer's words, sales her doubts, the third person what nobody asked. From the three notes you write a"
            " new paragraph for the product page and a new question for the call guide.",
        ),
    ),
    CoursePlan(
        Topic.ACTIVE_LISTENING,
        180,
        Words(
            "Rückmeldungen, die ankommen",
            "Wie man sagt, was an einem Entwurf oder einem Angebot nicht funktioniert, ohne dass die andere Seite"
            " dichtmacht. Und wie man es annimmt.",
            (
                "Rückmeldung zu einer Arbeit geben, nicht zu einer Person",
                "Erst fragen, wozu etwas dienen soll, dann beurteilen",
                "Rückmeldung annehmen, ohne sich zu rechtfertigen",
            ),
            "Jede Person bringt ein Stück Arbeit mit, das die andere Seite benutzt: eine Verkaufsunterlage, einen"
            " Besuchsbericht, eine Kampagnenseite. Sie tauschen paarweise, geben nach der geübten Form Rückmeldung und"
            " überarbeiten ein Stück noch im Kurs. Zwei Wochen später sagen Sie einander, ob es benutzt wurde.",
        ),
        Words(
            "Feedback that gets through",
            "How to say what does not work about a draft or an offer without the other side shutting down. And how to"
            " take it.",
            (
                "Give feedback on a piece of work, not on a person",
                "Ask first what something is for, then judge it",
                "Take feedback without defending yourself",
            ),
            "Everybody brings a piece of work that the other side uses: a sales deck, a visit report, a campaign page."
            " You swap in pairs, give feedback in the form you practised, and revise one piece during the course. Two"
            " weeks later you tell each other whether it was used.",
        ),
        requires=(LISTENING,),
    ),
    CoursePlan(
        Topic.KNOWING_PEOPLE,
        420,
        Words(
            "Menschen lesen: wer mir gegenübersitzt",
            "Nicht Schubladen, sondern Aufmerksamkeit: wie unterschiedlich Menschen entscheiden, was sie unter Druck"
            " brauchen und warum die Kollegin auf E-Mails nicht reagiert.",
            (
                "Eigene Vorlieben in Gespräch, Tempo und Genauigkeit kennen",
                "An Verhalten erkennen, was jemand gerade braucht",
                "Ein Gespräch auf ein anderes Gegenüber einstellen, ohne sich zu verstellen",
            ),
            "Marketing und Vertrieb beschreiben gemeinsam drei Menschen, die in Ihren Kundenunternehmen entscheiden:"
            " Einkauf, Technik, Geschäftsführung. Der Vertrieb bringt Begegnungen mit, das Marketing die Daten. Am Ende"
            " steht je eine Seite, die ab dem nächsten Tag für Kampagnen und Besuche gilt.",
        ),
        Words(
            "Reading people: who sits across from me",
            "Not pigeonholes but attention: how differently people decide, what they need under pressure, and why your"
            " colleague does not react to e-mail.",
            (
                "Know your own preferences in talk, pace and precision",
                "Tell from behaviour what somebody needs right now",
                "Adjust a talk to another person without pretending",
            ),
            "Marketing and sales together describe three people who decide in your customers' companies: purchasing,"
            " engineering, management. Sales brings encounters, marketing brings data. In the end there is one page on"
            " each, valid for campaigns and visits from the next day.",
        ),
    ),
    CoursePlan(
        Topic.KNOWING_PEOPLE,
        120,
        Words(
            "Wer macht hier was? Ein Vormittag im Haus",
            "Für neue Leute und für alle, die nach Jahren immer noch fragen, wen sie anrufen müssen. Zwei Stunden, vier"
            " Stationen, kein Vortrag.",
            (
                "Für fünf häufige Fragen die richtige Ansprechperson kennen",
                "Verstehen, woran die anderen Teams gemessen werden",
            ),
            "In gemischten Zweierteams verfolgen Sie eine echte Kundenanfrage von der Website bis zum Serviceeinsatz"
            " durchs Haus. An jeder Station notieren Sie, was diese Abteilung von der vorherigen gebraucht hätte. Die"
            " häufigste Lücke wird am selben Tag einer zuständigen Person übergeben.",
        ),
        Words(
            "Who does what here? A morning around the house",
            "For newcomers and for everybody who still asks whom to call after years. Two hours, four stops, no talk.",
            (
                "Know the right contact for five frequent questions",
                "Understand what the other teams are measured by",
            ),
            "In mixed pairs you follow a real customer enquiry through the house, from the website to the service"
            " visit. At every stop you note what this department would have needed from the one before. The most"
            " frequent gap is handed to somebody responsible on the same day.",
        ),
    ),
    CoursePlan(
        Topic.COACHING,
        480,
        Words(
            "Kollegiale Beratung",
            "Sechs Menschen, ein Fall, fünfzig Minuten: eine feste Form, in der Teams sich selbst helfen. Nach dem Kurs"
            " können Sie eine Runde leiten.",
            (
                "Die sechs Phasen anleiten und die Zeit halten",
                "Fragen stellen, statt Ratschläge zu geben",
                "Eine Beratungsgruppe über Abteilungen hinweg gründen",
            ),
            "Sie gründen noch im Kurs Gruppen aus mindestens drei Abteilungen und vereinbaren vier Treffen. Die ersten"
            " beiden Fälle kommen aus der Zusammenarbeit: einer aus einem Marketing-, einer aus einem Vertriebsteam."
            " Nach dem dritten Treffen berichtet jede Gruppe, was sie im Alltag geändert hat.",
        ),
        Words(
            "Peer consulting",
            "Six people, one case, fifty minutes: a fixed form in which teams help themselves. After the course you can"
            " lead a round.",
            (
                "Lead the six phases and keep the time",
                "Ask questions instead of giving advice",
                "Found a consulting group across departments",
            ),
            "During the course you form groups from at least three departments and agree on four meetings. The first two"
            " cases come from working together: one from a marketing team, one from a sales team. After the third"
            " meeting each group reports what it has changed in daily work.",
        ),
    ),
    CoursePlan(
        Topic.COACHING,
        720,
        Words(
            "Mit Fragen führen: Coaching für Buddys und Paten",
            "Wer Gäste aus anderen Teams begleitet, braucht keine Antworten, sondern gute Fragen. Zwei Tage mit"
            " Übungsgesprächen und Rückmeldung.",
            (
                "Ein Lernziel so vereinbaren, dass man sein Erreichen sieht",
                "Ein Begleitgespräch von zwanzig Minuten führen",
                "Rückschläge besprechen, ohne zu bewerten",
            ),
            "Jedes Paar aus Gast und Buddy bringt eine laufende oder geplante Rotation mit. Sie schreiben zwei Lernziele"
            " um, führen das Gespräch zur Halbzeit im Kurs und lassen es von einem zweiten Paar beobachten. Was dabei an"
            " Hürden auftaucht, geht als Erkenntnis an das Heimatteam.",
        ),
        Words(
            "Leading with questions: coaching for buddies and sponsors",
            "Whoever accompanies guests from other teams needs good questions rather than answers. Two days with"
            " practice talks and feedback.",
            (
                "Agree on a learning goal whose reaching can be seen",
                "Lead a twenty-minute accompanying talk",
                "Discuss setbacks without judging",
            ),
            "Each pair of guest and buddy brings a rotation that runs or is planned. You rewrite two learning goals, hold"
            " the half-time talk in the course, and let a second pair watch it. The obstacles that come up go to the"
            " home team as insights.",
        ),
        validity_months=24,
        needs_approval=True,
    ),
)

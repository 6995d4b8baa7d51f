"""The remedies a new house begins with, in both languages; HR edits them from then on.

Each is tied to a dimension of the questionnaire and to something both sides do together: contact
helps where there is equal footing, a common task and the superiors' support.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstRemedy:
    """A remedy of the beginning; `kind` as in the catalogue."""

    dimension: str
    kind: str
    title_de: str
    title_en: str
    text_de: str
    text_en: str


FIRST_CATALOGUE = (
    FirstRemedy(
        "timeliness",
        "meeting",
        "Gemeinsamer Blick auf die nächsten sechs Wochen",
        "A joint look at the next six weeks",
        "Beide Teams legen einmal im Monat eine halbe Stunde lang nebeneinander, was sie voneinander brauchen und bis wann. Was nicht geht, wird dort gesagt, nicht am Tag davor.",
        "Once a month both teams put side by side for half an hour what they need from each other and by when. What cannot be done is said there, not the day before.",
    ),
    FirstRemedy(
        "timeliness",
        "rotation",
        "Einsatz an der Übergabe",
        "A stay where the hand-over happens",
        "Jemand arbeitet einige Wochen dort mit, wo die Vorarbeit ankommt, und ändert danach zu Hause einen Ablauf.",
        "Somebody works for some weeks where the groundwork arrives, and changes one routine at home afterwards.",
    ),
    FirstRemedy(
        "reliability",
        "agreement",
        "Eine Zahl, eine Quelle, zwei Verantwortliche",
        "One figure, one source, two owners",
        "Für die drei Zahlen, über die am häufigsten gestritten wird, legen beide Seiten Bedeutung, Quelle und je eine verantwortliche Person fest.",
        "For the three figures that are argued about most, both sides settle meaning, source and one responsible person each.",
    ),
    FirstRemedy(
        "reliability",
        "session",
        "Kurs: Zusagen, die halten",
        "Course: promises that hold",
        "Beide Seiten üben, eine Zusage so zu geben, dass sie hält, und früh anzurufen, wenn sie kippt; Aufgabe ist eine echte offene Zusage.",
        "Both sides practise giving a promise that holds and calling early when it is slipping; the task is a real open promise.",
    ),
    FirstRemedy(
        "joint_solving",
        "session",
        "Kurs: Erst beheben, dann verstehen",
        "Course: first the fix, then the cause",
        "Gemischte Gruppen nehmen einen Vorfall der letzten Wochen auseinander, ohne Namen, und schreiben einen Ablauf für das nächste Mal.",
        "Mixed groups take apart an incident of recent weeks, without names, and write a routine for the next time.",
    ),
    FirstRemedy(
        "joint_solving",
        "rotation",
        "Einsatz im anderen Team während einer Kampagne",
        "A stay in the other team during a campaign",
        "Wer eine Störung auf der anderen Seite miterlebt, löst die nächste gemeinsam.",
        "Who lives through a breakdown on the other side solves the next one together.",
    ),
    FirstRemedy(
        "shared_goals",
        "agreement",
        "Ein gemeinsames Quartalsziel",
        "One shared goal for the quarter",
        "Ein Ziel, das beide nur zusammen erreichen, mit einem Wert, den beide täglich gleich sehen.",
        "One goal that both reach only together, with a value both see alike every day.",
    ),
    FirstRemedy(
        "shared_goals",
        "trip",
        "Gemeinsam zum Kunden",
        "To the customer together",
        "Ein Tag beim selben Kunden; danach nennen beide eine Sache für Marketing und eine für den Vertrieb.",
        "A day with the same customer; afterwards both name one thing for marketing and one for sales.",
    ),
    FirstRemedy(
        "mutual_insight",
        "trip",
        "Außendiensttage",
        "Field trips",
        "Zwei Personen aus dem planenden Team fahren mit, mit zwei vorbereiteten Fragen.",
        "Two people of the planning team ride along, with two prepared questions.",
    ),
    FirstRemedy(
        "mutual_insight",
        "rotation",
        "Einsatz über acht bis zwölf Wochen",
        "A stay of eight to twelve weeks",
        "Eine echte Aufgabe im anderen Team, danach drei Dinge, die sich zu Hause ändern sollen.",
        "A real task in the other team, afterwards three things that should change at home.",
    ),
    FirstRemedy(
        "respect",
        "meeting",
        "Wer macht hier eigentlich was?",
        "Who does what here, actually?",
        "Beide Teams zeigen einander je einen gewöhnlichen Arbeitstag, ohne Folien; danach sagt jede Seite, was sie unterschätzt hat.",
        "Both teams show each other one ordinary working day, without slides; then each side says what it had underestimated.",
    ),
    FirstRemedy(
        "respect",
        "trip",
        "Mitfahren statt mitreden",
        "Ride along before judging",
        "Wer über die Arbeit der anderen urteilt, sieht sie vorher einen Tag lang.",
        "Who judges the others' work sees it for a day first.",
    ),
    FirstRemedy(
        "speaking_up",
        "session",
        "Kurs: Unbequemes fragen",
        "Course: asking awkward questions",
        "Gemischte Paare üben Fragen und Eingeständnisse an echten Fällen; die Leitungen beider Seiten eröffnen mit einem eigenen Irrtum.",
        "Mixed pairs practise questions and admissions on real cases; the leads of both sides open with a mistake of their own.",
    ),
    FirstRemedy(
        "speaking_up",
        "rotation",
        "Tausch zweier Menschen",
        "Two people change places",
        "Wer zurückkommt, kennt drüben jemanden, den man fragen kann.",
        "Who comes back knows somebody over there who can be asked.",
    ),
    FirstRemedy(
        "disagreement",
        "session",
        "Kurs: Streiten und vereinbaren",
        "Course: arguing and agreeing",
        "Beide Seiten bringen einen offenen Streitpunkt mit und gehen mit einer Vereinbarung und einem Prüftermin.",
        "Both sides bring an open dispute and leave with an agreement and a day to review it.",
    ),
    FirstRemedy(
        "disagreement",
        "meeting",
        "Streitgespräch mit Moderation",
        "A moderated dispute",
        "Beide Sichten werden aufgeschrieben, bis die andere Seite sagt: So meinen wir es. Erst dann wird entschieden.",
        "Both views are written down until the other side says: that is what we mean. Only then is it decided.",
    ),
)

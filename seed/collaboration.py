"""Publishes each past wave, and lets pairs of teams answer their weak results, or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.health.models import ActionState, Remedy
from app.health.queries import actions as queries
from app.health.services import actions, contact_steps, remedies
from app.health.services.actions import About, ActionDraft, Outcome
from app.health.services.publishing import publish
from app.people.models import Sponsor
from seed.people import Company
from seed.rounds import noon
from seed.story import Story

CAMPAIGNS, NORTH, BACK_OFFICE = "Digital und Kampagnen", "Außendienst Nord", "Innendienst"
TWO_DAYS = "Zwei gemeinsame Tage, einer auf jeder Seite"  # these two are held as joint days
FOUR_DAYS = "Vier gemeinsame Außendiensttage im Quartal"


@dataclass(frozen=True)
class Step:
    """What a pair does after a wave; `outcome` in weeks, None while it is still planned."""

    after: int  # counts published waves from 1
    pair: tuple[str, str]
    what: str
    dimension: str = ""
    weeks: int = 8
    outcome: str | None = ""
    remedy: str = ""  # its title in the catalogue


STEPS = (
    Step(4, (CAMPAIGNS, NORTH), TWO_DAYS, "mutual_insight", weeks=10, remedy="Außendiensttage",
         outcome="Beide fanden statt; seither kennt man die Stimmen am Telefon."),
    Step(4, (CAMPAIGNS, NORTH), "Jede Anfrage bekommt binnen drei Tagen eine Antwort", "reliability",
         outcome="Seit der dritten Woche eingehalten; die Liste sehen beide Seiten."),
    Step(5, (CAMPAIGNS, NORTH), FOUR_DAYS, "respect", remedy="Mitfahren statt mitreden",
         outcome="Vier von vier; die Kampagne für Nachrüstsätze ist daraus entstanden."),
    Step(5, (CAMPAIGNS, BACK_OFFICE), "Monatlicher Blick auf die nächsten sechs Wochen", "timeliness",
         outcome=None),
    Step(8, (CAMPAIGNS, BACK_OFFICE), "Beide Teams lernen, eine Störung gemeinsam zu beheben", "joint_solving",
         weeks=20, outcome=None, remedy="Kurs: Erst beheben, dann verstehen"),
    Step(8, (CAMPAIGNS, BACK_OFFICE), "Jemand aus der Kampagne arbeitet im Innendienst mit", "timeliness",
         weeks=20, outcome=None, remedy="Einsatz an der Übergabe"),
    Step(8, (CAMPAIGNS, NORTH), "Ein Tag auf der Baustelle, bevor die Frühjahrskampagne steht", "respect",
         weeks=12, outcome=None, remedy="Mitfahren statt mitreden"),
    Step(8, (CAMPAIGNS, NORTH), "Die Antwort auf Anfragen bleibt Thema im Monatsgespräch", "reliability",
         weeks=3, outcome="Steht fest im Kalender beider Leitungen."),
)  # fmt: skip
LEFT = (
    (6, (CAMPAIGNS, BACK_OFFICE), "Die vereinbarte monatliche Runde läuft erst seit kurzem; wir warten eine Welle ab."),
    (8, ("Produktmarketing", "Außendienst Süd"), "Der Wert liegt über 60 und ist seit drei Wellen stabil."),
)  # fmt: skip
SPONSORS = (((CAMPAIGNS, NORTH), 3), ((CAMPAIGNS, BACK_OFFICE), 4))


def answering(story: Story) -> Callable[[int, datetime], None]:
    """What happens after each close: publish, then plan steps in the weeks that follow."""
    published: list[int] = []

    def act(wave_id: int, at: datetime) -> None:
        if not published:
            remedies.begin(story.session)
            _find_sponsors(story)
        publish(story.session, wave_id, on=at.date(), at=at)
        contact_steps.write(story.session, at=at)
        published.append(wave_id)
        number = len(published)
        for step in STEPS:
            if step.after == number:
                story.later(noon(at.date() + timedelta(days=6)), _planning(story, wave_id, step))
        for after, pair, because in LEFT:
            if after == number:
                left = _leaving(story, wave_id, pair, because)
                story.later(noon(at.date() + timedelta(days=8)), left)

    return act


def _find_sponsors(story: Story) -> None:
    company = story.company
    for (one, other), place in SPONSORS:
        low, high = sorted((company.teams[one].id, company.teams[other].id))
        for name in (one, other):
            person = company.members[name][place]
            story.session.add(
                Sponsor(
                    low_team_id=low,
                    high_team_id=high,
                    team_id=company.teams[name].id,
                    person_id=person.id,
                    starts_on=company.today - timedelta(weeks=90),
                )
            )


def _about(company: Company, wave_id: int, pair: tuple[str, str]) -> About:
    return About(wave_id, company.teams[pair[0]].id, company.teams[pair[1]].id)


def _planning(story: Story, wave_id: int, step: Step) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        company = story.company
        owner = company.members[step.pair[1]][0]
        due_on = max(at.date() + timedelta(weeks=step.weeks), at.date())
        action = actions.plan(
            story.session,
            _about(company, wave_id, step.pair),
            ActionDraft(step.what, owner.id, due_on, step.dimension, _remedy(story, step)),
            by=company.members[step.pair[0]][0].id,
            today=at.date(),
            at=at,
        )
        if step.outcome is not None:
            said = step.outcome
            story.later(noon(due_on - timedelta(days=2)), _closing(story, action.id, said))

    return act


def _remedy(story: Story, step: Step) -> int | None:
    found = select(Remedy.id).where(Remedy.title_de == step.remedy)
    return story.session.scalar(found) if step.remedy else None


def _closing(story: Story, action_id: int, said: str) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        action = queries.find(story.session, action_id)
        if action is not None and action.owner_id is not None:
            outcome = Outcome(ActionState.DONE, said, action.version)
            actions.close(story.session, action, outcome, by=action.owner_id, at=at)

    return act


def _leaving(
    story: Story, wave_id: int, pair: tuple[str, str], because: str
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        company = story.company
        by = company.members[pair[0]][0].id
        actions.leave_it(story.session, _about(company, wave_id, pair), because, by=by, at=at)

    return act

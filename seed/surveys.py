"""Lets the demo company be asked eight times and once more, with the product's own services.

The story: marketing's campaigns and the field sales of the north fall out over leads nobody
follows up, and find back together after days on each other's side. The back office stays
unhappy with the campaigns. The people of trade fairs are too few to be told of what they think.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.questionnaire import BY_KEY, SCORED
from app.domain.timespan import start_of
from app.domain.waves import Terms
from app.surveys.models import Asked, AskedAbout, Wave
from app.surveys.queries import waves as queries
from app.surveys.services import preparing, questions, switch, ties, voting
from app.surveys.services.cleaning import note_cleaned
from app.surveys.services.closing import Opening, close_wave
from app.surveys.services.keys import Keys
from app.surveys.services.opening import Hands, open_wave
from app.surveys.services.sealing import Remark
from app.surveys.services.voting import Booth, Ticks
from seed.answers import CHANGE, KEEP, LEVELS, MOODS, PAIRS, RESPONSE, USUAL_LEVEL
from seed.rounds import monday, noon
from seed.story import Story

PAST = tuple(range(-104, 0, 13))  # weeks from now
LENGTH = timedelta(days=14)
NOW_OPEN = timedelta(days=7)  # the open wave began on the Monday of last week
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
AGREEMENT = (
    "Betriebsvereinbarung „Befragungen zur Zusammenarbeit“: freiwillig, nur Teams, ab fünf Antworten;"
    " keine Auswertung einzelner Personen."
)
AfterClose = Callable[[int, datetime], None]


@dataclass
class Surveys:
    """The story with its own dice, and where the keys of its waves lie."""

    story: Story
    random: Random
    keys: Keys
    closed: AfterClose | None
    moods: dict[int, float] = field(default_factory=dict)  # how kindly a person ticks

    def mood(self, person_id: int) -> float:
        """A person's way of ticking, in points; the same in every wave."""
        if person_id not in self.moods:
            self.moods[person_id] = self.random.gauss(0, MOODS)
        return self.moods[person_id]


def expect(story: Story, *, seed: int, keys: Keys, closed: AfterClose | None = None) -> None:
    """Put eight waves of the past and an open one into the story, to be lived through in order.

    `closed` is called after each close with the wave's key and the instant.
    """
    surveys = Surveys(story, Random(f"surveys {seed}"), keys, closed)
    today = story.company.today
    first = monday(today) + timedelta(weeks=PAST[0])
    story.later(noon(first - timedelta(days=14)), _furnishing(surveys))
    opens = [monday(today) + timedelta(weeks=weeks) for weeks in PAST]
    for number, opens_on in enumerate([*opens, monday(today) - NOW_OPEN]):
        story.later(noon(opens_on), _opening(surveys, number, opens_on))
        story.later(noon(opens_on + timedelta(days=6)), _answering(surveys, number))
        if number < len(PAST):
            ended = start_of(opens_on + LENGTH, _zone(story)) + timedelta(minutes=1)
            story.later(ended, _closing(surveys, number))


def _zone(story: Story) -> ZoneInfo:
    return story.company.sites["Hamburg"].timezone


def _furnishing(surveys: Surveys) -> Callable[[datetime], None]:
    """HR declares who rates whom."""

    def act(at: datetime) -> None:
        story = surveys.story
        questions.begin(story.session)
        agreed = switch.Decision(is_on=True, agreed_on=at.date(), note=AGREEMENT, follows=0)
        switch.decide(story.session, agreed, by=story.company.hr.id, today=at.date(), at=at)
        teams = {name: team.id for name, team in story.company.teams.items()}
        rates: dict[str, dict[int, float | None]] = {}
        for one, other in PAIRS:
            rates.setdefault(one, {})[teams[other]] = None
            rates.setdefault(other, {})[teams[one]] = None
        for source, wanted in rates.items():
            ties.declare(
                story.session,
                teams[source],
                wanted,
                by=story.company.hr.id,
                day=at.date(),
                at=at,
            )

    return act


def _opening(surveys: Surveys, number: int, opens_on: date) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        story = surveys.story
        title = f"Welle {number + 1}, {MONTHS[opens_on.month - 1]} {opens_on.year}"
        hr = story.company.hr.id
        wave = preparing.create(
            story.session,
            Terms(title, opens_on, opens_on + LENGTH),
            by=hr,
            at=at - timedelta(minutes=30),
        )
        hands = Hands(surveys.keys, by=hr, random=surveys.random)
        open_wave(story.session, wave, hands, today=opens_on, at=at)

    return act


def _wave(surveys: Surveys) -> Wave:
    wave = queries.open_wave(surveys.story.session)
    if wave is None:
        raise ValueError("no wave is open")
    return wave


def _answering(surveys: Surveys, number: int) -> Callable[[datetime], None]:
    """Those who take part hand everything in."""

    def act(at: datetime) -> None:
        session = surveys.story.session
        wave = _wave(surveys)
        booth = voting.enter(session, wave.id, at=at)
        people = session.scalars(
            select(Asked).where(Asked.wave_id == wave.id).order_by(Asked.person_id)
        ).all()
        about = session.scalars(
            select(AskedAbout)
            .where(AskedAbout.wave_id == wave.id)
            .order_by(AskedAbout.person_id, AskedAbout.target_id)
        ).all()
        rated: dict[int, list[int]] = {}
        for asked in about:
            rated.setdefault(asked.person_id, []).append(asked.target_id)
        names = {team.id: name for name, team in surveys.story.company.teams.items()}
        waiting = _undecided(surveys) if number == len(PAST) else set()
        for person in people:
            source = names[person.team_id]
            if person.person_id in waiting or surveys.random.random() >= RESPONSE.get(
                source, RESPONSE[""]
            ):
                continue
            for target in rated[person.person_id]:
                level = _level(source, names[target], number)
                ticks = _ticks(surveys, level + surveys.mood(person.person_id))
                voting.hand_in(session, booth, person.person_id, target, ticks)
            _comment(surveys, booth, person.person_id, rated[person.person_id])

    return act


def _undecided(surveys: Surveys) -> set[int]:
    """The demo accounts of employees, for whom the open survey still waits."""
    members = surveys.story.company.members
    return {members[team][4].id for team in ("Digital und Kampagnen", "Innendienst")}


def _level(source: str, target: str, number: int) -> float:
    """How the pair stands in a wave, 0 to 100."""
    path = LEVELS.get((source, target))
    return path[min(number, len(path) - 1)] if path else USUAL_LEVEL + _lean(source, target)


def _lean(source: str, target: str) -> float:
    """A pair's own lasting place around the usual level, the same for the same names."""
    return Random(f"{source} about {target}").uniform(-6, 9)


def _ticks(surveys: Surveys, level: float) -> Ticks:
    random = surveys.random
    if random.random() < 0.04:
        return Ticks(0, (0,) * len(SCORED), 0)
    contact = random.choices((1, 2, 3), weights=(2, 5, 3))[0]
    answers = tuple(_tick(random, level, turned=BY_KEY[item].reversed) for item in SCORED)
    return Ticks(contact, answers, random.choices((2, 3, 4, 5), weights=(1, 3, 4, 3))[0])


def _tick(random: Random, level: float, *, turned: bool) -> int:
    """One tick around a level: a hundred is always, nought is never; now and then none at all."""
    if random.random() < 0.03:
        return 0
    points = 100 - level if turned else level
    return min(max(round(1 + points / 25 + random.gauss(0, 0.55)), 1), 5)


def _comment(surveys: Surveys, booth: Booth, person_id: int, targets: list[int]) -> None:
    random = surveys.random
    if random.random() < 0.25:  # closes the page after the last ballot
        return
    remarks = {}
    for target in targets:
        texts = {}
        if random.random() < 0.22:
            texts["o1"] = random.choice(KEEP)
        if random.random() < 0.3:
            texts["o2"] = random.choice(CHANGE)
        remarks[target] = Remark(target, texts, random.random() < 0.8)
    voting.comment(surveys.story.session, booth, person_id, remarks)


def _closing(surveys: Surveys, number: int) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        session, wave = surveys.story.session, _wave(surveys)
        session.flush()
        dice = Random(f"close {number} {surveys.random.random()}")
        close_wave(session, wave.id, at=at, opening=Opening(surveys.keys, dice))
        note_cleaned(session, [wave.id])
        surveys.keys.destroy_all_but([])
        if surveys.closed is not None:
            surveys.closed(wave.id, at)

    return act

"""Open a wave: freeze the chart, the questions and the limits, deal out the ballots, invite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random, SystemRandom

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_
from app.domain.timespan import last_day
from app.domain.waves import (
    PREPARED,
    NobodyToAsk,
    OverlapsAnother,
    StartsInThePast,
    WaveState,
    WrongState,
    moved_between,
    shared_out,
)
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.people.models import Team
from app.surveys.models import Asked, AskedAbout, Wave, WaveQuestion, WaveTeam
from app.surveys.queries import questions as question_queries
from app.surveys.queries import waves as queries
from app.surveys.services import questions
from app.surveys.services.emptying import notice_key
from app.surveys.services.keys import Keys
from app.surveys.services.switch import refuse_when_off

MANY = 5000


@dataclass(frozen=True, slots=True)
class Hands:
    """Who opens, with which dice and keys; the dice are thrown away afterwards."""

    keys: Keys
    by: int | None = None
    random: Random = SystemRandom()  # noqa: RUF009 - it holds no state


@dataclass(frozen=True, slots=True)
class Chart:
    """The company on the day a wave opens."""

    homes: Mapping[int, int]
    teams: Mapping[int, Team]
    before: Mapping[int, int] | None  # person -> team at the wave before


def open_wave(session: Session, wave: Wave, hands: Hands, *, today: date, at: datetime) -> int:
    """Open a prepared wave; gives how many people are asked.

    From now on its limits, its questions and who belongs where are frozen. About twelve
    statements and two per person asked. Raises WrongState, SwitchedOff, OverlapsAnother,
    StartsInThePast when its last day has passed, and NobodyToAsk.
    """
    if wave.state not in PREPARED:
        raise WrongState
    refuse_when_off(session)
    if today >= wave.ends_on:
        raise StartsInThePast
    if queries.open_wave(session) is not None:
        raise OverlapsAnother
    chart = _chart(session, today)
    dealt = _deal(session, wave, chart, hands.random, day=today)
    if not dealt:
        raise NobodyToAsk

    wave.opens_on = today
    _freeze(session, wave, chart)
    _ask(session, wave, chart, dealt)
    wave.public_key = hands.keys.make(wave.id)
    wave.state, wave.asked = WaveState.OPEN, len(dealt)
    session.flush()
    _record(session, wave, dealt, hands.by, at)
    notify(session, _invitation(wave), to=dealt, key=f"{notice_key(wave.id)}invited", at=at)
    return len(dealt)


def _chart(session: Session, day: date) -> Chart:
    last = queries.latest_closed(session)
    before = queries.chart(session, last.opens_on) if last is not None else None
    return Chart(queries.chart(session, day), queries.open_teams(session, day), before)


def _deal(
    session: Session, wave: Wave, chart: Chart, random: Random, *, day: date
) -> dict[int, tuple[int, ...]]:
    """Person -> teams to rate. Nobody is asked about a team too small to be told of."""
    sizes = Counter(chart.homes.values())
    dealt: dict[int, tuple[int, ...]] = {}
    for source, all_targets in queries.targets(session, day, chart.teams).items():
        rated = [team for team in all_targets if sizes[team] >= wave.k_target]
        members = sorted(person for person, team in chart.homes.items() if team == source)
        if rated:
            dealt |= shared_out(members, rated, random)
    return dealt


def _freeze(session: Session, wave: Wave, chart: Chart) -> None:
    questions.begin(session)
    session.add_all(
        WaveQuestion(wave_id=wave.id, question_id=question.id)
        for question in question_queries.current(session)
    )
    sizes = Counter(chart.homes.values())
    moved = None if chart.before is None else moved_between(chart.before, chart.homes)
    session.add_all(
        WaveTeam(
            wave_id=wave.id,
            team_id=team.id,
            name=team.name,
            department_id=team.department_id,
            department=team.department.name,
            members=sizes[team.id],
            moved=None if moved is None else moved.get(team.id, 0),
        )
        for team in chart.teams.values()
    )
    session.flush()


def _ask(session: Session, wave: Wave, chart: Chart, dealt: Mapping[int, tuple[int, ...]]) -> None:
    asked = [
        {"wave_id": wave.id, "person_id": person, "team_id": chart.homes[person]}
        for person in dealt
    ]
    about = [
        {"wave_id": wave.id, "person_id": person, "target_id": target}
        for person, targets in dealt.items()
        for target in targets
    ]
    session.execute(insert(Asked), asked)
    session.execute(insert(AskedAbout), about)


def _record(
    session: Session,
    wave: Wave,
    dealt: Mapping[int, tuple[int, ...]],
    by: int | None,
    at: datetime,
) -> None:
    record(
        session,
        AuditKind.WAVE_OPENED,
        actor_id=by,
        subject=f"wave:{wave.id}",
        at=at,
        people=len(dealt),
        ballots=sum(len(targets) for targets in dealt.values()),
        k=wave.k,
        k_target=wave.k_target,
        formula=wave.formula,
    )


def _invitation(wave: Wave) -> Message:
    """Everybody who is asked hears the same, and it is gone with the wave."""
    return Message(
        NoticeTopic.SURVEYS,
        N_("How do you work together? Two minutes, anonymous"),
        N_(
            "The survey “%(title)s” is open until %(day)s. You are asked about the teams you work"
            " with. Answers are shuffled and stored without names or times; leads and HR see"
            " figures of whole teams only. Taking part is voluntary."
        ),
        "/surveys/",
        N_("Answer"),
        {"title": wave.title, "day": last_day(wave.ends_on)},
        private=True,
    )

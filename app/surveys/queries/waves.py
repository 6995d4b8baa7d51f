"""Waves: which there are, whom they would ask, how far they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.waves import (
    MOST_RATED,
    WaveState,
    expected_raters,
    finished_share,
    share_from,
)
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day, works_here
from app.people.queries.organisation import company_zone
from app.surveys.models import (
    Asked,
    AskedAbout,
    BallotMark,
    CommentMark,
    Question,
    Tie,
    Wave,
    WaveQuestion,
    WaveTeam,
)

ORDERS = ("title", "opens", "state")


def every(session: Session) -> list[Wave]:
    """All waves, latest first. One statement."""
    return list(session.scalars(select(Wave).order_by(Wave.opens_on.desc(), Wave.id.desc())))


def find(session: Session, wave_id: int) -> Wave | None:
    """The wave, or None. One statement."""
    return session.get(Wave, wave_id)


def find_locked(session: Session, wave_id: int) -> Wave | None:
    """The wave with its row held until the unit of work ends, or None. One statement."""
    return session.scalar(select(Wave).where(Wave.id == wave_id).with_for_update())


def open_wave(session: Session) -> Wave | None:
    """The wave that is open, or None; there is at most one. One statement."""
    return session.scalar(select(Wave).where(Wave.state == WaveState.OPEN))


def latest_closed(session: Session) -> Wave | None:
    """The wave closed last, or None. One statement."""
    return session.scalar(
        select(Wave)
        .where(Wave.state == WaveState.CLOSED)
        .order_by(Wave.opens_on.desc(), Wave.id.desc())
        .limit(1)
    )


def is_title_taken(session: Session, title: str, *, except_id: int | None) -> bool:
    """Whether another wave has this title. One statement."""
    other = select(Wave.id).where(Wave.title == title)
    if except_id is not None:
        other = other.where(Wave.id != except_id)
    return session.scalar(other) is not None


def overlapping(session: Session, opens_on: date, ends_on: date, *, except_id: int) -> bool:
    """Whether another wave that is planned or open shares a day. One statement."""
    found = session.scalar(
        select(Wave.id)
        .where(
            Wave.id != except_id,
            Wave.state.in_((WaveState.PLANNED, WaveState.OPEN)),
            Wave.opens_on < ends_on,
            Wave.ends_on > opens_on,
        )
        .limit(1)
    )
    return found is not None


def today(session: Session, at: datetime) -> date:
    """The day on the company's wall clock. One statement."""
    return at.astimezone(company_zone(session)).date()


@dataclass(frozen=True, slots=True)
class Due:
    """Waves with something to do now, by their keys."""

    opens: tuple[int, ...]
    reminds: tuple[int, ...]
    closes: tuple[int, ...]
    cleans: tuple[int, ...]


def due(session: Session, *, today: date) -> Due:
    """What the worker looks after on a day. One statement."""
    rows = session.execute(
        select(Wave.id, Wave.state, Wave.opens_on, Wave.ends_on, Wave.cleaned)
        .where(or_(Wave.state.in_((WaveState.PLANNED, WaveState.OPEN)), ~Wave.cleaned))
        .order_by(Wave.opens_on, Wave.id)
    ).all()
    over = (WaveState.CLOSED, WaveState.CANCELLED)
    return Due(
        opens=tuple(r.id for r in rows if r.state is WaveState.PLANNED and r.opens_on <= today),
        reminds=tuple(r.id for r in rows if r.state is WaveState.OPEN and today < r.ends_on),
        closes=tuple(r.id for r in rows if r.state is WaveState.OPEN and r.ends_on <= today),
        cleans=tuple(r.id for r in rows if r.state in over and not r.cleaned),
    )


def with_boxes(session: Session) -> list[int]:
    """Keys of open waves: their private keys are still needed. One statement."""
    return list(session.scalars(select(Wave.id).where(Wave.state == WaveState.OPEN)))


def chart(session: Session, day: date) -> dict[int, int]:
    """Person -> home team on a day, of those who work here then. One statement."""
    rows = session.execute(
        select(Membership.person_id, Membership.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.kind == MembershipKind.HOME, *on_day(Membership, day), works_here(day))
    )
    return dict(rows.all())


def open_teams(session: Session, day: date) -> dict[int, Team]:
    """Teams open on a day by key, with their departments. One statement."""
    rows = session.scalars(
        select(Team)
        .where(or_(Team.closed_on.is_(None), Team.closed_on > day))
        .options(joinedload(Team.department))
        .order_by(Team.id)
    )
    return {team.id: team for team in rows}


def targets(session: Session, day: date, teams: Collection[int]) -> dict[int, list[int]]:
    """Rating team -> the teams it rates on a day, among `teams`. One statement."""
    rows = session.execute(
        select(Tie.source_id, Tie.target_id)
        .where(
            Tie.starts_on <= day,
            or_(Tie.ends_on.is_(None), Tie.ends_on > day),
        )
        .order_by(Tie.source_id, Tie.target_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for source, target in rows:
        if source in teams and target in teams:
            found[source].append(target)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a pair can bring: about so many `raters`, of whom `k` are needed for a figure.

    `raters` is None where the rated team has too few members, so that nobody is asked about it.
    """

    source: Team
    target: Team
    raters: int | None
    k: int

    @property
    def is_enough(self) -> bool:
        """Whether the pair can be published at all, if everybody answers."""
        return self.raters is not None and self.raters >= self.k


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a wave would ask on a day: people, ballots, and what each pair can bring."""

    people: int
    ballots: int
    pairs: tuple[Expected, ...]
    shared_out: tuple[Team, ...]  # teams with more targets than one person rates
    unasked: int  # people whose team rates nobody


def preview(session: Session, wave: Wave, *, day: date) -> Preview:
    """Whom the wave would ask if it opened on `day`. Three statements."""
    homes = Counter(chart(session, day).values())
    teams = open_teams(session, day)
    rates = targets(session, day, teams)
    pairs = tuple(
        Expected(teams[source], teams[target], raters, wave.k)
        for source, all_targets in rates.items()
        for target, raters in _raters(homes, source, all_targets, wave.k_target)
    )
    asked = {
        source: sum(homes[target] >= wave.k_target for target in all_targets)
        for source, all_targets in rates.items()
    }
    people = sum(homes[source] for source, rated in asked.items() if rated)
    return Preview(
        people=people,
        ballots=sum(homes[source] * min(rated, MOST_RATED) for source, rated in asked.items()),
        pairs=pairs,
        shared_out=tuple(teams[source] for source, rated in asked.items() if rated > MOST_RATED),
        unasked=homes.total() - people,
    )


def _raters(
    homes: Counter[int], source: int, all_targets: Sequence[int], k_target: int
) -> Iterator[tuple[int, int | None]]:
    """Each rated team with how many will be asked about it, None for a team too small."""
    rated = sum(homes[target] >= k_target for target in all_targets)
    for target in all_targets:
        is_small = homes[target] < k_target
        yield target, None if is_small else expected_raters(homes[source], rated)


def share(session: Session, wave: Wave) -> int | None:
    """Percent of people who are done, in steps of ten, company-wide and only while it is open.

    None where so few are asked that a step would speak of fewer than k people. One statement.
    """
    if wave.state is not WaveState.OPEN or wave.asked < share_from(wave.k):
        return None
    finished = wave.asked - len(unfinished(session, wave.id))
    return finished_share(finished, wave.asked, wave.k)


def unfinished(session: Session, wave_id: int) -> list[int]:
    """People with a ballot still to hand in; for the system's reminders only. One statement."""
    missing = (
        select(AskedAbout.person_id)
        .outerjoin(
            BallotMark,
            (BallotMark.wave_id == AskedAbout.wave_id)
            & (BallotMark.person_id == AskedAbout.person_id)
            & (BallotMark.target_id == AskedAbout.target_id),
        )
        .where(AskedAbout.wave_id == wave_id, BallotMark.wave_id.is_(None))
    )
    return list(session.scalars(missing.distinct().order_by(AskedAbout.person_id)))


def questions(session: Session, wave_id: int) -> dict[str, Question]:
    """The questions a wave asks, by item. One statement."""
    rows = session.scalars(
        select(Question)
        .join(WaveQuestion, WaveQuestion.question_id == Question.id)
        .where(WaveQuestion.wave_id == wave_id)
    )
    return {question.item: question for question in rows}


def frozen_teams(session: Session, wave_id: int) -> dict[int, WaveTeam]:
    """The teams as they stood when the wave opened, by key. One statement."""
    rows = session.scalars(select(WaveTeam).where(WaveTeam.wave_id == wave_id))
    return {team.team_id: team for team in rows}


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person still has to do in a wave."""

    wave: Wave
    team_id: int
    open_targets: tuple[int, ...]
    done_targets: tuple[int, ...]
    comments_done: bool

    @property
    def finished(self) -> bool:
        """Whether every ballot and the sheet of comments are handed in."""
        return not self.open_targets and self.comments_done


def mine(session: Session, wave: Wave, person_id: int) -> Mine | None:
    """What a person is asked in a wave, None when not asked. Three statements."""
    asked = session.get(Asked, (wave.id, person_id))
    if asked is None:
        return None
    rows = session.execute(
        select(AskedAbout.target_id, BallotMark.target_id.label("done"))
        .outerjoin(
            BallotMark,
            (BallotMark.wave_id == AskedAbout.wave_id)
            & (BallotMark.person_id == AskedAbout.person_id)
            & (BallotMark.target_id == AskedAbout.target_id),
        )
        .where(AskedAbout.wave_id == wave.id, AskedAbout.person_id == person_id)
        .order_by(AskedAbout.target_id)
    ).all()
    commented = session.get(CommentMark, (wave.id, person_id)) is not None
    return Mine(
        wave,
        asked.team_id,
        tuple(row.target_id for row in rows if row.done is None),
        tuple(row.target_id for row in rows if row.done is not None),
        commented,
    )


def open_for(session: Session, person_id: int) -> Wave | None:
    """The open wave that asks this person, or None. One statement."""
    return session.scalar(
        select(Wave)
        .join(Asked, Asked.wave_id == Wave.id)
        .where(Asked.person_id == person_id, Wave.state == WaveState.OPEN)
    )

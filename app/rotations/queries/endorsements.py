"""Reading endorsements and the cover of the teams that are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import in_order, sort_key
from app.domain.endorsing import Cover, EndorsementState
from app.domain.stays import LIVE
from app.people.models import Absence, Membership, MembershipKind, Person, Team
from app.rotations.models import (
    Application,
    ApplicationState,
    Choice,
    Endorsement,
    Placement,
    Round,
    RoundState,
    Stay,
)
from app.rotations.queries.applications import closed_blocks, horizon

DECIDABLE = (RoundState.OPEN, RoundState.PLANNING)
STATES = list(EndorsementState)
ORDERS: dict[str, Callable[[Endorsement], Any]] = {
    "name": lambda row: sort_key(row.application.person.family_name, row.application.person.name),
    "team": lambda row: sort_key(row.application.home.name),
    "round": lambda row: sort_key(row.application.round.name),
    "state": lambda row: STATES.index(row.state),
    "due": lambda row: row.due_on,
}


def _whole() -> Select[Endorsement]:
    wishes = selectinload(Application.choices).joinedload(Choice.placement)
    return (
        select(Endorsement)
        .join(Application, Application.id == Endorsement.application_id)
        .join(Round, Round.id == Application.round_id)
        .options(
            joinedload(Endorsement.decider),
            joinedload(Endorsement.application).options(
                joinedload(Application.round),
                joinedload(Application.person),
                joinedload(Application.home).joinedload(Team.department),
                wishes.options(joinedload(Placement.host), joinedload(Placement.site)),
            ),
        )
    )


def find(session: Session, endorsement_id: int) -> Endorsement | None:
    """The endorsement with application, person, team and choices. Two statements."""
    return session.scalar(_whole().where(Endorsement.id == endorsement_id))


def for_teams(session: Session, team_ids: Collection[int]) -> list[Endorsement]:
    """Endorsements of some home teams in rounds that can still be decided. Two statements."""
    return _listed(session, _whole().where(Application.home_team_id.in_(team_ids)))


def for_hr(session: Session) -> list[Endorsement]:
    """Every endorsement in rounds that can still be decided. Two statements."""
    return _listed(session, _whole())


def _listed(session: Session, statement: Select[Endorsement]) -> list[Endorsement]:
    rows = session.scalars(
        statement.where(
            Application.state == ApplicationState.SUBMITTED, Round.state.in_(DECIDABLE)
        ).order_by(Endorsement.due_on, Endorsement.id)
    ).all()
    return in_order(
        rows,
        lambda row: (
            row.due_on.isoformat(),
            row.application.person.family_name,
            row.application.person.given_name,
        ),
    )


def endorsed_counts(session: Session, round_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(round id, home team id) -> how many are endorsed already. One statement."""
    rows = session.execute(
        select(Application.round_id, Application.home_team_id)
        .join(Endorsement, Endorsement.application_id == Application.id)
        .where(
            Application.round_id.in_(round_ids),
            Application.state == ApplicationState.SUBMITTED,
            Endorsement.state == EndorsementState.ENDORSED,
        )
    )
    found: dict[tuple[int, int], int] = defaultdict(int)
    for round_id, team_id in rows:
        found[round_id, team_id] += 1
    return found


@dataclass(frozen=True, slots=True)
class _Member:
    person_id: int
    working_days: str
    present: range  # blocks of the round touched by the membership


def cover(session: Session, round_: Round, teams: Iterable[Team]) -> dict[int, list[Cover]]:
    """Team id -> its cover in every block of the round. Four statements for all teams.

    Somebody counts as away in a block who misses at least half of its working days, by absences
    or live stays.
    """
    wanted = {team.id: team for team in teams}
    closed = closed_blocks(session, round_)
    members = _members(session, round_, wanted)
    gone = _gone(session, round_, [row for rows in members.values() for row in rows])
    return {
        team_id: [
            _cover_of(team, block, members[team_id], gone, closed=closed.get(team_id, frozenset()))
            for block in range(round_.blocks)
        ]
        for team_id, team in wanted.items()
    }


def _cover_of(
    team: Team,
    block: int,
    members: list[_Member],
    gone: dict[int, set[int]],
    *,
    closed: Collection[int],
) -> Cover:
    here = [member.person_id for member in members if block in member.present]
    return Cover(
        block=block,
        members=len(here),
        away=sum(block in gone.get(person, ()) for person in here),
        minimum=team.minimum_present,
        blackout=block in closed,
    )


def _members(session: Session, round_: Round, wanted: Collection[int]) -> dict[int, list[_Member]]:
    rows = session.execute(
        select(
            Membership.team_id,
            Membership.person_id,
            Membership.starts_on,
            Membership.ends_on,
            Person.left_on,
            Person.working_days,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(wanted),
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on < round_.ends_on,
            or_(Membership.ends_on.is_(None), Membership.ends_on > round_.starts_on),
        )
    )
    blocks = horizon(round_)
    found: dict[int, list[_Member]] = {team: [] for team in wanted}
    for team, person, start, end, left, working_days in rows:
        ends = min((day for day in (end, left) if day is not None), default=None)
        present = blocks.touched_by(start, ends)
        found[team].append(_Member(person, working_days, present))
    return found


def _gone(session: Session, round_: Round, members: Collection[_Member]) -> dict[int, set[int]]:
    """Person id -> blocks mostly spent elsewhere. Two statements."""
    working = {member.person_id: member.working_days for member in members}
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for statement in (
        select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(
            Absence.person_id.in_(working),
            Absence.starts_on < round_.ends_on,
            Absence.ends_on > round_.starts_on,
        ),
        select(Stay.person_id, Stay.starts_on, Stay.ends_on).where(
            Stay.person_id.in_(working),
            Stay.state.in_(LIVE),
            Stay.starts_on < round_.ends_on,
            Stay.ends_on > round_.starts_on,
        ),
    ):
        for person, start, end in session.execute(statement):
            spans[person].append((start, end))
    blocks = horizon(round_)
    return {person: blocks.mostly_away(away, working[person]) for person, away in spans.items()}

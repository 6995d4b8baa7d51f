"""What HR wishes between pairs of teams in a round."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from itertools import permutations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.refusals import N_, Refusal, Stale
from app.domain.roles import Actor
from app.domain.rounds import RoundState
from app.health.queries import needs
from app.people.queries import organisation
from app.rotations.models import PairWish, Round

WISHABLE = frozenset({RoundState.DRAFT, RoundState.OPEN, RoundState.PLANNING})


@dataclass(frozen=True, slots=True)
class Wish:
    """For one pair: how much it needs exchange (0 to 20), stays wished, hard limits or None."""

    need: int = 0
    target: int = 0
    hard_min: int | None = None
    hard_max: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wished, so that no row is kept."""
        return not self.need and not self.target and self.hard_min is None and self.hard_max is None


class WishesFixed(Refusal):
    """The plan is out."""

    msgid = N_("The plan is published, so wishes between teams cannot change any more.")


def stored(session: Session, round_id: int, home_team_id: int) -> dict[int, PairWish]:
    """Host team id -> what is wished from this home team. One statement."""
    rows = session.scalars(
        select(PairWish).where(PairWish.round_id == round_id, PairWish.home_team_id == home_team_id)
    )
    return {row.host_team_id: row for row in rows}


def fingerprint(rows: Iterable[PairWish]) -> str:
    """What a form carries to notice that somebody changed the same wishes (I5)."""
    facts = sorted(
        (row.host_team_id, row.need, row.target, row.hard_min or -1, row.hard_max or -1)
        for row in rows
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Revision:
    """New wishes of one home team (host team id -> wish), made on the stored ones' fingerprint."""

    home_team_id: int
    wishes: Mapping[int, Wish]
    opened_on: str


def set_wishes(
    session: Session, round_: Round, revision: Revision, actor: Actor, *, at: datetime
) -> int:
    """Replace the wishes of one home team; gives how many are kept.

    `round_` is locked. Raises Stale when somebody changed them meanwhile, WishesFixed.
    """
    home_team_id = revision.home_team_id
    if round_.state not in WISHABLE:
        raise WishesFixed
    before = stored(session, round_.id, home_team_id)
    if fingerprint(before.values()) != revision.opened_on:
        raise Stale

    wanted = {host: wish for host, wish in revision.wishes.items() if not wish.is_empty}
    for host, row in before.items():
        if host not in wanted:
            session.delete(row)
    for host, wish in wanted.items():
        _put(session, before.get(host), (round_.id, home_team_id, host), wish)
    audit.record(
        session,
        AuditKind.ROUND_CHANGED,
        actor_id=actor.person_id,
        subject=f"round:{round_.id}",
        at=at,
        change="wishes",
        home_team=home_team_id,
        pairs=len(wanted),
    )
    return len(wanted)


def _put(session: Session, row: PairWish | None, key: tuple[int, int, int], wish: Wish) -> None:
    if row is None:
        round_id, home, host = key
        row = PairWish(round_id=round_id, home_team_id=home, host_team_id=host)
        session.add(row)
    row.need, row.target, row.hard_min, row.hard_max = astuple(wish)


def from_survey(session: Session, *, today: date, at: datetime) -> dict[tuple[int, int], int]:
    """Home team, host team -> need after the survey published last; empty before the first.

    Both directions of a pair have the need of the needier one. Up to five statements.
    """
    latest = needs.latest(session, at=at)
    if latest is None:
        return {}
    teams = [team.id for team in organisation.teams(session, today=today)]
    return {
        (home, host): found.need
        for home, host in permutations(teams, 2)
        if (found := latest.between(home, host)) is not None
    }


def take_over(
    session: Session,
    round_: Round,
    wanted: Mapping[tuple[int, int], int],
    actor: Actor,
    *,
    at: datetime,
) -> int:
    """Set the needs of a round's pairs from the survey; gives how many pairs are in need.

    `wanted` holds home team, host team -> 0 to 20. A pair in need without a wished stay gets one;
    what HR wished in stays and limits remains. `round_` is locked. Raises WishesFixed.
    """
    if round_.state not in WISHABLE:
        raise WishesFixed
    rows = session.scalars(select(PairWish).where(PairWish.round_id == round_.id)).all()
    stored = {(row.home_team_id, row.host_team_id): row for row in rows}
    in_need = 0
    for pair, need in sorted(wanted.items()):
        row = stored.get(pair)
        if row is None and not need:
            continue
        target = row.target if row else 0
        limits = (row.hard_min, row.hard_max) if row else (None, None)
        _put(session, row, (round_.id, *pair), Wish(need, max(target, int(need > 0)), *limits))
        in_need += need > 0
    audit.record(
        session,
        AuditKind.ROUND_CHANGED,
        actor_id=actor.person_id,
        subject=f"round:{round_.id}",
        at=at,
        change="needs",
        pairs=in_need,
    )
    return in_need

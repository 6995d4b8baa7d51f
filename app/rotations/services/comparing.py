"""What pages show about scenarios: figures in words, the gap, what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain import plan_keys as keys
from app.domain.breaches import StayKey
from app.domain.plan_diff import Change, changes, gap_percent
from app.rotations.models import Plan, PlanState
from app.rotations.queries import plans as queries


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario for lists: the figures may be missing while it is being computed."""

    plan: Plan
    gap: float | None  # per cent
    figures: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being computed."""
        return self.plan.state in (PlanState.QUEUED, PlanState.RUNNING)


def scenario(plan: Plan) -> Scenario:
    """One scenario with its figures."""
    return Scenario(plan, gap_percent(plan.score, plan.bound), plan.fairness or {})


def scenarios(session: Session, round_id: int) -> list[Scenario]:
    """All scenarios of a round, newest first. One statement."""
    return [scenario(plan) for plan in queries.of_round(session, round_id)]


@dataclass(frozen=True, slots=True)
class Difference:
    """One person's stay in two plans, by name. Starts are blocks."""

    kind: str
    person_id: int
    person: str
    before: str
    before_start: int | None
    after: str
    after_start: int | None


def differences(
    before: Sequence[StayKey], after: Sequence[StayKey], cast: queries.Cast
) -> list[Difference]:
    """What changes from one plan to another, in the order of people's names."""
    found = changes(before, after)
    order = {ident: number for number, ident in enumerate(cast.people)}
    ranked = sorted(found, key=lambda c: order.get(keys.number(c.person), len(order)))
    return [_named(change, cast) for change in ranked]


def _named(change: Change, cast: queries.Cast) -> Difference:
    person = keys.number(change.person)

    def title(stay: StayKey | None) -> str:
        row = cast.placements.get(keys.number(stay.placement)) if stay else None
        return row.title if row else ""

    return Difference(
        kind=change.kind.value,
        person_id=person,
        person=cast.people[person].name if person in cast.people else change.person,
        before=title(change.before),
        before_start=change.before.start if change.before else None,
        after=title(change.after),
        after_start=change.after.start if change.after else None,
    )

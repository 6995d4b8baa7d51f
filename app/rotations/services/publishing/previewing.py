"""Before publishing: what changes, who will be told what, and what still stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import plan_keys as keys
from app.domain.breaches import StayKey
from app.domain.consent import needs_council
from app.domain.plan_diff import ChangeKind, changes
from app.people.models import Person, Site
from app.planner.check import check
from app.rotations.models import Application, ApplicationState, Plan, Stay
from app.rotations.queries.council_rules import all_rules
from app.rotations.queries.plans import in_force
from app.rotations.queries.stays.people import leads_of
from app.rotations.services.boards.scene import Scene
from app.rotations.services.boards.settling import Meanwhile, meanwhile
from app.rotations.services.comparing import Difference, differences
from app.rotations.services.instances import IN_FORCE
from app.rotations.services.plans import plan_file


@dataclass(frozen=True, slots=True)
class Preview:
    """What one click would do.

    `asked` people get a place or another one and are asked for their consent, `unplaced` are told
    that they got none and why, `cancelled` lose one, `leads` get an overview. `council` stays need
    the works council. `booked` are stays over something their people have booked; they keep the
    plan from being published. `objections` of the independent checker are technical words.
    """

    is_first: bool
    differences: Sequence[Difference]
    asked: int
    unplaced: int
    cancelled: int
    leads: int
    council: int
    booked: Sequence[Meanwhile]
    objections: Sequence[str]
    in_force_id: int  # the plan in force now, 0 for none

    @property
    def told(self) -> int:
        """How many people will be told something."""
        return self.asked + self.unplaced + self.cancelled + self.leads


def preview(session: Session, plan: Plan, scene: Scene, *, today: date) -> Preview:
    """What publishing `plan` would do today. Eight statements at most beside the scene's."""
    before = stays_in_force(session, plan.round_id)
    known = [key_of(stay) for stay in before]
    is_first = plan.round.published_at is None
    found = changes(known, scene.stays)
    fresh = [c.after for c in found if c.after is not None]
    verdict = check(scene.instance, plan_file(scene.stays))
    teams = {team for stay in fresh for team in teams_of(scene, stay)}
    current = in_force(session, plan.round_id)
    leads = {p for people in leads_of(session, teams, today=today).values() for p in people}
    return Preview(
        is_first=is_first,
        differences=differences(known, scene.stays, scene.cast),
        asked=len({c.person for c in found if c.after is not None}),
        unplaced=len(_without_place(session, plan.round_id, scene.stays)) if is_first else 0,
        cancelled=sum(c.kind is ChangeKind.REMOVED for c in found),
        leads=len(leads),
        council=_council_cases(session, scene, fresh),
        booked=meanwhile(session, scene),
        in_force_id=current.id if current else 0,
        objections=[f"{v.code}: {v.words}" for v in verdict.violations],
    )


def stays_in_force(session: Session, round_id: int) -> Sequence[Stay]:
    """The stays of a round that the plan in force stands for. One statement."""
    return session.scalars(
        select(Stay).where(Stay.round_id == round_id, Stay.state.in_(IN_FORCE)).order_by(Stay.id)
    ).all()


def key_of(stay: Stay) -> StayKey:
    """A stay as the planner calls it."""
    person, place = keys.person(stay.person_id), keys.placement(stay.placement_id)
    return StayKey(person, place, stay.start_block)


def teams_of(scene: Scene, stay: StayKey) -> set[int]:
    """Home and host team of a stay."""
    names = {scene.question.home(stay.person), scene.question.host(stay.placement)} - {""}
    return {keys.number(name) for name in names}


def _without_place(session: Session, round_id: int, stays: Sequence[StayKey]) -> set[int]:
    applied = session.scalars(
        select(Application.person_id).where(
            Application.round_id == round_id, Application.state == ApplicationState.SUBMITTED
        )
    )
    return set(applied) - {keys.number(stay.person) for stay in stays}


def _council_cases(session: Session, scene: Scene, stays: Sequence[StayKey]) -> int:
    rules = all_rules(session)
    people = {keys.number(stay.person) for stay in stays}
    rows = session.execute(
        select(Person.id, Site.country)
        .join(Site, Site.id == Person.site_id)
        .where(Person.id.in_(people))
    )
    country = {row.id: row.country for row in rows}
    week = 7 * scene.round.block_weeks
    return sum(
        needs_council(
            week * int(scene.question.placements[stay.placement]["duration"]),
            rules[country[keys.number(stay.person)]],
        )
        for stay in stays
        if stay.placement in scene.question.placements and keys.number(stay.person) in country
    )

"""The one deliberate act: a plan comes into force, everything in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain import plan_keys as keys
from app.domain.breaches import BOOKED, StayKey
from app.domain.plan_diff import Change, changes
from app.domain.refusals import N_, Refusal, Stale
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.planner.check import check
from app.rotations.models import Placement, Plan, PlanState, Round, RoundState
from app.rotations.queries import rounds as round_queries
from app.rotations.queries.plans import in_force
from app.rotations.queries.stays import find as find_stay
from app.rotations.queries.stays.people import leads_of
from app.rotations.services import rounds
from app.rotations.services import stays as stay_services
from app.rotations.services.boards.scene import Scene, scene_of
from app.rotations.services.plans import NotInPlanning, StillComputing, plan_file
from app.rotations.services.publishing.answering import rewrite_outcomes, write_outcomes
from app.rotations.services.publishing.previewing import key_of, stays_in_force, teams_of


class Broken(Refusal):
    """A plan that breaks rules is never published."""

    msgid = N_("This plan breaks rules of the round as things stand today. Nothing was published.")


class StillBooked(Broken):
    """Somebody would be in two places."""

    msgid = N_("Some people have something booked inside their stay. Nothing was published.")


class TakenMeanwhile(Refusal):
    """Somebody's time was taken while the plan was being published; nothing of it was stored."""

    msgid = N_("Somebody's time was taken while you published. Nothing was published.")


class NothingToPublish(Refusal):
    """A plan without stays would tell everybody no."""

    msgid = N_("This plan places nobody. Nothing was published.")


@dataclass(frozen=True, slots=True)
class Seen:
    """What HR had before them: the version of the plan, and the plan then in force (0: none)."""

    version: int
    in_force_id: int = 0


OVERVIEW = Message(
    topic=NoticeTopic.ROUNDS,
    title=N_("Who goes and who comes: “%(round)s”"),
    text=N_(
        "The stays of “%(round)s” are published. Look at who of your team will be away, who comes"
        " to you, and how your cover stands week by week."
    ),
    path="/cover",
    action=N_("Away and here"),
)


def publish(
    session: Session, plan: Plan, *, seen: Seen, at: datetime, today: date, by: int
) -> bool:
    """Bring a plan into force; False when it already is, and then nothing happens.

    `plan` comes with its round. Its round's row is locked first, so that of two publishings one
    wins and the other meets what the first one left. Raises Stale when the plan or what is in
    force is no longer what was `seen`, Broken, NothingToPublish, NotInPlanning, StillBooked when
    somebody would be in two places, and TakenMeanwhile when the database met such a case that
    came up in this very moment: then the unit of work must end without being stored.
    """
    round_ = round_queries.find_locked(session, plan.round_id)
    session.refresh(plan, ["in_force", "version", "state"])
    if round_ is None or plan.in_force:
        return False
    now_in_force = in_force(session, plan.round_id)
    if seen != Seen(plan.version, now_in_force.id if now_in_force else 0):
        raise Stale
    if plan.state is not PlanState.READY:
        raise StillComputing
    scene = _allowed(session, plan, today=today)
    try:
        _carry_out(session, round_, scene, at=at, today=today, by=by)
    except IntegrityError as error:  # a booking has won the race for somebody's time
        raise TakenMeanwhile from error
    _put_in_force(session, plan)
    record(
        session,
        AuditKind.PLAN_PUBLISHED,
        actor_id=by,
        subject=f"plan:{plan.id}",
        at=at,
        round=round_.id,
        stays=len(scene.stays),
    )
    return True


def _carry_out(
    session: Session, round_: Round, scene: Scene, *, at: datetime, today: date, by: int
) -> None:
    if round_.state is RoundState.PLANNING:
        _first(session, round_, scene, at=at, today=today, by=by)
    elif round_.state in (RoundState.PUBLISHED, RoundState.RUNNING):
        _again(session, round_, scene, at=at, today=today, by=by)
    else:
        raise NotInPlanning


def _allowed(session: Session, plan: Plan, *, today: date) -> Scene:
    """The plan against today's facts; both our rules and the independent checker must agree."""
    scene = scene_of(session, plan, today=today)
    if any(breach.rule == BOOKED for breach in scene.breaches):
        raise StillBooked
    if scene.breaches or not check(scene.instance, plan_file(scene.stays)).is_valid:
        raise Broken
    if not scene.stays:
        raise NothingToPublish
    return scene


def _put_in_force(session: Session, plan: Plan) -> None:
    """One plan per round is in force; the database sees to it as well."""
    session.execute(
        update(Plan)
        .where(Plan.round_id == plan.round_id, Plan.in_force)
        .values(in_force=False, version=Plan.version + 1)
        .execution_options(synchronize_session=False)
    )
    plan.in_force = True
    session.flush()  # a second plan in force would speak now


def _first(
    session: Session, round_: Round, scene: Scene, *, at: datetime, today: date, by: int
) -> None:
    placements = _placements(session, round_.id)
    for stay in sorted(scene.stays):
        _open(session, round_, scene, (stay, placements), at=at, by=by)
    write_outcomes(session, scene, at=at)
    round_.published_at = at
    rounds.enter(session, round_, RoundState.PUBLISHED, actor_id=by, today=today, at=at)
    _tell_leads(session, scene, scene.stays, at=at, today=today)


def _open(
    session: Session,
    round_: Round,
    scene: Scene,
    where: tuple[StayKey, dict[int, Placement]],
    *,
    at: datetime,
    by: int,
) -> None:
    stay, placements = where
    stay_services.open_stay(
        session,
        round_=round_,
        person_id=keys.number(stay.person),
        placement=placements[keys.number(stay.placement)],
        home_team_id=keys.number(scene.question.home(stay.person)),
        start_block=stay.start,
        at=at,
        by=by,
    )


def _again(
    session: Session, round_: Round, scene: Scene, *, at: datetime, today: date, by: int
) -> None:
    """Change only what differs: take away first, then move, then open, so that nobody collides."""
    known = {key_of(stay): stay.id for stay in stays_in_force(session, round_.id)}
    found = changes(known, scene.stays)
    placements = _placements(session, round_.id)
    for change in found:
        if change.before is not None and change.after is None:
            gone = find_stay(session, known[change.before])
            if gone is not None:
                stay_services.cancel_stay(session, gone, at=at, by=by, replanned=True)
    for change in found:
        if change.before is not None and change.after is not None:
            _move(session, known[change.before], (change.after, placements), at=at, by=by)
    added = [change.after for change in found if change.before is None and change.after]
    for stay in added:
        _open(session, round_, scene, (stay, placements), at=at, by=by)
    rewrite_outcomes(session, scene, _people(found), at=at)
    fresh = [change.after for change in found if change.after is not None]
    _tell_leads(session, scene, fresh, at=at, today=today)


def _move(
    session: Session,
    stay_id: int,
    to: tuple[StayKey, dict[int, Placement]],
    *,
    at: datetime,
    by: int,
) -> None:
    key, placements = to
    stay = find_stay(session, stay_id)
    if stay is not None:
        stay_services.move_stay(
            session,
            stay,
            placement=placements[keys.number(key.placement)],
            start_block=key.start,
            at=at,
            by=by,
        )


def _people(found: Sequence[Change]) -> set[int]:
    return {keys.number(change.person) for change in found}


def _placements(session: Session, round_id: int) -> dict[int, Placement]:
    rows = session.scalars(
        select(Placement).where(Placement.round_id == round_id).options(joinedload(Placement.host))
    )
    return {row.id: row for row in rows}


def _tell_leads(
    session: Session, scene: Scene, stays: Sequence[StayKey], *, at: datetime, today: date
) -> None:
    teams = {team for stay in stays for team in teams_of(scene, stay)}
    leads = {p for people in leads_of(session, teams, today=today).values() for p in people}
    message = Message(
        topic=OVERVIEW.topic,
        title=OVERVIEW.title,
        text=OVERVIEW.text,
        path=OVERVIEW.path,
        action=OVERVIEW.action,
        params={"round": scene.round.name},
    )
    notify(session, message, to=leads, key=f"round:{scene.round.id}:published:{at}", at=at)

"""The answer everybody gets who applied: placed, or not and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain import plan_keys as keys
from app.domain.breach_words import merged
from app.domain.breaches import Breach
from app.domain.plan_diff import rank_of
from app.domain.refusals import N_
from app.domain.standing import GIVEN_BACK, Option, cheapest, wishes
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify
from app.rotations.models import (
    Application,
    ApplicationState,
    Choice,
    EndorsementState,
    Outcome,
    PlacementState,
)
from app.rotations.services.boards.scene import Scene

NO_PLACE = Message(
    topic=NoticeTopic.APPLICATIONS,
    title=N_("No place this time in “%(round)s”"),
    text=N_(
        "Your application in “%(round)s” could not be met. You can read for every wish what stood"
        " against it. Having waited counts for you in the next round."
    ),
    path="",
    action=N_("Read the reasons"),
    must_know=True,
)
OTHER_CODES = {"horizon": "start", "past": "start", "twice": "overlap", "not_wished": "forbid"}


def write_outcomes(session: Session, scene: Scene, *, at: datetime) -> None:
    """Store the answer to every submitted application and tell those without a place.

    Those with a place are told when their stay is opened. Four statements and two per person
    without a place.
    """
    for application in _applications(session, scene.round.id):
        outcome = _outcome_of(scene, application, at=at)
        application.outcome = outcome
        if not outcome.placed:
            _tell(session, scene, application, at=at)


def rewrite_outcomes(
    session: Session, scene: Scene, person_ids: Iterable[int], *, at: datetime
) -> None:
    """Replace the answers of people whose stay a later publishing changes."""
    concerned = set(person_ids)
    for application in _applications(session, scene.round.id):
        if application.person_id not in concerned:
            continue
        fresh = _outcome_of(scene, application, at=at)
        known = application.outcome
        if known is None:
            application.outcome = fresh
            continue
        known.placed, known.rank = fresh.placed, fresh.rank
        known.reasons, known.decided_at = fresh.reasons, at


def _applications(session: Session, round_id: int) -> Sequence[Application]:
    return session.scalars(
        select(Application)
        .where(Application.round_id == round_id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.id)
        .options(
            joinedload(Application.endorsement),
            joinedload(Application.outcome),
            selectinload(Application.choices).joinedload(Choice.placement),
        )
    ).all()


def _outcome_of(scene: Scene, application: Application, *, at: datetime) -> Outcome:
    key = keys.person(application.person_id)
    ranks = [rank_of(scene.question, stay) for stay in scene.stays if stay.person == key]
    if not ranks:
        reasons = reasons_against(scene, application)
        return Outcome(placed=False, rank=None, reasons=reasons, decided_at=at)
    rank = min(ranks, key=lambda rank: rank or 99)
    first = {"code": "placed", "rank": rank} if rank else {"code": "pinned"}
    better = [
        reason
        for option in wishes(scene.question, scene.crowd, key)
        if option.rank < (rank or 99)
        for reason in _reasons_of(scene, option)
    ]
    return Outcome(placed=True, rank=rank, reasons=[first, *better], decided_at=at)


def reasons_against(scene: Scene, application: Application) -> list[dict[str, Any]]:
    """Why somebody got no place, wish by wish, and the cheapest way it would have worked."""
    endorsement = application.endorsement
    if endorsement is None or endorsement.state is not EndorsementState.ENDORSED:
        is_refused = endorsement is not None and endorsement.state is EndorsementState.REFUSED
        return [{"code": "not_endorsed"} if is_refused else {"code": "endorsement_open"}]
    if not application.choices:
        return [{"code": "no_choices"}]
    gone = [
        {"code": "placement_withdrawn", "wish": choice.placement.title, "rank": choice.rank}
        for choice in application.choices
        if choice.placement.state is not PlacementState.OFFERED
    ]
    options = wishes(scene.question, scene.crowd, keys.person(application.person_id))
    found = [reason for option in options for reason in _reasons_of(scene, option)]
    best = cheapest(options)
    relaxed = [
        _relaxed(_reason(scene, breach))
        for breach in (merged(best.obstacles) if best else ())
        if breach.code != "pair_max"
    ]
    return [*gone, *found, *relaxed]


def _relaxed(reason: dict[str, Any]) -> dict[str, Any]:
    return {**reason, "code": f"relax_{reason['code']}"}


def _reasons_of(scene: Scene, option: Option) -> list[dict[str, Any]]:
    wish = {"wish": scene.names.placements.get(option.placement, ""), "wish_rank": option.rank}
    if option.start is None:
        return [{"code": "start", **wish}]
    if option.is_free:
        return [{"code": "outweighed", **wish}]
    return [{**_reason(scene, breach), **wish} for breach in merged(option.obstacles)]


def _reason(scene: Scene, breach: Breach) -> dict[str, Any]:
    """A breach as the house's reasons have it: names and days, never another person.

    Of a booking only the day: leads read these reasons too.
    """
    values = scene.names.values(breach)
    found: dict[str, Any] = {"code": OTHER_CODES.get(breach.code, breach.code)}
    if breach.placement:
        found["placement"] = values["placement"]
    if breach.team:
        found["team"] = values["team"]
    if breach.code == "skill":
        found["skill"] = values["skill"]
    if breach.code in GIVEN_BACK:
        found |= {"code": "booked", "day": values["on"].isoformat()}
    elif breach.code == "notice":
        found["day"] = values["limit_day"].isoformat()
    elif breach.block >= 0:
        found["day"] = values["day"].isoformat()
    return found


def _tell(session: Session, scene: Scene, application: Application, *, at: datetime) -> None:
    message = Message(
        topic=NO_PLACE.topic,
        title=NO_PLACE.title,
        text=NO_PLACE.text,
        path=f"/applications/{application.id}",
        action=NO_PLACE.action,
        params={"round": scene.round.name},
        must_know=True,
    )
    key = f"application:{application.id}:no place"
    notify(session, message, to=[application.person_id], key=key, at=at)

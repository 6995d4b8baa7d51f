"""What host teams and HR do with placements: write, offer, change, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.roles import Actor
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import (
    Placement,
    PlacementSkill,
    PlacementState,
    Round,
    RoundState,
)
from app.rotations.queries import company
from app.rotations.queries import placements as queries
from app.rotations.services.telling import tell


@dataclass(frozen=True, slots=True)
class PlacementDraft:
    """What is entered for a placement; blocks are 0-based, `share` a percentage."""

    host_team_id: int
    site_id: int
    title: str
    task: str
    learning: str
    duration: int
    first_start: int
    last_start: int
    seats: int
    buddy_id: int | None
    remote_ok: bool
    share: int
    required: frozenset[int] = frozenset()
    welcome: frozenset[int] = frozenset()


class OutsideTheRound(Invalid):
    """The last possible start leaves no room for the whole stay."""

    msgid = N_("A stay that begins this late would reach past the end of the round.")


class WindowTurned(Invalid):
    """The window of starts has no block in it."""

    msgid = N_("The last possible start cannot come before the first.")


class BuddyFromElsewhere(Invalid):
    """A buddy works in the host team."""

    msgid = N_("The buddy must be a member of the host team.")


class AlreadyWithdrawn(Refusal):
    """Nothing is left to withdraw."""

    msgid = N_("This placement was already withdrawn.")


class NotADraft(Refusal):
    """Only drafts can be offered."""

    msgid = N_("This placement is already offered or withdrawn.")


def write(
    session: Session, round_: Round, draft: PlacementDraft, actor: Actor, *, at: datetime
) -> Placement:
    """Keep a new placement as a draft of its host team. Raises what `check` raises."""
    check(session, round_, draft, today=at.date())
    made = Placement(
        round_id=round_.id,
        state=PlacementState.DRAFT,
        created_at=at,
        created_by=actor.person_id,
        **_columns(draft),
    )
    session.add(made)
    session.flush()  # its skills and its audit entry need the key
    _put_skills(session, made.id, draft)
    _record(session, made, actor, at, change="written")
    return made


def change(
    session: Session, placement: Placement, draft: PlacementDraft, actor: Actor, *, at: datetime
) -> int:
    """Change a placement; those who chose it are told when it is offered. Gives how many.

    The caller has compared the version. Raises what `check` raises.
    """
    check(session, placement.round, draft, today=at.date())
    before = _columns_of(placement), _skills_of(placement)
    for name, value in _columns(draft).items():
        setattr(placement, name, value)
    skills = {(skill, True) for skill in draft.required} | {
        (skill, False) for skill in draft.welcome - draft.required
    }
    if before == (_columns(draft), skills):
        return 0
    session.flush()  # a stale version speaks before anything else is written
    _put_skills(session, placement.id, draft)
    session.expire(placement, ["skills"])
    _record(session, placement, actor, at, change="changed")
    if placement.state is not PlacementState.OFFERED:
        return 0
    return _tell(session, placement, _changed(placement), "changed", at)


def offer(session: Session, placement: Placement, actor: Actor, *, at: datetime) -> None:
    """Make a draft visible to everybody. Raises NotADraft."""
    if placement.state is not PlacementState.DRAFT:
        raise NotADraft
    placement.state = PlacementState.OFFERED
    _record(session, placement, actor, at, change="offered")


def withdraw(
    session: Session, placement: Placement, actor: Actor, *, reason: str, at: datetime
) -> int:
    """Take it back and tell those who chose it; gives how many. Raises AlreadyWithdrawn."""
    if placement.state is PlacementState.WITHDRAWN:
        raise AlreadyWithdrawn
    was_offered = placement.state is PlacementState.OFFERED
    placement.state = PlacementState.WITHDRAWN
    _record(session, placement, actor, at, change="withdrawn")
    if not was_offered:
        return 0
    return _tell(session, placement, _withdrawn(placement, reason), "withdrawn", at)


def check(session: Session, round_: Round, draft: PlacementDraft, *, today: date) -> None:
    """Raise WindowTurned, OutsideTheRound or BuddyFromElsewhere."""
    if draft.last_start < draft.first_start:
        raise WindowTurned
    if draft.last_start + draft.duration > round_.blocks:
        raise OutsideTheRound
    if draft.buddy_id is None:
        return
    members = company.members(session, [draft.host_team_id], today=today)
    if draft.buddy_id not in {person.id for person in members}:
        raise BuddyFromElsewhere


def _columns(draft: PlacementDraft) -> dict[str, object]:
    names = set(draft.__dataclass_fields__) - {"required", "welcome"}
    return {name: getattr(draft, name) for name in sorted(names)}


def _columns_of(placement: Placement) -> dict[str, object]:
    names = set(PlacementDraft.__dataclass_fields__) - {"required", "welcome"}
    return {name: getattr(placement, name) for name in sorted(names)}


def _skills_of(placement: Placement) -> set[tuple[int, bool]]:
    return {(row.skill_id, row.required) for row in placement.skills}


def _put_skills(session: Session, placement_id: int, draft: PlacementDraft) -> None:
    known = session.scalars(
        select(PlacementSkill).where(PlacementSkill.placement_id == placement_id)
    ).all()
    for row in known:
        session.delete(row)
    session.flush()  # the same skill may come back as another kind
    session.add_all(_rows(placement_id, draft.required, required=True))
    session.add_all(_rows(placement_id, draft.welcome - draft.required, required=False))


def _rows(placement_id: int, skills: Iterable[int], *, required: bool) -> list[PlacementSkill]:
    return [
        PlacementSkill(placement_id=placement_id, skill_id=skill, required=required)
        for skill in sorted(skills)
    ]


def _changed(placement: Placement) -> Message:
    return Message(
        topic=NoticeTopic.APPLICATIONS,
        title=N_("“%(placement)s” has changed"),
        text=N_("A placement you chose in “%(round)s” has changed. Please look at it again."),
        path=f"/placements/{placement.id}",
        action=N_("Look at the placement"),
        params={"placement": placement.title, "round": placement.round.name},
    )


def _withdrawn(placement: Placement, reason: str) -> Message:
    can_choose = placement.round.state is RoundState.OPEN
    return Message(
        topic=NoticeTopic.APPLICATIONS,
        title=N_("“%(placement)s” was withdrawn"),
        text=(
            N_(
                "A placement you chose in “%(round)s” was withdrawn: %(reason)s You may choose"
                " another one until %(due)s."
            )
            if can_choose
            else N_("A placement you chose in “%(round)s” was withdrawn: %(reason)s")
        ),
        path=f"/applications/round/{placement.round_id}" if can_choose else "/applications/",
        action=N_("Look at your application"),
        params={
            "placement": placement.title,
            "round": placement.round.name,
            "reason": reason,
            "due": placement.round.applications_due_on,
        },
        must_know=True,
    )


def _tell(session: Session, placement: Placement, message: Message, what: str, at: datetime) -> int:
    session.flush()  # the key carries the version
    people = queries.applicants(session, placement.id)
    key = f"placement:{placement.id}:v{placement.version}:{what}"
    return tell(session, message, to=people, key=key, at=at)


def _record(
    session: Session, placement: Placement, actor: Actor, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        AuditKind.PLACEMENT_CHANGED,
        actor_id=actor.person_id,
        subject=f"placement:{placement.id}",
        at=at,
        **detail,
    )

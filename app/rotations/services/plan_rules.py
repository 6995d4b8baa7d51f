"""Pins and forbids: what HR tells the planner about one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal
from app.rotations.models import Placement, PlanRule, Round, RoundState, RuleKind


class NamesNothing(Invalid):
    """A rule needs a placement, or for a forbid a host."""

    msgid = N_("Please choose a placement or, to rule something out, a host team.")


class NamesTwoThings(Invalid):
    """A forbid is about one thing."""

    msgid = N_("Please choose either a placement or a host team, not both.")


class Contradicts(Refusal):
    """The same person and placement cannot be pinned and ruled out."""

    msgid = N_("This person is already pinned there or ruled out there. Remove that rule first.")


class StartOutside(Invalid):
    """The placement cannot begin in that block."""

    msgid = N_("The placement cannot begin then.")


class WrongRound(Invalid):
    """The placement is another round's."""

    msgid = N_("This placement does not belong to the round.")


class RoundIsOver(Refusal):
    """Nothing is planned any more."""

    msgid = N_("This round is closed.")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as entered; `start` is a block or None for any."""

    kind: RuleKind
    person_id: int
    placement_id: int | None = None
    host_team_id: int | None = None
    start: int | None = None
    reason: str = ""


def add(session: Session, round_: Round, draft: RuleDraft, *, at: datetime, by: int) -> PlanRule:
    """Write a rule; the same rule again gives the one that stands. Raises the refusals above."""
    if round_.state is RoundState.CLOSED:
        raise RoundIsOver
    _check(draft)
    if draft.placement_id is not None:
        _check_placement(session, round_, draft)
    twin = _twin(session, round_, draft)
    if twin is not None:
        return twin
    rule = PlanRule(
        round_id=round_.id,
        kind=draft.kind,
        person_id=draft.person_id,
        placement_id=draft.placement_id,
        host_team_id=draft.host_team_id,
        start=draft.start,
        reason=draft.reason,
        created_at=at,
        created_by=by,
    )
    session.add(rule)
    session.flush()  # its key names the entry in the log
    _note(session, rule, "added", at=at, by=by)
    return rule


def _check(draft: RuleDraft) -> None:
    if draft.kind is RuleKind.FORBID and draft.placement_id and draft.host_team_id:
        raise NamesTwoThings
    if draft.placement_id is None and (draft.kind is RuleKind.PIN or draft.host_team_id is None):
        raise NamesNothing


def _check_placement(session: Session, round_: Round, draft: RuleDraft) -> None:
    place = session.get(Placement, draft.placement_id)
    if place is None or place.round_id != round_.id:
        raise WrongRound
    if draft.start is not None and not place.first_start <= draft.start <= place.last_start:
        raise StartOutside


def _twin(session: Session, round_: Round, draft: RuleDraft) -> PlanRule | None:
    """The same rule, if it stands; raises Contradicts for its opposite."""
    rows = session.scalars(
        select(PlanRule).where(
            PlanRule.round_id == round_.id, PlanRule.person_id == draft.person_id
        )
    ).all()
    thing = (draft.placement_id, draft.host_team_id)
    for row in rows:
        if (row.placement_id, row.host_team_id) != thing:
            continue
        if row.kind is not draft.kind:
            raise Contradicts
        row.start = draft.start
        return row
    return None


def remove(session: Session, rule: PlanRule, *, at: datetime, by: int) -> None:
    """Take a rule back."""
    _note(session, rule, "removed", at=at, by=by)
    session.delete(rule)


def _note(session: Session, rule: PlanRule, change: str, *, at: datetime, by: int) -> None:
    record(
        session,
        AuditKind.RULE_CHANGED,
        actor_id=by,
        subject=f"plan_rule:{rule.id}",
        at=at,
        change=change,
        round=rule.round_id,
        rule=rule.kind.value,
        person=rule.person_id,
        placement=rule.placement_id,
        host=rule.host_team_id,
        start=rule.start,
    )

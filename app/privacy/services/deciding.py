"""HR decides about the data of those who left: keep it, let it go, erase it now or later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.privacy.models import Erasure, ErasureRule
from app.privacy.queries.leavers import Leaver, leavers


class NotReady(Refusal):
    """Something still keeps the data here."""

    msgid = N_("This person cannot be erased yet; the page says why.")


class NeedsReason(Invalid):
    """Data is kept beyond its time only for a reason somebody can check."""

    msgid = N_("Please say why the data must be kept.")


def hold(
    session: Session, leaver: Leaver, reason: str, *, opened_on: int, by: int, at: datetime
) -> None:
    """Keep everything about a person until HR lets go. Raises Stale, NeedsReason."""
    if not reason:
        raise NeedsReason
    decided = _decided(session, leaver, opened_on)
    decided.held_at, decided.held_by, decided.reason = at, by, reason
    decided.wanted_at = decided.wanted_by = None
    _trace(session, leaver.id, "held", by=by, at=at)


def let_go(session: Session, leaver: Leaver, *, opened_on: int, by: int, at: datetime) -> None:
    """Keep it no longer than the rule says. Raises Stale."""
    decided = _decided(session, leaver, opened_on)
    decided.held_at, decided.held_by, decided.reason = None, None, ""
    _trace(session, leaver.id, "let go", by=by, at=at)


def want(session: Session, leaver: Leaver, *, opened_on: int, by: int, at: datetime) -> None:
    """Have the worker erase a person now. Raises Stale, NotReady."""
    decided = _decided(session, leaver, opened_on)
    if not leaver.is_ready:
        raise NotReady
    decided.wanted_at, decided.wanted_by = at, by
    _trace(session, leaver.id, "wanted", by=by, at=at)


def set_term(session: Session, term: int | None, *, opened_on: int, by: int, at: datetime) -> None:
    """Write after how many days leavers are erased by themselves; None: never. Raises Stale."""
    rule = session.get(ErasureRule, 1)
    if (rule.version if rule else 0) != opened_on:
        raise Stale
    if rule is None:
        rule = ErasureRule(id=1, term=None)
        session.add(rule)
    before, rule.term = rule.term, term
    record(
        session,
        AuditKind.SETTING_CHANGED,
        actor_id=by,
        subject="setting:erasure_term",
        at=at,
        before=before,
        after=term,
    )


def find(session: Session, person_id: int, *, today: date, now: datetime) -> Leaver | None:
    """Somebody who has left by a day. Two statements."""
    found = leavers(session, today=today, now=now, person_id=person_id)
    return found[0] if found else None


def _decided(session: Session, leaver: Leaver, opened_on: int) -> Erasure:
    decided = session.get(Erasure, leaver.id)
    if (decided.version if decided else 0) != opened_on:
        raise Stale
    if decided is None:
        decided = Erasure(person_id=leaver.id, reason="")
        session.add(decided)
    return decided


def _trace(session: Session, person_id: int, what: str, *, by: int, at: datetime) -> None:
    subject = f"person:{person_id}"
    record(session, AuditKind.ERASURE_CHANGED, actor_id=by, subject=subject, at=at, decided=what)

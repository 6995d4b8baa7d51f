"""HR writes down from which length on a country's works council is asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import LengthRule
from app.domain.refusals import Stale
from app.rotations.models import CouncilRule
from app.rotations.queries import council_rules


def save_rule(
    session: Session,
    country: str,
    rule: LengthRule,
    *,
    opened_on: int,
    by: int,
    at: datetime,
) -> CouncilRule:
    """Store a country's rule; it holds for stays opened or moved from now on.

    `opened_on` is the version the form was opened on, 0 where the country had no rule of its own.
    Raises Stale. Before and after stand in the audit log.
    """
    row = council_rules.find(session, country)
    if (row.version if row else 0) != opened_on:
        raise Stale
    before = council_rules.rule_of(session, country)
    if row is None:
        row = CouncilRule(country=country)
        session.add(row)
    row.enabled, row.over_days = rule.enabled, rule.over_days
    row.answer_days, row.source = rule.answer_days, rule.source
    record(
        session,
        AuditKind.SETTING_CHANGED,
        actor_id=by,
        subject=f"council_rule:{country}",
        at=at,
        before=_facts(before),
        after=_facts(rule),
    )
    return row


def _facts(rule: LengthRule) -> dict[str, object]:
    return {
        "enabled": rule.enabled,
        "over_days": rule.over_days,
        "answer_days": rule.answer_days,
        "source": rule.source,
    }

"""From which length on the works council is asked, per country."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.consent import LengthRule, rule_for
from app.people.models import Site
from app.rotations.models import CouncilRule


def rule_of(session: Session, country: str) -> LengthRule:
    """The rule in force for a country: HR's own, else the one it starts with. One statement."""
    row = session.get(CouncilRule, country)
    return rule_for(country) if row is None else in_words_of_the_domain(row)


def in_words_of_the_domain(row: CouncilRule) -> LengthRule:
    """A stored rule as the domain reads it."""
    return LengthRule(
        enabled=row.enabled,
        over_days=row.over_days,
        answer_days=row.answer_days,
        source=row.source,
    )


def all_rules(session: Session) -> dict[str, LengthRule]:
    """The rule in force for every country in which the company has a site. Two statements."""
    stored = {row.country: in_words_of_the_domain(row) for row in _stored(session)}
    sites = set(session.scalars(select(Site.country).distinct()))
    return {
        country: stored.get(country) or rule_for(country) for country in sorted(sites | set(stored))
    }


def find(session: Session, country: str) -> CouncilRule | None:
    """HR's own rule of a country, or None while the country keeps the one it starts with."""
    return session.get(CouncilRule, country)


def _stored(session: Session) -> Sequence[CouncilRule]:
    return session.scalars(select(CouncilRule).order_by(CouncilRule.country)).all()

"""Carry the consent chain of the domain into a stay's rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from app.domain.consent import (
    ANSWER_DAYS,
    ORDER,
    Chain,
    ConsentParty,
    ConsentState,
    LengthRule,
    Verdict,
    answer_due,
    verdict,
)
from app.domain.stays import Facts
from app.rotations.models import Consent, Stay
from app.rotations.queries.stays.days import WorkCalendar

ANSWERED = frozenset({ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.DEEMED})


def chain_of(stay: Stay) -> dict[ConsentParty, ConsentState]:
    """The stay's consents as the domain reads them, in order."""
    states = {consent.party: consent.state for consent in stay.consents}
    return {party: states[party] for party in ORDER if party in states}


def facts_of(stay: Stay) -> Facts:
    """What decides about the stay's state."""
    return Facts(
        state=stay.state,
        verdict=verdict(chain_of(stay)),
        starts_on=stay.starts_on,
        ends_on=stay.ends_on,
        planned_ends_on=stay.planned_ends_on,
    )


def consent_of(stay: Stay, party: ConsentParty) -> Consent:
    """One party's row. Raises LookupError when the stay has none."""
    for consent in stay.consents:
        if consent.party is party:
            return consent
    raise LookupError(f"stay {stay.id} has no consent of {party}")


def write(
    stay: Stay, chain: Chain, *, rule: LengthRule, calendar: WorkCalendar, at: datetime
) -> None:
    """Bring the stay's consents to `chain`; whoever is newly asked gets a last day to answer."""
    for consent in stay.consents:
        state = chain[consent.party]
        if state is consent.state:
            continue
        consent.state = state
        if state not in ANSWERED:
            consent.answered_at, consent.answered_by, consent.reason = None, None, ""
        if state is ConsentState.ASKED:
            consent.asked_at, consent.reminded_at = at, None
            days = _days_to_answer(consent.party, rule)
            consent.due_on = answer_due(calendar.day_of(at), days, calendar.holidays)
        elif state in {ConsentState.WAITING, ConsentState.NOT_NEEDED}:
            consent.asked_at = consent.due_on = consent.reminded_at = None


def touch(stay: Stay) -> None:
    """Let this change count as one of the stay, so that two at once cannot both win (I5)."""
    flag_modified(stay, "state")


def is_agreed(stay: Stay) -> bool:
    """Whether every consent the stay needs is there."""
    return verdict(chain_of(stay)) is Verdict.AGREED


def _days_to_answer(party: ConsentParty, rule: LengthRule) -> int:
    if party is ConsentParty.COUNCIL and rule.answer_days is not None:
        return rule.answer_days
    return ANSWER_DAYS

"""HR switches surveys and figures of collaboration on, by an agreement, or off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.surveys.models import SurveySwitch
from app.surveys.queries import switch as queries
from app.surveys.queries import waves


class SwitchedOff(Refusal):
    """No wave opens before the company has agreed to it."""

    msgid = N_(
        "Surveys are switched off, so no wave opens. HR switches them on under “Survey waves”, as"
        " soon as it is agreed."
    )


class WaveIsOpen(Refusal):
    """Those who are just answering were promised an end."""

    msgid = N_("A wave is open. Let it end or cancel it first; then surveys can be switched off.")


class AgreementMissing(Invalid):
    """Surveys begin with an agreement, not with a click."""

    msgid = N_("Please enter the day of the agreement.")


class LiesAhead(Invalid):
    """What is not agreed yet is no reason to begin."""

    msgid = N_("Please choose a day that is not still to come.")


@dataclass(frozen=True, slots=True)
class Decision:
    """On or off, by which agreement, and what there is to say; `follows` is the one before."""

    is_on: bool
    agreed_on: date | None
    note: str
    follows: int


def refuse_when_off(session: Session) -> None:
    """Raise SwitchedOff unless surveys are switched on. One statement."""
    if not queries.is_on(session):
        raise SwitchedOff


def decide(
    session: Session, decision: Decision, *, by: int | None, today: date, at: datetime
) -> SurveySwitch:
    """Switch on or off, and keep it for good.

    Raises Stale when somebody decided since the form was opened, WaveIsOpen, AgreementMissing and
    LiesAhead. Nothing is deleted: figures are shown again when they are switched on again.
    """
    history = queries.history(session)
    if (history[0].id if history else 0) != decision.follows:
        raise Stale
    if not decision.is_on and waves.open_wave(session) is not None:
        raise WaveIsOpen
    if decision.is_on and decision.agreed_on is None:
        raise AgreementMissing
    if decision.agreed_on is not None and decision.agreed_on > today:
        raise LiesAhead
    row = SurveySwitch(
        follows=decision.follows,
        is_on=decision.is_on,
        agreed_on=decision.agreed_on,
        note=decision.note,
        decided_at=at,
    )
    session.add(row)
    session.flush()  # two at once: the key of what they follow speaks now
    record(
        session,
        AuditKind.SETTING_CHANGED,
        actor_id=by,
        subject=f"survey_switch:{row.id}",
        at=at,
        is_on=decision.is_on,
        agreed_on=decision.agreed_on.isoformat() if decision.agreed_on else None,
        note=decision.note,
    )
    return row

"""Look back on a stay, hand insights to the other side, and say what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import REMIND_BEFORE
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.roles import Role
from app.domain.stays import INSIGHT_DAYS, MOST_INSIGHTS, OVER
from app.rotations.models import Debrief, DebriefSide, Insight, InsightFate, Stay
from app.rotations.queries import insights as queries
from app.rotations.queries.stays.days import calendar_of
from app.rotations.queries.stays.people import holders_of, leads_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.chain import touch


class NotOverYet(Refusal):
    """One looks back when the stay is over."""

    msgid = N_("The debrief opens when the stay is over.")


class AlreadyWritten(Refusal):
    """Each side looks back once."""

    msgid = N_("This side has already written its debrief.")


class TooManyInsights(Invalid):
    """Three points are read, ten are not."""

    msgid = N_("Please choose the three most important points.")


class NoteMissing(Invalid):
    """A fate without words is no answer."""

    msgid = N_("Please say in a sentence what became of it, or why not.")


class NobodyAnswers(Refusal):
    """An insight needs somebody who answers it."""

    msgid = N_("Nobody answers for the other team at the moment. Please tell HR.")


@dataclass(frozen=True, slots=True)
class LookBack:
    """One side's debrief: what was learned, and up to three things that should change."""

    side: DebriefSide
    learned: str
    changes: Sequence[str]


def write_debrief(
    session: Session, stay: Stay, said: LookBack, *, by: int, at: datetime
) -> Debrief:
    """Write one side's debrief; each change becomes an insight of somebody on the other side.

    Raises NotOverYet, AlreadyWritten, TooManyInsights, NobodyAnswers.
    """
    if stay.state not in OVER:
        raise NotOverYet
    if any(debrief.side is said.side for debrief in stay.debriefs):
        raise AlreadyWritten
    changes = [text for text in said.changes if text]
    if len(changes) > MOST_INSIGHTS:
        raise TooManyInsights
    today = calendar_of(session, stay.person_id).day_of(at)
    debrief = Debrief(
        stay_id=stay.id, side=said.side, learned=said.learned, written_at=at, written_by=by
    )
    session.add(debrief)
    touch(stay)
    session.flush()  # the insights need its key
    if changes:
        _hand_over(session, stay, debrief, changes, today=today, at=at)
    record(
        session,
        AuditKind.INSIGHT_WRITTEN,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        side=said.side.value,
        insights=len(changes),
    )
    return debrief


def answering_team(stay: Stay, side: DebriefSide) -> int:
    """The team on the other side of a debrief: the home team answers the host, and vice versa."""
    return stay.home_team_id if side is DebriefSide.HOST else stay.host_team_id


def decide_fate(  # noqa: PLR0913 - what, why, on which version, by whom and when
    session: Session,
    insight: Insight,
    *,
    fate: InsightFate,
    note: str,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """The owner says what became of an insight; it may be said anew later.

    `insight` comes with debrief and stay. Raises Stale, NoteMissing.
    """
    if insight.version != opened_on:
        raise Stale
    if fate is not InsightFate.OPEN and not note:
        raise NoteMissing
    insight.fate = fate
    insight.fate_note = note if fate is not InsightFate.OPEN else ""
    insight.decided_at = at if fate is not InsightFate.OPEN else None
    session.flush()  # the version the notice is named by
    record(
        session,
        AuditKind.INSIGHT_DECIDED,
        actor_id=by,
        subject=f"insight:{insight.id}",
        at=at,
        fate=fate.value,
    )
    if insight.decided_at is not None:
        stay = insight.debrief.stay
        to = {insight.debrief.written_by, stay.person_id} - {by}
        notices.insight_decided(session, insight, to=to, at=at)


def hand_to(
    session: Session, insight: Insight, owner_id: int, *, opened_on: int, by: int, at: datetime
) -> None:
    """Give an insight to another owner of the same team. Raises Stale."""
    if insight.version != opened_on:
        raise Stale
    if insight.owner_id == owner_id:
        return
    insight.owner_id = owner_id
    session.flush()  # the version in the log is the new one
    record(
        session,
        AuditKind.INSIGHT_DECIDED,
        actor_id=by,
        subject=f"insight:{insight.id}",
        at=at,
        owner=owner_id,
    )
    notices.insight_handed_over(session, insight, at=at)


def remind_owners(session: Session, *, today: date, at: datetime) -> int:
    """Remind owners once, from two days before the last day on; gives how many were told."""
    due = queries.nearly_due(session, since=today, until=today + REMIND_BEFORE)
    return sum(notices.insight_nearly_due(session, insight, at=at) for insight in due)


def _hand_over(
    session: Session,
    stay: Stay,
    debrief: Debrief,
    changes: Sequence[str],
    *,
    today: date,
    at: datetime,
) -> None:
    team = answering_team(stay, debrief.side)
    owner = _owner_of(session, team, today=today)
    insights = [
        Insight(
            debrief_id=debrief.id,
            text=text,
            owner_id=owner,
            team_id=team,
            due_on=today + timedelta(days=INSIGHT_DAYS),
            fate_note="",
        )
        for text in changes
    ]
    session.add_all(insights)
    session.flush()  # their keys name the notices
    for insight in insights:
        notices.insight_handed_over(session, insight, at=at)


def _owner_of(session: Session, team: int, *, today: date) -> int:
    """The team's lead, else its deputy, else somebody of HR who will find an owner."""
    leads = leads_of(session, {team}, today=today).get(team)
    found = (leads or sorted(holders_of(session, Role.HR)))[:1]
    if not found:
        raise NobodyAnswers
    return found[0]

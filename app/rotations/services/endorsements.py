"""Ask the home team, decide for it, and hand what stays unanswered to HR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.endorsing import OPEN, EndorsementState, Verdict, check
from app.domain.refusals import N_, Stale
from app.domain.roles import Actor, Role
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import Application, ApplicationState, Endorsement
from app.rotations.queries.stays.people import holders_of, leads_of
from app.rotations.services.telling import tell


def deciders(session: Session, application: Application, *, today: date) -> list[int]:
    """Leads and deputies of the home team, never the applicant. One statement."""
    found = leads_of(session, [application.home_team_id], today=today)
    return [
        person
        for person in found.get(application.home_team_id, [])
        if person != application.person_id
    ]


def ask(
    session: Session, application: Application, *, due_on: date, today: date, at: datetime
) -> Endorsement:
    """Ask leads and deputies (again) about a submitted application.

    Where nobody but the applicant answers for the team, HR is asked at once.
    """
    endorsement = application.endorsement
    if endorsement is None:
        endorsement = Endorsement(application_id=application.id, due_on=due_on, asked_at=at)
        application.endorsement = endorsement
        session.add(endorsement)
    endorsement.state = EndorsementState.ASKED
    endorsement.due_on, endorsement.asked_at = due_on, at
    endorsement.cover_plan, endorsement.reason = "", ""
    endorsement.reminded_at, endorsement.escalated_at = None, None
    endorsement.decided_at, endorsement.decided_by = None, None
    session.flush()  # the notices name its key and version
    people = deciders(session, application, today=today)
    if not people:
        escalate(session, endorsement, application, to=[], at=at)
        return endorsement
    key = f"endorsement:{endorsement.id}:v{endorsement.version}:asked"
    tell(session, _please_decide(application, endorsement), to=people, key=key, at=at)
    return endorsement


def decide(
    session: Session,
    endorsement: Endorsement,
    verdict: Verdict,
    actor: Actor,
    *,
    opened_on: int,
    at: datetime,
) -> None:
    """Endorse or refuse, and tell the person why. The caller has asked whether the actor may.

    `opened_on` is the version the form was opened on. Raises Stale and what the domain's `check`
    raises. A decision may be changed until the plan is published.
    """
    if endorsement.version != opened_on:
        raise Stale
    application = endorsement.application
    submitted = application.state is ApplicationState.SUBMITTED
    check(verdict, submitted=submitted, round_state=application.round.state)

    endorsement.state = verdict.state
    endorsement.cover_plan = verdict.cover_plan
    endorsement.reason = "" if verdict.endorses else verdict.reason
    endorsement.decided_at, endorsement.decided_by = at, actor.person_id
    session.flush()  # a stale version speaks now
    audit.record(
        session,
        AuditKind.ENDORSEMENT_DECIDED,
        actor_id=actor.person_id,
        subject=f"endorsement:{endorsement.id}",
        at=at,
        state=verdict.state.value,
    )
    key = f"endorsement:{endorsement.id}:v{endorsement.version}:decided"
    tell(session, _decided(endorsement, verdict), to=[application.person_id], key=key, at=at)


@dataclass(frozen=True, slots=True)
class Ticked:
    """One line of the bulk form: which endorsement, and its version when the form was opened."""

    endorsement: Endorsement
    opened_on: int


def endorse_all(
    session: Session, ticked: Sequence[Ticked], cover_plan: str, actor: Actor, *, at: datetime
) -> int:
    """Endorse several at once, all or none; those already decided are left alone. Gives how many.

    Raises what `decide` raises.
    """
    waiting = [line for line in ticked if line.endorsement.state in OPEN]
    verdict = Verdict(endorses=True, cover_plan=cover_plan)
    for line in waiting:
        decide(session, line.endorsement, verdict, actor, opened_on=line.opened_on, at=at)
    return len(waiting)


def escalate(
    session: Session,
    endorsement: Endorsement,
    application: Application,
    *,
    to: Sequence[int],
    at: datetime,
) -> int:
    """Hand an unanswered endorsement to HR; `to` are leads who hear of it too. Gives how many told.

    It is never approved by silence.
    """
    endorsement.state = EndorsementState.ESCALATED
    endorsement.escalated_at = at
    session.flush()  # a stale version speaks now
    audit.record(
        session,
        AuditKind.ENDORSEMENT_ESCALATED,
        actor_id=None,
        subject=f"endorsement:{endorsement.id}",
        at=at,
        due_on=endorsement.due_on.isoformat(),
    )
    people = holders_of(session, Role.HR) - {application.person_id}
    key = f"endorsement:{endorsement.id}:v{endorsement.version}:escalated"
    return tell(session, _escalated(application, endorsement), to=people | set(to), key=key, at=at)


def _please_decide(application: Application, endorsement: Endorsement) -> Message:
    return Message(
        topic=NoticeTopic.ENDORSEMENTS,
        title=N_("%(person)s would like to rotate"),
        text=N_(
            "Please endorse the application in “%(round)s” with a cover plan, or refuse it with a"
            " reason, until %(due)s."
        ),
        path=f"/endorsements/{endorsement.id}",
        action=N_("Decide"),
        params={
            "person": application.person.name,
            "round": application.round.name,
            "due": endorsement.due_on,
        },
    )


def _escalated(application: Application, endorsement: Endorsement) -> Message:
    return Message(
        topic=NoticeTopic.ENDORSEMENTS,
        title=N_("Nobody has answered to the application of %(person)s"),
        text=N_(
            "The endorsement in “%(round)s” was due on %(due)s and is now with HR. The home team"
            " may still answer."
        ),
        path=f"/endorsements/{endorsement.id}",
        action=N_("Decide"),
        params={
            "person": application.person.name,
            "round": application.round.name,
            "due": endorsement.due_on,
        },
        must_know=True,
    )


def _decided(endorsement: Endorsement, verdict: Verdict) -> Message:
    application = endorsement.application
    return Message(
        topic=NoticeTopic.APPLICATIONS,
        title=(
            N_("Your application is endorsed")
            if verdict.endorses
            else N_("Your application is not endorsed")
        ),
        text=(
            N_("Your home team supports your application in “%(round)s”.")
            if verdict.endorses
            else N_("Your home team cannot support it in “%(round)s”: %(reason)s")
        ),
        path=f"/applications/{application.id}",
        action=N_("Look at your application"),
        params={"round": application.round.name, "reason": verdict.reason},
        must_know=not verdict.endorses,
    )

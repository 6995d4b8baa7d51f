"""What a round's deadlines do by themselves, and what they say beforehand.

Everything here may run at any time and any number of times: states move once, and each notice
has a key that names the deadline it speaks of.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.domain.roles import Role
from app.domain.rounds import RoundState, due_move, is_past, is_reminding
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import ApplicationState, Round
from app.rotations.queries import deadlines as queries
from app.rotations.queries import rounds
from app.rotations.queries.stays.people import holders_of, leads_of
from app.rotations.services import endorsements
from app.rotations.services.rounds import enter
from app.rotations.services.telling import tell


def act(
    session: Session, round_id: int, *, today: date, holidays: Collection[date], at: datetime
) -> int:
    """Remind, escalate and move one round as its deadlines demand; gives how many were told.

    `today` is the day in the zone of the first site. The round's row is held, so that two workers
    act one after the other and the second finds nothing left to do.
    """
    round_ = rounds.find_locked(session, round_id)
    if round_ is None:
        return 0
    told = _remind(session, round_, today=today, holidays=holidays, at=at)
    told += _escalate(session, round_, today=today, at=at)
    counts = rounds.numbers(session, [round_.id])[round_.id]
    to = due_move(rounds.standing(round_, counts, today=today))
    if to is not None:
        told += enter(session, round_, to, actor_id=None, today=today, at=at)
    return told


def _remind(
    session: Session, round_: Round, *, today: date, holidays: Collection[date], at: datetime
) -> int:
    told = 0
    if round_.state in (RoundState.DRAFT, RoundState.OPEN) and is_reminding(
        round_.placements_due_on, today=today, holidays=holidays
    ):
        told += _remind_hosts(session, round_, today=today, at=at)
    if round_.state is RoundState.OPEN:
        told += _remind_applicants(session, round_, today=today, holidays=holidays, at=at)
        if is_reminding(round_.endorsements_due_on, today=today, holidays=holidays):
            told += _remind_deciders(session, round_, today=today, at=at)
    if round_.state is RoundState.PLANNING and is_reminding(
        round_.publish_on, today=today, holidays=holidays
    ):
        told += _remind_planners(session, round_, at=at)
    return told


def _remind_hosts(session: Session, round_: Round, *, today: date, at: datetime) -> int:
    """Leads whose placements are still drafts, and those whose team is wished for but offers none.

    A draft round is nobody's business but HR's, so there only the drafts count.
    """
    teams = queries.hosts_to_remind(session, round_)
    leads = leads_of(session, teams, today=today)
    message = Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("Placements for “%(round)s” are due on %(due)s"),
        text=N_("Your team has not offered its placements yet. Drafts are not shown to anybody."),
        path="/placements/teams",
        action=N_("Offer a placement"),
        params={"round": round_.name, "due": round_.placements_due_on},
    )
    key = f"round:{round_.id}:placements:{round_.placements_due_on}"
    return tell(session, message, to=_all_of(leads), key=key, at=at)


def _remind_applicants(
    session: Session, round_: Round, *, today: date, holidays: Collection[date], at: datetime
) -> int:
    """Drafts hear of the end three working days before, on the last day, and when it is over."""
    due = round_.applications_due_on
    if is_past(due, today=today):
        return _tell_closed(session, round_, at=at)
    if not is_reminding(due, today=today, holidays=holidays):
        return 0
    last = today == due
    message = Message(
        topic=NoticeTopic.APPLICATIONS,
        title=(
            N_("Today is the last day to apply in “%(round)s”")
            if last
            else N_("Your application in “%(round)s” is still a draft")
        ),
        text=N_("Submit it until the end of %(due)s; afterwards it cannot be considered."),
        path=f"/applications/round/{round_.id}",
        action=N_("Submit my application"),
        params={"round": round_.name, "due": due},
        must_know=last,
    )
    people = rounds.applicants(session, round_.id, ApplicationState.DRAFT)
    key = f"round:{round_.id}:drafts:{due}:{'last' if last else 'first'}"
    return tell(session, message, to=people, key=key, at=at)


def _tell_closed(session: Session, round_: Round, *, at: datetime) -> int:
    due = round_.applications_due_on
    people = rounds.applicants(session, round_.id, ApplicationState.DRAFT)
    message = Message(
        topic=NoticeTopic.APPLICATIONS,
        title=N_("Applications in “%(round)s” are closed"),
        text=N_("Your draft was not submitted and will not be planned. It is kept for next time."),
        path=f"/applications/round/{round_.id}",
        action=N_("Look at your application"),
        params={"round": round_.name},
    )
    return tell(session, message, to=people, key=f"round:{round_.id}:closed:{due}", at=at)


def _remind_deciders(session: Session, round_: Round, *, today: date, at: datetime) -> int:
    """Leads and deputies alike, since a deputy decides in absence."""
    told = 0
    due = round_.endorsements_due_on
    for endorsement in queries.unanswered(session, round_.id):
        if endorsement.reminded_at is not None:
            continue
        application = endorsement.application
        message = Message(
            topic=NoticeTopic.ENDORSEMENTS,
            title=N_("%(person)s waits for your endorsement"),
            text=N_("Please decide until %(due)s; after that HR decides. Silence never approves."),
            path=f"/endorsements/{endorsement.id}",
            action=N_("Decide"),
            params={"person": application.person.name, "due": due},
        )
        people = endorsements.deciders(session, application, today=today)
        key = f"endorsement:{endorsement.id}:remind:{due}"
        told += tell(session, message, to=people, key=key, at=at)
        endorsement.reminded_at = at
    return told


def _remind_planners(session: Session, round_: Round, *, at: datetime) -> int:
    message = Message(
        topic=NoticeTopic.ROUNDS,
        title=N_("The plan of “%(round)s” should be published by %(due)s"),
        text=N_("People count on their notice period. Choose a plan and publish it."),
        path=f"/rounds/{round_.id}",
        action=N_("Plan the round"),
        params={"round": round_.name, "due": round_.publish_on},
    )
    key = f"round:{round_.id}:publish:{round_.publish_on}"
    return tell(session, message, to=holders_of(session, Role.HR), key=key, at=at)


def _escalate(session: Session, round_: Round, *, today: date, at: datetime) -> int:
    """Hand every endorsement whose day has passed to HR, and say so to the leads as well."""
    if round_.state not in (RoundState.OPEN, RoundState.PLANNING):
        return 0
    told = 0
    for endorsement in queries.unanswered(session, round_.id):
        if not is_past(endorsement.due_on, today=today):
            continue
        application = endorsement.application
        people = endorsements.deciders(session, application, today=today)
        told += endorsements.escalate(session, endorsement, application, to=people, at=at)
    return told


def _all_of(leads: dict[int, list[int]]) -> set[int]:
    return {person for people in leads.values() for person in people}

"""What a person does with the own application: write, submit, change, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.roles import Role
from app.domain.rounds import RoundState, is_past
from app.outbox.models import NoticeTopic
from app.outbox.services import Message
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Choice,
    PlacementState,
    Round,
)
from app.rotations.queries import applications as queries
from app.rotations.queries import placements
from app.rotations.queries.stays.people import holders_of
from app.rotations.services import endorsements
from app.rotations.services.telling import tell

MOST_CHOICES = 5
WITHDRAWABLE = frozenset({RoundState.OPEN, RoundState.PLANNING})


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """What the person enters; `choices` are placement ids, dearest first.

    `latest_on` is the first day on which the person must be back, None for no limit.
    """

    choices: tuple[int, ...] = ()
    motivation: str = ""
    earliest_on: date | None = None
    latest_on: date | None = None
    same_site_wish: bool = False
    notice_waived: bool = False
    avoid_teams: frozenset[int] = frozenset()
    avoid_people: frozenset[int] = frozenset()


class ApplicationsClosed(Refusal):
    """Too early or too late."""

    msgid = N_("This round does not take applications at the moment.")


class NoHomeTeam(Refusal):
    """Somebody has to endorse the application."""

    msgid = N_("You do not belong to a home team, so nobody can endorse you. Please ask HR.")


class TooManyChoices(Invalid):
    """Up to five."""

    msgid = N_("You can choose up to five placements.")


class ChosenTwice(Invalid):
    """Each choice is another placement."""

    msgid = N_("You chose the same placement twice.")


class ChoiceGone(Invalid):
    """The placement is not offered in this round (any more)."""

    msgid = N_("One of the placements is no longer offered. Please choose another one.")


class NoChoice(Invalid):
    """An application needs a wish."""

    msgid = N_("Please choose at least one placement before you submit.")


class WindowTurned(Invalid):
    """The days leave no time."""

    msgid = N_("The last day cannot come before the first.")


class NotWithdrawable(Refusal):
    """After publishing the person answers to the stay instead."""

    msgid = N_("The plan is published. Please answer to your stay under “My rotations”.")


def is_open(round_: Round, *, today: date) -> bool:
    """Whether people may apply and change what they wrote."""
    return round_.state is RoundState.OPEN and not is_past(round_.applications_due_on, today=today)


def save(  # noqa: PLR0913 - the draft, the version it was made on and the two clocks belong together
    session: Session,
    round_: Round,
    applicant: queries.Applicant,
    draft: ApplicationDraft,
    *,
    submit: bool,
    opened_on: int,
    today: date,
    at: datetime,
) -> Application:
    """Keep what the person wrote; `submit` hands it in, and what was handed in stays so.

    `round_` is locked against moving, `opened_on` is the version the form was opened on (0: none
    yet). Raises ApplicationsClosed, NoHomeTeam, Stale and what `check` raises.
    """
    if not is_open(round_, today=today):
        raise ApplicationsClosed
    if applicant.team is None:
        raise NoHomeTeam
    application = queries.own(session, round_.id, applicant.person.id)
    if (application.version if application else 0) != opened_on:
        raise Stale
    handed_in = submit or _is_submitted(application)
    check(session, round_, draft, must_choose=handed_in)

    application = application or _new(session, round_, applicant, at)
    asked_for = _what_the_lead_judges(application)
    _write(session, application, draft)
    application.home_team_id = applicant.team.id
    if handed_in:
        changed = asked_for != _what_the_lead_judges(application)
        _hand_in(session, application, round_, changed=changed, today=today, at=at)
    elif application.state is ApplicationState.WITHDRAWN:
        application.state, application.withdrawn_at = ApplicationState.DRAFT, None
    session.flush()  # a stale version speaks now
    return application


def check(session: Session, round_: Round, draft: ApplicationDraft, *, must_choose: bool) -> None:
    """Raise the first thing that is wrong with a draft. Up to two statements."""
    if len(draft.choices) > MOST_CHOICES:
        raise TooManyChoices
    if len(set(draft.choices)) < len(draft.choices):
        raise ChosenTwice
    if must_choose and not draft.choices:
        raise NoChoice
    if draft.earliest_on and draft.latest_on and draft.latest_on <= draft.earliest_on:
        raise WindowTurned
    offered = placements.by_ids(session, draft.choices) if draft.choices else {}
    for choice in draft.choices:
        placement = offered.get(choice)
        if placement is None or placement.round_id != round_.id:
            raise ChoiceGone
        if placement.state is not PlacementState.OFFERED:
            raise ChoiceGone


def withdraw(session: Session, application: Application, *, today: date, at: datetime) -> None:
    """Take the own application back; HR is told once planning has begun.

    Taking back what was taken back changes nothing. Raises NotWithdrawable after publishing.
    """
    if application.round.state not in WITHDRAWABLE:
        raise NotWithdrawable
    if application.state is ApplicationState.WITHDRAWN:
        return
    was_submitted = _is_submitted(application)
    application.state, application.withdrawn_at = ApplicationState.WITHDRAWN, at
    session.flush()  # a stale version speaks now
    audit.record(
        session,
        AuditKind.APPLICATION_WITHDRAWN,
        actor_id=application.person_id,
        subject=f"application:{application.id}",
        at=at,
    )
    if not was_submitted:
        return
    people = set(endorsements.deciders(session, application, today=today))
    if application.round.state is RoundState.PLANNING:
        people |= holders_of(session, Role.HR)
    key = f"application:{application.id}:v{application.version}:withdrawn"
    tell(session, _withdrawn(application), to=people, key=key, at=at)


def _is_submitted(application: Application | None) -> bool:
    return application is not None and application.state is ApplicationState.SUBMITTED


def _new(
    session: Session, round_: Round, applicant: queries.Applicant, at: datetime
) -> Application:
    made = Application(
        round_id=round_.id,
        person_id=applicant.person.id,
        home_team_id=applicant.team.id if applicant.team else 0,
        state=ApplicationState.DRAFT,
        created_at=at,
    )
    made.round, made.person = round_, applicant.person
    made.choices, made.avoidances = [], []
    made.endorsement, made.outcome = None, None
    session.add(made)
    return made


def _what_the_lead_judges(application: Application) -> tuple[object, ...]:
    choices = tuple(choice.placement_id for choice in application.choices)
    return choices, application.earliest_on, application.latest_on


def _write(session: Session, application: Application, draft: ApplicationDraft) -> None:
    for name in ("motivation", "earliest_on", "latest_on", "same_site_wish", "notice_waived"):
        setattr(application, name, getattr(draft, name))
    if tuple(choice.placement_id for choice in application.choices) != draft.choices:
        application.choices.clear()
        session.flush()  # ranks and placements are unique, so the old ones go first
        application.choices.extend(
            Choice(placement_id=placement, rank=rank)
            for rank, placement in enumerate(draft.choices, start=1)
        )
    known = {(row.team_id, row.person_id) for row in application.avoidances}
    wanted = {(team, None) for team in draft.avoid_teams} | {
        (None, person) for person in draft.avoid_people
    }
    if known != wanted:
        application.avoidances[:] = [
            Avoidance(team_id=team, person_id=person) for team, person in sorted(wanted, key=str)
        ]


def _hand_in(
    session: Session,
    application: Application,
    round_: Round,
    *,
    changed: bool,
    today: date,
    at: datetime,
) -> None:
    """Submit, and ask the home team again where what it judges has changed."""
    first = application.state is not ApplicationState.SUBMITTED
    application.state, application.withdrawn_at = ApplicationState.SUBMITTED, None
    if first:
        application.submitted_at = at
    session.flush()  # the endorsement and the entry need the key
    if first or changed:
        audit.record(
            session,
            AuditKind.APPLICATION_SUBMITTED,
            actor_id=application.person_id,
            subject=f"application:{application.id}",
            at=at,
            choices=len(application.choices),
        )
        endorsements.ask(
            session, application, due_on=round_.endorsements_due_on, today=today, at=at
        )


def _withdrawn(application: Application) -> Message:
    return Message(
        topic=NoticeTopic.ENDORSEMENTS,
        title=N_("%(person)s withdrew an application"),
        text=N_("Nothing more is to be decided for it in “%(round)s”."),
        path="/endorsements/",
        action=N_("Look at the endorsements"),
        params={"person": application.person.name, "round": application.round.name},
    )

"""What the page Today needs to know; each function asks the database once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.roles import Actor
from app.outbox.models import Mail, MailState
from app.people.models import LeadKind, Team, TeamLead
from app.rotations.models import (
    Application,
    ApplicationState,
    CheckIn,
    CheckInKind,
    Consent,
    ConsentParty,
    ConsentState,
    Debrief,
    DebriefSide,
    Endorsement,
    EndorsementState,
    Placement,
    PlacementState,
    Round,
    RoundState,
    Stay,
    StayState,
)

LIVE = (StayState.PROPOSED, StayState.AGREED, StayState.RUNNING)
OVER = (StayState.ENDED, StayState.ENDED_EARLY)
DEBRIEF_DAYS = timedelta(days=60)
CHECK_IN_AHEAD = timedelta(days=2)
CHECK_IN_MOOT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pile:
    """How many of a kind wait, and the first day one of them is due."""

    count: int
    due_on: date | None


def open_rounds(session: Session, actor: Actor) -> Sequence[tuple[Round, ApplicationState | None]]:
    """Rounds that take applications, with the state of this person's own one."""
    own = aliased(Application)
    rows = session.execute(
        select(Round, own.state)
        .outerjoin(own, and_(own.round_id == Round.id, own.person_id == actor.person_id))
        .where(Round.state == RoundState.OPEN)
        .order_by(Round.applications_due_on, Round.id)
    )
    return list(rows)


def endorsements(session: Session, actor: Actor, *, escalated: bool) -> Pile:
    """Endorsements that wait for the actor's teams, or (escalated) for HR."""
    state = EndorsementState.ESCALATED if escalated else EndorsementState.ASKED
    statement = (
        select(func.count(), func.min(Endorsement.due_on))
        .join(Application, Application.id == Endorsement.application_id)
        .where(
            Endorsement.state == state,
            Application.state == ApplicationState.SUBMITTED,
            Application.person_id != actor.person_id,
        )
    )
    if not escalated:
        statement = statement.where(Application.home_team_id.in_(actor.responsible_for))
    return _pile(session, statement)


def consents(session: Session, actor: Actor) -> Sequence[tuple[Consent, Stay]]:
    """Consents that were asked of this person, in person or for a team or role.

    Nobody answers for a team or role about the own stay.
    """
    roles: list[ColumnElement[bool]] = [
        and_(Consent.party == ConsentParty.HOST, Stay.host_team_id.in_(actor.responsible_for)),
    ]
    if actor.is_hr:
        roles.append(Consent.party == ConsentParty.HR)
    if actor.is_council:
        roles.append(Consent.party == ConsentParty.COUNCIL)
    mine = (
        and_(Consent.party == ConsentParty.PERSON, Stay.person_id == actor.person_id),
        and_(or_(*roles), Stay.person_id != actor.person_id),
    )
    rows = session.execute(
        select(Consent, Stay)
        .join(Stay, Stay.id == Consent.stay_id)
        .where(Consent.state == ConsentState.ASKED, Stay.state.in_(LIVE), or_(*mine))
        .order_by(Consent.due_on, Consent.id)
        .limit(50)
        .options(joinedload(Stay.person), joinedload(Stay.placement).joinedload(Placement.host))
    )
    return list(rows)


def check_ins(session: Session, actor: Actor, *, today: date) -> Sequence[tuple[CheckIn, Stay]]:
    """Check-ins that are due within two days, for the person and the buddy of a stay.

    Once the stay is over only the follow-up still makes sense, and after a month none does.
    """
    rows = session.execute(
        select(CheckIn, Stay)
        .join(Stay, Stay.id == CheckIn.stay_id)
        .where(
            CheckIn.done_at.is_(None),
            CheckIn.due_on <= today + CHECK_IN_AHEAD,
            CheckIn.due_on > today - CHECK_IN_MOOT,
            or_(
                Stay.state == StayState.RUNNING,
                and_(Stay.state.in_(OVER), CheckIn.kind == CheckInKind.FOLLOW_UP),
            ),
            or_(Stay.person_id == actor.person_id, Stay.buddy_id == actor.person_id),
        )
        .order_by(CheckIn.due_on, CheckIn.id)
        .limit(20)
        .options(joinedload(Stay.person), joinedload(Stay.placement))
    )
    return list(rows)


def debriefs(session: Session, actor: Actor, *, today: date) -> Sequence[Stay]:
    """Stays that ended in the last 60 days and still lack this person's side's look back."""

    def missing(side: DebriefSide) -> ColumnElement[bool]:
        written = select(Debrief.id).where(Debrief.stay_id == Stay.id, Debrief.side == side)
        return ~written.exists()

    return session.scalars(
        select(Stay)
        .where(
            Stay.state.in_(OVER),
            Stay.ends_on > today - DEBRIEF_DAYS,
            or_(
                and_(Stay.person_id == actor.person_id, missing(DebriefSide.PERSON)),
                and_(Stay.host_team_id.in_(actor.responsible_for), missing(DebriefSide.HOST)),
                and_(Stay.home_team_id.in_(actor.responsible_for), missing(DebriefSide.HOME)),
            ),
        )
        .order_by(Stay.ends_on, Stay.id)
        .limit(20)
        .options(joinedload(Stay.person), joinedload(Stay.placement))
    ).all()


def rounds_to_plan(session: Session) -> Sequence[Round]:
    """Rounds that wait for a plan to be made and published."""
    return session.scalars(
        select(Round).where(Round.state == RoundState.PLANNING).order_by(Round.publish_on)
    ).all()


@dataclass(frozen=True, slots=True)
class Intake:
    """How far a round that takes applications has come."""

    round: Round
    applications: int
    undecided: int


def intakes(session: Session) -> list[Intake]:
    """Rounds that take applications, with what has come in. One statement."""
    rows = session.execute(
        select(
            Round,
            func.count(Application.id),
            func.count(Application.id).filter(Endorsement.decided_at.is_(None)),
        )
        .outerjoin(
            Application,
            and_(
                Application.round_id == Round.id,
                Application.state == ApplicationState.SUBMITTED,
            ),
        )
        .outerjoin(Endorsement, Endorsement.application_id == Application.id)
        .where(Round.state == RoundState.OPEN)
        .group_by(Round.id)
        .order_by(Round.applications_due_on)
    )
    return [Intake(*row) for row in rows]


def freed_places(session: Session, *, today: date) -> Pile:
    """Stays that fell through in rounds in force and that a replan could fill."""
    return _pile(
        session,
        select(func.count(), func.min(Stay.starts_on))
        .join(Round, Round.id == Stay.round_id)
        .where(
            Stay.state.in_((StayState.DECLINED, StayState.CANCELLED)),
            Stay.starts_on > today,
            Round.state.in_((RoundState.PUBLISHED, RoundState.RUNNING)),
        ),
    )


def failed_mails(session: Session) -> int:
    """Mails the server did not take after all tries."""
    return session.scalar(select(func.count()).where(Mail.state == MailState.FAILED)) or 0


def placements_in(session: Session, rounds: Sequence[int]) -> int:
    """Offered placements in these rounds."""
    return (
        session.scalar(
            select(func.count()).where(
                Placement.round_id.in_(rounds), Placement.state == PlacementState.OFFERED
            )
        )
        or 0
    )


def own_stays(session: Session, actor: Actor) -> Sequence[Stay]:
    """This person's live stays, soonest first."""
    return session.scalars(
        select(Stay)
        .where(Stay.person_id == actor.person_id, Stay.state.in_(LIVE))
        .order_by(Stay.starts_on)
        .options(joinedload(Stay.placement), joinedload(Stay.host), joinedload(Stay.buddy))
    ).all()


def comings_and_goings(session: Session, actor: Actor, *, today: date) -> Sequence[Stay]:
    """Stays of and in the actor's teams that begin or end within four weeks, soonest first."""
    horizon = today + timedelta(weeks=4)
    teams = actor.responsible_for
    return session.scalars(
        select(Stay)
        .where(
            Stay.state.in_((StayState.AGREED, StayState.RUNNING)),
            or_(Stay.home_team_id.in_(teams), Stay.host_team_id.in_(teams)),
            or_(Stay.starts_on.between(today, horizon), Stay.ends_on.between(today, horizon)),
        )
        .order_by(Stay.starts_on, Stay.id)
        .limit(20)
        .options(joinedload(Stay.person), joinedload(Stay.host), joinedload(Stay.home))
    ).all()


def led_teams(session: Session, actor: Actor, *, today: date) -> Sequence[Team]:
    """The teams this person leads or deputises for."""
    return session.scalars(
        select(Team)
        .join(TeamLead, TeamLead.team_id == Team.id)
        .where(
            TeamLead.person_id == actor.person_id,
            TeamLead.kind.in_(tuple(LeadKind)),
            TeamLead.starts_on <= today,
            or_(TeamLead.ends_on.is_(None), TeamLead.ends_on > today),
        )
    ).all()


def _pile(session: Session, statement: Select[int, date]) -> Pile:
    count, due_on = session.execute(statement).one()
    return Pile(count, due_on)

"""Everything the planner is told about a round, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.stays import FREED, LIVE
from app.domain.timespan import ONE_DAY
from app.gatherings.models import Gathering, Meeting
from app.people.models import (
    Absence,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    Site,
    Team,
)
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Blackout,
    Choice,
    Consent,
    ConsentParty,
    ConsentState,
    Endorsement,
    EndorsementState,
    Outcome,
    PairWish,
    Placement,
    PlacementSkill,
    PlacementState,
    PlanRule,
    Round,
    Stay,
)

Rows = Sequence[Any]


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """The rows behind one planning question; each list holds plain columns, not objects.

    `stays` are all stays of this round, `other_stays` live ones of other rounds that touch its
    days, `bookings` what people have booked, lead or host in its days, `rotated` the people who
    were on a rotation before this round, `refused_by_person` the stays of this round that the
    person declined.
    """

    teams: Rows
    placements: Rows
    placement_skills: Rows
    applicants: Rows
    choices: Rows
    avoidances: Rows
    skills: Rows
    members: Rows
    absences: Rows
    blackouts: Rows
    stays: Rows
    other_stays: Rows
    bookings: Rows
    pairs: Rows
    rules: Rows
    outcomes: Rows
    rotated: frozenset[int]
    refused_by_person: frozenset[int]


def facts_of(session: Session, round_: Round) -> RoundFacts:
    """What is known today about a round. Eighteen statements, however large it is."""
    return RoundFacts(
        teams=_teams(session),
        placements=_placements(session, round_),
        placement_skills=_placement_skills(session, round_),
        applicants=_applicants(session, round_),
        choices=_choices(session, round_),
        avoidances=_avoidances(session, round_),
        skills=session.execute(
            select(PersonSkill.person_id, PersonSkill.skill_id).where(
                PersonSkill.person_id.in_(_planned_people(round_))
            )
        ).all(),
        members=_members(session, round_),
        absences=session.execute(
            select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(
                Absence.starts_on < round_.ends_on, Absence.ends_on > round_.starts_on
            )
        ).all(),
        blackouts=session.execute(
            select(Blackout.team_id, Blackout.starts_on, Blackout.ends_on).where(
                Blackout.starts_on < round_.ends_on, Blackout.ends_on > round_.starts_on
            )
        ).all(),
        stays=_stays(session, round_),
        other_stays=_other_stays(session, round_),
        bookings=_bookings(session, round_),
        pairs=_pairs(session, round_),
        rules=_rules(session, round_),
        outcomes=_outcomes(session, round_),
        rotated=_rotated(session, round_),
        refused_by_person=_refused(session, round_),
    )


def _teams(session: Session) -> Rows:
    return session.execute(
        select(
            Team.id,
            Team.site_id,
            Team.department_id,
            Team.minimum_present,
            Team.guest_limit,
        ).order_by(Team.id)
    ).all()


def _placements(session: Session, round_: Round) -> Rows:
    """Offered placements, and those of stays that were published and then withdrawn."""
    taken = select(Stay.placement_id).where(Stay.round_id == round_.id)
    return session.execute(
        select(
            Placement.id,
            Placement.host_team_id,
            Placement.title,
            Placement.site_id,
            Placement.remote_ok,
            Placement.duration,
            Placement.first_start,
            Placement.last_start,
            Placement.seats,
            Placement.share,
            Placement.buddy_id,
            Placement.state,
        )
        .where(
            Placement.round_id == round_.id,
            or_(Placement.state == PlacementState.OFFERED, Placement.id.in_(taken)),
        )
        .order_by(Placement.id)
    ).all()


def _placement_skills(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(PlacementSkill.placement_id, PlacementSkill.skill_id)
        .join(Placement, Placement.id == PlacementSkill.placement_id)
        .where(Placement.round_id == round_.id, PlacementSkill.required)
    ).all()


def _is_planned(round_: Round) -> Any:
    return and_(
        Application.round_id == round_.id,
        Application.state == ApplicationState.SUBMITTED,
        Endorsement.state == EndorsementState.ENDORSED,
    )


def _planned_people(round_: Round) -> Any:
    return (
        select(Application.person_id)
        .join(Endorsement, Endorsement.application_id == Application.id)
        .where(_is_planned(round_))
    )


def _applicants(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(
            Application.id,
            Application.person_id,
            Application.home_team_id,
            Application.earliest_on,
            Application.latest_on,
            Application.same_site_wish,
            Application.notice_waived,
            Person.site_id,
            Person.mobile,
            Person.remote_ok,
            Person.working_days,
            Person.left_on,
        )
        .join(Person, Person.id == Application.person_id)
        .join(Endorsement, Endorsement.application_id == Application.id)
        .where(_is_planned(round_))
        .order_by(Application.person_id)
    ).all()


def _choices(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(Application.person_id, Choice.placement_id, Choice.rank)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == round_.id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.person_id, Choice.rank)
    ).all()


def _avoidances(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(
            Application.person_id,
            Avoidance.team_id,
            Avoidance.person_id.label("avoided_id"),
        )
        .join(Application, Application.id == Avoidance.application_id)
        .where(Application.round_id == round_.id)
        .order_by(Avoidance.id)
    ).all()


def _members(session: Session, round_: Round) -> Rows:
    """Home members of every team within the round's days, with the days they work."""
    return session.execute(
        select(
            Membership.person_id,
            Membership.team_id,
            Membership.starts_on,
            Membership.ends_on,
            Person.working_days,
            Person.left_on,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on < round_.ends_on,
            or_(Membership.ends_on.is_(None), Membership.ends_on > round_.starts_on),
        )
    ).all()


def _stays(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(Stay.person_id, Stay.placement_id, Stay.start_block, Stay.state, Stay.id)
        .where(Stay.round_id == round_.id)
        .order_by(Stay.id)
    ).all()


def _other_stays(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(
            Stay.person_id, Stay.home_team_id, Stay.host_team_id, Stay.starts_on, Stay.ends_on
        ).where(
            Stay.round_id != round_.id,
            Stay.state.in_(LIVE),
            Stay.starts_on < round_.ends_on,
            Stay.ends_on > round_.starts_on,
        )
    ).all()


def _bookings(session: Session, round_: Round) -> Rows:
    """Commitments to trainings and days in the field around the round's days, soft ones as well.

    With the zone of the person's site, and whether the person is the host. Stays are not among
    them: they are known with their days.
    """
    first = datetime.combine(round_.starts_on - ONE_DAY, time(), tzinfo=UTC)
    after = datetime.combine(round_.ends_on + ONE_DAY, time(), tzinfo=UTC)
    return session.execute(
        select(
            Commitment.id,
            Commitment.person_id,
            Commitment.kind,
            Commitment.title,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.path,
            Commitment.hard,
            Site.zone,
            Gathering.host_id,
        )
        .join(Person, Person.id == Commitment.person_id)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(Meeting, Meeting.id == Commitment.source_id)
        .outerjoin(Gathering, Gathering.id == Meeting.gathering_id)
        .where(
            Commitment.active,
            Commitment.kind != CommitmentKind.STAY,
            Commitment.starts_at < after,
            Commitment.ends_at > first,
        )
        .order_by(Commitment.starts_at, Commitment.id)
    ).all()


def _pairs(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(
            PairWish.home_team_id,
            PairWish.host_team_id,
            PairWish.need,
            PairWish.target,
            PairWish.hard_min,
            PairWish.hard_max,
        )
        .where(PairWish.round_id == round_.id)
        .order_by(PairWish.id)
    ).all()


def _rules(session: Session, round_: Round) -> Rows:
    return session.execute(
        select(
            PlanRule.kind,
            PlanRule.person_id,
            PlanRule.placement_id,
            PlanRule.host_team_id,
            PlanRule.start,
        )
        .where(PlanRule.round_id == round_.id)
        .order_by(PlanRule.id)
    ).all()


def _outcomes(session: Session, round_: Round) -> Rows:
    """Earlier answers to the people who are planned now, oldest first."""
    return session.execute(
        select(Application.person_id, Outcome.placed, Outcome.rank)
        .join(Application, Application.id == Outcome.application_id)
        .where(
            Application.round_id != round_.id, Application.person_id.in_(_planned_people(round_))
        )
        .order_by(Outcome.decided_at, Outcome.application_id)
    ).all()


def _rotated(session: Session, round_: Round) -> frozenset[int]:
    rows = session.scalars(
        select(Stay.person_id)
        .where(Stay.round_id != round_.id, Stay.state.not_in(FREED))
        .distinct()
    )
    return frozenset(rows)


def _refused(session: Session, round_: Round) -> frozenset[int]:
    """Stays of this round that the person declined: they asked to be left out."""
    rows = session.scalars(
        select(Stay.id)
        .join(Consent, Consent.stay_id == Stay.id)
        .where(
            Stay.round_id == round_.id,
            Consent.party == ConsentParty.PERSON,
            Consent.state == ConsentState.REFUSED,
        )
    )
    return frozenset(rows)

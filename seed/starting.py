"""Starts three actions of the demo company: a date of a course, a joint day, a placement."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.planned import PlannedMeeting, SessionPlan
from app.domain.starts import shared, sittings, terms
from app.domain.timespan import ONE_DAY, Timespan, from_local, start_of
from app.gatherings.models import Course, Topic
from app.gatherings.queries.bookings import clashes
from app.gatherings.queries.trips import hosts
from app.gatherings.services.planning import BadPlan, Maker
from app.gatherings.services.trips import TripFields
from app.health.models import Action, ActionState, Remedy, RemedyKind
from app.health.queries import actions as queries
from app.health.services import remedies, starts
from app.health.services.remedies import RemedyDraft
from app.health.services.starts import Act
from app.people.models import Site, Team
from app.rotations.models import Placement
from app.rotations.services import action_starts

if TYPE_CHECKING:
    from seed.people import Company

AHEAD = timedelta(weeks=6)
COURSES = {
    "Kurs: Zusagen, die halten": Topic.MARKETING_FOR_SALES,
    "Kurs: Erst beheben, dann verstehen": Topic.CONFLICT_MANAGEMENT,
    "Kurs: Unbequemes fragen": Topic.ACTIVE_LISTENING,
}


def begin(session: Session, company: Company, placements: list[Placement]) -> None:
    """Let owners of actions start what they need, as they would on the page of the action."""
    _tie_courses(session, company)
    for action_id in session.scalars(
        select(Action.id)
        .where(Action.state == ActionState.PLANNED, Action.remedy_id.is_not(None))
        .order_by(Action.id)
    ).all():
        action = queries.find(session, action_id)
        if action is None or action.remedy is None:
            continue
        if action.remedy.kind is RemedyKind.SESSION:
            _draft_a_date(session, company, action)
        elif action.remedy.kind is RemedyKind.TRIP:
            _offer_a_day(session, company, action)
        else:
            _name_a_placement(session, company, action, placements)
        session.flush()


def _tie_courses(session: Session, company: Company) -> None:
    """Say which course a training in the catalogue of remedies means."""
    for title, topic in COURSES.items():
        remedy = session.scalars(select(Remedy).where(Remedy.title_de == title)).one()
        course = session.scalars(
            select(Course).where(Course.topic == topic, Course.retired_on.is_(None)).limit(1)
        ).one()
        told = {name: getattr(remedy, name) for name in RemedyDraft.__dataclass_fields__}
        draft = RemedyDraft(**(told | {"course_id": course.id}))
        opened_on, by = remedy.version, company.hr.id
        remedies.revise(session, remedy, draft, opened_on=opened_on, by=by, at=company.now)
    session.flush()


def _act(action: Action, at: datetime) -> Act:
    return Act(action.owner_id or 0, at, action.version)


def _draft_a_date(session: Session, company: Company, action: Action) -> None:
    """On the first day from six weeks ahead on that is no holiday."""
    course = session.get_one(Course, action.remedy.course_id if action.remedy else None)
    teams = queries.teams(session, action)
    for days in range(28):
        day = company.today + AHEAD + days * ONE_DAY
        plan = _plan(company, course, teams, day)
        maker = Maker(action.owner_id or 0, "de")
        try:
            with session.begin_nested():
                act = _act(action, company.now)
                starts.draft_session(session, action, course, plan, maker, act)
        except BadPlan:
            session.refresh(action)
            continue
        return


def _plan(company: Company, course: Course, teams: list[Team], day: date) -> SessionPlan:
    site: Site = teams[0].site
    zone = site.timezone
    until = terms(day, company.today)
    return SessionPlan(
        language="de",
        site_id=site.id,
        note="",
        meetings=tuple(
            PlannedMeeting(
                Timespan(
                    from_local(datetime.combine(one.day, one.starts), zone),
                    from_local(datetime.combine(one.day, one.ends), zone),
                ),
                place=site.name,
            )
            for one in sittings(day, time(9), course.minutes)
        ),
        capacity=12,
        minimum=0,
        decide_on=None,
        opens_at=start_of(company.today, zone),
        closes_at=start_of(until.closes_on + ONE_DAY, zone),
        cancel_days=3,
        needs_approval=course.needs_approval,
        release_on=until.release_on,
        held=shared(12, [team.department_id for team in teams]),
    )


def _offer_a_day(session: Session, company: Company, action: Action) -> None:
    """By the owner, on the first working day from six weeks ahead on that is free."""
    host = hosts.host(session, action.owner_id or 0, today=company.today)
    if host is None:
        return
    zone = host.site.timezone
    for days in range(28):
        day = company.today + AHEAD + days * ONE_DAY
        start, end = (from_local(datetime.combine(day, time(hour)), zone) for hour in (9, 15))
        span = Timespan(start, end)
        if day.weekday() > 4 or clashes(session, host.person_id, [span]).hard:
            continue
        fields = TripFields(
            label="Ein Tag auf der Baustelle",
            region="Schleswig-Holstein",
            segment="Fachhandwerk",
            span=span,
            seats=1,
            cancel_days=3,
        )
        starts.offer_trip(session, action, host, fields, _act(action, company.now))
        return


def _name_a_placement(
    session: Session, company: Company, action: Action, placements: list[Placement]
) -> None:
    """The first placement that one of the two teams offers in the open round."""
    pair = {action.low_team_id, action.high_team_id}
    offered = next((one for one in placements if one.host_team_id in pair), None)
    if offered is not None:
        action_starts.offered_for(session, action, offered.id, _act(action, company.now))

"""A reorganisation ends memberships and begins others on a day; history is never rewritten."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid
from app.people.models import Membership, MembershipKind, Person, Team


class LaterChange(Invalid):
    """A change of home team stands already on that day or after it."""

    msgid = N_("There is a change of team on or after %(day)s; history is never rewritten.")


class NotEmployed(Invalid):
    """The day lies outside the employment."""

    msgid = N_("%(day)s is outside the employment.")


class AlreadyThere(Invalid):
    """The person belongs to this team on that day."""

    msgid = N_("The person already belongs to this team on that day.")


class TeamClosed(Invalid):
    """A closed team takes nobody."""

    msgid = N_("This team is closed on %(day)s.")


class EndsTooEarly(Invalid):
    """A membership lasts a day at least."""

    msgid = N_("It must end after it began on %(day)s.")


def move_home(
    session: Session, person: Person, team: Team, *, on: date, actor_id: int, at: datetime
) -> Membership:
    """Let the person be at home in `team` from the day `on`; the home before ends that day.

    Raises AlreadyThere, LaterChange, NotEmployed, TeamClosed.
    """
    _refuse_unemployed(person, on)
    if team.closed_on is not None and team.closed_on <= on:
        raise TeamClosed(day=on.isoformat())
    now = _home_on(session, person.id, on)
    if now is not None and now.team_id == team.id:
        raise AlreadyThere
    latest = session.scalar(
        select(func.max(Membership.starts_on)).where(
            Membership.person_id == person.id, Membership.kind == MembershipKind.HOME
        )
    )
    if latest is not None and latest >= on:
        raise LaterChange(day=on.isoformat())
    if now is not None:
        now.ends_on = on
        session.flush()  # the old home ends before the new one begins, for the database too
    begun = begin_home(session, person, team.id, on=on)
    _trace(session, person, team.id, on=on, actor_id=actor_id, at=at)
    return begun


def begin_home(session: Session, person: Person, team_id: int, *, on: date) -> Membership:
    """Begin a home membership that lasts as long as the employment."""
    row = Membership(
        person_id=person.id,
        team_id=team_id,
        kind=MembershipKind.HOME,
        starts_on=on,
        ends_on=person.left_on,
    )
    session.add(row)
    session.flush()  # the database speaks now about a second home, not at commit
    return row


def join_segment(
    session: Session, person: Person, team: Team, *, on: date, actor_id: int, at: datetime
) -> Membership:
    """Let the person belong to a team beside the home team from a day on.

    Raises AlreadyThere, NotEmployed, TeamClosed.
    """
    _refuse_unemployed(person, on)
    if team.closed_on is not None and team.closed_on <= on:
        raise TeamClosed(day=on.isoformat())
    there = session.scalar(
        select(Membership.id).where(
            Membership.person_id == person.id,
            Membership.team_id == team.id,
            or_(Membership.ends_on.is_(None), Membership.ends_on > on),
        )
    )
    if there is not None:
        raise AlreadyThere
    row = Membership(
        person_id=person.id,
        team_id=team.id,
        kind=MembershipKind.SEGMENT,
        starts_on=on,
        ends_on=person.left_on,
    )
    session.add(row)
    session.flush()
    _trace(session, person, team.id, on=on, actor_id=actor_id, at=at)
    return row


def end(session: Session, membership: Membership, *, on: date, actor_id: int, at: datetime) -> None:
    """End a membership on a day, the first on which it no longer holds. Raises EndsTooEarly."""
    if on <= membership.starts_on or (membership.ends_on and membership.ends_on < on):
        raise EndsTooEarly(day=membership.starts_on.isoformat())
    membership.ends_on = on
    record(
        session,
        AuditKind.MEMBERSHIP_CHANGED,
        actor_id=actor_id,
        subject=f"person:{membership.person_id}",
        at=at,
        team=membership.team_id,
        ends_on=on.isoformat(),
    )


def find(session: Session, person_id: int, membership_id: int) -> Membership | None:
    """A membership of this person, or None. One statement."""
    return session.scalar(
        select(Membership).where(Membership.id == membership_id, Membership.person_id == person_id)
    )


def _home_on(session: Session, person_id: int, day: date) -> Membership | None:
    return session.scalar(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on <= day,
            or_(Membership.ends_on.is_(None), Membership.ends_on > day),
        )
    )


def _refuse_unemployed(person: Person, on: date) -> None:
    if on < person.joined_on or (person.left_on is not None and on >= person.left_on):
        raise NotEmployed(day=on.isoformat())


def _trace(
    session: Session, person: Person, team_id: int, *, on: date, actor_id: int, at: datetime
) -> None:
    record(
        session,
        AuditKind.MEMBERSHIP_CHANGED,
        actor_id=actor_id,
        subject=f"person:{person.id}",
        at=at,
        team=team_id,
        starts_on=on.isoformat(),
    )

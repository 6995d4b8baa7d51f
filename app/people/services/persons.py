"""HR adds people, corrects what is known about them, and says when somebody leaves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Stale
from app.people.models import Membership, MembershipKind, Person, TeamLead
from app.people.queries.guarded import has_guarded_mail, is_administrator
from app.people.services import memberships


class NumberTaken(Invalid):
    """A personnel number belongs to one person, for ever."""

    msgid = N_("This number already belongs to somebody.")


class MailTaken(Invalid):
    """An address belongs to one person."""

    msgid = N_("This address already belongs to somebody else.")


class MailGuarded(Invalid):
    """Whoever moves an address can have a new password sent there, and with it the role."""

    msgid = N_(
        "An administrator or member of the works council keeps this address until an administrator"
        " takes the role away."
    )


class LeavesTooEarly(Invalid):
    """History is never rewritten: what has begun cannot be undone by leaving before it."""

    msgid = N_("The person belongs to a team or leads one from %(day)s on; please end that first.")


class JoinsTooLate(Invalid):
    """A person cannot have been in a team before joining."""

    msgid = N_("The person belongs to a team from %(day)s on.")


class LeavesBeforeJoining(Invalid):
    """Employment has a length."""

    msgid = N_("The last day must come after the first.")


@dataclass(frozen=True, slots=True)
class PersonFields:
    """What HR writes about a person; `email` normalised, `working_days` as ISO digits."""

    number: str
    given_name: str
    family_name: str
    email: str
    job_title: str
    site_id: int
    locale: str | None
    working_days: str
    joined_on: date


def add(
    session: Session, fields: PersonFields, *, team_id: int | None, actor_id: int, at: datetime
) -> Person:
    """Add a person, at home in a team from the joining day when one is given.

    Raises NumberTaken and MailTaken.
    """
    _refuse_twins(session, fields, but=None)
    person = Person(**asdict(fields))
    session.add(person)
    session.flush()  # memberships and the audit entry need the key
    if team_id is not None:
        memberships.begin_home(session, person, team_id, on=fields.joined_on)
    record(session, AuditKind.PERSON_ADDED, actor_id=actor_id, subject=f"person:{person.id}", at=at)
    return person


def change(
    session: Session,
    person: Person,
    fields: PersonFields,
    *,
    opened_on: int,
    actor_id: int,
    at: datetime,
) -> None:
    """Correct a person as the form opened on version `opened_on` says.

    Raises Stale when somebody was faster, NumberTaken, MailTaken, MailGuarded, JoinsTooLate.
    """
    if person.version != opened_on:
        raise Stale
    if fields.email != person.email:
        _refuse_guarded_mail(session, person, actor_id=actor_id)
    _refuse_twins(session, fields, but=person.id)
    _refuse_late_joining(session, person, fields.joined_on)
    changed = [name for name, value in asdict(fields).items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, getattr(fields, name))
    if changed:
        record(
            session,
            AuditKind.PERSON_CHANGED,
            actor_id=actor_id,
            subject=f"person:{person.id}",
            at=at,
            fields=sorted(changed),
        )


def _refuse_guarded_mail(session: Session, person: Person, *, actor_id: int) -> None:
    if has_guarded_mail(session, person.id) and not is_administrator(session, actor_id):
        raise MailGuarded


def _refuse_twins(session: Session, fields: PersonFields, *, but: int | None) -> None:
    twins = session.execute(
        select(Person.id, Person.number, Person.email).where(
            or_(Person.number == fields.number, Person.email == fields.email)
        )
    )
    for key, number, mail in twins:
        if key == but:
            continue
        if number == fields.number:
            raise NumberTaken
        if mail == fields.email:
            raise MailTaken


def _refuse_late_joining(session: Session, person: Person, joined_on: date) -> None:
    if joined_on == person.joined_on:
        return
    if person.left_on is not None and joined_on >= person.left_on:
        raise LeavesBeforeJoining
    first = session.scalar(
        select(func.min(Membership.starts_on)).where(Membership.person_id == person.id)
    )
    if first is not None and joined_on > first:
        raise JoinsTooLate(day=first.isoformat())


def leave(
    session: Session, person: Person, *, on: date | None, actor_id: int, at: datetime
) -> None:
    """Let a person's employment end before the day `on`, and with it teams and leads; None: stay.

    A later day prolongs the home membership that ended with the old one. Raises LeavesTooEarly
    and LeavesBeforeJoining.
    """
    before = person.left_on
    if on == before:
        return
    if on is not None:
        _refuse_early_leaving(session, person, on)
        for table in (Membership, TeamLead):
            is_over = or_(table.ends_on.is_(None), table.ends_on > on)
            ended = update(table).where(table.person_id == person.id, is_over)
            session.execute(ended.values(ends_on=on))
    if before is not None and (on is None or on > before):
        session.execute(
            update(Membership)
            .where(
                Membership.person_id == person.id,
                Membership.kind == MembershipKind.HOME,
                Membership.ends_on == before,
            )
            .values(ends_on=on)
        )
    person.left_on = on
    record(
        session,
        AuditKind.PERSON_LEFT,
        actor_id=actor_id,
        subject=f"person:{person.id}",
        at=at,
        on=on.isoformat() if on else None,
    )


def _refuse_early_leaving(session: Session, person: Person, on: date) -> None:
    if on <= person.joined_on:
        raise LeavesBeforeJoining
    for table in (Membership, TeamLead):
        latest = session.scalar(
            select(func.max(table.starts_on)).where(table.person_id == person.id)
        )
        if latest is not None and latest >= on:
            raise LeavesTooEarly(day=latest.isoformat())

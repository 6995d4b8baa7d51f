"""`flask doctor`: look whether everything in the database is as it must be.

A check is a function that takes a session and the present instant and gives one sentence per
fault. Rooms add theirs to CHECKS.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import clock
from app.audit import services as audit
from app.cli import booking_checks, sign_on_checks, survey_checks
from app.database import reading
from app.outbox.models import Mail, MailState, Notice, PrivateMail
from app.people.models import Account, Login, Membership, MembershipKind, Person
from app.privacy.jobs.erasing import back_from_a_backup
from app.privacy.queries.leavers import rule as erasure_rule
from migrations import guards, roles, statistics

Check = Callable[[Session, datetime], Iterable[str]]
STUCK_AFTER = timedelta(hours=1)
SHOWN = 20


def guards_are_there(session: Session, _now: datetime) -> Iterable[str]:
    """Every rule the database itself must hold."""
    for name in guards.missing(session.connection()):
        yield f"the guard {name} is missing or was changed"


def nothing_is_learned(session: Session, _now: datetime) -> Iterable[str]:
    """PostgreSQL keeps no statistics of who took part in a survey (I6)."""
    for column in statistics.learned(session.connection()):
        yield f"PostgreSQL keeps statistics of {column}: flask --app app db upgrade ends that"


def file_is_sound(session: Session, _now: datetime) -> Iterable[str]:
    """SQLite's own checks: the file, and every reference in it (I18)."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for (answer,) in session.execute(sa.text("PRAGMA integrity_check")):
        if answer != "ok":
            yield str(answer)
    for table, row, parent, _key in session.execute(sa.text("PRAGMA foreign_key_check")):
        yield f"row {row} of {table} points to nothing in {parent}"


def audit_chain_is_whole(session: Session, _now: datetime) -> Iterable[str]:
    """Nothing in the audit log was changed or taken away (I10)."""
    verdict = audit.verify(session)
    if verdict.broken_at is not None:
        yield f"the audit log is broken at entry {verdict.broken_at}: {verdict.problem}"


def memberships_fit(session: Session, now: datetime) -> Iterable[str]:
    """Home memberships of a person neither overlap nor leave a gap (I15)."""
    rows = session.execute(
        sa.select(Membership.person_id, Membership.starts_on, Membership.ends_on)
        .where(Membership.kind == MembershipKind.HOME)
        .order_by(Membership.person_id, Membership.starts_on)
    ).all()
    for before, after in itertools.pairwise(rows):
        if before.person_id != after.person_id:
            continue
        if before.ends_on is None or before.ends_on > after.starts_on:
            yield f"person {after.person_id} has two home teams on {after.starts_on}"
        elif before.ends_on < after.starts_on:
            yield f"person {after.person_id} has no home team on {before.ends_on}"
    homeless = (
        sa.select(Person.id)
        .where(sa.or_(Person.left_on.is_(None), Person.left_on > now.date()))
        .where(Person.id.in_(sa.select(Membership.person_id)))
        .where(Person.joined_on <= now.date())
        .where(~_home_today(now))
    )
    for person_id in session.scalars(homeless.order_by(Person.id)):
        yield f"person {person_id} has no home team today"


def _home_today(now: datetime) -> sa.ColumnElement[bool]:
    return (
        sa.select(Membership.id)
        .where(Membership.person_id == Person.id, Membership.kind == MembershipKind.HOME)
        .where(Membership.starts_on <= now.date())
        .where(sa.or_(Membership.ends_on.is_(None), Membership.ends_on > now.date()))
        .exists()
    )


def sessions_obey_their_account(session: Session, now: datetime) -> Iterable[str]:
    """No session is newer than its account, and none of a closed one is open (I13)."""
    rows = session.execute(
        sa.select(Login.id, Login.epoch, Account.epoch, Account.active)
        .join(Account, Account.person_id == Login.person_id)
        .where(Login.ended_at.is_(None), Login.expires_at > now)
    )
    for login_id, epoch, present, is_active in rows:
        if epoch > present:
            yield f"session {login_id} is from an epoch its account never had"
        if not is_active and epoch == present:
            yield f"session {login_id} of a closed account is open"


def nobody_is_back(session: Session, _now: datetime) -> Iterable[str]:
    """Who was erased is gone, also after a restore, and the files were cleaned (I9)."""
    for person in back_from_a_backup(session):
        yield f"person {person.id} was erased and is here again: is the worker running?"
    if erasure_rule(session).files_due:
        yield "the files still hold traces of an erasure: is the worker running?"


def mails_move(session: Session, now: datetime) -> Iterable[str]:
    """No mail waits or fails unseen, and no notice waits for a mail nobody writes (I4, I17)."""
    late = now - STUCK_AFTER
    waiting, unseen = (
        sa.select(sa.func.count(post.id)).where(post.state == MailState.WAITING, post.due_at < late)
        for post in (Mail, PrivateMail)
    )
    lost = sa.select(sa.func.count(PrivateMail.id)).where(PrivateMail.state == MailState.FAILED)
    failed = sa.select(sa.func.count(Mail.id)).where(Mail.state == MailState.FAILED)
    unwritten = sa.select(sa.func.count(Notice.id)).where(
        Notice.awaits_mail, Notice.created_at < late
    )
    for statement, words in (
        (unseen, "mails about a survey have been waiting for more than an hour"),
        (lost, "mails about a survey could not be delivered; nobody may see whose"),
        (waiting, "mails have been waiting for more than an hour: is the worker running?"),
        (failed, "mails could not be delivered: see the page Outbox"),
        (unwritten, "notices have been waiting for their mail for more than an hour"),
    ):
        if count := session.scalar(statement):
            yield f"{count} {words}"


CHECKS: dict[str, Check] = {
    "guards": guards_are_there,
    "statistics": nothing_is_learned,
    "file": file_is_sound,
    "audit": audit_chain_is_whole,
    "memberships": memberships_fit,
    "sessions": sessions_obey_their_account,
    "mails": mails_move,
    "erasures": nobody_is_back,
    "seats": booking_checks.seats_add_up,
    "lists": booking_checks.lists_move,
    "times": booking_checks.times_fit,
    "histories": booking_checks.histories_are_whole,
    "waves": survey_checks.waves_leave_nothing,
    "closes": survey_checks.waves_end,
    "snapshots": survey_checks.snapshots_are_whole,
    "single sign-on": sign_on_checks.provider_answers,
}


def nothing_kept_is_ours(session: Session, _now: datetime) -> Iterable[str]:
    """On PostgreSQL the program should not own what it must never change (I8, I10)."""
    if tables := roles.owned(session.connection()):
        yield (
            f"the program's own role could change {', '.join(tables)}: flask --app app grants"
            " shares them out among two roles, see docs/operating.md"
        )


ADVICE: dict[str, Check] = {
    "roles": nothing_kept_is_ours,
    "links": sign_on_checks.links_are_of_today,
}


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look for what must not be in the database; status 1 and its name, if any is found.

    What could be safer is told as well, and changes nothing of the status.
    """
    now, faults = clock.now(), 0
    for name, check in CHECKS.items():
        with reading() as session:
            found = list(check(session, now))
        faults += len(found)
        click.echo(f"{name}: {'ok' if not found else f'{len(found)} found'}")
        for sentence in found[:SHOWN]:
            click.echo(f"  {sentence}")
        if len(found) > SHOWN:
            click.echo(f"  and {len(found) - SHOWN} more")
    for name, check in ADVICE.items():
        with reading() as session:
            for sentence in check(session, now):
                click.echo(f"{name}: could be safer\n  {sentence}")
    if faults:
        sys.exit(1)

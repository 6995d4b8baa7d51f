"""Give, renew and take back the links that calendars follow."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, literal, select, update
from sqlalchemy.orm import Session

from app.agenda.models import FeedKind, FeedLink, FeedVariant, TeamCalendar
from app.agenda.queries.feeds import hash_of
from app.audit.models import AuditKind
from app.audit.services import record
from app.database import UtcDateTime

BYTES = 32
PREFIX = 6


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A feed somebody wants to follow: their own, or that of the team `team_id`."""

    person_id: int
    team_id: int | None = None
    variant: FeedVariant = FeedVariant.FULL

    @property
    def kind(self) -> FeedKind:
        """Whose time it shows."""
        return FeedKind.OWN if self.team_id is None else FeedKind.TEAM


def give_link(
    session: Session, wish: LinkWish, *, at: datetime, by: int | None
) -> tuple[FeedLink, str]:
    """Make a link for this purpose and give its secret, which nobody can see again.

    An older link for the same purpose stops working, so that there is one at a time. Who may
    follow which team is decided by `access.feeds`.
    """
    _revoke_same(session, wish, at)
    token = secrets.token_urlsafe(BYTES)
    hashed = hash_of(token)
    link = FeedLink(
        token_hash=hashed,
        prefix=hashed[:PREFIX],
        person_id=wish.person_id,
        kind=wish.kind,
        team_id=wish.team_id,
        variant=wish.variant,
        created_at=at,
    )
    session.add(link)
    session.flush()  # its key names the entry in the log
    _record(session, link, by, at, "made")
    return link, token


def renew(session: Session, link: FeedLink, *, at: datetime, by: int) -> tuple[FeedLink, str]:
    """Give the same feed another secret; the old one stops working at once."""
    wish = LinkWish(link.person_id, link.team_id, link.variant)
    return give_link(session, wish, at=at, by=by)


def revoke(session: Session, link: FeedLink, *, at: datetime, by: int) -> None:
    """The link leads nowhere from now on."""
    if link.revoked_at is None:
        link.revoked_at = at
        _record(session, link, by, at, "revoked")


def note_used(session: Session, link_id: int, *, at: datetime) -> None:
    """Remember that a calendar came by. One statement."""
    session.execute(
        update(FeedLink)
        .where(FeedLink.id == link_id)
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )


def show_names(session: Session, team_id: int, *, shown: bool, at: datetime, by: int) -> None:
    """Let the members of a team see in its feed who is where, or no longer."""
    changed = session.execute(
        update(TeamCalendar)
        .where(TeamCalendar.team_id == team_id, TeamCalendar.names_shown != shown)
        .values(names_shown=shown, version=TeamCalendar.version + 1, changed_at=_later(at))
        .execution_options(synchronize_session=False)
        .returning(TeamCalendar.team_id)
    ).all()
    if changed:
        record(
            session,
            AuditKind.FEED_CHANGED,
            actor_id=by,
            subject=f"team:{team_id}",
            at=at,
            change="names shown" if shown else "names hidden",
        )


def _later(at: datetime) -> ColumnElement[datetime]:
    second = literal(at.replace(microsecond=0), UtcDateTime())
    return case((TeamCalendar.changed_at < second, second), else_=TeamCalendar.changed_at)


def _revoke_same(session: Session, wish: LinkWish, at: datetime) -> None:
    older = session.scalars(
        select(FeedLink).where(
            FeedLink.person_id == wish.person_id,
            FeedLink.kind == wish.kind,
            FeedLink.variant == wish.variant,
            FeedLink.team_id.is_(None)
            if wish.team_id is None
            else FeedLink.team_id == wish.team_id,
            FeedLink.revoked_at.is_(None),
        )
    )
    for link in older:
        link.revoked_at = at


def _record(session: Session, link: FeedLink, by: int | None, at: datetime, change: str) -> None:
    record(
        session,
        AuditKind.FEED_CHANGED,
        actor_id=by,
        subject=f"feed_link:{link.id}",
        at=at,
        change=change,
        shows=link.kind.value,
        variant=link.variant.value,
        **({} if link.team_id is None else {"team": link.team_id}),
    )

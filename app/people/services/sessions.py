"""Server-side sessions: begin, note, end."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.people.models import Login
from app.people.queries.actors import token_hash

ABSOLUTE_LIMIT = timedelta(days=14)
BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:HeadlessChrome|Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("Android", r"\bAndroid\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b"),
    ("Linux", r"\bLinux\b"),
)


def begin(
    session: Session,
    person_id: int,
    *,
    epoch: int,
    device: str,
    at: datetime,
    proof: str | None = None,
) -> str:
    """Open a session for a person who has proved who they are; gives its secret.

    Only the hash of the secret is stored. `epoch` is the account's when the proof was given,
    `proof` names the provider's token, if one vouched: no token begins two sessions.
    `at` is a UTC instant; the session ends 14 days later at the latest.
    """
    token = secrets.token_urlsafe(32)
    login = Login(
        person_id=person_id,
        token_hash=token_hash(token),
        proof_hash=proof,
        epoch=epoch,
        device=device[:120],
        created_at=at,
        seen_at=at,
        expires_at=at + ABSOLUTE_LIMIT,
    )
    session.add(login)
    session.flush()  # the entry names the session by its id
    record(
        session,
        AuditKind.SIGNED_IN,
        actor_id=person_id,
        subject=f"login:{login.id}",
        at=at,
        **({"by": "single sign-on"} if proof else {}),
    )
    return token


def note_confirmed(session: Session, login_id: int, *, at: datetime) -> None:
    """Remember that the owner of a session has just proved once more to be the one."""
    session.execute(update(Login).where(Login.id == login_id).values(confirmed_at=at))


def note_seen(session: Session, login_id: int, *, at: datetime) -> None:
    """Move the idle clock of a session; asked at most every five minutes."""
    session.execute(update(Login).where(Login.id == login_id).values(seen_at=at))


def sign_out(session: Session, login_id: int, *, person_id: int, at: datetime) -> None:
    """End the session a person is using."""
    if _end(session, Login.id == login_id, at=at):
        record(
            session,
            AuditKind.SIGNED_OUT,
            actor_id=person_id,
            subject=f"login:{login_id}",
            at=at,
        )


def end_one(session: Session, login_id: int, *, person_id: int, at: datetime) -> bool:
    """End one of the person's own sessions; says whether it was theirs and open."""
    ended = _end(session, Login.id == login_id, Login.person_id == person_id, at=at)
    _note_ended(session, ended, by=person_id, at=at)
    return bool(ended)


def end_of(
    session: Session, person_id: int, *, by: int | None, at: datetime, keep: Iterable[int] = ()
) -> int:
    """End a person's open sessions but those of `keep` (ids); gives how many."""
    ended = _end(session, Login.person_id == person_id, Login.id.not_in(list(keep)), at=at)
    _note_ended(session, ended, by=by, at=at)
    return len(ended)


def mark_ended(session: Session, person_id: int, *, at: datetime) -> None:
    """Note the end of sessions that a new epoch has made worthless; their cause is recorded."""
    _end(session, Login.person_id == person_id, at=at)


def forget_old(session: Session, *, before: datetime) -> None:
    """Drop sessions that were over before an instant."""
    session.execute(delete(Login).where(or_(Login.expires_at < before, Login.ended_at < before)))


def _end(session: Session, *which: ColumnElement[bool], at: datetime) -> list[int]:
    ended = session.scalars(
        update(Login)
        .where(Login.ended_at.is_(None), *which)
        .values(ended_at=at)
        .returning(Login.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(ended)


def _note_ended(session: Session, ended: list[int], *, by: int | None, at: datetime) -> None:
    for login_id in ended:
        record(session, AuditKind.SESSION_ENDED, actor_id=by, subject=f"login:{login_id}", at=at)


def device_name(user_agent: str) -> str:
    """Browser and system in words people know, such as "Firefox, Windows"; empty when unknown."""
    found = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(name for name in found if name)


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")

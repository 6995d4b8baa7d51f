"""Accounts, roles, server-side sessions, single-use links and the sign-in throttle."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.domain.personal import NOBODY, Personal
from app.domain.roles import Role
from app.people.models.persons import Person


class Account(Base):
    """What a person signs in with.

    `epoch` rises when password, roles or state change, and every session that still carries an
    older one is over (I13).
    """

    __tablename__ = "account"
    __personal__ = Personal(whose="person_id", secrets=("password_hash",))

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    password_set_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class LinkedIdentity(Base):
    """Who a person is at a provider of single sign-on: `subject` as that issuer names people.

    One identity opens one account, and one account has one identity at an issuer. Unlinking takes
    the subject out and leaves the row: by its e-mail address an account is linked once, never
    again.
    """

    __tablename__ = "linked_identity"
    __personal__ = Personal(whose="person_id", facts=("issuer", "subject"))
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("subject <> ''", name="subject_is_said"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str | None] = mapped_column(String(255))
    linked_at: Mapped[datetime]


class RoleGrant(Base):
    """A role given to a person by name."""

    __tablename__ = "role_grant"
    __personal__ = Personal(whose="person_id", others={"granted_by": ()})
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role]
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None]  # a person id, or None for the first administrator's link

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Login(Base):
    """One server-side session. Only the hash of its secret is stored.

    `proof_hash` belongs to the provider's token that began it: no token begins two. `confirmed_at`
    is when its owner last proved once more to be the one.
    """

    __tablename__ = "login"
    __personal__ = Personal(
        whose="person_id", facts=("device",), secrets=("token_hash", "proof_hash")
    )
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_is_hashed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    proof_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    epoch: Mapped[int]
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)  # absolute limit
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


class LinkPurpose(StrEnum):
    """What a single-use link is good for."""

    INVITATION = "invitation"
    RESET = "reset"
    FIRST_ADMINISTRATOR = "first_administrator"


class SingleUseLink(Base):
    """A link that works once and for a short time; only its hash is stored."""

    __tablename__ = "single_use_link"
    __personal__ = Personal(whose="person_id", secrets=("token_hash",))
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_is_hashed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failed tries per account name or address (both hashed), so that guessing is slow."""

    __tablename__ = "sign_in_throttle"
    __personal__ = NOBODY

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]

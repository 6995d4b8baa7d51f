"""Persons, where they belong, what they can do and when they are away."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal, StandIn
from app.people.models.organisation import Site, Team


class MembershipKind(StrEnum):
    """One home team at a time; any number of segment teams beside it."""

    HOME = "home"
    SEGMENT = "segment"


class Person(Versioned, Base):
    """Somebody of the company.

    `email` is stored normalised (NFKC, casefolded). `working_days` holds the ISO weekdays worked,
    "12345" for Monday to Friday. Employment is `[joined_on, left_on)`. `mobile` says the person
    would go to another site, `remote_ok` that remote work is possible. One that `stands_for`
    something is nobody: rows of those who were erased pass to it, so that counts stay true.
    """

    __tablename__ = "person"
    __personal__ = Personal(
        whose="id",
        facts=(
            "number",
            "given_name",
            "family_name",
            "email",
            "job_title",
            "locale",
            "theme",
            "working_days",
        ),
    )
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR joined_on < left_on", name="joins_before_leaving"),
        CheckConstraint("stands_for IS NULL OR left_on IS NOT NULL", name="nobody_is_not_here"),
        Index("ix_person_family_name", "family_name", "given_name"),
        {"sqlite_autoincrement": True},  # the key of somebody erased is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    job_title: Mapped[str] = mapped_column(String(120), default="")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(5))  # None: as the browser asks
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    working_days: Mapped[str] = mapped_column(String(7), default="12345")
    mobile: Mapped[bool] = mapped_column(default=False)
    remote_ok: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    stands_for: Mapped[StandIn | None]

    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", order_by="Membership.starts_on", lazy="raise_on_sql"
    )
    skills: Mapped[list[PersonSkill]] = relationship(back_populates="person", lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """Given and family name, as people say it."""
        return f"{self.given_name} {self.family_name}"


class Membership(Base):
    """A person belongs to a team in `[starts_on, ends_on)`; `ends_on` None means open.

    Home memberships of one person never overlap, nor do two of the same team (both engines).
    """

    __tablename__ = "membership"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    kind: Mapped[MembershipKind]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise_on_sql")
    team: Mapped[Team] = relationship(lazy="raise_on_sql")


class Skill(Base):
    """Something a placement may ask for."""

    __tablename__ = "skill"
    __personal__ = NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class PersonSkill(Base):
    """A person has a skill."""

    __tablename__ = "person_skill"
    __personal__ = Personal(whose="person_id")

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship(back_populates="skills", lazy="raise_on_sql")
    skill: Mapped[Skill] = relationship(lazy="raise_on_sql")


class Absence(Base):
    """Days somebody is away, `[starts_on, ends_on)`: time only, never a kind or a reason."""

    __tablename__ = "absence"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        UniqueConstraint("person_id", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

"""Sites, departments, teams and who answers for them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal

if TYPE_CHECKING:  # persons stand on the organisation, and a lead is one of them
    from app.people.models.persons import Person


class Side(StrEnum):
    """Which side of the house a department stands on; the programme brings sides together."""

    MARKETING = "marketing"
    SALES = "sales"
    OTHER = "other"


class LeadKind(StrEnum):
    """A deputy decides what a lead decides."""

    LEAD = "lead"
    DEPUTY = "deputy"


class Site(Versioned, Base):
    """A place with a time zone and, through country and subdivision, public holidays."""

    __tablename__ = "site"
    __personal__ = NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    zone: Mapped[str] = mapped_column(String(64))  # IANA name
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    subdivision: Mapped[str | None] = mapped_column(String(6))  # ISO 3166-2 without the country

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which this site's wall clocks run."""
        return ZoneInfo(self.zone)


class PublicHoliday(Base):
    """A day on which nothing is offered at a site; filled by the worker for years ahead."""

    __tablename__ = "public_holiday"
    __personal__ = NOBODY

    site_id: Mapped[int] = mapped_column(
        ForeignKey("site.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    name_de: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))


class Department(Versioned, Base):
    """Marketing, Sales and whatever else the company is made of."""

    __tablename__ = "department"
    __personal__ = NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    side: Mapped[Side] = mapped_column(default=Side.OTHER)


class Team(Versioned, Base):
    """A team of one department at one site.

    `minimum_present` members must stay at any time; `guest_limit` is how many guests its buddies
    can look after at once.
    """

    __tablename__ = "team"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("minimum_present >= 0", name="minimum_is_not_negative"),
        CheckConstraint("guest_limit >= 0", name="guest_limit_is_not_negative"),
        UniqueConstraint("department_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(500), default="")
    minimum_present: Mapped[int] = mapped_column(default=0)
    guest_limit: Mapped[int] = mapped_column(default=2)
    closed_on: Mapped[date | None]

    department: Mapped[Department] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")


class TeamLead(Base):
    """A person answers for a team from `starts_on` until before `ends_on` (None = open)."""

    __tablename__ = "team_lead"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[LeadKind]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    team: Mapped[Team] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")

"""Joint days in the field: the customer visit and its reverse, preparation, debrief, promises."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import Fate, Personal, StandIn
from app.gatherings.models.gatherings import Gathering
from app.people.models import Person


class TripHost(Versioned, Base):
    """How many joint days a host offers in a calendar month."""

    __tablename__ = "trip_host"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (CheckConstraint("per_month BETWEEN 0 AND 31", name="limit_is_bounded"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    per_month: Mapped[int] = mapped_column(default=4)


class Trip(Versioned, Base):
    """What a joint day has beside its seats.

    `customer` and `meeting_point` are optional, seen by host and guests only, in no feed, mail, log
    or export, and deleted after the debrief. The label is free text that everybody may read.
    """

    __tablename__ = "trip"
    __personal__ = Personal(
        part_of="gathering_id",
        fate=Fate.NAMELESS,
        words=(
            "customer",
            "meeting_point",
            "purpose",
            "question_1",
            "question_2",
            "guest_role",
            "not_to_promise",
        ),
        facts=("region", "segment", "label"),
    )

    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True
    )
    region: Mapped[str] = mapped_column(String(120), default="")
    segment: Mapped[str] = mapped_column(String(120), default="")
    label: Mapped[str] = mapped_column(String(160), default="")
    customer: Mapped[str | None] = mapped_column(String(160))
    meeting_point: Mapped[str] = mapped_column(String(200), default="")
    customer_deleted_at: Mapped[datetime | None]
    customer_cancelled: Mapped[bool] = mapped_column(default=False)  # nobody's fault
    host_left_at: Mapped[datetime | None]  # booking is closed until HR finds another or calls off
    purpose: Mapped[str] = mapped_column(Text, default="")
    question_1: Mapped[str] = mapped_column(String(300), default="")
    question_2: Mapped[str] = mapped_column(String(300), default="")
    guest_role: Mapped[str] = mapped_column(String(300), default="")
    not_to_promise: Mapped[str] = mapped_column(Text, default="")

    gathering: Mapped[Gathering] = relationship(lazy="raise_on_sql")


class TripDebrief(Base):
    """What host or guest brought home; due 48 hours after the end. Never a rating of the host."""

    __tablename__ = "trip_debrief"
    __personal__ = Personal(
        whose="person_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        words=("observation_1", "observation_2", "observation_3", "for_marketing", "for_sales"),
    )
    __table_args__ = (
        UniqueConstraint("gathering_id", "person_id"),
        UniqueConstraint("id", "gathering_id"),  # an insight names both, and they agree
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    observation_1: Mapped[str] = mapped_column(String(500), default="")
    observation_2: Mapped[str] = mapped_column(String(500), default="")
    observation_3: Mapped[str] = mapped_column(String(500), default="")
    for_marketing: Mapped[str] = mapped_column(String(500), default="")
    for_sales: Mapped[str] = mapped_column(String(500), default="")

    gathering: Mapped[Gathering] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class TripPromise(Versioned, Base):
    """Something promised at the customer's, with an owner among host and guests."""

    __tablename__ = "trip_promise"
    __personal__ = Personal(
        whose="owner_id", fate=Fate.NAMELESS, stand_in=StandIn.BOOKINGS, words=("text",)
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    debrief_id: Mapped[int] = mapped_column(
        ForeignKey("trip_debrief.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None]
    kept_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # on the day it is due

    debrief: Mapped[TripDebrief] = relationship(lazy="raise_on_sql")
    owner: Mapped[Person] = relationship(lazy="raise_on_sql")

"""Bookings with their history, attendance and certificates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.attendance import Presence as Presence  # noqa: PLC0414 - known from here
from app.domain.booking_steps import Told, told
from app.domain.personal import Fate, Personal, StandIn
from app.domain.seats import LIVE, Approval, BookingState
from app.gatherings.models.gatherings import Gathering, Meeting
from app.people.models import Person

_LIVE = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))

_IN_FORCE = text("withdrawn_at IS NULL")


class Booking(Versioned, Base):
    """A person's claim on a seat. One live booking per person and gathering (I2, both engines).

    The queue is ordered by priority (higher first), `joined_at`, id. `expires_at` ends a request
    or an offer. Until `leave_until` a seat can be given back whatever `cancel_until` says: the list
    moved the person up unasked, or the time changed. Team and department are those of the day of
    booking, for held seats and cover.
    """

    __tablename__ = "booking"
    __personal__ = Personal(
        whose="person_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        words=("reason",),
        others={"decided_by": ("reason",)},
    )
    __table_args__ = (
        Index(
            "uq_booking_live",
            "gathering_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_booking_queue", "gathering_id", "state", "joined_at"),
        CheckConstraint(
            "state NOT IN ('requested', 'offered') OR expires_at IS NOT NULL",
            name="open_questions_expire",
        ),
        CheckConstraint("state <> 'declined' OR reason <> ''", name="refusal_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    home_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    state: Mapped[BookingState] = mapped_column(index=True)
    approval: Mapped[Approval] = mapped_column(default=Approval.NOT_NEEDED)
    priority: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    leave_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    gathering: Mapped[Gathering] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    steps: Mapped[list[BookingStep]] = relationship(
        back_populates="booking", order_by="BookingStep.version", lazy="raise_on_sql"
    )

    @property
    def history(self) -> list[Told]:
        """Every state it was in, the lead's yes among them; it comes with steps and gathering."""
        off_at = self.gathering.called_off_at
        return list(told(self.steps, person_id=self.person_id, off_at=off_at))

    @property
    def told_as(self) -> BookingState:
        """The state as its history tells it last; it comes with its steps."""
        return self.history[-1].state

    @property
    def actors(self) -> dict[int, str]:
        """Person id -> name of those who took its steps; it comes with steps and their actors."""
        return {step.actor.id: step.actor.name for step in self.steps if step.actor is not None}


class BookingStep(Base):
    """One change of a booking: versions run from 1 without a gap (I5). Append-only.

    `approval` is the lead's answer as it stood from then on.
    """

    __tablename__ = "booking_step"
    __personal__ = Personal(
        part_of="booking_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        words=("reason",),
        others={"actor_id": ("reason",)},
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[BookingState | None]
    after: Mapped[BookingState]
    approval: Mapped[Approval] = mapped_column(default=Approval.NOT_NEEDED)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")

    booking: Mapped[Booking] = relationship(back_populates="steps", lazy="raise_on_sql")
    actor: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Attendance(Versioned, Base):
    """Whether the person of a booking was there at one meeting, by list or by the code on site."""

    __tablename__ = "attendance"
    __personal__ = Personal(part_of="booking_id", fate=Fate.NAMELESS, others={"marked_by": ()})

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True, index=True)
    presence: Mapped[Presence]
    by_code: Mapped[bool] = mapped_column(default=False)
    marked_at: Mapped[datetime]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")


class AttendanceStep(Base):
    """One mark as it was set, by whom and when: versions run from 1 without a gap. Append-only."""

    __tablename__ = "attendance_step"
    __personal__ = Personal(
        part_of="booking_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        others={"actor_id": ()},
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True, index=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    presence: Mapped[Presence]
    by_code: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    actor: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Certificate(Base):
    """Made from attendance alone. `code` is what the public check page asks for.

    A list that was corrected withdraws it: it stays, so that its code is still known, and who
    attended after all gets another one.
    """

    __tablename__ = "certificate"
    __personal__ = Personal(
        whose="person_id", facts=("code", "person_name", "title"), secrets=("pdf",)
    )
    __table_args__ = (
        Index(
            "uq_certificate_in_force",
            "booking_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    person_name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(160))
    minutes: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    issued_at: Mapped[datetime]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]  # that it runs out
    withdrawn_at: Mapped[datetime | None]
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)  # written by the worker

    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")

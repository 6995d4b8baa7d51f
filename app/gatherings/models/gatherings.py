"""Dated runs of courses, field trips and joint days: when, where, how many seats, until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Fate, Personal, StandIn
from app.domain.seats import GatheringKind, GatheringState
from app.domain.timespan import Timespan
from app.gatherings.models.courses import Course, Room
from app.people.models import Department, Person, Site


class Gathering(Versioned, Base):
    """What seats are booked in: a session of a course, a field trip, or a joint day.

    `taken` counts the seats held by requests, offers and bookings. The database keeps it (trigger
    `tg_booking_seats` on both engines) and holds `0 <= taken <= capacity` (I1). When HR lowers the
    seats below what is taken, `capacity` stays at `taken` and follows down to `wanted_capacity` as
    seats come free: nobody is thrown out. All instants are UTC; `cancel_until` is computed from
    `cancel_days` working days of the site.
    """

    __tablename__ = "gathering"
    __personal__ = Personal(
        whose="host_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        words=("note",),
        facts=("title", "language", "call_off_reason"),
        others={"created_by": (), "called_off_by": ()},
    )
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="seats_are_not_oversold"),
        CheckConstraint("wanted_capacity BETWEEN 0 AND capacity", name="wants_no_more_than_there"),
        CheckConstraint("minimum BETWEEN 0 AND 500", name="minimum_is_bounded"),
        CheckConstraint("capacity <= 500", name="capacity_is_bounded"),
        CheckConstraint("(kind = 'session') = (course_id IS NOT NULL)", name="session_of_a_course"),
        CheckConstraint("kind = 'session' OR host_id IS NOT NULL", name="trip_has_a_host"),
        Index("ix_gathering_state_start", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[GatheringKind] = mapped_column(index=True)
    state: Mapped[GatheringState] = mapped_column(default=GatheringState.DRAFT)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))  # as booked: of the course in its language
    language: Mapped[str] = mapped_column(String(2), default="de")
    note: Mapped[str] = mapped_column(Text, default="")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    starts_at: Mapped[datetime]  # of the first meeting
    ends_at: Mapped[datetime] = mapped_column(index=True)  # of the last meeting
    capacity: Mapped[int]
    wanted_capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    minimum: Mapped[int] = mapped_column(default=0)
    decide_on: Mapped[date | None] = mapped_column(index=True)
    warned_at: Mapped[datetime | None]  # that too few have booked
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    cancel_days: Mapped[int] = mapped_column(default=3)
    cancel_until: Mapped[datetime]
    needs_approval: Mapped[bool] = mapped_column(default=False)
    release_on: Mapped[date | None]  # from then on held seats are anybody's
    first_until: Mapped[datetime | None]  # till then seats are kept for those who keep a rank
    first_from: Mapped[datetime | None]  # only for ranks given since then; None is for all
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    called_off_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    call_off_reason: Mapped[str] = mapped_column(String(300), default="")

    course: Mapped[Course | None] = relationship(lazy="raise_on_sql")
    host: Mapped[Person | None] = relationship(foreign_keys=[host_id], lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    meetings: Mapped[list[Meeting]] = relationship(
        back_populates="gathering",
        order_by="Meeting.number",
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
    )
    held_seats: Mapped[list[HeldSeats]] = relationship(
        back_populates="gathering", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def span(self) -> Timespan:
        """From the first minute to the last, half-open."""
        return Timespan(self.starts_at, self.ends_at)

    def title_in(self, locale: str) -> str:
        """A course's title in the reader's language, a joint day's own; `course` is loaded."""
        return self.course.title(locale) if self.course is not None else self.title


class HeldSeats(Base):
    """Seats kept for a department until `release_on`, so that one side cannot fill it alone."""

    __tablename__ = "held_seats"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("seats > 0", name="holds_seats"),)

    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    seats: Mapped[int]

    gathering: Mapped[Gathering] = relationship(back_populates="held_seats", lazy="raise_on_sql")
    department: Mapped[Department] = relationship(lazy="raise_on_sql")


class Meeting(Base):
    """One sitting of a gathering, `[starts_at, ends_at)` UTC, in a room, at a place or by link.

    Two active meetings never share a room (`ex_meeting_one_room`); trainers are held by their
    commitments.
    """

    __tablename__ = "meeting"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("gathering_id", "number"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        Index("ix_meeting_room_span", "room_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id", ondelete="CASCADE"))
    number: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    code: Mapped[str | None] = mapped_column(String(12))  # shown on site, proves presence

    gathering: Mapped[Gathering] = relationship(back_populates="meetings", lazy="raise_on_sql")
    room: Mapped[Room | None] = relationship(lazy="raise_on_sql")
    trainers: Mapped[list[MeetingTrainer]] = relationship(
        back_populates="meeting", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def span(self) -> Timespan:
        """When it takes place, half-open."""
        return Timespan(self.starts_at, self.ends_at)


class MeetingTrainer(Base):
    """A person leads this meeting; their time is a hard commitment of kind teaching."""

    __tablename__ = "meeting_trainer"
    __personal__ = Personal(whose="person_id")

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    meeting: Mapped[Meeting] = relationship(back_populates="trainers", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")

"""The catalogue: courses, whom they are for, what comes first, who waits for a date; rooms."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal
from app.domain.refusals import N_
from app.people.models import Department, Person, Site


class Topic(StrEnum):
    """What a course is about."""

    CONFLICT_MANAGEMENT = "conflict_management"
    ACTIVE_LISTENING = "active_listening"
    CUSTOMER_ORIENTATION = "customer_orientation"
    KNOWING_PEOPLE = "knowing_people"
    MARKETING_FOR_SALES = "marketing_for_sales"
    SALES_FOR_MARKETING = "sales_for_marketing"
    LEADERSHIP = "leadership"
    COACHING = "coaching"


TOPIC_LABELS = {
    Topic.CONFLICT_MANAGEMENT: N_("Conflict management"),
    Topic.ACTIVE_LISTENING: N_("Active listening"),
    Topic.CUSTOMER_ORIENTATION: N_("Customer orientation"),
    Topic.KNOWING_PEOPLE: N_("Knowing people"),
    Topic.MARKETING_FOR_SALES: N_("Marketing for sales"),
    Topic.SALES_FOR_MARKETING: N_("Sales for marketing"),
    Topic.LEADERSHIP: N_("Leadership"),
    Topic.COACHING: N_("Coaching"),
}


class Course(Versioned, Base):
    """A catalogue entry in both languages; its sessions are dated.

    Goals are one per line. The joint task is what participants of both sides do together, since a
    training alone changes little. A certificate is valid for `validity_months`, None for ever.
    """

    __tablename__ = "course"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 15 AND 30000", name="takes_some_time"),
        CheckConstraint(
            "validity_months IS NULL OR validity_months BETWEEN 1 AND 240", name="validity"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(index=True)
    title_de: Mapped[str] = mapped_column(String(160), unique=True)
    title_en: Mapped[str] = mapped_column(String(160), unique=True)
    summary_de: Mapped[str] = mapped_column(String(400))
    summary_en: Mapped[str] = mapped_column(String(400))
    goals_de: Mapped[str] = mapped_column(Text)
    goals_en: Mapped[str] = mapped_column(Text)
    joint_task_de: Mapped[str] = mapped_column(Text)
    joint_task_en: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int]
    validity_months: Mapped[int | None]
    needs_approval: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[date | None]
    created_at: Mapped[datetime]

    audience: Mapped[list[CourseAudience]] = relationship(
        back_populates="course", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    prerequisites: Mapped[list[CoursePrerequisite]] = relationship(
        back_populates="course",
        foreign_keys="CoursePrerequisite.course_id",
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
    )

    def title(self, locale: str) -> str:
        """The title in German for "de…", else in English."""
        return self.title_de if locale.startswith("de") else self.title_en

    def summary(self, locale: str) -> str:
        """What it is about, in one or two sentences."""
        return self.summary_de if locale.startswith("de") else self.summary_en

    def goals(self, locale: str) -> list[str]:
        """What participants can do afterwards, one by one."""
        text = self.goals_de if locale.startswith("de") else self.goals_en
        return [line.strip() for line in text.splitlines() if line.strip()]

    def joint_task(self, locale: str) -> str:
        """What both sides do together."""
        return self.joint_task_de if locale.startswith("de") else self.joint_task_en


class CourseAudience(Base):
    """A course is meant for this department; without any it is for everybody."""

    __tablename__ = "course_audience"
    __personal__ = NOBODY

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), primary_key=True, index=True
    )

    course: Mapped[Course] = relationship(back_populates="audience", lazy="raise_on_sql")
    department: Mapped[Department] = relationship(lazy="raise_on_sql")


class CoursePrerequisite(Base):
    """Who books `course` must hold a valid certificate of `required`."""

    __tablename__ = "course_prerequisite"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("course_id <> required_id", name="asks_for_another"),)

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    required_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)

    course: Mapped[Course] = relationship(
        back_populates="prerequisites", foreign_keys=[course_id], lazy="raise_on_sql"
    )
    required: Mapped[Course] = relationship(foreign_keys=[required_id], lazy="raise_on_sql")


class CourseInterest(Base):
    """Somebody wants the course and waits for a date.

    `rank_from` is when they joined a session that was called off or never had a seat for them:
    the rank they keep for the next date, given to them at `ranked_at`. Both are None for who only
    asked to be told.
    """

    __tablename__ = "course_interest"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("(rank_from IS NULL) = (ranked_at IS NULL)", name="rank_was_given"),
    )

    course_id: Mapped[int] = mapped_column(
        ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
    rank_from: Mapped[datetime | None]
    ranked_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # of the newest date offered

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Room(Versioned, Base):
    """A room of a site; one meeting at a time."""

    __tablename__ = "room"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("seats > 0", name="has_seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(120))
    seats: Mapped[int]
    closed_on: Mapped[date | None]

    site: Mapped[Site] = relationship(lazy="raise_on_sql")

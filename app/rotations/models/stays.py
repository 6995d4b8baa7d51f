"""Stays: published rotations with their consents, sheet, goals, check-ins and debriefs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.consent import ConsentParty, ConsentState
from app.domain.personal import NOBODY, Fate, Personal, StandIn
from app.domain.stays import LIVE as LIVE  # noqa: PLC0414 - the rooms know it from here
from app.domain.stays import CheckInKind, StayState
from app.people.models import Person, Team
from app.rotations.models.placements import Placement
from app.rotations.models.rounds import Round


class Stay(Versioned, Base):
    """The published rotation of one person, days `[starts_on, ends_on)`.

    Live stays (proposed, agreed, running) of one person never overlap, on both engines
    (`ex_stay_one_at_a_time`). `planned_ends_on` keeps the day agreed first when a stay ends early.
    """

    __tablename__ = "stay"
    __personal__ = Personal(
        whose="person_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.ROTATIONS,
        words=("note_to_hr",),
        others={"buddy_id": (), "ended_by": ("note_to_hr",)},
    )
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("home_team_id <> host_team_id", name="leaves_the_home_team"),
        Index("ix_stay_span", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    home_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    host_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    start_block: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    planned_ends_on: Mapped[date]
    share: Mapped[int] = mapped_column(default=100)
    on_site: Mapped[bool] = mapped_column(default=True)
    state: Mapped[StayState] = mapped_column(default=StayState.PROPOSED, index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note_to_hr: Mapped[str] = mapped_column(String(500), default="")  # read by HR only
    goals_set_at: Mapped[datetime | None]
    freed_seat_done_at: Mapped[datetime | None]  # HR looked after the seat this stay left

    round: Mapped[Round] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    buddy: Mapped[Person | None] = relationship(foreign_keys=[buddy_id], lazy="raise_on_sql")
    placement: Mapped[Placement] = relationship(lazy="raise_on_sql")
    home: Mapped[Team] = relationship(foreign_keys=[home_team_id], lazy="raise_on_sql")
    host: Mapped[Team] = relationship(foreign_keys=[host_team_id], lazy="raise_on_sql")
    consents: Mapped[list[Consent]] = relationship(
        back_populates="stay", order_by="Consent.id", lazy="raise_on_sql"
    )
    goals: Mapped[list[Goal]] = relationship(
        back_populates="stay", order_by="Goal.id", lazy="raise_on_sql"
    )
    check_ins: Mapped[list[CheckIn]] = relationship(
        back_populates="stay", order_by="CheckIn.due_on", lazy="raise_on_sql"
    )
    debriefs: Mapped[list[Debrief]] = relationship(
        back_populates="stay", order_by="Debrief.id", lazy="raise_on_sql"
    )
    sheet: Mapped[PracticalSheet | None] = relationship(back_populates="stay", lazy="raise_on_sql")


class Consent(Base):
    """One party's answer to one stay. The person may decline without a reason."""

    __tablename__ = "consent"
    __personal__ = Personal(
        part_of="stay_id",
        fate=Fate.NAMELESS,
        words=("reason",),
        others={"answered_by": ("reason",)},
    )
    __table_args__ = (
        UniqueConstraint("stay_id", "party"),
        CheckConstraint(
            "(state IN ('given', 'refused', 'deemed')) = (answered_at IS NOT NULL)",
            name="answered_or_open",
        ),
        CheckConstraint(
            "state <> 'refused' OR party = 'person' OR reason <> ''", name="refusal_has_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id", ondelete="CASCADE"))
    party: Mapped[ConsentParty]
    state: Mapped[ConsentState] = mapped_column(default=ConsentState.WAITING)
    asked_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    stay: Mapped[Stay] = relationship(back_populates="consents", lazy="raise_on_sql")
    answerer: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class CouncilRule(Versioned, Base):
    """From which length on the works council is asked, per country.

    Stays longer than `over_days` days need it; `answer_days` is the legal week after which
    silence counts as consent, or None where silence never does.
    """

    __tablename__ = "council_rule"
    __personal__ = NOBODY

    __table_args__ = (
        CheckConstraint("over_days BETWEEN 0 AND 366", name="length_is_bounded"),
        CheckConstraint(
            "answer_days IS NULL OR answer_days BETWEEN 1 AND 90", name="time_to_answer"
        ),
    )

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    over_days: Mapped[int]
    answer_days: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300), default="")


class PracticalSheet(Versioned, Base):
    """What must be settled before the first day."""

    __tablename__ = "practical_sheet"
    __personal__ = Personal(
        part_of="stay_id",
        words=(
            "first_day",
            "accounts",
            "desk",
            "cost_centre",
            "leave_granted_by",
            "appraised_by",
            "confidentiality",
            "customer_handover",
            "commission_rule",
        ),
    )

    stay_id: Mapped[int] = mapped_column(
        ForeignKey("stay.id", ondelete="CASCADE"), primary_key=True
    )
    accounts: Mapped[str] = mapped_column(Text, default="")
    desk: Mapped[str] = mapped_column(Text, default="")
    cost_centre: Mapped[str] = mapped_column(String(200), default="")
    leave_granted_by: Mapped[str] = mapped_column(String(200), default="")
    appraised_by: Mapped[str] = mapped_column(String(200), default="")
    confidentiality: Mapped[str] = mapped_column(Text, default="")
    customer_handover: Mapped[str] = mapped_column(Text, default="")
    commission_rule: Mapped[str] = mapped_column(Text, default="")
    first_day: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime | None]

    stay: Mapped[Stay] = relationship(back_populates="sheet", lazy="raise_on_sql")


class Goal(Base):
    """A learning goal of a stay; two or three of them."""

    __tablename__ = "goal"
    __personal__ = Personal(part_of="stay_id", words=("text",))

    id: Mapped[int] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    reached: Mapped[bool | None]

    stay: Mapped[Stay] = relationship(back_populates="goals", lazy="raise_on_sql")


class CheckIn(Base):
    """A short conversation that is due; seen by the person, the buddy and the two leads."""

    __tablename__ = "check_in"
    __personal__ = Personal(
        part_of="stay_id",
        fate=Fate.NAMELESS,
        words=("going_well", "needs"),
        others={"done_by": ("going_well", "needs")},
    )
    __table_args__ = (UniqueConstraint("stay_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id", ondelete="CASCADE"))
    kind: Mapped[CheckInKind]
    due_on: Mapped[date] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    going_well: Mapped[str] = mapped_column(Text, default="")
    needs: Mapped[str] = mapped_column(Text, default="")

    stay: Mapped[Stay] = relationship(back_populates="check_ins", lazy="raise_on_sql")


class DebriefSide(StrEnum):
    """Whose view a debrief is."""

    PERSON = "person"
    HOST = "host"
    HOME = "home"


class Debrief(Base):
    """One side's look back. Never appraisal data."""

    __tablename__ = "debrief"
    __personal__ = Personal(
        part_of="stay_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.ROTATIONS,
        words=("learned",),
        others={"written_by": ("learned",)},
    )
    __table_args__ = (
        UniqueConstraint("stay_id", "side"),
        UniqueConstraint("id", "stay_id"),  # an insight names both, and they agree
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id", ondelete="CASCADE"))
    side: Mapped[DebriefSide]
    learned: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    stay: Mapped[Stay] = relationship(back_populates="debriefs", lazy="raise_on_sql")

"""From a weak result to a dated step: the remedy catalogue, actions, sponsors, draws."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal, StandIn
from app.people.models import Person, Team


class RemedyKind(StrEnum):
    """What a remedy leads to; the first three can be started from here."""

    ROTATION = "rotation"
    TRIP = "trip"
    SESSION = "session"
    MEETING = "meeting"
    AGREEMENT = "agreement"
    OTHER = "other"


class Remedy(Versioned, Base):
    """Something that helps against a weak dimension; HR edits the catalogue.

    `first` is its place in the catalogue a new house begins with, None for what HR added.
    """

    __tablename__ = "remedy"
    __personal__ = NOBODY
    __table_args__ = (UniqueConstraint("first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int | None]
    dimension: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[RemedyKind]
    title_de: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160))
    text_de: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    retired_on: Mapped[date | None]

    def title(self, locale: str) -> str:
        """The title in German for "de…", else in English."""
        return self.title_de if locale.startswith("de") else self.title_en

    def text(self, locale: str) -> str:
        """What happens, in German for "de…", else in English."""
        return self.text_de if locale.startswith("de") else self.text_en


class ActionState(StrEnum):
    """An answer to a weak result is either something to do, or a recorded no."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"
    NO_ACTION = "no_action"


class Action(Versioned, Base):
    """What a pair does about a weak result of a wave: owner, day and remedy, or "no, because".

    The next wave opens with it. What was started for it: `ActionGathering`, and rooms above.
    """

    __tablename__ = "action"
    __personal__ = Personal(stand_in=StandIn.RECORDS, others={"owner_id": (), "created_by": ()})
    __table_args__ = (
        CheckConstraint("low_team_id < high_team_id", name="pair_in_order"),
        CheckConstraint(
            "state = 'no_action' OR (owner_id IS NOT NULL AND due_on IS NOT NULL)",
            name="has_owner_and_day",
        ),
        CheckConstraint("state NOT IN ('no_action', 'dropped') OR because <> ''", name="says_why"),
        Index("ix_action_pair", "low_team_id", "high_team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    low_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    high_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    dimension: Mapped[str] = mapped_column(String(40), default="")
    remedy_id: Mapped[int | None] = mapped_column(ForeignKey("remedy.id"), index=True)
    what: Mapped[str] = mapped_column(String(300))
    state: Mapped[ActionState] = mapped_column(index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    because: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    remedy: Mapped[Remedy | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    low: Mapped[Team] = relationship(foreign_keys=[low_team_id], lazy="raise_on_sql")
    high: Mapped[Team] = relationship(foreign_keys=[high_team_id], lazy="raise_on_sql")


class ActionGathering(Base):
    """A session or a joint day that was started, or named, for an action.

    A draft that is thrown away takes its row along. The database adds rows to planned actions only
    (`ck_action_gathering_planned`); what was started stays beside an action that is closed.
    """

    __tablename__ = "action_gathering"
    __personal__ = Personal(others={"started_by": ()})

    action_id: Mapped[int] = mapped_column(
        ForeignKey("action.id", ondelete="CASCADE"), primary_key=True
    )
    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]


class RequestState(StrEnum):
    """What became of asking somebody to start an action."""

    OPEN = "open"
    TAKEN = "taken"  # something was started since
    DECLINED = "declined"


class ActionRequest(Base):
    """Somebody is asked to start what an action needs, because its owner may not: once each."""

    __tablename__ = "action_request"
    __personal__ = Personal(whose="person_id", others={"asked_by": ()})
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_or_open"),
        CheckConstraint("kind IN ('rotation', 'trip')", name="asks_for_a_host"),
    )

    action_id: Mapped[int] = mapped_column(
        ForeignKey("action.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[RemedyKind]
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    action: Mapped[Action] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")


class Draw(Base):
    """A lottery among equally needy pairs: whom it was between, who got it, and the seed.

    Drawn lots are what makes "did it help?" answerable. Append-only.
    """

    __tablename__ = "draw"
    __personal__ = Personal(stand_in=StandIn.RECORDS, others={"drawn_by": ()})
    __table_args__ = (UniqueConstraint("wave_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    kind: Mapped[RemedyKind]
    places: Mapped[int]
    pairs: Mapped[list[Any]]  # [[low team id, high team id], …] in order of need
    drawn: Mapped[list[Any]]  # the pairs that were drawn
    seed: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

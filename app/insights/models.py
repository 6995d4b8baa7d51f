"""The table of insights, whatever they come from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.insights import InsightFate, InsightKind
from app.domain.personal import Fate, Personal, StandIn
from app.people.models import Person, Team


class Insight(Versioned, Base):
    """One thing that should change; its owner on the other side says what became of it.

    It comes from one debrief of a stay or of a joint day, and goes with it. The rooms of those
    stand above this one, so what its readers need of them is written down here: a debrief is
    written once, when all is over. `[starts_on, ends_on)` are the days looked back at. Nothing here
    says who a customer is.
    """

    __tablename__ = "insight"
    __personal__ = Personal(
        whose="written_by",
        fate=Fate.NAMELESS,
        stand_in=StandIn.BOOKINGS,
        words=("text",),
        facts=("source_title", "fate_note"),
        others={"person_id": (), "owner_id": ("fate_note",)},
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["stay_debrief_id", "stay_id"], ["debrief.id", "debrief.stay_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["trip_debrief_id", "gathering_id"],
            ["trip_debrief.id", "trip_debrief.gathering_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(
            "(kind = 'stay' AND stay_debrief_id IS NOT NULL AND stay_id IS NOT NULL"
            " AND person_id IS NOT NULL AND trip_debrief_id IS NULL AND gathering_id IS NULL)"
            " OR (kind = 'joint_day' AND trip_debrief_id IS NOT NULL AND gathering_id IS NOT NULL"
            " AND person_id IS NULL AND stay_debrief_id IS NULL AND stay_id IS NULL)",
            name="comes_from_one_debrief_of_its_kind",
        ),
        CheckConstraint(
            "NOT for_both_teams OR from_team_id IS NOT NULL", name="both_teams_are_known"
        ),
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("fate = 'open' OR fate_note <> ''", name="fate_has_a_note"),
        CheckConstraint("(fate = 'open') = (decided_at IS NULL)", name="decided_or_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[InsightKind]
    stay_debrief_id: Mapped[int | None] = mapped_column(index=True)
    stay_id: Mapped[int | None] = mapped_column(index=True)
    trip_debrief_id: Mapped[int | None] = mapped_column(index=True)
    gathering_id: Mapped[int | None] = mapped_column(index=True)
    source_title: Mapped[str] = mapped_column(String(160))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # who stayed
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    for_both_teams: Mapped[bool] = mapped_column(default=False)  # all their members may read it
    text: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)  # the owner's side
    due_on: Mapped[date]
    fate: Mapped[InsightFate] = mapped_column(default=InsightFate.OPEN, index=True)
    fate_note: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    writer: Mapped[Person] = relationship(foreign_keys=[written_by], lazy="raise_on_sql")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    from_team: Mapped[Team | None] = relationship(foreign_keys=[from_team_id], lazy="raise_on_sql")
    team: Mapped[Team] = relationship(foreign_keys=[team_id], lazy="raise_on_sql")

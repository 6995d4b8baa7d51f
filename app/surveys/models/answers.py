"""What is kept of a closed wave: nothing that leads back to a person."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY
from app.domain.questionnaire import SCORED
from app.surveys.models.boxes import ORDERLESS

ON_SQLITE = {"only_on": "sqlite"}  # elsewhere a guard stands for it
TEN_STEPS = f"length(steps) = {len(SCORED)} AND trim(steps, '012345') = ''"


class Answer(Base):
    """One record, written at the close in random order under a random key.

    `steps` holds one digit per scored question, in order: 1 to 5 as ticked (q10 too), 0 where
    nothing was answered. Records of pairs that are not published have lost both teams; they count
    for the company only. What was ticked about contact and importance is not here: it would tell
    records apart. A record is about a pair that its wave asked: on PostgreSQL the guard
    `tg_answer_pair_asked` holds it for all rows of a statement at once, since to look at each of
    very many takes longer there than to store them.
    """

    __tablename__ = "answer"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_is_random"),
        CheckConstraint(
            "(source_id IS NULL) = (target_id IS NULL)", name="names_both_teams_or_none"
        ),
        CheckConstraint(TEN_STEPS, name="ten_steps"),
        ForeignKeyConstraint(["wave_id"], ["wave.id"], info=ON_SQLITE).ddl_if(dialect="sqlite"),
        ForeignKeyConstraint(
            ["wave_id", "source_id", "target_id"],
            ["cell.wave_id", "cell.source_id", "cell.target_id"],
            info=ON_SQLITE,
        ).ddl_if(dialect="sqlite"),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    source_id: Mapped[int | None]
    target_id: Mapped[int | None]
    steps: Mapped[str] = mapped_column(String(len(SCORED)))


class Cell(Base):
    """Counts of a directed pair in a wave, written at the close.

    `eligible` were asked about the rated team, which had `members`. Of pairs that are not
    published nothing else is kept: `answers`, `returned` and `no_contact` are 0 there.
    `importance` in quarters.
    """

    __tablename__ = "cell"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("answers = 0 OR answers >= 5", name="five_answers_or_none"),
        CheckConstraint("answers <= returned AND returned <= eligible", name="counts_fit"),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    eligible: Mapped[int]
    members: Mapped[int]
    published: Mapped[bool]
    answers: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    no_contact: Mapped[int] = mapped_column(default=0)
    importance: Mapped[float] = mapped_column(default=1.0)


class CommentCount(Base):
    """How many open answers about a team were written, and how many of them may be read there."""

    __tablename__ = "comment_count"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("readable <= written", name="counts_fit"),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    written: Mapped[int]
    readable: Mapped[int]


class ReleasedComment(Base):
    """An open answer its writer wanted read, names blacked out, under a random key.

    Shown seven days after the close, shuffled. `department_id` is the writers' where all of them
    are many enough, else None: from all raters together.
    """

    __tablename__ = "released_comment"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("length(key) = 16", name="key_is_random"), ORDERLESS)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    item: Mapped[str] = mapped_column(String(4))
    text: Mapped[str] = mapped_column(Text)

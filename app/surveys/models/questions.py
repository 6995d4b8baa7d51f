"""The questionnaire, version by version."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Versioned
from app.domain.personal import NOBODY


class Question(Versioned, Base):
    """One wording of an item; `edition` counts its wordings, the highest is asked next.

    Mended spelling changes the row (and its `version`), another wording makes a new edition.
    """

    __tablename__ = "question"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("item", "edition"),
        CheckConstraint("edition > 0", name="editions_count_up"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(4))  # q01 … q10, c1, c2, o1, o2
    edition: Mapped[int] = mapped_column(default=1)
    text_en: Mapped[str] = mapped_column(String(300))
    text_de: Mapped[str] = mapped_column(String(300))

"""Whether the company asks its teams at all: every decision about it, kept for good."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY


class SurveySwitch(Base):
    """Surveys and figures of collaboration were switched on or off. Append-only.

    The newest row holds; without any they are off. `follows` is the row before (0 for the first),
    so that two who decide at once do not both win. `agreed_on` and `note` name the agreement on
    which they were switched on, or why they were switched off. Who it was stands in the audit log.
    """

    __tablename__ = "survey_switch"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("follows"),
        CheckConstraint("NOT is_on OR agreed_on IS NOT NULL", name="on_by_agreement"),
        CheckConstraint("note <> ''", name="says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    follows: Mapped[int]
    is_on: Mapped[bool]
    agreed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(500))
    decided_at: Mapped[datetime]

"""Files on their way in: read, shown, and not yet applied."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import Personal


class ImportKind(StrEnum):
    """What the rows of a file are."""

    PEOPLE = "people"
    TEAMS = "teams"


class ImportDraft(Base):
    """A read file of one person, shown before anything of it is done; forgotten when it expires.

    `content` is the table: header, rows with their lines, faults. The preview's digest travels in
    the form: what is applied is what was shown.
    """

    __tablename__ = "import_draft"
    __personal__ = Personal(whose="person_id", facts=("file_name",), secrets=("content",))
    __table_args__ = (CheckConstraint("created_at < expires_at", name="expires_later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ImportKind]
    file_name: Mapped[str] = mapped_column(String(120))
    adds_missing: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

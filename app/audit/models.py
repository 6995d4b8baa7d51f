"""The audit log and the head of its hash chain."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY, Fate, Personal


class AuditKind(StrEnum):
    """`<room>.<what happened>`; a kind that is not listed here cannot be written."""

    SIGNED_IN = "access.signed_in"
    SIGN_IN_FAILED = "access.sign_in_failed"
    SIGNED_OUT = "access.signed_out"
    SESSION_ENDED = "access.session_ended"
    PASSWORD_CHANGED = "access.password_changed"  # noqa: S105 - a kind, not a secret
    LINK_MADE = "access.link_made"
    LINK_USED = "access.link_used"
    IDENTITY_LINKED = "access.identity_linked"
    IDENTITY_UNLINKED = "access.identity_unlinked"
    ROLE_GRANTED = "access.role_granted"
    ROLE_REVOKED = "access.role_revoked"
    ACCOUNT_CLOSED = "access.account_closed"
    ACCOUNT_OPENED = "access.account_opened"
    SETTING_CHANGED = "access.setting_changed"
    LIST_EXPORTED = "access.list_exported"
    PERSON_ADDED = "people.person_added"
    PERSON_CHANGED = "people.person_changed"
    PERSON_LEFT = "people.person_left"
    PERSON_ERASED = "privacy.person_erased"
    ERASURE_CHANGED = "privacy.erasure_changed"
    OWN_DATA_TAKEN = "privacy.own_data_taken"
    TEAM_CHANGED = "people.team_changed"
    SITE_CHANGED = "people.site_changed"
    DEPARTMENT_CHANGED = "people.department_changed"
    MEMBERSHIP_CHANGED = "people.membership_changed"
    LEAD_CHANGED = "people.lead_changed"
    ABSENCE_CHANGED = "people.absence_changed"
    IMPORTED = "people.imported"
    ROUND_CHANGED = "rotations.round_changed"
    ROUND_MOVED = "rotations.round_moved"
    PLACEMENT_CHANGED = "rotations.placement_changed"
    BLACKOUT_CHANGED = "rotations.blackout_changed"
    APPLICATION_SUBMITTED = "rotations.application_submitted"
    APPLICATION_WITHDRAWN = "rotations.application_withdrawn"
    ENDORSEMENT_DECIDED = "rotations.endorsement_decided"
    ENDORSEMENT_ESCALATED = "rotations.endorsement_escalated"
    RULE_CHANGED = "rotations.rule_changed"
    PLAN_REQUESTED = "rotations.plan_requested"
    PLAN_STOPPED = "rotations.plan_stopped"
    PLAN_CHANGED = "rotations.plan_changed"
    PLAN_PUBLISHED = "rotations.plan_published"
    CONSENT_DECIDED = "rotations.consent_decided"
    STAY_CHANGED = "rotations.stay_changed"
    STAY_ENDED = "rotations.stay_ended"
    STAY_DEBRIEFED = "rotations.stay_debriefed"
    INSIGHT_CHANGED = "insights.insight_changed"
    QUESTION_CHANGED = "surveys.question_changed"
    TIES_CHANGED = "surveys.ties_changed"
    WAVE_CHANGED = "surveys.wave_changed"
    WAVE_OPENED = "surveys.wave_opened"
    WAVE_CLOSED = "surveys.wave_closed"
    WAVE_PUBLISHED = "health.wave_published"
    REMEDY_CHANGED = "health.remedy_changed"
    ACTION_CHANGED = "health.action_changed"
    SPONSOR_CHANGED = "health.sponsor_changed"
    LOTS_DRAWN = "health.lots_drawn"
    COURSE_CHANGED = "gatherings.course_changed"
    BOOKING_CHANGED = "gatherings.booking_changed"
    BOOKING_DECIDED = "gatherings.booking_decided"
    GATHERING_CHANGED = "gatherings.gathering_changed"
    FEED_CHANGED = "agenda.feed_changed"
    BUSY_SOURCE_CHANGED = "agenda.busy_source_changed"
    CALENDAR_CHOSEN = "agenda.calendar_chosen"
    ROOM_CHANGED = "gatherings.room_changed"
    SESSION_PLANNED = "gatherings.session_planned"
    TRIP_CHANGED = "gatherings.trip_changed"
    TRIP_DEBRIEFED = "gatherings.trip_debriefed"


class AuditEntry(Base):
    """One thing that happened. Never changed, never deleted (triggers on both engines)."""

    __tablename__ = "audit_entry"
    __personal__ = Personal(
        whose="actor_id", fate=Fate.KEPT, facts=("subject", "detail"), secrets=("previous", "hash")
    )
    __table_args__ = (CheckConstraint("length(hash) = 64", name="hash_is_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[AuditKind] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)  # a key, so that names can be erased
    subject: Mapped[str] = mapped_column(String(80), index=True)  # "stay:17"
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The one row that holds the end of the chain: how many entries, the last hash and its own.

    Writers line up at it. `previous` is what the last entry follows, so that counting on, sealing
    and handing on are one statement.
    """

    __tablename__ = "audit_head"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))


class RequestKey(Base):
    """A form that was accepted once; sending it again leads to the first answer (I12)."""

    __tablename__ = "request_key"
    __personal__ = Personal(whose="actor_id", facts=("location",), secrets=("key",))

    actor_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str | None] = mapped_column(String(500))

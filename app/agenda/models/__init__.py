"""Who is busy when, and what calendars are told of it."""

from app.agenda.models.commitments import Commitment, CommitmentKind, ShownAs
from app.agenda.models.feeds import (
    CalendarPreference,
    Channel,
    FeedKind,
    FeedLink,
    FeedVariant,
    PersonCalendar,
    TeamCalendar,
)
from app.agenda.models.invitations import Invitation, Method

__all__ = [
    "CalendarPreference",
    "Channel",
    "Commitment",
    "CommitmentKind",
    "FeedKind",
    "FeedLink",
    "FeedVariant",
    "Invitation",
    "Method",
    "PersonCalendar",
    "ShownAs",
    "TeamCalendar",
]

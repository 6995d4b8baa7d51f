"""Who is busy when, and what calendars are told of it."""

from app.agenda.models.busy import BusyTime, CalendarSource, Firmness, SourceKind, SourceState
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
    "BusyTime",
    "CalendarPreference",
    "CalendarSource",
    "Channel",
    "Commitment",
    "CommitmentKind",
    "FeedKind",
    "FeedLink",
    "FeedVariant",
    "Firmness",
    "Invitation",
    "Method",
    "PersonCalendar",
    "ShownAs",
    "SourceKind",
    "SourceState",
    "TeamCalendar",
]

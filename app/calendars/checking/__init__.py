"""Check a calendar that others shall read: what breaks readers, and what they read differently."""

from app.calendars.checking.findings import Finding, Weight
from app.calendars.checking.whole import check

__all__ = ["Finding", "Weight", "check"]

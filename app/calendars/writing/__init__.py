"""What Tandem tells other calendars: RFC 5545 text, the same bytes for the same data."""

from app.calendars.writing.calendars import Head, Party, download, feed, invitation
from app.calendars.writing.entries import Entry, Shown

__all__ = ["Entry", "Head", "Party", "Shown", "download", "feed", "invitation"]

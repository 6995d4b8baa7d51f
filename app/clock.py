"""The only question to the system clock. Views, jobs and commands ask it and hand instants down."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, UTC, aware."""
    return datetime.now(tz=UTC)


def today(zone: ZoneInfo | None = None) -> date:
    """The present calendar day in `zone` (UTC when None)."""
    return now().astimezone(zone or UTC).date()

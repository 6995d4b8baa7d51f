"""When a mail may be sent: quiet hours and the hour of the daily digest, on the reader's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(local: time, quiet_from: time | None, quiet_until: time | None) -> bool:
    """Whether `local` lies in `[quiet_from, quiet_until)`, which may cross midnight."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return False
    if quiet_from < quiet_until:
        return quiet_from <= local < quiet_until
    return local >= quiet_from or local < quiet_until


def may_go_at(
    now: datetime, zone: ZoneInfo, quiet_from: time | None, quiet_until: time | None
) -> datetime:
    """The first UTC instant from `now` on that is outside the quiet hours."""
    local = now.astimezone(zone)
    if quiet_until is None or not is_quiet(local.time(), quiet_from, quiet_until):
        return now
    day = local.date()
    if local.time() >= quiet_until:  # the quiet hours end tomorrow
        day += timedelta(days=1)
    return datetime.combine(day, quiet_until, tzinfo=zone).astimezone(UTC)


def digest_is_due(now: datetime, zone: ZoneInfo, digest_at: time) -> bool:
    """Whether today's digest hour has come on the reader's clock."""
    return now.astimezone(zone).time() >= digest_at

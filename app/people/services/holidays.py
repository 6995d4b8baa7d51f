"""Public holidays per site, in German and English, for this year and the two after it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.people.models import PublicHoliday, Site

YEARS_AHEAD = 2
LONGEST_NAME = 120


def fill(session: Session, *, today: date, anew: bool = False) -> int:
    """Write the holidays of every site that lacks the last year; gives how many days were written.

    `anew` looks at every site, so that days announced differently since are put right. Two
    statements and two per site that changes.
    """
    years = range(today.year, today.year + YEARS_AHEAD + 1)
    stored: dict[int, dict[date, tuple[str, str]]] = {}
    rows = session.scalars(
        select(PublicHoliday).where(
            PublicHoliday.day >= date(years.start, 1, 1), PublicHoliday.day < date(years.stop, 1, 1)
        )
    )
    for row in rows:
        stored.setdefault(row.site_id, {})[row.day] = (row.name_de, row.name_en)
    written = 0
    calendars: dict[tuple[str, str | None], dict[date, tuple[str, str]]] = {}
    for site in session.scalars(select(Site).order_by(Site.id)):
        has = stored.get(site.id, {})
        if not anew and any(day.year == years[-1] for day in has):
            continue
        place = (site.country, site.subdivision)
        if place not in calendars:
            calendars[place] = calendar(site.country, site.subdivision, years)
        if calendars[place] != has:
            written += _replace(session, site.id, calendars[place], years)
    return written


def _replace(
    session: Session, site_id: int, days: dict[date, tuple[str, str]], years: range
) -> int:
    session.execute(
        delete(PublicHoliday).where(
            PublicHoliday.site_id == site_id,
            PublicHoliday.day >= date(years.start, 1, 1),
            PublicHoliday.day < date(years.stop, 1, 1),
        )
    )
    session.add_all(
        PublicHoliday(site_id=site_id, day=day, name_de=german, name_en=english)
        for day, (german, english) in sorted(days.items())
    )
    session.flush()
    return len(days)


def calendar(country: str, subdivision: str | None, years: range) -> dict[date, tuple[str, str]]:
    """Holidays of a place with German and English names; empty for a place nobody knows."""
    import holidays  # noqa: PLC0415 - slow to load, and only the worker needs it

    found: dict[date, dict[str, str]] = {}
    for language in ("de", "en_US"):
        try:
            days = holidays.country_holidays(
                country, subdiv=subdivision, years=years, language=language
            )
        except NotImplementedError:  # the package does not know the country or its part
            return {}
        for day, name in days.items():
            found.setdefault(day, {})[language] = name[:LONGEST_NAME]
    return {
        day: (names.get("de") or names["en_US"], names.get("en_US") or names["de"])
        for day, names in found.items()
    }

"""Language and time zone of a page: the person's choice, else what the browser asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import Flask, request
from flask_babel import format_date, format_datetime, get_locale, get_timezone, gettext
from markupsafe import Markup, escape

from app.domain.timespan import last_day
from app.web.catalogues import Languages
from app.web.guards import visitor

LOCALES = ("de", "en")
ONE_MINUTE = timedelta(minutes=1)
babel = Languages()


def chosen_locale() -> str:
    """`de` or `en`: the signed-in person's, the cookie's, else the browser's."""
    person = visitor()
    if person is not None and person.locale in LOCALES:
        return person.locale
    cookie = request.cookies.get("locale")
    if cookie in LOCALES:
        return cookie
    return request.accept_languages.best_match(LOCALES, default="en") or "en"


def chosen_zone() -> str:
    """IANA name of the zone in which instants are shown: the person's site's."""
    person = visitor()
    return person.zone.key if person is not None else "Europe/Berlin"


def chosen_theme() -> str:
    """`auto`, `light` or `dark`."""
    person = visitor()
    theme = person.theme if person is not None else request.cookies.get("theme", "auto")
    return theme if theme in {"auto", "light", "dark"} else "auto"


def day(value: date | None, form: str = "medium") -> str:
    """A calendar day in the reader's way; empty for None. Never shifted by a zone."""
    return "" if value is None else str(format_date(value, form, rebase=False))


def moment(value: datetime | None, form: str = "medium") -> str:
    """An instant on the reader's wall clock, minutes precise; `weekday` and `full` (zone) say more.

    Empty for None.
    """
    if value is None:
        return ""
    if form == "weekday":
        return _wall(value.astimezone(get_timezone()))
    pattern = "dd.MM.yyyy HH:mm" if get_locale().language == "de" else "MMM d, yyyy HH:mm"
    if form == "full":
        pattern += " zzz"
    return str(format_datetime(value, pattern))


def deadline(value: datetime) -> str:
    """The last minute before something closes, with its weekday.

    What closes with the end of a day closes at midnight; "Tue, Nov 24, 2026, 00:00" would leave
    open which of the two days is meant, so that 23:59 of the day before is told.
    """
    local = value.astimezone(get_timezone())
    return _wall(local - ONE_MINUTE if (local.hour, local.minute) == (0, 0) else local)


def days(starts_on: date, ends_on: date | None) -> str:
    """A half-open span of days as people say it: first to last day, both included."""
    if ends_on is None:
        return str(gettext("from %(day)s", day=day(starts_on)))
    last = last_day(ends_on)
    return day(starts_on) if last == starts_on else f"{day(starts_on)} – {day(last)}"


def hours(start: datetime, end: datetime, zone: str = "") -> str:
    """A half-open span of instants with its weekday, "Tue, Nov 24, 2026, 09:00–12:00".

    On the reader's wall clock, or on the one of `zone` (IANA name).
    """
    clock = ZoneInfo(zone) if zone else get_timezone()
    first, last = start.astimezone(clock), end.astimezone(clock)
    from_, to = _wall(first), _wall(last)
    return f"{from_}–{last:%H:%M}" if first.date() == last.date() else f"{from_} – {to}"


def _wall(value: datetime) -> str:
    return f"{format_skeleton('yMMMEd', value, locale=get_locale())}, {value:%H:%M}"


def leaf(instant: datetime) -> tuple[str, str]:
    """Day and month of an instant as a tear-off calendar shows them: "24", "Nov"."""
    return format_datetime(instant, "d"), format_datetime(instant, "LLL").rstrip(".")


def reads_otherwise(instant: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` show another time than the reader's at this instant."""
    there = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return there != instant.astimezone(get_timezone()).utcoffset()


def paragraphs(text: str | None) -> Markup:
    """People's own text as paragraphs; everything in it is escaped."""
    blocks = [block for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(map(escape, block.strip().split("\n"))))
        for block in blocks
    )


def set_up(app: Flask) -> None:
    """Register languages and the filters that write days and times."""
    babel.init_app(app, locale_selector=chosen_locale, timezone_selector=chosen_zone)
    filters: dict[str, Any] = {
        "day": day,
        "moment": moment,
        "deadline": deadline,
        "paragraphs": paragraphs,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        days=days,
        hours=hours,
        leaf=leaf,
        reads_otherwise=reads_otherwise,
        current_locale=lambda: str(get_locale()),
        current_theme=chosen_theme,
    )


def zone_named(name: str) -> ZoneInfo:
    """The zone called `name`. Raises ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(name)

"""Repetition rules (RFC 5545, 3.3.10): read, refuse what is dangerous, and give their days.

Only daily, weekly, monthly and yearly rules are followed, so every step costs a bounded number of
days, and a rule without COUNT begins next to the window whatever its first date.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import product
from math import prod

from app.calendars.reading import limits
from app.calendars.reading.limits import Budget, SeriesRefused
from app.calendars.reading.values import Written, written

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_FREQUENT = ("HOURLY", "MINUTELY", "SECONDLY")
_BOUNDS = {  # largest size; those from 1 may be negative, counted from the end
    "BYSETPOS": 366,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYMONTHDAY": 31,
}
_MAX_DIGITS = 12
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule. Weekdays count from Monday = 0; `weekdays` hold (ordinal or 0, weekday)."""

    frequency: str
    interval: int
    count: int | None
    until: Written | None
    months: frozenset[int]
    weeks: frozenset[int]
    year_days: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    times: tuple[time, ...]
    positions: tuple[int, ...]
    week_start: int


def read_rule(text: str, start: datetime) -> Rule:
    """Check a rule that repeats what begins at the wall-clock time `start`. Raises SeriesRefused.

    What the rule leaves open is taken from `start`, as the standard says.
    """
    parts = _parts(text)
    frequency = _frequency(parts)
    months = _numbers(parts, "BYMONTH", 1, 12)
    weeks, year_days = _signed(parts, "BYWEEKNO"), _signed(parts, "BYYEARDAY")
    month_days, weekdays = _signed(parts, "BYMONTHDAY"), _by_day(parts, frequency)
    positions = _signed(parts, "BYSETPOS")
    times = _times(parts, start)
    lists = (months, weeks, year_days, month_days, weekdays, times, positions)
    if prod(max(1, len(values)) for values in lists) > limits.MAX_COMBINATIONS:
        raise SeriesRefused(limits.TOO_COMBINED)

    is_open = not (weeks or year_days or month_days or weekdays)
    if frequency == "YEARLY" and is_open:
        months = months or frozenset({start.month})
    if (frequency == "WEEKLY" and not weekdays) or (weeks and not weekdays):
        weekdays = frozenset({(0, start.weekday())})
    elif frequency in {"MONTHLY", "YEARLY"} and is_open:
        month_days = frozenset({start.day})
    return Rule(
        frequency=frequency,
        interval=_interval(parts),
        count=_count(parts),
        until=_until(parts),
        months=months,
        weeks=weeks,
        year_days=year_days,
        month_days=month_days,
        weekdays=weekdays,
        times=times,
        positions=tuple(sorted(positions)),
        week_start=_week_start(parts),
    )


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, _, value = part.partition("=")
        if name.strip() and value.strip():
            parts[name.strip()] = value.replace(" ", "")
    known = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "RSCALE", "SKIP", "BYMONTH", "BYDAY"}
    known |= {"BYHOUR", "BYMINUTE", "BYSECOND", *_BOUNDS}
    if any(name not in known and not name.startswith("X-") for name in parts):
        raise SeriesRefused(limits.BAD_RULE)
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.get("SKIP", "OMIT") != "OMIT":
        raise SeriesRefused(limits.OTHER_CALENDAR)
    return parts


def _frequency(parts: dict[str, str]) -> str:
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_FREQUENT:
        raise SeriesRefused(limits.TOO_OFTEN)
    if frequency not in _FREQUENCIES:
        raise SeriesRefused(limits.BAD_RULE)
    return frequency


def _numbers(parts: dict[str, str], name: str, low: int, high: int) -> frozenset[int]:
    texts = parts.get(name, "").split(",")
    if len(texts) > limits.MAX_COMBINATIONS:
        raise SeriesRefused(limits.TOO_COMBINED)
    try:
        numbers = frozenset(int(text[:8]) for text in texts if text)
    except ValueError:
        raise SeriesRefused(limits.BAD_RULE) from None
    if any(not low <= number <= high for number in numbers):
        raise SeriesRefused(limits.BAD_RULE)
    return numbers


def _signed(parts: dict[str, str], name: str) -> frozenset[int]:
    numbers = _numbers(parts, name, -_BOUNDS[name], _BOUNDS[name])
    if 0 in numbers:
        raise SeriesRefused(limits.BAD_RULE)
    return numbers


def _by_day(parts: dict[str, str], frequency: str) -> frozenset[tuple[int, int]]:
    texts = [text for text in parts.get("BYDAY", "").split(",") if text]
    if len(texts) > limits.MAX_COMBINATIONS:
        raise SeriesRefused(limits.TOO_COMBINED)
    found = [_BY_DAY.fullmatch(text) for text in texts]
    days = set()
    for match in found:
        if match is None or abs(int(match[1] or 1)) not in range(1, 54):
            raise SeriesRefused(limits.BAD_RULE)
        counted = frequency in {"MONTHLY", "YEARLY"} and "BYWEEKNO" not in parts
        days.add((int(match[1] or 0) if counted else 0, _WEEKDAYS.index(match[2])))
    return frozenset(days)


def _times(parts: dict[str, str], start: datetime) -> tuple[time, ...]:
    hours = _numbers(parts, "BYHOUR", 0, 23) or {start.hour}
    minutes = _numbers(parts, "BYMINUTE", 0, 59) or {start.minute}
    seconds = _numbers(parts, "BYSECOND", 0, 59) or {start.second}
    if len(hours) * len(minutes) * len(seconds) > limits.MAX_TIMES_A_DAY:
        raise SeriesRefused(limits.TOO_OFTEN)
    return tuple(sorted(time(*parts) for parts in product(hours, minutes, seconds)))


def _interval(parts: dict[str, str]) -> int:
    text = parts.get("INTERVAL", "1")
    if not _is_number(text) or not 1 <= int(text) <= limits.MAX_INTERVAL:
        raise SeriesRefused(limits.BAD_INTERVAL)
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS


def _count(parts: dict[str, str]) -> int | None:
    text = parts.get("COUNT")
    if text is None or (text.startswith("-") and "UNTIL" in parts):
        return None  # some write COUNT=-1 for a repetition that ends by its date
    if not _is_number(text) or int(text) < 1:
        raise SeriesRefused(limits.BAD_RULE)
    return int(text)


def _until(parts: dict[str, str]) -> Written | None:
    try:
        return written(parts["UNTIL"]) if "UNTIL" in parts else None
    except ValueError:
        raise SeriesRefused(limits.BAD_RULE) from None


def _week_start(parts: dict[str, str]) -> int:
    text = parts.get("WKST", "MO")
    if text not in _WEEKDAYS:
        raise SeriesRefused(limits.BAD_RULE)
    return _WEEKDAYS.index(text)


def walls(
    rule: Rule, start: datetime, first: date, last: date, budget: Budget
) -> Iterator[datetime]:
    """The wall-clock times of a rule from `start` on, ascending, until the day `last`.

    Those before `first` are left out. COUNT counts `start`, also where the rule misses it.
    UNTIL is not looked at: it needs the zone. Raises SeriesRefused when the budget is spent.
    """
    found = 0
    for days in _periods(rule, start.date(), first, last, budget):
        for wall in _in_period(rule, days):
            if wall < start:
                continue
            found += 1 if found or wall == start else 2
            if rule.count is not None and found > rule.count:
                return
            if wall.date() >= first:
                budget.spend(limits.WORK_OF_A_DATE)
                yield wall


def _in_period(rule: Rule, days: list[date]) -> list[datetime]:
    fitting = [day for day in days if _fits(rule, day)]
    every = [datetime.combine(day, at) for day in fitting for at in rule.times]
    if not rule.positions:
        return every
    size = len(every)
    places = {place - 1 if place > 0 else size + place for place in rule.positions}
    return [every[place] for place in sorted(places) if 0 <= place < size]


def _periods(
    rule: Rule, start: date, first: date, last: date, budget: Budget
) -> Iterator[list[date]]:
    """The days of each period, beginning with that of `start` or, without COUNT, of `first`."""
    number = 0 if rule.count is not None else _periods_between(rule, start, first)
    while (days := _days_of_period(rule, start, number)) and days[0] <= last:
        budget.spend(len(days))
        yield days
        number += rule.interval


def _periods_between(rule: Rule, start: date, first: date) -> int:
    """How many periods to leave out so that none of those from `first` on is missed."""
    if first <= start:
        return 0
    if rule.frequency == "DAILY":
        apart = (first - start).days
    elif rule.frequency == "WEEKLY":
        apart = (first - start).days // _WEEK
    elif rule.frequency == "MONTHLY":
        apart = (first.year - start.year) * 12 + first.month - start.month
    else:
        apart = first.year - start.year
    return max(0, apart // rule.interval - 1) * rule.interval


def _days_of_period(rule: Rule, start: date, number: int) -> list[date]:
    """The days of the period `number` periods after that of `start`; none beyond the calendar."""
    try:
        if rule.frequency == "DAILY":
            return [start + timedelta(days=number)]
        if rule.frequency == "WEEKLY":
            into_week = (start.weekday() - rule.week_start) % _WEEK
            return _span(start + timedelta(days=number * _WEEK - into_week), _WEEK)
    except OverflowError:
        return []
    if rule.frequency == "MONTHLY":
        months = start.year * 12 + start.month - 1 + number
        return _month(months // 12, months % 12 + 1)
    return _year(rule, start.year + number)


def _span(first: date, days: int) -> list[date]:
    begin = first.toordinal()
    return [date.fromordinal(number) for number in range(begin, begin + days)]


def _month(year: int, month: int) -> list[date]:
    if year >= MAXYEAR:
        return []
    return _span(date(year, month, 1), monthrange(year, month)[1])


def _year(rule: Rule, year: int) -> list[date]:
    if year >= MAXYEAR:
        return []
    if rule.months:
        return [day for month in sorted(rule.months) for day in _month(year, month)]
    return _span(date(year, 1, 1), 366 if isleap(year) else 365)


def _fits(rule: Rule, day: date) -> bool:
    """Whether every list of the rule that narrows days lets this one through."""
    return (
        (not rule.months or day.month in rule.months)
        and not (rule.month_days and rule.month_days.isdisjoint(_in_month(day)))
        and not (rule.weekdays and not _on_weekday(rule, day))
        and not (rule.year_days and rule.year_days.isdisjoint(_in_year(day)))
        and not (rule.weeks and not _in_weeks(rule, day))
    )


def _in_month(day: date) -> tuple[int, int]:
    """Which day of its month it is, from the beginning and from the end."""
    return day.day, day.day - monthrange(day.year, day.month)[1] - 1


def _in_year(day: date) -> tuple[int, int]:
    """Which day of its year it is, from the beginning and from the end."""
    number = day.toordinal() - date(day.year, 1, 1).toordinal() + 1
    return number, number - (366 if isleap(day.year) else 365) - 1


def _on_weekday(rule: Rule, day: date) -> bool:
    weekday = day.weekday()
    if (0, weekday) in rule.weekdays:
        return True
    in_year = rule.frequency == "YEARLY" and not rule.months
    place, from_end = _in_year(day) if in_year else _in_month(day)
    ordinal, last = (place - 1) // _WEEK + 1, from_end // _WEEK
    return (ordinal, weekday) in rule.weekdays or (last, weekday) in rule.weekdays


def _in_weeks(rule: Rule, day: date) -> bool:
    begin = day - timedelta(days=(day.weekday() - rule.week_start) % _WEEK)
    year = (begin + timedelta(days=3)).year  # a week belongs to the year of its fourth day
    first, following = _first_week(rule, year), _first_week(rule, year + 1)
    number = (begin - first).days // _WEEK + 1
    weeks = (following - first).days // _WEEK
    return bool({number, number - weeks - 1} & rule.weeks)


def _first_week(rule: Rule, year: int) -> date:
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - rule.week_start) % _WEEK)

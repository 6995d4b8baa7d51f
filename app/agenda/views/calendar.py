"""My calendar: a month or a week of one's own time, or of a team one answers for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from app import clock
from app.agenda.ical import KINDS, title_of
from app.agenda.models import CommitmentKind
from app.agenda.queries import entries as queries
from app.agenda.queries.busy import Busy, BusyKind, imported
from app.agenda.queries.entries import Held
from app.database import UnitOfWork, reading
from app.domain.calendar_grid import View, neighbours, shown, weeks
from app.domain.timespan import Days, Timespan
from app.people.models import PublicHoliday, Team
from app.people.queries import organisation
from app.web.form import AFTER_LATEST, EARLIEST
from app.web.guards import actor, allow, require, signed_in
from app.web.locale import chosen_locale

bp = Blueprint("calendar", __name__, url_prefix="/my-calendar")
VIEWS: tuple[View, View] = ("month", "week")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one day; `starts` and `ends` on the reader's clock, None where it goes on."""

    title: str
    starts: time | None
    ends: time | None
    css: str
    kind: str = ""
    place: str = ""
    url: str = ""
    tentative: bool = False

    @property
    def order(self) -> tuple[bool, time, str]:
        """Whole days first, then by time."""
        return self.starts is not None, self.starts or time(), self.title


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes first after the days shown."""

    title: str
    day: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows: rows of days with what is on them."""

    view: View
    day: date
    today: date
    days: Days
    items: Mapping[date, Sequence[Item]]
    holidays: Mapping[date, str]

    @property
    def rows(self) -> Sequence[Sequence[date]]:
        """Whole weeks."""
        return weeks(self.days)

    @property
    def around(self) -> tuple[date, date]:
        """Where the arrows lead."""
        return neighbours(self.view, self.day)

    @property
    def is_over(self) -> bool:
        """Whether nothing is on from today on in these days."""
        return not any(self.items.get(day) for row in self.rows for day in row if day >= self.today)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on in all these days."""
        return not any(self.items.values())


@bp.get("")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """A month or a week around a day; `team` shows a team one answers for."""
    today = clock.today(actor.zone)
    view = request.args.get("view", "month")
    if view not in VIEWS:
        abort(404)
    day = _day(request.args.get("day"), today)
    days = shown(view, day)
    with reading() as session:
        teams = organisation.teams(session, today=today) if actor.is_lead else []
        mine = [team for team in teams if team.id in actor.responsible_for]
        team = _team(mine)
        items = _items(session, days, team, today)
        holidays = _holidays(session, days, team)
        coming = _coming(session, days, today) if team is None else None
    sheet = Sheet(view, day, today, days, items, holidays)
    return render_template(
        "agenda/calendar.html",
        sheet=sheet,
        teams=mine,
        team=team,
        coming=coming if sheet.is_over else None,
        month_name=lambda day: format_date(day, "LLLL y", rebase=False),
        weekday_name=lambda day: format_date(day, "EEE", rebase=False),
        clock_times=_clock_times,
    )


def _day(text: str | None, today: date) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    require(EARLIEST <= day < AFTER_LATEST - timedelta(days=60))
    return day


def _team(mine: Sequence[Team]) -> Team | None:
    wanted = request.args.get("team")
    if not wanted:
        return None
    return next((team for team in mine if str(team.id) == wanted), None) or abort(404)


def _items(
    session: UnitOfWork, days: Days, team: Team | None, today: date
) -> Mapping[date, Sequence[Item]]:
    span = Timespan.from_days(days, actor.zone)
    people = [actor.person_id] if team is None else _members(session, team, today)
    found: dict[date, list[Item]] = defaultdict(list)
    for held in queries.entries_in(session, people, span):
        for day, item in _spread(held, days, named=team is not None):
            found[day].append(item)
    if team is None:
        for busy in imported(session, people, span).get(actor.person_id, ()):
            for day, item in _elsewhere(busy, days):
                found[day].append(item)
    return {day: sorted(items, key=lambda item: item.order) for day, items in found.items()}


def _coming(session: UnitOfWork, days: Days, today: date) -> Coming | None:
    """What comes first after the days shown; nothing in a calendar of the past."""
    if days.end <= today:
        return None
    held = queries.next_of(session, actor.person_id, after=Timespan.from_days(days, actor.zone).end)
    if held is None:
        return None
    zone = ZoneInfo(held.zone) if held.all_day else actor.zone
    return Coming(title_of(held), held.starts_at.astimezone(zone).date())


def _members(session: UnitOfWork, team: Team, today: date) -> list[int]:
    members, _others = organisation.members(session, actor, team.id, today=today)
    return [member.person.id for member in members]


def _holidays(session: UnitOfWork, days: Days, team: Team | None) -> dict[date, str]:
    site_id = team.site_id if team else queries.site_of(session, actor.person_id)
    rows: Iterable[PublicHoliday] = organisation.holidays(
        session, site_id, first=days.start, after=days.end
    )
    german = chosen_locale() == "de"
    return {row.day: row.name_de if german else row.name_en for row in rows}


def _elsewhere(busy: Busy, days: Days) -> Iterator[tuple[date, Item]]:
    """Time that the person's own calendar says is taken; nothing else is known of it."""
    start, end = (at.astimezone(actor.zone) for at in (busy.span.start, busy.span.end))
    for day in _touched(start, end, days):
        starts, ends = _edges(start, end, day)
        is_soft = busy.kind is BusyKind.OWN_SOFT
        title = _("Busy in my own calendar")
        yield day, Item(title, starts, ends, "elsewhere", tentative=is_soft)


def _edges(start: datetime, end: datetime, day: date) -> tuple[time | None, time | None]:
    """When it begins and ends on this day's wall clock; None where it goes on beyond the day."""
    midnight = datetime.combine(day + ONE_DAY, time(), tzinfo=actor.zone)
    return (
        start.time() if start.date() == day else None,
        end.time() if end <= midnight else None,
    )


def _touched(start: datetime, end: datetime, days: Days) -> Iterator[date]:
    last = (end - timedelta(microseconds=1)).date()
    day = max(start.date(), days.start)
    while day <= last and day < days.end:
        yield day
        day += ONE_DAY


def _spread(held: Held, days: Days, *, named: bool) -> Iterator[tuple[date, Item]]:
    """One item for each shown day the commitment touches."""
    zone = ZoneInfo(held.zone) if held.all_day else actor.zone
    start, end = held.starts_at.astimezone(zone), held.ends_at.astimezone(zone)
    for day in _touched(start, end, days):
        yield day, _item(held, day, start, end, named=named)


def _item(held: Held, day: date, start: datetime, end: datetime, *, named: bool) -> Item:
    starts, ends = (None, None) if held.all_day else _edges(start, end, day)
    return Item(
        title=title_of(held, name=named),
        starts=starts,
        ends=ends,
        css=CSS[held.kind],
        kind=_(KINDS[held.kind]),
        # The link to a meeting is for who takes part.
        place="" if named and "://" in held.location else held.location,
        url=held.path if not named else "",
        tentative=held.tentative,
    )


def _clock_times(item: Item) -> str:
    """From when until when, as far as it is on this day."""
    if item.starts is None and item.ends is None:
        return ""
    if item.starts is None:
        return str(_("until %(time)s", time=f"{item.ends:%H:%M}"))
    if item.ends is None:
        return str(_("from %(time)s", time=f"{item.starts:%H:%M}"))
    return f"{item.starts:%H:%M}–{item.ends:%H:%M}"


CSS = {
    CommitmentKind.STAY: "rotation",
    CommitmentKind.SESSION: "training",
    CommitmentKind.TEACHING: "teaching",
    CommitmentKind.TRIP: "trip",
}

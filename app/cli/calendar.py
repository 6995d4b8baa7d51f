"""`flask calendar`: what the import understands of calendar files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from app import clock
from app.calendars import checking
from app.calendars.addresses import UnusableAddress
from app.calendars.fetching import Network, NoCalendar, NotReachable, Request, TooLarge, fetch
from app.calendars.reading.asking import ask
from app.calendars.reading.events import Presence
from app.calendars.reading.reader import Reading
from app.calendars.reading.series import Window, usual_window
from app.calendars.reading.wire import Question, written

calendar = AppGroup("calendar", help="Read, check and hand out calendars.")


class _Zone(click.ParamType[ZoneInfo]):
    name = "zone"

    def convert(self, value: object, param: object, ctx: object) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError) as error:
            raise click.BadParameter(f"{value!r} is no time zone such as Europe/Berlin.") from error


class _Window(click.ParamType[Window]):
    name = "start/end"

    def convert(self, value: object, param: object, ctx: object) -> Window:
        if isinstance(value, Window):
            return value
        try:
            start, _, end = str(value).partition("/")
            return _window([start, end])
        except ValueError as error:
            raise click.BadParameter("Write two days: 2026-01-01/2027-01-01.") from error


@calendar.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--zone", type=_Zone(), default="UTC", help="Whose clock; UTC without it.")
@click.option("--window", type=_Window(), help="START/END; yesterday to +400 days without it.")
@click.option(
    "--window-from",
    type=click.Path(exists=True, dir_okay=False),
    help="JSON with {FILE: {window: [START, END]}}; a file is found by the end of its path.",
)
@click.option("--with-free", is_flag=True, help="Also what makes nobody busy.")
@click.option("-o", "--output", help="Where to write; standard output without it.")
def read(
    files: Sequence[str],
    zone: ZoneInfo,
    window: Window | None,
    window_from: str | None,
    output: str | None,
    *,
    with_free: bool,
) -> None:
    """Print what the import understands of calendar files, before merging, as JSON."""
    usual = window or usual_window(clock.now())
    windows = _windows(window_from) if window_from else {}
    questions = [
        Question(str(Path(name).resolve()), zone, _window_of(name, windows) or usual)
        for name in files
    ]
    found = {
        name: _understood(reading, with_free=with_free)
        for name, reading in zip(files, ask(questions), strict=True)
    }
    _write(json.dumps(found, indent=1, ensure_ascii=False) + "\n", output)


@calendar.command()
@click.argument("source", metavar="FILE|URL")
def check(source: str) -> None:
    """Say what breaks readers of a calendar, or is read differently; exit with 1 on errors."""
    findings = checking.check(_content(source))
    for finding in findings:
        click.echo(str(finding))
    if any(finding.weight is checking.Weight.ERROR for finding in findings):
        sys.exit(1)
    click.echo("Nothing breaks a reader.")


def _content(source: str) -> bytes:
    """A file's or an address's bytes; operators may look anywhere. Raises ClickException."""
    if "://" not in source:
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise click.ClickException(f"{source}: {error.strerror}") from error
    request = Request(source, "Tandem calendar check", is_http_allowed=True, is_any_port=True)
    try:
        return fetch(request, Network(is_allowed=lambda _address: True)).data or b""
    except (UnusableAddress, NotReachable, TooLarge, NoCalendar) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _understood(reading: Reading, *, with_free: bool) -> dict[str, object]:
    shown = [one for one in reading.occurrences if with_free or one.presence != Presence.FREE]
    timed = [one for one in shown if isinstance(one.start, datetime)]
    dated = [one for one in shown if not isinstance(one.start, datetime)]
    return {
        "busy": [[written(one.start), written(one.end)] for one in timed],
        "all_day": [[written(one.start), written(one.end)] for one in dated],
        "skipped": [{"uid": one.uid, "reason": one.reason} for one in reading.skipped],
        "refused": reading.refused,
    }


def _windows(path: str) -> dict[str, Window]:
    """The windows of a file of expectations. Raises ClickException for any other file."""
    try:
        expected = json.loads(Path(path).read_text(encoding="utf-8"))
        return {name: _window(entry["window"]) for name, entry in expected.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{path} does not name windows.") from error


def _window_of(name: str, windows: Mapping[str, Window]) -> Window | None:
    """The window of the longest key that is the end of the file's path."""
    parts = Path(name).resolve().parts
    ends = ("/".join(parts[place:]) for place in range(1, len(parts)))
    return next((windows[end] for end in ends if end in windows), None)


def _window(texts: Sequence[str]) -> Window:
    start, end = (_instant(text) for text in texts)
    if start >= end:
        raise ValueError("The end must come after the start.")
    return Window(start, end)


def _instant(text: str) -> datetime:
    """An instant, in UTC where nothing else is said; of a day its beginning."""
    if len(text) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _write(text: str, output: str | None) -> None:
    if output in (None, "-"):
        click.echo(text, nl=False)
        return
    try:
        Path(str(output)).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error

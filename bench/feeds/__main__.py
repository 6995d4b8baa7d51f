"""Measure what polls of a calendar feed cost.

    python -m bench.feeds                     about a minute
    python -m bench.feeds --seconds 10 --events 200 --database postgresql://…

One waitress process with the rules of `tools/web.py` answers; in turn with it another one answers
without deciding anything (`bench/feeds/bare.py`). Processor time of the server is what counts: a
busy machine moves it little. The feed holds 200 trainings of one person.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.agenda.models import CommitmentKind
from app.agenda.services import Claim, hold_all
from app.agenda.services.feeds import LinkWish, give_link
from app.calendars.writing import Entry, Head, feed
from app.calendars.writing.entries import event_bytes
from app.database import unit_of_work
from app.domain.timespan import Timespan
from app.people.models import Account, Person, Site
from bench.feeds.load import Load, answer, measure, request
from config import settings
from tools.web import APPLICATION, command, listen

ROOT = Path(__file__).resolve().parent.parent.parent
SUBSCRIBERS = 10_000
HOUR = 3600
GOALS = {"304": 0.25, "200": 0.4}
MOST_TIMES_BY_HAND = 5.0
ROUNDS = 31
TURNS = 7  # medians over turns, so that what else the machine does moves them little


def main() -> None:
    """Print one line per question."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--events", type=int, default=200)
    asked.add_argument("--database", default="")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder), wanted.database)
        path = _company(environment, wanted.events)
        polls(environment, Path(folder), path, wanted.seconds)
    rendering(wanted.events)


def polls(environment: dict[str, str], folder: Path, path: str, seconds: float) -> None:
    """A poll that finds nothing new, and one that takes the whole feed, in turn with the floor."""
    with _server(environment, APPLICATION) as ours:
        head, body = answer(ours[0], request(path, None))
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"no feed: {head[:300]!r}")
        lines = head.decode().split("\r\n")
        etag = next(line[6:] for line in lines if line.lower().startswith("etag: "))
        (folder / "body.ics").write_bytes(body)
        bare_environment = {**environment, "BARE_BODY": str(folder / "body.ics")}
        with _server(bare_environment, "bench.feeds.bare:create_app") as bare:
            for status, goal in GOALS.items():
                asked = request(path, etag if status == "304" else None)
                rounds = [
                    tuple(
                        measure(*server, asked, status.encode(), seconds / TURNS)
                        for server in (ours, bare)
                    )
                    for _ in range(TURNS)
                ]
                _say(status, rounds, goal)


def _say(status: str, rounds: Sequence[tuple[Load, ...]], goal: float) -> None:
    cpu = statistics.median(ours.per_cpu_second / bare.per_cpu_second for ours, bare in rounds)
    clock = statistics.median(ours.per_second / bare.per_second for ours, bare in rounds)
    mine, floor = (statistics.median(pair[n].per_cpu_second for pair in rounds) for n in (0, 1))
    print(
        f"{status}: {mine:.0f} per CPU second, bare {floor:.0f}; ratio {cpu:.2f} by CPU,"
        f" {clock:.2f} by clock (goal >= {goal})"
    )
    if status == "304":
        share = 100 * SUBSCRIBERS / HOUR / mine
        print(f"{SUBSCRIBERS} subscribers, hourly: {share:.2f} % of one core (goal < 1 %)")


def rendering(events: int) -> None:
    """One change in a feed: written anew beside a string made by hand."""
    entries = [_entry(number) for number in range(events)]
    head = Head("en", "Europe/Berlin", name="Tandem")
    feed(head, entries)
    ours, by_hand = [], []
    for turn in range(ROUNDS):
        changed = replace(entries[turn % events], title=f"Changed {turn}")
        entries[turn % events] = changed
        ours.append(_seconds(lambda: feed(head, entries)))
        by_hand.append(_seconds(lambda: _by_hand(entries)))
    one, other = statistics.median(ours) * 1000, statistics.median(by_hand) * 1000
    print(
        f"one change in {events} events: {one:.2f} ms, by hand {other:.2f} ms,"
        f" {one / other:.2f} times (goal <= {MOST_TIMES_BY_HAND})"
    )
    event_bytes.cache_clear()
    anew = _seconds(lambda: feed(head, entries)) * 1000
    print(f"all {events} anew, nothing remembered: {anew:.1f} ms")


def _environment(folder: Path, database: str) -> dict[str, str]:
    return {
        **os.environ,
        "INSTANCE_PATH": str(folder / "instance"),
        "DATABASE_URL": database or f"sqlite:///{folder / 'feeds.db'}",
        "QUEUE_URL": "memory://",
        "SECRET_KEY": "only for measuring, and long enough for it",
        "BASE_URL": "http://127.0.0.1",
        "TANDEM_PRODUCTION": "0",
    }


def _company(environment: dict[str, str], events: int) -> str:
    """A person with that many trainings ahead; gives the path of their feed."""
    app = create_app(settings(environment))
    now = datetime.now(tz=UTC).replace(microsecond=0)  # noqa: TID251 - the server asks it as well
    with app.app_context():
        upgrade()
        with unit_of_work() as session:
            site = Site(name="Measured", zone="Europe/Berlin", country="DE")
            session.add(site)
            session.flush()
            person = Person(
                number="M1",
                given_name="Ada",
                family_name="Measured",
                email="ada@measured.example",
                site_id=site.id,
                locale="en",
                joined_on=now.date() - timedelta(days=900),
            )
            session.add(person)
            session.flush()
            session.add(Account(person_id=person.id, created_at=now))
            hold_all(session, [_claim(person.id, n, now) for n in range(events)], at=now)
            link, token = give_link(session, LinkWish(person.id), at=now, by=None)
            link.used_at = now + timedelta(hours=1)  # the hourly note is not what is measured
    return f"/calendar/{token}.ics"


def _claim(person_id: int, number: int, now: datetime) -> Claim:
    start = now + timedelta(days=1 + number)
    return Claim(
        kind=CommitmentKind.SESSION,
        source_id=number,
        person_id=person_id,
        title=f"Listening, part {number}",
        span=Timespan(start, start + timedelta(hours=2)),
        hard=False,
        zone="Europe/Berlin",
        location="Cologne, Room 2.01",
        note="Please bring a case of your own.",
        path=f"/sessions/{number}",
    )


@contextmanager
def _server(environment: dict[str, str], application: str) -> Iterator[tuple[int, int]]:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            command(listener, application),
            cwd=ROOT,
            env=environment,
            pass_fds=(listener.fileno(),),
        )
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            answer(port, request("/healthz", None))
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server does not answer")


def _entry(number: int) -> Entry:
    start = datetime(2026, 12, 1, 8, tzinfo=UTC) + timedelta(days=number)
    return Entry(
        uid=f"{number}@tandem.invalid",
        sequence=0,
        created_at=start - timedelta(days=30),
        changed_at=start - timedelta(days=30),
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        zone="Europe/Berlin",
        title=f"Listening, part {number}",
        location="Cologne, Room 2.01",
        note=f"Please bring a case.\n\nDetails: https://tandem.example/sessions/{number}",
        url=f"https://tandem.example/sessions/{number}",
        category="Training",
    )


def _by_hand(entries: list[Entry]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tandem//EN", "METHOD:PUBLISH"]
    for entry in entries:
        note = entry.note.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"DTSTAMP:{entry.changed_at:%Y%m%dT%H%M%SZ}",
            f"DTSTART:{entry.starts_at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{entry.ends_at:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{entry.title.replace(',', chr(92) + ',')}",
            f"LOCATION:{entry.location.replace(',', chr(92) + ',')}",
            f"DESCRIPTION:{note}",
            f"URL:{entry.url}",
            "STATUS:CONFIRMED",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _seconds(work: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

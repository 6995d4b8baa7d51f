"""What we write is read alike by programs that share no code, and injects nothing."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from icalendar import Calendar

from app.calendars.writing import Entry, Head, Party, Shown, download, feed, invitation
from app.calendars.writing.remembering import Remembered
from app.calendars.writing.zones import written_zone
from config import ROOT
from tests.calendars.readers import READERS, facts, spans

CHANGED = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEAD = Head("de", "Europe/Berlin", name="Tandem")
INDESCRIBABLE = {
    *("Africa/Cairo", "Egypt", "America/Godthab", "America/Nuuk", "America/Scoresbysund"),
    *("America/Santiago", "Chile/Continental", "Asia/Gaza", "Asia/Hebron"),
    *("Asia/Jerusalem", "Asia/Tel_Aviv", "Israel"),
}
DIFFER_FROM_THEIR_RULE = {"Africa/Casablanca", "Africa/El_Aaiun"}  # Ramadan, listed until 2087


def entry(start, end=None, *, zone="Europe/Berlin", **fields):
    number = fields.pop("number", 1)
    values = {"uid": f"{number}@test", "title": "Listening", "sequence": 0, **fields}
    return Entry(
        created_at=CHANGED,
        changed_at=CHANGED,
        starts_at=start,
        ends_at=end or start + timedelta(hours=2),
        zone=zone,
        **values,
    )


def local(text, zone, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# -- zones ----------------------------------------------------------------------------------------


def test_written_rule_is_right_all_over_three_years():
    wrong, rules = set(), {}
    for key in sorted(available_timezones()):
        written = written_zone(key)
        if written is not None:
            rules.setdefault(written.text.replace(key, ""), (key, written))
    for key, written in rules.values():
        zone, at = ZoneInfo(key), datetime(2026, 1, 1, tzinfo=UTC)
        while at < datetime(2029, 1, 1, tzinfo=UTC):
            if at.astimezone(zone).utcoffset() != written.offset_at(at):
                wrong.add(key)
            at += timedelta(hours=7)

    assert wrong <= DIFFER_FROM_THEIR_RULE
    assert len(rules) > 80


def test_zones_without_a_rule_for_calendars_are_the_known_ones():
    assert {key for key in available_timezones() if written_zone(key) is None} == INDESCRIBABLE


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "Europe/Nowhere", "Europe/Berlin\r\nX:"])
def test_nonsense_names_no_zone(key):
    assert written_zone(key) is None


def test_zone_is_a_rule_and_never_a_list_of_dates():
    text = written_zone("Europe/Lisbon").text

    assert "RDATE" not in text
    assert text == "\r\n".join(
        [
            *("BEGIN:VTIMEZONE", "TZID:Europe/Lisbon", "BEGIN:STANDARD", "DTSTART:19701025T020000"),
            *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZNAME:WET", "TZOFFSETFROM:+0100"),
            *("TZOFFSETTO:+0000", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19700329T010000"),
            *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZNAME:WEST", "TZOFFSETFROM:+0000"),
            *("TZOFFSETTO:+0100", "END:DAYLIGHT", "END:VTIMEZONE", ""),
        ]
    )


def test_every_zone_named_is_defined_and_every_zone_defined_is_used():
    zones = ["Europe/Berlin", "Europe/Lisbon", "Asia/Kolkata", "Africa/Cairo", "UTC"]
    many = [entry(CHANGED, zone=zone, number=n) for n, zone in enumerate(zones)]
    many.append(entry(CHANGED, CHANGED + timedelta(days=1), zone="Asia/Tokyo", all_day=True))

    text = feed(HEAD, many).decode()

    named = set(re.findall(r"TZID=([^:;]+)", text))
    defined = re.findall(r"^TZID:(.+)\r$", text, re.MULTILINE)
    assert defined == ["Asia/Kolkata", "Europe/Berlin", "Europe/Lisbon"]
    assert named == set(defined)


# -- readers --------------------------------------------------------------------------------------

MOMENTS = {
    "winter": entry(local("2026-12-01T10:00", "Europe/Berlin")),
    "summer": entry(local("2027-07-01T10:00", "Europe/Berlin")),
    "evening before summer time": entry(local("2027-03-27T22:00", "Europe/Berlin")),
    "over the skipped hour": entry(
        local("2027-03-28T01:30", "Europe/Berlin"), local("2027-03-28T03:30", "Europe/Berlin")
    ),
    "after the skipped hour": entry(local("2027-03-28T09:00", "Europe/Berlin")),
    "over the repeated hour": entry(
        local("2026-10-25T01:30", "Europe/Berlin"), local("2026-10-25T04:00", "Europe/Berlin")
    ),
    "first pass of the repeated hour": entry(
        local("2026-10-25T02:10", "Europe/Berlin"), local("2026-10-25T02:50", "Europe/Berlin")
    ),
    "second pass of the repeated hour": entry(
        local("2026-10-25T02:10", "Europe/Berlin", fold=1),
        local("2026-10-25T02:50", "Europe/Berlin", fold=1),
    ),
    "until midnight": entry(
        local("2026-12-01T22:00", "Europe/Berlin"), local("2026-12-02T00:00", "Europe/Berlin")
    ),
    "Lisbon, repeated hour": entry(
        local("2026-10-25T00:30", "Europe/Lisbon"),
        local("2026-10-25T03:00", "Europe/Lisbon"),
        zone="Europe/Lisbon",
    ),
    "Lisbon, summer": entry(local("2027-06-01T09:00", "Europe/Lisbon"), zone="Europe/Lisbon"),
    "Dublin, winter": entry(local("2027-01-11T09:00", "Europe/Dublin"), zone="Europe/Dublin"),
    "Cairo, night of the change": entry(
        local("2027-04-29T22:00", "Africa/Cairo"), zone="Africa/Cairo"
    ),
    "Casablanca": entry(local("2027-02-10T09:00", "Africa/Casablanca"), zone="Africa/Casablanca"),
    "New York, March": entry(
        local("2027-03-20T09:00", "America/New_York"), zone="America/New_York"
    ),
    "Sydney": entry(local("2027-01-20T09:00", "Australia/Sydney"), zone="Australia/Sydney"),
    "Kolkata": entry(local("2027-01-20T09:15", "Asia/Kolkata"), zone="Asia/Kolkata"),
    "all day": entry(
        local("2027-03-01T00:00", "Europe/Berlin"),
        local("2027-03-02T00:00", "Europe/Berlin"),
        all_day=True,
    ),
    "all day over the change": entry(
        local("2027-03-26T00:00", "Europe/Berlin"),
        local("2027-03-30T00:00", "Europe/Berlin"),
        all_day=True,
        shown=Shown.FREE,
    ),
    "all day in Lisbon": entry(
        local("2026-10-24T00:00", "Europe/Lisbon"),
        local("2026-10-27T00:00", "Europe/Lisbon"),
        all_day=True,
        zone="Europe/Lisbon",
    ),
}


def truth(one):
    if not one.all_day:
        return one.starts_at, one.ends_at
    zone = ZoneInfo(one.zone)
    return one.starts_at.astimezone(zone).date(), one.ends_at.astimezone(zone).date()


# Faults of these readers, each with the text before it in RFC 5545's favour.
FAULTS = {
    # X-WR-TIMEZONE makes it turn UTC into local time and forget which pass of the hour it was.
    ("recurring_ical_events", "second pass of the repeated hour"),
    # It takes an escaped backslash before an n for an escaped line end.
    ("ics", "marks"),
}


def pairs(cases):
    return [(case, reader) for case in cases for reader in READERS if (reader, case) not in FAULTS]


@pytest.mark.parametrize(("moment", "reader"), pairs(MOMENTS))
def test_reader_sees_the_very_moment(moment, reader):
    one = MOMENTS[moment]

    seen = facts(reader, feed(HEAD, [one]))

    assert seen == {one.uid: (*truth(one), "Listening", "")}


def test_own_import_sees_the_very_moments_as_well():
    every = [
        Entry(**{**{f: getattr(one, f) for f in Entry.__slots__}, "uid": f"{n}@test"})
        for n, one in enumerate(MOMENTS.values())
    ]

    assert spans(feed(HEAD, every)) == sorted(map(truth, every), key=str)


# -- hostile text ---------------------------------------------------------------------------------

INJECTION = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil@test\r\nDTSTART:20270101T000000Z"
HOSTILE = {
    "marks": "a, b; c \\ d \\n e : f \"g\" 'h' ^n ^^",
    "line ends": INJECTION,
    "lone carriage return": INJECTION.replace("\r\n", "\r"),
    "lone line feed": INJECTION.replace("\r\n", "\n"),
    "other line ends": "a\u2028BEGIN:VEVENT\u2029b\x85c\x0bd\x0ce",
    "controls": "".join(map(chr, [*range(9), *range(14, 32), *range(127, 160)])) + "end",
    "lone surrogate": "a\ud800b",
    "umlauts": "Ä Ö Ü ä ö ü ß é ł 漢字 العربية",
    "bidi": "abc\u202edef",
    "long": "Wörter, und; mehr \\ " * 500,
    "tabs": "a\tb",
    "ends with a backslash": "path\\",
    "looks like a fold": "a\r\n b",
}
FIELDS = ("title", "location", "note", "category", "url")


def folded(position):
    return "x" * position + "👩‍🚀ü," * 12


def shape(text):
    """The calendar without its texts: what can be injected shows here."""
    unfolded = text.replace("\r\n ", "")
    return [re.split("[:;]", line, maxsplit=1)[0] for line in unfolded.split("\r\n")]


def plain(text):
    """What must arrive of a text of several lines."""
    kept = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "", kept).replace("\t", " ").strip()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_injects_nothing(kind, field):
    good = feed(HEAD, [entry(CHANGED, **dict.fromkeys(FIELDS, "x"))]).decode()
    values = dict.fromkeys(FIELDS, "x") | {field: HOSTILE[kind]}

    bad = feed(HEAD, [entry(CHANGED, **values)])

    assert shape(bad.decode()) == shape(good)
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", bad)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", bad)
    assert all(len(line) <= 75 for line in bad.split(b"\r\n"))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_name_of_a_calendar_injects_nothing(kind):
    good = feed(HEAD, [entry(CHANGED)]).decode()

    bad = feed(Head("de", "Europe/Berlin", name=f"Tandem {HOSTILE[kind]}"), [entry(CHANGED)])

    assert shape(bad.decode()) == shape(good)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_name_of_a_person_injects_nothing(kind):
    def invite(name):
        host, guest = Party("Tandem", "tandem@test"), Party(name, "ada@test")
        return invitation(HEAD, entry(CHANGED), method="REQUEST", host=host, guest=guest)

    bad = invite(f"Ada {HOSTILE[kind]}")

    assert shape(bad.decode()) == shape(invite("Ada").decode())
    attendee = Calendar.from_ical(bad).events[0]["ATTENDEE"]
    assert (str(attendee), attendee.params["RSVP"]) == ("mailto:ada@test", "TRUE")


@pytest.mark.parametrize(("kind", "reader"), pairs(HOSTILE))
def test_hostile_text_arrives_whole(kind, reader):
    one = entry(CHANGED, note=HOSTILE[kind], title=HOSTILE[kind] or "x")

    (_, _, title, note) = facts(reader, feed(HEAD, [one]))[one.uid]

    assert note.replace("\r\n", "\n") == plain(HOSTILE[kind])
    assert title == " ".join(plain(HOSTILE[kind]).split())


def test_lines_are_never_folded_inside_a_character_or_an_escape():
    for position in range(80):
        one = entry(CHANGED, title=folded(position))
        data = feed(HEAD, [one])
        for line in data.split(b"\r\n"):
            line.decode()  # each line on its own is whole
        assert facts("icalendar", data)[one.uid][2] == folded(position)


def test_nothing_changes_under_optimisation():
    """An `assert` of a library must not be what keeps us safe."""
    code = (
        "import sys; from tests.calendars import test_writing as t\n"
        "for name, text in t.HOSTILE.items():\n"
        "    head = t.Head('de', 'Europe/Berlin', name=text)\n"
        "    one = t.entry(t.CHANGED, **{field: text for field in t.FIELDS})\n"
        "    sys.stdout.buffer.write(t.feed(head, [one]))\n"
    )
    plainly, optimised = (
        subprocess.run(
            [sys.executable, *flags, "-c", code], cwd=ROOT, capture_output=True, check=True
        ).stdout
        for flags in ([], ["-O"])
    )

    assert plainly == optimised
    assert plainly.count(b"\r\nBEGIN:VEVENT\r\n") == len(HOSTILE)


# -- bytes ----------------------------------------------------------------------------------------


def test_same_data_gives_the_same_bytes_in_another_process():
    code = (
        "import sys; from tests.calendars import test_writing as t\n"
        "sys.stdout.buffer.write(t.feed(t.HEAD, t.MOMENTS.values()))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1] == feed(HEAD, MOMENTS.values())


def test_order_of_what_is_given_does_not_matter():
    many = [entry(CHANGED + timedelta(days=n % 5), number=n) for n in range(20)]

    assert feed(HEAD, many) == feed(HEAD, reversed(many))


def test_fifteen_hundred_dates_stay_below_nine_hundred_kilobytes_and_lose_the_oldest():
    many = [
        entry(
            CHANGED + timedelta(days=n), number=n, title=f"Day {n}", note="Bring it, please. " * 50
        )
        for n in range(1500)
    ]

    data = feed(HEAD, many)

    titles = [facts[2] for facts in facts("vobject", data).values()]
    assert len(data) < 900_000
    assert len(data) > 890_000
    assert (titles[-1], len(titles) < 1000) == ("Day 1499", True)
    assert titles == [f"Day {n}" for n in range(1500 - len(titles), 1500)]


def test_a_thousand_short_dates_are_the_most():
    many = [entry(CHANGED + timedelta(days=n), number=n) for n in range(1500)]

    data = feed(HEAD, many)

    assert (data.count(b"BEGIN:VEVENT"), len(data) < 900_000) == (1000, True)
    assert b"UID:1499@test" in data
    assert b"UID:499@test" not in data


def test_file_to_open_once_says_nothing_of_refreshing():
    text = download(HEAD, [entry(CHANGED)]).decode()

    assert shape(text)[:6] == [
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "BEGIN",
    ]
    assert "METHOD:PUBLISH" in text


def test_remembered_calendars_stay_within_their_room():
    kept = Remembered(most_bytes=10)
    for key, text in (("a", b"12345"), ("b", b"12345"), ("a", b"123"), ("c", b"1234567")):
        kept.keep(key, text)

    assert [kept.get(key) for key in "abc"] == [b"123", None, b"1234567"]
    kept.keep("d", b"x" * 11)
    assert [kept.get(key) for key in "acd"] == [None, None, None]


def test_day_of_an_entry_that_ends_at_midnight_is_the_day_before():
    one = MOMENTS["all day"]

    assert one.days == (date(2027, 3, 1), date(2027, 3, 2))

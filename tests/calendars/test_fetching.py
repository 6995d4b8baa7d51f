"""Fetching: what comes through, and what never leaves the house."""

import _socket
import gzip
import time
from ipaddress import ip_address

import pytest

from app.calendars.addresses import Address, UnusableAddress, is_public, parse
from app.calendars.fetching import (
    Fetched,
    Network,
    NoCalendar,
    NotReachable,
    Request,
    TooLarge,
    Validators,
    fetch,
)
from tests.calendars.makers import calendar, event
from tests.calendars.servers import PUBLIC, world

CALENDAR = calendar(event("DTSTART:20260301T080000Z", "DURATION:PT1H"))
URL = "http://calendar.example/feed.ics?key=1"


def send(handler, body=b"", status=200, **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def answering(body=CALENDAR, status=200, **headers):
    return lambda handler: send(handler, body, status, **headers)


def fetched(found, url=URL, **more):
    request = Request(url, agent="Tandem/test", is_http_allowed=True, **more)
    return fetch(request, found.network)


def unpadded(handler, piece, times=10_000, pause=0.0):
    """A body without a length, in pieces."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(times):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(pause)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/x.ics", Address("https", "a.example", 443, "/x.ics")),
        ("webcal://a.example/x.ics", Address("https", "a.example", 443, "/x.ics")),
        (" WEBCALS://A.Example./x ", Address("https", "a.example", 443, "/x")),
        ("https://a.example", Address("https", "a.example", 443, "/")),
        ("https://a.example:443/?q=ä b#top", None),
        (
            "https://a.example/ä/%20?q=ä#top",
            Address("https", "a.example", 443, "/%C3%A4/%20?q=%C3%A4"),
        ),
        ("https://bücher.example/", Address("https", "xn--bcher-kva.example", 443, "/")),
        ("https://a.example:80/", Address("https", "a.example", 80, "/")),
        ("https://[2001:4860::1]/x", Address("https", "2001:4860::1", 443, "/x")),
        ("http://a.example/", None),
        ("https://a.example:8443/", None),
        ("https://a.example:99999/", None),
        ("https://user:password@a.example/", None),
        ("https://user@a.example/", None),
        ("https://@a.example/", None),
        ("ftp://a.example/", None),
        ("file:///etc/passwd", None),
        ("a.example/x.ics", None),
        ("https:///x.ics", None),
        ("https://[fe80::1%25eth0]/", None),
        ("https://[::1/", None),
        ("https://a.example\\@b.example/", None),
        ("https://a.example/\r\nHost: b", None),
        ("https://a b.example/", None),
        ("https://" + "a" * 70 + ".example/", None),
        ("https://a.example/" + "x" * 2000, None),
        ("", None),
    ],
)
def test_address_is_usable_or_refused(text, expected):
    try:
        found = parse(text)
    except UnusableAddress:
        found = None

    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.1", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1"),
        *("255.255.255.255", "192.0.0.8"),
        *("240.0.0.1", "192.88.99.1", "::1", "::", "fe80::1", "fec0::1", "fc00::1", "ff02::1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "::127.0.0.1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1"),
    ],
)
def test_address_inside_or_misleading_is_not_public(text):
    assert is_public(ip_address(text)) is False


@pytest.mark.parametrize("text", ["8.8.8.8", PUBLIC, "2a00:1450:4001::1", "::ffff:8.8.8.8"])
def test_address_of_the_public_network_is_public(text):
    assert is_public(ip_address(text)) is True


def test_calendar_is_fetched_from_exactly_the_address_that_was_checked():
    with world(answering(ETag='"1"', Last_Modified="Sun, 01 Mar 2026 08:00:00 GMT")) as found:
        answer = fetched(found)

    validators = Validators('"1"', "Sun, 01 Mar 2026 08:00:00 GMT")
    assert answer == Fetched(CALENDAR, validators)
    assert found.connected == [(PUBLIC, 80)]
    assert found.asked == [
        (
            "/feed.ics?key=1",
            {
                "Host": "calendar.example",
                "User-Agent": "Tandem/test",
                "Accept": "text/calendar, */*;q=0.1",
                "Accept-Encoding": "gzip",
                "Connection": "close",
            },
        )
    ]


@pytest.mark.parametrize("strange", ['"a\x00b"', '"a\x1bb"', '"\xe9"'])
def test_marks_that_could_not_be_stored_or_sent_again_are_not_kept(strange):
    with world(answering(ETag=strange)) as found:
        assert fetched(found) == Fetched(CALENDAR, Validators())


def test_nothing_new_is_told_by_the_server():
    validators = Validators('"1"', "Sun, 01 Mar 2026 08:00:00 GMT")
    with world(answering(b"", 304)) as found:
        answer = fetched(found, validators=validators)

        assert answer == Fetched(None, validators)
        headers = found.asked[0][1]
        assert (headers["If-None-Match"], headers["If-Modified-Since"]) == (
            '"1"',
            validators.last_modified,
        )
        with pytest.raises(NotReachable):
            fetched(found)  # nothing was asked for


def test_certificate_is_checked_against_the_name():
    with world(answering(), tls=True) as found:
        assert fetched(found, "webcal://calendar.example/").data == CALENDAR
        with pytest.raises(NotReachable):
            fetched(found, "https://other.example/")
        found.trusts = False
        with pytest.raises(NotReachable):
            fetched(found, "https://calendar.example/")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "１２７.０.０.１", "[::1]", "localhost"],
)
def test_ways_to_write_this_machine_lead_nowhere(host):
    def look_up(name, port):  # the system's own, which reads numbers in many ways
        return [entry[4][0] for entry in _socket.getaddrinfo(name, port)]

    tried = []
    network = Network(look_up=look_up, connect=lambda *place: tried.append(place))

    with pytest.raises((NotReachable, UnusableAddress)):
        fetch(Request(f"http://{host}/", agent="x", is_http_allowed=True), network)

    assert tried == []


@pytest.mark.parametrize(
    "answers",
    [["10.0.0.1"], [PUBLIC, "127.0.0.1"], [PUBLIC, "::ffff:127.0.0.1"], ["fe80::1%lo"], [], ["?"]],
)
def test_name_with_any_private_address_is_not_asked(answers):
    with world(answering()) as found:
        found.names["calendar.example"] = [answers]
        with pytest.raises(NotReachable):
            fetched(found)

    assert found.connected == []


def test_name_that_changes_its_mind_is_asked_only_once():
    with world(answering()) as found:
        found.names["calendar.example"] = [[PUBLIC], ["127.0.0.1"]]
        fetched(found)

    assert found.connected == [(PUBLIC, 80)]


def redirecting(where, status=302):
    def answer(handler):
        if handler.path.startswith("/feed"):
            send(handler, b"", status, Location=where)
        else:
            send(handler, CALENDAR)

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["/new.ics", "http://other.example/new.ics"])
def test_redirect_is_followed_and_checked_anew(where, status):
    with world(redirecting(where, status)) as found:
        assert fetched(found).data == CALENDAR

    assert len(found.connected) == 2


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://inside.example/",
        "http://calendar.example:8080/",
        "http://user@calendar.example/",
        "file:///etc/passwd",
        "gopher://calendar.example/",
        "http://[",
        "",
        "/feed.ics",
    ],
)
def test_redirect_to_a_forbidden_place_or_in_circles_leads_nowhere(where):
    with world(redirecting(where)) as found:
        found.names |= {
            "inside.example": [["10.0.0.1"]],
            "127.0.0.1": [["127.0.0.1"]],
            "::1": [["::1"]],
        }
        with pytest.raises(NotReachable):
            fetched(found)

    assert set(found.connected) == {(PUBLIC, 80)}
    assert len(found.asked) <= 4


def test_redirect_from_https_to_http_leads_nowhere():
    answer = redirecting("http://calendar.example/new.ics")
    with world(answer, tls=True) as found, pytest.raises(NotReachable):
        fetched(found, "https://calendar.example/feed")

    assert len(found.connected) == 1


def test_more_than_ten_megabytes_are_not_read():
    large = CALENDAR + b"X" * (11 << 20)
    with world(answering(large)) as found, pytest.raises(TooLarge):
        fetched(found)
    with (
        world(lambda handler: unpadded(handler, CALENDAR + b"X" * 100_000)) as found,
        pytest.raises(TooLarge),
    ):
        fetched(found)


def test_gzip_is_understood_and_a_bomb_is_not_unpacked():
    with world(answering(gzip.compress(CALENDAR), Content_Encoding="gzip")) as found:
        assert fetched(found).data == CALENDAR
    bomb = gzip.compress(CALENDAR + bytes(1 << 30), compresslevel=1)
    with world(answering(bomb, Content_Encoding="gzip")) as found, pytest.raises(TooLarge):
        fetched(found)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_other_encodings_are_not_understood(encoding):
    with (
        world(answering(CALENDAR, Content_Encoding=encoding)) as found,
        pytest.raises(NotReachable),
    ):
        fetched(found)


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"\x89PNG" + b"x" * 100_000, b"{}"])
def test_what_is_no_calendar_is_refused_whatever_it_claims(body):
    with (
        world(answering(body, Content_Type="text/calendar")) as found,
        pytest.raises(NoCalendar),
    ):
        fetched(found)


def test_calendar_may_come_under_a_wrong_name():
    with world(answering(CALENDAR, Content_Type="text/html")) as found:
        assert fetched(found).data == CALENDAR


@pytest.mark.parametrize("status", [201, 204, 206, 300, 400, 401, 403, 404, 429, 500, 503])
def test_every_other_status_is_told_alike(status):
    answer = answering(b"" if status == 204 else CALENDAR, status)
    with world(answer) as found, pytest.raises(NotReachable) as refusal:
        fetched(found)

    assert str(refusal.value) == "The calendar cannot be reached at this address."


def drip_body(handler):
    unpadded(handler, b"B", pause=0.2)


def drip_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        handler.wfile.write(b"X-A: 1\r\n")
        handler.wfile.flush()
        time.sleep(0.2)


def continue_for_ever(handler):
    for _ in range(100):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.2)


def say_nothing(handler):
    time.sleep(3)


@pytest.mark.parametrize("answer", [drip_body, drip_head, continue_for_ever, say_nothing])
def test_slow_server_is_given_up_in_time(answer):
    with world(answer) as found:
        begun = time.monotonic()
        with pytest.raises(NotReachable):
            fetched(found, seconds=1.0)

        assert time.monotonic() - begun < 2.5


def test_name_server_that_never_answers_is_given_up_in_time():
    network = Network(look_up=lambda host, port: time.sleep(3) or [PUBLIC])
    begun = time.monotonic()

    with pytest.raises(NotReachable):
        fetch(Request(URL, agent="x", is_http_allowed=True, seconds=0.5), network)

    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/9.9 nonsense\r\n\r\n",
        b"X" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500,
    ],
)
def test_server_that_speaks_no_http_is_not_reachable(noise):
    with world(lambda handler: handler.wfile.write(noise)) as found, pytest.raises(NotReachable):
        fetched(found)


def test_cut_body_is_not_taken_for_the_whole():
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(CALENDAR)

    with world(answer) as found, pytest.raises(NotReachable):
        fetched(found)


def test_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with world(answering()) as found:
        assert fetched(found).data == CALENDAR

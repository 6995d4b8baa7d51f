"""Fetch a calendar from an address somebody typed, without becoming a way into our own network.

The name is looked up once, every address it has must be public, and the connection goes to exactly
that address, so that a second answer of the name changes nothing. No proxy of the environment, no
cookies. What is told of a failure never says more than "not reachable".
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin

from app.calendars.addresses import Address, UnusableAddress, is_public, parse
from app.calendars.reading.limits import MAX_BYTES
from app.calendars.reading.text import looks_like_calendar
from app.domain.refusals import N_, Invalid
from app.wire import CHUNK, Timed, left

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MAX_REDIRECTS = 3
_SNIFFED = 4096  # bytes after which it must be clear that this is a calendar
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_MODIFIED = 200, 304
_GZIP = 16 + zlib.MAX_WBITS
_MAX_VALIDATOR = 200  # characters of an ETag that are kept

IpAddress = IPv4Address | IPv6Address


class NotReachable(Invalid):
    """Any failure on the way; which one would tell strangers about our network."""

    msgid = N_("The calendar cannot be reached at this address.")


class TooLarge(Invalid):
    """More than is read of any calendar."""

    msgid = N_("The calendar is larger than 10 MB.")


class NoCalendar(Invalid):
    """Something else stands at the address."""

    msgid = N_("There is no calendar at this address.")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the version it sent, given back to it the next time."""

    etag: str | None = None
    last_modified: str | None = None


UNKNOWN = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar's bytes, or None when the server says that nothing changed."""

    data: bytes | None
    validators: Validators


def look_up(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as text. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to exactly this address. Raises OSError."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up, which addresses are allowed, and how they are reached."""

    look_up: Callable[[str, int], Sequence[str]] = look_up
    is_allowed: Callable[[IpAddress], bool] = is_public
    connect: Callable[[str, int, float], socket.socket] = connect
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch: `agent` names us, `seconds` is all the time there is.

    `is_any_port` is for operators, who may look at their own machine.
    """

    url: str
    agent: str
    validators: Validators = UNKNOWN
    is_http_allowed: bool = False
    is_any_port: bool = False
    seconds: float = TOTAL_SECONDS


def fetch(request: Request, network: Network | None = None) -> Fetched:
    """Fetch a calendar. Raises UnusableAddress, NotReachable, TooLarge or NoCalendar."""
    network = network or Network()
    until = time.monotonic() + request.seconds
    address = parse(
        request.url, is_http_allowed=request.is_http_allowed, is_any_port=request.is_any_port
    )
    for _ in range(MAX_REDIRECTS + 1):
        try:
            answer = _ask(address, request, network, until)
        except (OSError, http.client.HTTPException, ValueError, zlib.error):
            raise NotReachable from None
        if isinstance(answer, Fetched):
            return answer
        address = _next(address, answer, request)
    raise NotReachable


def _next(address: Address, location: str, request: Request) -> Address:
    """Where a redirect leads; never from https to http."""
    may_be_plain = request.is_http_allowed and address.scheme == "http"
    try:
        url = urljoin(address.url, location)
        return parse(url, is_http_allowed=may_be_plain, is_any_port=request.is_any_port)
    except (UnusableAddress, ValueError):
        raise NotReachable from None


def _ask(address: Address, request: Request, network: Network, until: float) -> Fetched | str:
    """The calendar, or the address a redirect names."""
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.auto_open = 0  # it never connects by itself
    with _reach(address, network, until) as wire:
        connection.sock = Timed(wire, until)
        _send(connection, address, request)
        response = connection.getresponse()
        if response.status in _REDIRECTS:
            return response.getheader("Location", "")
        if response.status == _NOT_MODIFIED and request.validators != UNKNOWN:
            return Fetched(None, request.validators)
        if response.status != _OK:
            raise NotReachable
        return Fetched(_body(response), _validators(response))


def _reach(address: Address, network: Network, until: float) -> socket.socket:
    """A connection to an allowed address of the host, with its certificate checked."""
    found = _addresses(address, network, left(until))
    if not found or not all(network.is_allowed(one) for one in found):
        raise NotReachable
    wire = _connect_to_any(found, address.port, network, until)
    if address.scheme == "http":
        return wire
    try:
        wire.settimeout(left(until))
        return network.tls.wrap_socket(wire, server_hostname=address.host)
    except BaseException:
        wire.close()
        raise


def _connect_to_any(
    found: Sequence[IpAddress], port: int, network: Network, until: float
) -> socket.socket:
    """The first of at most three addresses that answers. Raises OSError."""
    trouble = OSError("no address")
    for one in found[:3]:
        try:
            return network.connect(str(one), port, min(CONNECT_SECONDS, left(until)))
        except OSError as error:
            trouble = error
    raise trouble


def _addresses(address: Address, network: Network, seconds: float) -> list[IpAddress]:
    """The addresses of the host, looked up once and in the time there is. Raises OSError."""
    answers: list[Sequence[str]] = []

    def ask() -> None:
        try:
            answers.append(network.look_up(address.host, address.port))
        except (OSError, UnicodeError):
            answers.append([])

    asking = threading.Thread(target=ask, daemon=True)  # a name server may never answer
    asking.start()
    asking.join(min(CONNECT_SECONDS, seconds))
    return [ip_address(text) for text in (answers[0] if answers else ())]


def _send(connection: http.client.HTTPConnection, address: Address, request: Request) -> None:
    connection.putrequest("GET", address.target, skip_host=True, skip_accept_encoding=True)
    headers = {
        "Host": address.host_header,
        "User-Agent": request.agent,
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "If-None-Match": request.validators.etag,
        "If-Modified-Since": request.validators.last_modified,
        "Connection": "close",
    }
    for name, value in headers.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders()


def _validators(response: http.client.HTTPResponse) -> Validators:
    return Validators(_validator(response, "ETag"), _validator(response, "Last-Modified"))


def _validator(response: http.client.HTTPResponse, name: str) -> str | None:
    """A header worth giving back; strange signs in it could neither be stored nor sent again."""
    value = response.getheader(name, "")[:_MAX_VALIDATOR]
    return value if value.isascii() and value.isprintable() and value else None


def _body(response: http.client.HTTPResponse) -> bytes:
    """Everything after decompression, counted while it comes. Raises TooLarge and NoCalendar."""
    if response.length is not None and response.length > MAX_BYTES:
        raise TooLarge
    body = bytearray()
    for piece in _plain(response):
        body += piece
        if len(body) > MAX_BYTES:
            raise TooLarge
        if len(body) >= _SNIFFED and not looks_like_calendar(bytes(body[:_SNIFFED])):
            raise NoCalendar
    if not looks_like_calendar(bytes(body[:_SNIFFED])):
        raise NoCalendar
    return bytes(body)


def _plain(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The pieces of the body, decompressed to at most a chunk at a time."""
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding == "identity":
        yield from _pieces(response)
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise NotReachable
    gzip = zlib.decompressobj(_GZIP)
    for piece in _pieces(response):
        rest = piece
        while rest and not gzip.eof:
            yield gzip.decompress(rest, CHUNK)
            rest = gzip.unconsumed_tail
    if not gzip.eof:
        raise NotReachable


def _pieces(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body as it was sent. Raises NotReachable when it ends before its announced length."""
    while piece := response.read(CHUNK):
        yield piece
    if response.length:
        raise NotReachable

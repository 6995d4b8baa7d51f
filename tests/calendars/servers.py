"""A web server on this machine that stands in for the rest of the world."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_connection, socket

from app.calendars.fetching import Network

PUBLIC = "203.0.114.7"  # a public address; what it leads to is decided here
Answer = Callable[[BaseHTTPRequestHandler], None]
CERTIFICATE = Path(__file__).with_name("calendar.example.pem")


@dataclass
class World:
    """What the names mean, which addresses were connected to, and what was asked there."""

    port: int
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    connected: list[tuple[str, int]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    trusts: bool = True

    @property
    def network(self) -> Network:
        """The network as the fetcher sees it; only connections end on this machine."""
        tls = ssl.create_default_context(cafile=str(CERTIFICATE) if self.trusts else None)
        return Network(look_up=self._look_up, connect=self._connect, tls=tls)

    def _look_up(self, host: str, port: int) -> list[str]:
        answers = self.names.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connect(self, address: str, port: int, seconds: float) -> socket:
        self.connected.append((address, port))
        return create_connection(("127.0.0.1", self.port), timeout=seconds)


@contextmanager
def world(
    answer: Callable[[BaseHTTPRequestHandler], None], *, tls: bool = False
) -> Iterator[World]:
    """Serve GET requests with `answer`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            self.close_connection = True
            with suppress(OSError):  # the fetcher had heard enough
                answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    found = World(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

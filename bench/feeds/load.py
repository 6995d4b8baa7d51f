"""Poll a server, each time over a new connection, as subscribers do that come once an hour."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Load:
    """Polls answered per second of the clock, and per second of the server's processor time."""

    per_second: float
    per_cpu_second: float


def request(path: str, etag: str | None) -> bytes:
    """A poll as calendar programs send it."""
    condition = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n".encode()


def measure(port: int, pid: int, asked: bytes, status: bytes, seconds: float) -> Load:
    """Poll for some seconds, four at a time; every answer must have this status."""
    counts = [0] * CLIENTS
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_poll, args=(port, asked, status, end, counts, number))
        for number in range(CLIENTS)
    ]
    begun, cpu = time.monotonic(), _cpu_seconds(pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.monotonic() - begun, _cpu_seconds(pid) - cpu
    return Load(sum(counts) / took, sum(counts) / used)


def answer(port: int, asked: bytes) -> tuple[bytes, bytes]:
    """Head and body of one answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(asked)
        return _read(connection)


def _poll(
    port: int, asked: bytes, status: bytes, end: float, counts: list[int], number: int
) -> None:
    while time.monotonic() < end:
        head, _ = answer(port, asked)
        if not head.startswith(b"HTTP/1.1 " + status):
            raise SystemExit(f"not {status!r}: {head[:200]!r}")
        counts[number] += 1


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += _some(connection)
    return head, body


def _some(connection: socket.socket) -> bytes:
    found = connection.recv(262144)
    if not found:
        raise SystemExit("the server closed the connection")
    return found


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

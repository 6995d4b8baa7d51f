"""Sockets that keep to all the time there is, however slowly their other end drips."""

from __future__ import annotations

import io
import socket
import time
from typing import Any

CHUNK = 1 << 16


def left(until: float) -> float:
    """Seconds until an instant of the monotonic clock. Raises TimeoutError when it is over."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class Timed:
    """A socket for `http.client` that gives up with TimeoutError when all the time is over."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire, self._until = wire, until

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(left(self._until))
        self._wire.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._wire, self._until), CHUNK)

    def close(self) -> None:
        """The library closes before the body is read; whoever opened the socket closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire, self._until = wire, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(left(self._until))
        return self._wire.recv_into(buffer)

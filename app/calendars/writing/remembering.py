"""Whole calendars kept for whoever asks again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

MOST_BYTES = 32 * 1024 * 1024


class Remembered:
    """Bytes by key, the least recently used forgotten first; several threads may use it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._texts: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """What was kept under this key, or None."""
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
            return text

    def keep(self, key: Hashable, text: bytes) -> None:
        """Keep it while there is room; what is larger than all room is not kept."""
        with self._lock:
            self._held += len(text) - len(self._texts.pop(key, b""))
            self._texts[key] = text
            while self._held > self._most:
                _, forgotten = self._texts.popitem(last=False)
                self._held -= len(forgotten)

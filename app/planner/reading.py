"""Read JSON from anywhere and say exactly where it is wrong."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

LARGEST = 1_000_000_000
LONGEST_TEXT = 500
LONGEST_PICTURE = 40

Ident = str | int


class UnreadableError(ValueError):
    """The file breaks its format; `place` is the path inside the file, such as `pins[0].start`."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


def parse_json(text: str | bytes) -> object:
    """The JSON value in `text` (UTF-8 when bytes), without NaN, infinity or repeated keys.

    Raises UnreadableError for anything else, with line and column where the syntax breaks.
    """
    try:
        decoded = (
            text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        )
        return json.loads(
            decoded, parse_constant=_refuse_constant, object_pairs_hook=_object_without_repeats
        )
    except UnicodeDecodeError as error:
        raise UnreadableError("", f"not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise UnreadableError(f"line {error.lineno} column {error.colno}", error.msg) from error
    except RecursionError as error:
        raise UnreadableError("", "nested too deeply") from error
    except UnreadableError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise UnreadableError("", str(error)) from error


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError("", f"{name} is not a number that JSON knows")


def _object_without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                raise UnreadableError(key[:LONGEST_TEXT], "the key stands twice in one object")
            seen.add(key)
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file together with its place."""

    value: object
    place: str

    def fail(self, reason: str) -> NoReturn:
        """Refuse this value."""
        raise UnreadableError(self.place, reason)

    def entries(self) -> dict[str, object]:
        """The value as an object."""
        if not isinstance(self.value, dict):
            self.fail(f"must be an object, not {shown(self.value)}")
        return self.value

    def child(self, key: str) -> "Node":
        """The value under `key`; None where the key is missing."""
        place = f"{self.place}.{key}" if self.place else key
        return Node(self.entries().get(key), place)

    def required(self, key: str) -> "Node":
        """The value under `key`, which has to be there and not null."""
        child = self.child(key)
        if child.value is None:
            child.fail("is missing")
        return child

    def items(self) -> Iterator["Node"]:
        """The values of a list; an absent list is empty."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.fail(f"must be a list, not {shown(self.value)}")
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.place}[{index}]")

    def whole(self, least: int = 0, most: int = LARGEST) -> int:
        """The value as a whole number within `least`..`most`."""
        if type(self.value) is not int:
            self.fail(f"must be a whole number, not {shown(self.value)}")
        if self.value < least:
            self.fail(f"{shown(self.value)} is below {least}")
        if self.value > most:
            self.fail(f"{shown(self.value)} is above {most}")
        return self.value

    def whole_or(self, default: int, least: int = 0, most: int = LARGEST) -> int:
        """The value as a whole number, `default` where it is absent or null."""
        return default if self.value is None else self.whole(least, most)

    def flag(self) -> bool:
        """The value as yes or no; absent means no."""
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            self.fail(f"must be true or false, not {shown(self.value)}")
        return self.value

    def text(self) -> str | None:
        """The value as text, None where it is absent."""
        if self.value is None:
            return None
        if not isinstance(self.value, str):
            self.fail(f"must be a text, not {shown(self.value)}")
        return self.value

    def ident(self) -> Ident:
        """The value as an id: a text that is not empty, or a whole number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.fail(f"must be an id (a text or a whole number), not {shown(value)}")
        if value == "" or (isinstance(value, str) and len(value) > LONGEST_TEXT):
            self.fail(f"an id has 1 to {LONGEST_TEXT} characters")
        return value

    def block(self, blocks: int) -> int:
        """The value as a block of a horizon of `blocks` blocks."""
        block = self.whole()
        if block >= blocks:
            self.fail(f"{block} is beyond the horizon of {blocks} blocks")
        return block

    def limits(self, blocks: int) -> tuple[int, ...]:
        """The value as one whole number per block."""
        values = self.value
        if not isinstance(values, list):
            self.fail(f"must be a list of {blocks} whole numbers, not {shown(values)}")
        if len(values) != blocks:
            self.fail(f"{len(values)} values for {blocks} blocks")
        if not all(type(value) is int and 0 <= value <= LARGEST for value in values):
            return tuple(item.whole() for item in self.items())
        return tuple(values)


def shown(value: object) -> str:
    """A short picture of a wrong value for a message."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    picture = json.dumps(value) if isinstance(value, str | bool | None) else str(value)
    return picture if len(picture) <= LONGEST_PICTURE else picture[: LONGEST_PICTURE - 3] + "..."


def without_repeats(nodes: Iterable[Node]) -> list[Ident]:
    """The ids at `nodes` in their order. Raises UnreadableError where one stands twice."""
    first: dict[Ident, str] = {}
    for node in nodes:
        ident = node.ident()
        if ident in first:
            node.fail(f"{shown(ident)} stands already at {first[ident]}")
        first[ident] = node.place
    return list(first)

"""Lists that sort, filter and page: what the address asks for, within bounds, and one page of it.

Nothing here knows Flask or the database: views hand in `request.args`, queries take
`ListRequest.offset` and `size`, templates follow `ListRequest.link`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from app.domain.collation import sort_key

T = TypeVar("T")
SIZES = (25, 50, 100)
MAX_PAGE = 10_000
MAX_SEARCH = 100
MAX_FILTER = 100
NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which part of a list is asked for, and in which order.

    `sort` is one of `sorts`, with `descending` beside it; `q` is the search text, trimmed, at most
    100 characters; `filters` holds only known names with non-empty values.
    """

    sort: str
    descending: bool = False
    page: int = 1
    size: int = SIZES[0]
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    default: str = ""

    @classmethod
    def from_args(
        cls,
        args: Mapping[str, str],
        *,
        sorts: Collection[str],
        default: str,
        filters: Mapping[str, Collection[str] | None] | None = None,
    ) -> ListRequest:
        """Read the arguments of an address; what is unknown or out of bounds falls back quietly.

        `default` is a sort such as `name` or `-starts`. `filters` names each filter with its
        allowed values, or None where any text up to 100 characters is good.
        """
        wanted = args.get("sort", default)
        chosen = wanted if wanted.removeprefix("-") in sorts else default
        return cls(
            sort=chosen.removeprefix("-"),
            descending=chosen.startswith("-"),
            page=_bounded(args.get("page", ""), 1, MAX_PAGE),
            size=_size(args.get("size", "")),
            q=_clean(args.get("q", ""))[:MAX_SEARCH].strip(),
            filters=_known_filters(args, filters or {}),
            default=default,
        )

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.size

    @property
    def order(self) -> str:
        """The sort as it stands in the address: `name` or `-name`."""
        return f"-{self.sort}" if self.descending else self.sort

    @property
    def is_filtered(self) -> bool:
        """Whether a search text or filter narrows the list."""
        return bool(self.q or self.filters)

    def link(self, **changes: object) -> str:
        """This list's query string with `changes`; empty values and defaults are left out.

        Any change but the page itself leads back to the first page.
        """
        values: dict[str, object] = {
            "q": self.q,
            **self.filters,
            "sort": "" if self.order == self.default else self.order,
            "size": "" if self.size == SIZES[0] else self.size,
            "page": self.page if not changes or "format" in changes else "",
            **changes,
        }
        kept = {name: value for name, value in values.items() if value not in {"", None}}
        if kept.get("page") == 1:
            del kept["page"]
        return f"?{urlencode(kept)}"

    def sort_link(self, key: str) -> str:
        """Sort by `key`, or the other way round where the list is sorted by it already."""
        turned = key == self.sort and not self.descending
        return self.link(sort=f"-{key}" if turned else key)

    def direction(self, key: str) -> str:
        """`ascending`, `descending` or empty, as `aria-sort` wants it."""
        if key != self.sort:
            return ""
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its items, how many there are in all, and what was asked for."""

    items: Sequence[T]
    total: int
    request: ListRequest

    @classmethod
    def cut(cls, rows: Sequence[T], asked: ListRequest) -> Page[T]:
        """The page asked for, out of all rows."""
        return cls(rows[asked.offset : asked.offset + asked.size], len(rows), asked)

    @property
    def number(self) -> int:
        """Which page this is, from 1."""
        return self.request.page

    @property
    def size(self) -> int:
        """How many items a full page holds."""
        return self.request.size

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def first_item(self) -> int:
        """The place of the first item shown, from 1; 0 when none is."""
        return self.request.offset + 1 if self.items else 0

    @property
    def last_item(self) -> int:
        """The place of the last item shown; 0 when none is."""
        return self.request.offset + len(self.items) if self.items else 0

    @property
    def links(self) -> list[int | None]:
        """Page numbers to offer: first, last and the neighbours; None stands for a gap."""
        near = range(self.number - NEIGHBOURS, self.number + NEIGHBOURS + 1)
        wanted = sorted({1, self.last, *(n for n in near if 1 <= n <= self.last)})
        shown: list[int | None] = []
        for before, number in zip([0, *wanted], wanted, strict=False):
            if number - before == 2:  # noqa: PLR2004 - a gap of one page is shown as that page
                shown.append(number - 1)
            elif number - before > 1:
                shown.append(None)
            shown.append(number)
        return shown


def arranged(
    rows: Iterable[T],
    asked: ListRequest,
    *,
    texts: Callable[[T], Iterable[str]],
    keys: Mapping[str, Callable[[T], Any]],
) -> list[T]:
    """The rows that hold the search text, in the order asked for; accents and case do not count.

    For lists short enough to be read whole. `texts` gives where to look, `keys` what each sort
    goes by; rows equal there stay as they came.
    """
    wanted = _folded(asked.q)
    found = [row for row in rows if any(wanted in _folded(text) for text in texts(row))]
    return sorted(found, key=keys[asked.sort], reverse=asked.descending)


def _folded(text: str) -> str:
    return sort_key(text)[0][0]


def _bounded(text: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdecimal():
        return low
    return min(max(int(text[:9]), low), high)


def _size(text: str) -> int:
    return next((size for size in SIZES if text == str(size)), SIZES[0])


def _clean(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _known_filters(
    args: Mapping[str, str], filters: Mapping[str, Collection[str] | None]
) -> dict[str, str]:
    found = {}
    for name, allowed in filters.items():
        value = _clean(args.get(name, ""))[:MAX_FILTER].strip()
        if value and (allowed is None or value in allowed):
            found[name] = value
    return found

"""One page of a long list: what is asked for, in an order the list knows, counted as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.web.pages import ListRequest

LONGEST_KEY = 9  # digits; what surely fits into a key
Row = TypeVar("Row")
Orders = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is asked for; an order the list does not know means its first one.

    `order` is the name of an order, with a minus before it for the other way round.
    """

    order: str = ""
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 25

    @classmethod
    def of(cls, asked: ListRequest, *, most: int = 0) -> Wish:
        """The page asked for; with `most`, every row up to that many."""
        if most:
            return cls(asked.order, asked.q, asked.filters, 0, most)
        return cls(asked.order, asked.q, asked.filters, asked.offset, asked.size)

    def key(self, name: str) -> int | None:
        """The filter `name` as the key of a row, or None where it holds none."""
        text = self.filters.get(name, "")
        return int(text[:LONGEST_KEY]) if text.isascii() and text.isdecimal() else None


def ordered(statement: Select[Row], wish: Wish, orders: Orders) -> Select[Row]:
    """The statement in the order wished."""
    columns = orders.get(wish.order.removeprefix("-")) or next(iter(orders.values()))
    falling = wish.order.startswith("-")
    return statement.order_by(*(c.desc() if falling else c.asc() for c in columns))


def page_of(session: Session, statement: Select[Row], wish: Wish) -> tuple[Sequence[Row], int]:
    """The page wished of an ordered statement, and how many rows there are. Two statements."""
    bare = statement.order_by(None)
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    return session.scalars(statement.offset(wish.offset).limit(wish.limit)).all(), total

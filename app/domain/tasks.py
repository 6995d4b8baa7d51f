"""What waits for somebody, in the order in which it should be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

SOON = timedelta(days=3)


class Urgency(StrEnum):
    """How pressing a task is on a day."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits. `title` is an English message id whose placeholders `params` fills.

    A title with two forms is chosen by `count`. `endpoint` with `values` is the page where it is
    done; `due_on` is the last day for it, or None.
    """

    icon: str
    title: str | tuple[str, str]
    endpoint: str
    count: int = 1
    params: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    due_on: date | None = None


def urgency(task: Task, today: date) -> Urgency:
    """How pressing a task is on `today`; one without a day is never pressing."""
    if task.due_on is None or task.due_on > today + SOON:
        return Urgency.LATER
    return Urgency.OVERDUE if task.due_on < today else Urgency.SOON


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Earliest day first, then those without a day, in the order they came."""
    return sorted(tasks, key=lambda task: task.due_on or date.max)

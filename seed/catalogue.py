"""The courses of the demo company in both languages, each with its goals and its joint task."""

from __future__ import annotations

from dataclasses import dataclass

from app.gatherings.models import Topic


@dataclass(frozen=True, slots=True)
class Words:
    """What a course says of itself in one language."""

    title: str
    summary: str
    goals: tuple[str, ...]
    joint_task: str


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course to make; `requires` names German titles, `departments` whom it is meant for."""

    topic: Topic
    minutes: int
    de: Words
    en: Words
    validity_months: int | None = None
    needs_approval: bool = False
    departments: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

"""The file format rotation-plan/1: who goes where and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.planner.instance import Stay, read_stay
from app.planner.reading import Node, parse_json, shown

FORMAT = "rotation-plan/1"

Status = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its score in points and the proven bound no plan can pass (None = unknown).

    `notes` tells how it came about: seconds, phases, gap in per cent, what stopped it.
    """

    assignments: tuple[Stay, ...]
    score: int
    bound: int | None
    status: Status
    notes: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The plan as it stands in its file."""
        return {
            "format": FORMAT,
            "assignments": [stay.as_dict() for stay in self.assignments],
            "score": self.score,
            "bound": self.bound,
            "status": self.status,
            "notes": dict(self.notes),
        }

    def to_json(self) -> str:
        """The text of the plan file."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n"


def load_plan(text: str | bytes) -> Plan:
    """Read a plan file. Raises UnreadableError with the place of what is wrong."""
    return read_plan(parse_json(text))


def read_plan(value: object) -> Plan:
    """The plan in a JSON value that is already parsed. Raises UnreadableError."""
    root = Node(value, "")
    if root.entries().get("format") != FORMAT:
        root.child("format").fail(f"must be {FORMAT}, not {shown(root.child('format').value)}")
    notes = root.child("notes")
    return Plan(
        assignments=tuple(read_stay(node) for node in root.required("assignments").items()),
        score=_number(root.child("score")) or 0,
        bound=_number(root.child("bound")),
        status=_status(root.required("status")),
        notes={} if notes.value is None else notes.entries(),
    )


def _number(node: Node) -> int | None:
    if node.value is None:
        return None
    if isinstance(node.value, float):
        return int(node.value // 1)  # a bound between two whole scores says no more than its floor
    return node.whole(-(10**18), 10**18)


def _status(node: Node) -> Status:
    if node.value not in ("OPTIMAL", "FEASIBLE", "INFEASIBLE"):
        node.fail(f"must be OPTIMAL, FEASIBLE or INFEASIBLE, not {shown(node.value)}")
    return node.value

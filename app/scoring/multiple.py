"""Many questions at once: which of them may be marked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def marked(p: Mapping[Name, float], q: float) -> set[Name]:
    """Benjamini and Hochberg: mark so many that at most the share `q` of the marks is false.

    Equal p values are marked together or not at all.
    """
    in_order = sorted(p.values())
    passed = [value for rank, value in enumerate(in_order, 1) if value <= q * rank / len(in_order)]
    limit = passed[-1] if passed else -1.0
    return {name for name, value in p.items() if value <= limit}

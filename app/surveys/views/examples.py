"""The report a lead will get, with invented numbers: rounded and bounded as real ones are."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from app.domain.disclosure import Shown, may_show_dimensions, n_range, shown
from app.domain.questionnaire import DIMENSION_LABELS, Dimension

INVENTED = ((63.4, 57.1, 69.8, 14), (48.2, 37.0, 59.5, 7))
DIMENSION_MEANS = (55, 64, 71, 58, 49, 69, 73, 66)


@dataclass(frozen=True, slots=True)
class Line:
    """One direction as a lead reads it."""

    who: str
    figure: Shown
    answers: str
    dimensions: tuple[tuple[str, int], ...]


def example_report(k: int) -> tuple[Line, ...]:
    """Both directions of an invented pair, published under the limit `k`."""
    names = (_("Your team about team X"), _("Team X about your team"))
    return tuple(
        Line(
            name,
            shown(mean, low, high, n),
            n_range(n, k),
            _dimensions() if may_show_dimensions(n) else (),
        )
        for name, (mean, low, high, n) in zip(names, INVENTED, strict=True)
    )


def _dimensions() -> tuple[tuple[str, int], ...]:
    return tuple(
        (_(DIMENSION_LABELS[dimension]), shown(mean, mean, mean, INVENTED[0][3]).mean)
        for dimension, mean in zip(Dimension, DIMENSION_MEANS, strict=True)
    )

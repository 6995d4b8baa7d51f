"""Published figures in the reader's words: plain sentences, no threat, no ranking."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.agenda.models import CommitmentKind
from app.domain.both_views import Both, noticeable_change
from app.domain.collaboration import Change, Direction, Gap, Level, Reading, Total
from app.domain.questionnaire import DIMENSION_LABELS, Dimension
from app.domain.refusals import N_
from app.domain.weak import Weak, Why
from app.health.models import RemedyKind
from app.scoring import DIMENSIONS
from app.web.charts import Line, Point

LEVEL_LABELS = {
    Level.STRONG: N_("strong"),
    Level.WORKABLE: N_("workable"),
    Level.FRAGILE: N_("fragile"),
    Level.STRAINED: N_("strained"),
    Level.UNSURE: N_("between two levels, or too few answers for a colour"),
    Level.NONE: N_("not published"),
}

CONTACT_LABELS = {
    CommitmentKind.STAY: N_("Rotation"),
    CommitmentKind.TRIP: N_("Field trip"),
    CommitmentKind.SESSION: N_("Training"),
    CommitmentKind.TEACHING: N_("Training"),
}

KIND_LABELS = {
    RemedyKind.ROTATION: N_("Rotation"),
    RemedyKind.TRIP: N_("Field trip"),
    RemedyKind.SESSION: N_("Training"),
    RemedyKind.MEETING: N_("Meeting"),
    RemedyKind.AGREEMENT: N_("Agreement"),
    RemedyKind.OTHER: N_("Something else"),
}

MEANINGS = (
    (Level.STRONG, N_("75 and more: on average “mostly” or better")),
    (Level.WORKABLE, N_("60 to 75")),
    (Level.FRAGILE, N_("50 to 60")),
    (Level.STRAINED, N_("below 50: on average less than “sometimes”")),
    (Level.UNSURE, N_("the interval crosses a limit, or few answered")),
)

# The engine and the questionnaire name the same eight dimensions, in the same order.
LABEL_OF = {
    name: DIMENSION_LABELS[dimension] for name, dimension in zip(DIMENSIONS, Dimension, strict=True)
}


def level_words(found: Reading) -> str:
    """The level of a figure in words."""
    if found.mean is None:
        return str(_("shown as a band, so that nobody who joined or left can be told apart"))
    if len(found.between) == 2:  # noqa: PLR2004 - the weaker and the stronger level
        weaker, stronger = (_(LEVEL_LABELS[level]) for level in found.between)
        return str(_("between %(weaker)s and %(stronger)s", weaker=weaker, stronger=stronger))
    return str(_(LEVEL_LABELS[found.between[0]]))


def figure(found: Reading) -> str:
    """The figure itself, or its band."""
    if found.mean is None:
        return f"{found.low}–{found.high}"
    return str(found.mean)


def interval(found: Reading) -> str:
    """The interval in words."""
    return str(_("%(low)d to %(high)d", low=found.low, high=found.high))


WEAK_WORDS = {
    Why.STRAINED: N_(
        "%(source)s about %(target)s: %(mean)d of 100, for certain less than “sometimes”."
    ),
    Why.FELL: N_("%(source)s about %(target)s: %(mean)d of 100, clearly lower than before."),
    Why.FRAGILE: N_("%(source)s about %(target)s: %(mean)d of 100, for certain below 60."),
}


def why_words(weak: Weak, names: Mapping[int, str]) -> str:
    """Why a result asks for an answer, with its lowest dimension where one is told."""
    values = {"source": names[weak.source], "target": names[weak.target], "mean": weak.mean}
    told = str(_(WEAK_WORDS[weak.why], **values))
    if not weak.dimension:
        return told
    lowest = str(_("Lowest: %(dimension)s.", dimension=_(LABEL_OF[weak.dimension])))
    return f"{told} {lowest}"


COMPOSITION = N_("Far more or fewer people answered than before, so compare with care.")


def headline(found: Reading, names: Mapping[int, str]) -> str:
    """One clear change as a sentence, with a caution where far more or fewer people answered."""
    change = found.change
    values = {
        "source": names[found.source],
        "target": names[found.target],
        "points": change.points,
        "low": change.low,
        "high": change.high,
    }
    if change.direction is Direction.FELL:
        words = _(
            "%(source)s finds the work with %(target)s harder than before: about %(points)d"
            " points lower (interval %(low)d to %(high)d).",
            **values,
        )
    else:
        words = _(
            "%(source)s finds the work with %(target)s better than before: about %(points)d points"
            " higher (interval %(low)d to %(high)d).",
            **values,
        )
    return _with_caution(words, change)


def change_words(change: Change) -> str:
    """What became of a figure since the waves before."""
    if change.direction is Direction.FIRST:
        return str(_("First published figure of this pair."))
    if change.direction is Direction.NO_CLEAR_CHANGE:
        words = _("No clear change.")
    elif change.direction is Direction.FELL:
        words = _("Clearly lower than before: about %(points)d points.", points=change.points)
    else:
        words = _("Clearly higher than before: about %(points)d points.", points=change.points)
    return _with_caution(words, change)


def _with_caution(words: str, change: Change) -> str:
    return f"{words} {_(COMPOSITION)}" if change.composition_changed else str(words)


def low_words(found: Reading, names: Mapping[int, str]) -> str:
    """Why a pair is called low, as a sentence."""
    return str(
        _(
            "%(source)s about %(target)s is very likely below 50: %(mean)d (%(low)d to %(high)d),"
            " from %(answers)s answers.",
            source=names[found.source],
            target=names[found.target],
            mean=found.mean,
            low=found.low,
            high=found.high,
            answers=found.answers,
        )
    )


LOWEST = 2


def lowest_words(found: Reading) -> str:
    """The lowest dimensions of a pair in words; empty where dimensions are not shown."""
    asked = [name for name in LABEL_OF if name in found.dimensions]
    lowest = sorted(asked, key=lambda name: found.dimensions[name])[:LOWEST]
    named = [f"{_(LABEL_OF[name])} {found.dimensions[name]}" for name in lowest]
    return str(_("Lowest: %(dimensions)s.", dimensions=", ".join(named))) if named else ""


def outer_words(found: Reading) -> str:
    """The outer band in words."""
    return str(
        _(
            "If those who did not answer differ by five points: %(low)d to %(high)d.",
            low=found.outer[0],
            high=found.outer[1],
        )
    )


def noticeable_words(found: Reading) -> str:
    """How large a change has to be to be noticed, with as few answers as the range begins with."""
    fewest = re.match(r"\d+", found.answers)
    points = noticeable_change(int(fewest[0])) if fewest else 0
    return str(
        _(
            "A change of about %(points)d points is noticed at once in four of five cases; a"
            " smaller one often is not.",
            points=points,
        )
    )


def both_words(found: Both, names: Mapping[int, str]) -> str:
    """The figure of both views together: its interval, and which view is the weaker one."""
    if found.weaker is None:
        return str(_("(%(low)d to %(high)d); both views alike.", low=found.low, high=found.high))
    source, target = found.weaker
    return str(
        _(
            "(%(low)d to %(high)d); the weaker view is %(source)s about %(target)s: %(mean)d.",
            low=found.low,
            high=found.high,
            source=names[source],
            target=names[target],
            mean=found.weaker_mean,
        )
    )


def yardstick_words(found: Sequence[tuple[int, Total]], names: Mapping[int, str]) -> str:
    """How strict the two teams are with everybody, in numbers where these are published."""
    given = [
        _(
            "%(team)s gives all teams it rates %(mean)d on average.",
            team=names[team],
            mean=own.mean,
        )
        for team, own in found
    ]
    return " ".join([str(_("Part of a gap is how strict a team is with everybody.")), *given])


def gap_words(found: Gap, names: Mapping[int, str]) -> str:
    """The difference between both views."""
    if not found.marked:
        return str(_("Both sides see it alike, as far as the answers tell."))
    return str(
        _(
            "%(kinder)s sees the work together about %(points)d points more kindly than"
            " %(sterner)s.",
            kinder=names[found.higher],
            sterner=names[found.lower],
            points=found.points,
        )
    )


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """The company's change: points with a sign, empty where nothing is clear, and a sentence."""

    points: str
    words: str


def company_change(change: Mapping[str, Any] | None) -> CompanyWords:
    """What became of the company's mean."""
    if change is None:
        return CompanyWords("", str(_("Not enough waves yet to tell a change.")))
    points = round(change["delta"])
    if change["p"] >= NOISE or not points:
        return CompanyWords("", str(_("No clear change against the waves before.")))
    if points < 0:
        return CompanyWords(f"−{-points}", str(_("clearly lower than in the waves before")))
    return CompanyWords(f"+{points}", str(_("clearly higher than in the waves before")))


NOISE = 0.05


def line(name: str, tone: str, waves: list[Reading | None]) -> Line:
    """A pair's readings as a line of a trend; a wave without a figure breaks it."""
    return Line(name, tone, [_point(found) for found in waves])


def _point(found: Reading | None) -> Point | None:
    if found is None or found.mean is None:
        return None
    text = figure_words(found)
    if found.watched:
        text = str(_("%(figure)s, slow drift", figure=text))
    return Point(found.mean, found.low, found.high, text, found.outer, found.watched)


def figure_words(found: Reading) -> str:
    """A figure with its interval, or the band it lies in."""
    if found.mean is None:
        return str(_("band %(low)d to %(high)d", low=found.low, high=found.high))
    return str(_("%(mean)d (%(low)d to %(high)d)", mean=found.mean, low=found.low, high=found.high))


def trend_words(body: Mapping[str, Any]) -> str:
    """What a new wording does to the trend; empty where the questions stayed the same."""
    dimensions = body.get("trend_dimensions", len(DIMENSIONS))
    if dimensions == len(DIMENSIONS):
        return ""
    if not dimensions:
        return str(
            _("The questions were worded anew: a new line begins here, and no change is told.")
        )
    return str(
        _(
            "Some questions were worded anew, so a new line begins here. Changes are told on"
            " %(part)d of %(whole)d dimensions, those that both waves worded alike.",
            part=dimensions,
            whole=len(DIMENSIONS),
        )
    )


def crossing_words(found: Reading | None, body: Mapping[str, Any]) -> str:
    """What became of a figure across the new wording that the wave of `body` asked first."""
    if is_broken(body):
        return str(_("not compared"))
    if found is None or found.change.direction is Direction.FIRST:
        return "–"
    return str(
        _(
            "On %(part)d of %(whole)d dimensions: %(change)s",
            part=body["trend_dimensions"],
            whole=len(DIMENSIONS),
            change=change_words(found.change),
        )
    )


def is_broken(body: Mapping[str, Any]) -> bool:
    """Whether this wave cannot be compared with the one before."""
    return not body.get("trend_dimensions", len(DIMENSIONS))

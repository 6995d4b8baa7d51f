"""What may be said about whether contact helped: the interval first, or why nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.refusals import N_
from app.scoring.effect_words import SILENCES, VERDICTS, signed
from app.scoring.studies import Picked, Silence, Verdict

PICKED_WORDS = {
    Picked.BY_LOT: N_(
        "Lots decided among equally needy pairs who was first. Pairs are compared as they were"
        " drawn, whether or not the contact came about."
    ),
    Picked.BY_SCORE: N_(
        "The planner picked pairs with low figures. The wave by which they were picked is taken"
        " into account, since very low figures recover partly by themselves."
    ),
    Picked.OTHERWISE: N_("People chose it themselves, so the pairs may have differed before."),
}


def effect_words(body: Mapping[str, Any]) -> str:
    """What may be said about the effect of a kind of contact: the interval first."""
    effect = body["effect"]
    if Verdict(body["verdict"]) is Verdict.ACCOMPANIED and not body["lines"]:
        return str(_(NO_LINES))
    values = {name: signed(effect[name]) for name in ("low", "high")} if effect else {}
    return str(_(VERDICTS[Verdict(body["verdict"])], **values))


def effect_silences(body: Mapping[str, Any]) -> list[str]:
    """Why nothing is said."""
    return [str(_(SILENCES[Silence(name)])) for name in body["silences"]]


NO_LINES = N_("Nothing to show yet: lines are drawn from eight pairs on each side.")

BY_ACTION = N_(
    "Actions about low figures picked the pairs. The wave by which they were picked is taken into"
    " account, since very low figures recover partly by themselves."
)


def picked_words(body: Mapping[str, Any]) -> str:
    """How those who took part were picked."""
    picked = Picked(body["picked"])
    is_by_action = picked is Picked.BY_SCORE and body.get("by_action") is not None
    return str(_(BY_ACTION if is_by_action else PICKED_WORDS[picked]))


def lots_words(body: Mapping[str, Any]) -> str:
    """How many pairs had the contact that lots gave or put off; empty without lots."""
    lots = body.get("lots")
    if lots is None:
        return ""
    (drawn, had), (blank, beside) = lots["drawn"], lots["blank"]
    return str(
        _(
            "%(had)d of %(drawn)d drawn pairs have had it within two waves, and %(beside)d of"
            " %(blank)d that drew a blank.",
            had=had,
            drawn=drawn,
            beside=beside,
            blank=blank,
        )
    )


def groups_words(body: Mapping[str, Any]) -> tuple[str, str]:
    """What the two groups of a study are called."""
    if Picked(body["picked"]) is Picked.BY_LOT:
        return str(_("Pairs that were drawn")), str(_("Pairs that drew a blank"))
    return str(_("Pairs that took part")), str(_("Comparable pairs"))


def still_to_pick(body: Mapping[str, Any]) -> str:
    """How far actions are from an answer, where people chose; else empty."""
    number = body.get("by_action")
    if number is None or Picked(body["picked"]) is not Picked.OTHERWISE:
        return ""
    if not number:
        return str(
            _("No pair was picked by an action about its figures yet; from 8 on more can be said.")
        )
    return str(
        ngettext(
            "%(num)d pair was picked by an action about its figures; from 8 on more can be said.",
            "%(num)d pairs were picked by actions about their figures; from 8 on more can be said.",
            number,
        )
    )


def distance_words(distance: int) -> str:
    """A wave by its distance from the last one before the contact."""
    if not distance:
        return str(_("last wave before"))
    if distance < 0:
        return str(ngettext("%(num)d wave earlier", "%(num)d waves earlier", -distance))
    return str(ngettext("%(num)d wave after", "%(num)d waves after", distance))

"""What may be said about an effect, and why nothing is said: the interval always comes first."""

from __future__ import annotations

from app.domain.refusals import N_
from app.scoring.studies import Silence, Study, Verdict

VERDICTS = {
    Verdict.HELPED: N_("%(low)s to %(high)s points beside comparable pairs: it helped."),
    Verdict.HARMED: N_("%(low)s to %(high)s points beside comparable pairs: it did harm."),
    Verdict.UNCLEAR: N_("Not distinguishable from no effect (could be %(low)s to %(high)s)."),
    Verdict.ACCOMPANIED: N_(
        "The two lines show what it was accompanied by. How the pairs were picked does not allow "
        "more."
    ),
    Verdict.SILENT: N_("No statement about an effect is possible."),
}

SILENCES = {
    Silence.FEW_TREATED: N_("Fewer than 8 pairs took part."),
    Silence.FEW_CONTROLS: N_("There are fewer than 8 comparable pairs that did not take part."),
    Silence.FEW_BEFORE: N_(
        "Pairs were left out that have too few waves before it: two are needed beside the one that"
        " picked them."
    ),
    Silence.NONE_AFTER: N_("Pairs were left out that have no wave after it yet."),
    Silence.ONE_TEAM: N_("One team is part of more than a third of the pairs that took part."),
    Silence.OTHER_EVENTS: N_(
        "More than a fifth of the pairs that took part had something else at the same time."
    ),
    Silence.RESPONSE_MOVED: N_("The response moved by more than 25 points."),
    Silence.INSTRUMENT_CHANGED: N_("The questionnaire changed in between."),
    Silence.ONE_PAIR: N_("What one pair did is a trend, not an effect."),
}


def signed(points: float) -> str:
    """Points with their sign, without decimals: +8, 0, -2."""
    rounded = round(points)
    return f"{rounded:+d}" if rounded else "0"


def values(study: Study) -> dict[str, str]:
    """What the sentence of the verdict names; nothing where it has no interval."""
    if study.effect is None:
        return {}
    return {"low": signed(study.effect.low), "high": signed(study.effect.high)}

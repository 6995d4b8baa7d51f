"""Where something that an action started stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _

from app.domain.refusals import N_
from app.domain.starts import Stage, Started
from app.health.models import RemedyKind
from app.health.wording.figures import KIND_LABELS
from app.web.locale import day

STAGE_LABELS = {
    Stage.DRAFTED: N_("drafted"),
    Stage.ANNOUNCED: N_("announced"),
    Stage.UNDER_WAY: N_("under way"),
    Stage.TOOK_PLACE: N_("took place"),
    Stage.CALLED_OFF: N_("called off"),
}

STAGE_TONES = {
    Stage.DRAFTED: "plain",
    Stage.ANNOUNCED: "lake",
    Stage.UNDER_WAY: "lake",
    Stage.TOOK_PLACE: "good",
    Stage.CALLED_OFF: "warn",
}

STAGE_WORDS = {  # whole sentences with a day, and without one
    Stage.DRAFTED: (N_("Drafted for %(day)s, not announced yet."), N_("Drafted, not offered yet.")),
    Stage.ANNOUNCED: (N_("Announced for %(day)s."), N_("Offered; nobody is placed yet.")),
    Stage.UNDER_WAY: (N_("Under way since %(day)s."), N_("Under way.")),
    Stage.TOOK_PLACE: (N_("Took place, last on %(day)s."), N_("Took place.")),
    Stage.CALLED_OFF: (
        N_("Called off; it was meant for %(day)s."),
        N_("Withdrawn, or nobody came of it."),
    ),
}


def stage_words(started: Started) -> str:
    """Where something that was started stands, as a sentence."""
    with_day, without = STAGE_WORDS[started.stage]
    return str(_(without) if started.on is None else _(with_day, day=day(started.on)))


def stage_label(started: Started) -> str:
    """Where something that was started stands, in a word or two."""
    return str(_(STAGE_LABELS[started.stage]))


def begun_words(started: Sequence[Started]) -> list[tuple[str, str]]:
    """What was started for an action, each kind and stage once, with how often; and their tones."""
    counted = Counter((one.kind, one.stage) for one in started)
    return [
        (_begun(KIND_LABELS[RemedyKind(kind)], STAGE_LABELS[stage], times), STAGE_TONES[stage])
        for (kind, stage), times in counted.items()
    ]


def _begun(kind: str, stage: str, times: int) -> str:
    words = {"kind": _(kind), "stage": _(stage)}
    if times == 1:
        return str(_("%(kind)s: %(stage)s", **words))
    return str(_("%(num)d × %(kind)s: %(stage)s", num=times, **words))

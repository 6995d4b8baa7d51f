"""Insights: what one team would change at another, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from app.domain.refusals import N_, Invalid, Refusal

ANSWER_WITHIN = timedelta(days=28)
REMIND_BEFORE = timedelta(days=2)


class InsightKind(StrEnum):
    """What was looked back at."""

    STAY = "stay"
    JOINT_DAY = "joint_day"


class InsightFate(StrEnum):
    """What became of an insight."""

    OPEN = "open"
    USED = "used"
    AGREEMENT = "agreement"
    DECLINED = "declined"


KIND_LABELS = {
    InsightKind.STAY: N_("Stay"),
    InsightKind.JOINT_DAY: N_("Joint day"),
}
FATE_LABELS = {
    InsightFate.OPEN: N_("Open"),
    InsightFate.USED: N_("Used"),
    InsightFate.AGREEMENT: N_("Became an agreement"),
    InsightFate.DECLINED: N_("Declined, with a reason"),
}


class NoteMissing(Invalid):
    """A fate without words is no answer."""

    msgid = N_("Please say in a sentence what became of it, or why not.")


class NobodyAnswers(Refusal):
    """An insight needs somebody who answers it."""

    msgid = N_("Nobody answers for the other team at the moment. Please tell HR.")

"""How fates of insights look wherever they are shown."""

from __future__ import annotations

from app.domain.insights import InsightFate

FATE_TONES = {
    InsightFate.OPEN: "requested",
    InsightFate.USED: "used",
    InsightFate.AGREEMENT: "agreed",
    InsightFate.DECLINED: "cancelled",
}

"""Times people enter by the clock on the wall, also in the night in which it is put back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.domain.timespan import Pass, RepeatedHour, SkippedHour, entered, pass_of
from app.web.form import VersionedForm


class WallClockForm(VersionedForm):
    """A time that comes twice is refused once; who means it says which of the two.

    The question is shown (`asks_which_hour`) only where there was such a time.
    """

    which_hour = RadioField(
        _l("Which of the two?"),
        [Optional()],
        choices=[
            SelectChoice(Pass.FIRST.value, _l("The first one, before the clocks are put back")),
            SelectChoice(Pass.SECOND.value, _l("The second one, after that")),
        ],
    )
    was_asked_which = False

    @property
    def asks_which_hour(self) -> bool:
        """Whether the question has its place on the page."""
        return self.was_asked_which or bool(self.which_hour.data)

    def instant(self, day: date, field: Any, zone: ZoneInfo) -> datetime | None:
        """The instant of a time of `day`; None with an error beside `field`. After `validate`."""
        meant = Pass(self.which_hour.data) if self.which_hour.data else None
        try:
            return entered(datetime.combine(day, field.data), zone, meant)
        except (SkippedHour, RepeatedHour) as refusal:
            field.errors = [*field.errors, _(refusal.msgid)]
            self.was_asked_which |= isinstance(refusal, RepeatedHour)
            return None


def stored_hour(instants: list[datetime], zone: ZoneInfo) -> dict[str, str]:
    """Which of the two is meant by instants as they are stored; empty where none comes twice."""
    found = {each for each in (pass_of(instant, zone) for instant in instants) if each}
    return {"which_hour": max(found).value} if found else {}

"""What happened in a stay and what comes, in one line of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.consent import PARTY_LABELS, ConsentState
from app.domain.refusals import N_
from app.domain.stays import CHECK_IN_LABELS, FREED, OVER, StayState
from app.domain.timespan import last_day
from app.rotations.models import Consent, DebriefSide, Stay

ANSWERS = {
    ConsentState.GIVEN: N_("agreed"),
    ConsentState.REFUSED: N_("did not agree"),
    ConsentState.DEEMED: N_("did not answer in time, which counts as agreed"),
}
SIDE_LABELS = {
    DebriefSide.PERSON: N_("The person"),
    DebriefSide.HOST: N_("Host team"),
    DebriefSide.HOME: N_("Home team"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time.

    `label` is a message id; `party` and `answer`, message ids as well, fill its placeholders.
    `is_due` says that the day is one until which something is to be done.
    """

    day: date
    label: str
    is_done: bool
    party: str = ""
    answer: str = ""
    is_due: bool = False


def timeline(stay: Stay, *, zone: ZoneInfo) -> list[Moment]:
    """Past and coming moments of a stay from `queries.stays.find`, by day. No statements."""

    def day_of(at: datetime) -> date:
        return at.astimezone(zone).date()

    moments = [Moment(day_of(stay.created_at), N_("Place given"), is_done=True)]
    moments += [moment for c in stay.consents for moment in _consent(c, zone)]
    if stay.state in FREED and stay.ended_at is not None:
        moments.append(
            Moment(day_of(stay.ended_at), N_("The stay will not take place"), is_done=True)
        )
    else:
        moments += _days(stay)
        moments += [
            Moment(
                day_of(d.written_at),
                N_("Debrief: %(party)s"),
                is_done=True,
                party=SIDE_LABELS[d.side],
            )
            for d in stay.debriefs
        ]
    return sorted(moments, key=lambda moment: moment.day)


def _consent(consent: Consent, zone: ZoneInfo) -> Iterator[Moment]:
    if consent.answered_at is not None:
        day = consent.answered_at.astimezone(zone).date()
        label = N_("%(party)s: %(answer)s")
        yield Moment(
            day,
            label,
            is_done=True,
            party=PARTY_LABELS[consent.party],
            answer=ANSWERS[consent.state],
        )
    elif consent.state is ConsentState.ASKED and consent.due_on is not None:
        yield Moment(
            consent.due_on,
            N_("Answer due: %(party)s"),
            is_done=False,
            party=PARTY_LABELS[consent.party],
            is_due=True,
        )


def _days(stay: Stay) -> Iterator[Moment]:
    has_begun = stay.state in {StayState.RUNNING, *OVER}
    yield Moment(stay.starts_on, N_("First day"), is_done=has_begun)
    for check_in in stay.check_ins:
        yield Moment(
            check_in.due_on,
            N_("Check-in: %(party)s"),
            is_done=check_in.done_at is not None,
            party=CHECK_IN_LABELS[check_in.kind],
        )
    yield Moment(last_day(stay.ends_on), N_("Last day"), is_done=stay.state in OVER)

"""What pages of trainings say in words: seats, languages, lengths, topics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext

from app.domain.joining import Left, seats_in_words
from app.domain.refusals import N_
from app.domain.seats import Stage, Window, stage
from app.gatherings.models import Gathering, Topic
from app.web.locale import deadline

TOPIC_LOOKS = {  # hue and icon, so that a topic is known again
    Topic.CONFLICT_MANAGEMENT: (6, "puzzle"),
    Topic.ACTIVE_LISTENING: (4, "chat-quote"),
    Topic.CUSTOMER_ORIENTATION: (1, "bullseye"),
    Topic.KNOWING_PEOPLE: (2, "person-heart"),
    Topic.MARKETING_FOR_SALES: (5, "megaphone"),
    Topic.SALES_FOR_MARKETING: (0, "shop"),
    Topic.LEADERSHIP: (9, "compass"),
    Topic.COACHING: (11, "signpost-split"),
}
MOVES_UP = N_(
    "When a seat comes free, the first in line moves up by itself. In the last three days before "
    "the start you are asked first and have some hours to accept. After %(moment)s nobody moves "
    "up any more."
)
IS_ASKED = N_(
    "When a seat comes free, the first in line is asked and has some hours to accept. "
    "After %(moment)s nobody moves up any more."
)
STAYS_FREE = N_("Booking is closed: a seat that comes free now stays free.")
MINUTES_A_DAY = 480  # a working day


def seats(left: Left) -> tuple[str, str]:
    """How many seats are left, and a tone."""
    (one, many), number, tone = seats_in_words(left)
    return str(ngettext(one, many, number)), tone


def how_the_list_moves(gathering: Gathering, at: datetime) -> str:
    """What becomes of a seat that comes free now, as those on the waiting list read it."""
    window = Window(gathering.opens_at, gathering.closes_at, gathering.starts_at)
    now, close = stage(window, at), deadline(window.end)
    if now is Stage.AUTOMATIC:
        return str(gettext(MOVES_UP, moment=close))
    return str(gettext(IS_ASKED, moment=close)) if now is Stage.OFFER else str(gettext(STAYS_FREE))


def language(code: str) -> str:
    """A language by its code in the reader's language."""
    found = str(get_locale().languages.get(code, code))
    return found[:1].upper() + found[1:]


def one_of(names: Iterable[str]) -> str:
    """Names of whom one will do: "Ada, Bo or Cy"."""
    return format_list(list(names), style="or", locale=get_locale())


def all_of(names: Iterable[object]) -> str:
    """All of some things: "1, 2 and 4"."""
    return format_list([str(name) for name in names], locale=get_locale())


def length(minutes: int) -> str:
    """How long a course takes: in whole days from one working day (8 hours) on, else in hours."""
    if minutes >= MINUTES_A_DAY and minutes % MINUTES_A_DAY == 0:
        number = minutes // MINUTES_A_DAY
        return str(ngettext("%(num)d day", "%(num)d days", number))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    hours, rest = divmod(minutes, 60)
    if rest:
        return str(gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=rest))
    return str(ngettext("%(num)d hour", "%(num)d hours", hours))


def validity(months: int | None) -> str:
    """For how long a certificate holds."""
    if months is None:
        return str(gettext("for good"))
    if months % 12:
        return str(ngettext("%(num)d month", "%(num)d months", months))
    return str(ngettext("%(num)d year", "%(num)d years", months // 12))

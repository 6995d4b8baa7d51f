"""How much of a stranger's calendar is read, and the ways in which reading ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.refusals import N_

MEBIBYTE = 1024 * 1024

MAX_BYTES = 10 * MEBIBYTE
SNIFFED_BYTES = 1024
MAX_LINES = 500_000
MAX_NESTING = 5
MAX_EVENTS = 10_000
MAX_ZONES = 500
MAX_NAME = 255  # characters of a UID that are kept; more is no name

MAX_INTERVAL = 1000
MAX_COMBINATIONS = 500  # of the BY lists of one rule
MAX_TIMES_A_DAY = 24
MAX_LISTED_DATES = 2000  # RDATE, EXDATE and changed dates of one series
MAX_EVENT_DAYS = 400
FIRST_YEAR, LAST_YEAR = 1900, 2200

MAX_PER_SERIES = 1000
MAX_PER_FILE = 5000
MAX_SKIPPED = 1000  # entries of the list of what was left out
MAX_WORK = 600_000  # days that all rules of a file together may look at: a few seconds
WORK_OF_A_DATE = 12  # a date that is found costs as much as so many days looked at

TOO_LARGE = N_("The calendar is larger than 10 MB.")
NO_CALENDAR = N_("This is not a calendar.")
TOO_MANY_LINES = N_("The calendar has more than 500,000 lines.")
TOO_DEEP = N_("The calendar is nested too deeply.")
TOO_MANY_EVENTS = N_("The calendar has more than 10,000 events.")
TOO_SLOW = N_("Reading the calendar took too long.")
TOO_GREEDY = N_("Reading the calendar needed too much memory.")
BROKEN = N_("The calendar could not be read.")

NO_START = N_("It has no start.")
BAD_START = N_("Its start cannot be read.")
BAD_END = N_("Its end cannot be read.")
BAD_CHANGED_DATE = N_("The date it replaces cannot be read.")
UNFINISHED = N_("It is incomplete.")
TOO_EARLY_OR_LATE = N_("It starts before 1900 or after 2200.")
TOO_LONG = N_("It lasts longer than 400 days.")
BAD_RULE = N_("Its repetition cannot be understood.")
BAD_INTERVAL = N_("Its repetition skips fewer than one or more than 1,000 periods.")
TOO_OFTEN = N_("It repeats within hours, minutes or seconds.")
OTHER_CALENDAR = N_("Its repetition follows another calendar system.")
EXCLUDING_RULE = N_("It excludes dates by a rule, which calendars no longer use.")
SEVERAL_RULES = N_("It has more than one repetition.")
TOO_COMBINED = N_("Its repetition combines too many conditions.")
TOO_MANY_LISTED = N_("It lists more than 2,000 single dates.")
TOO_MUCH_WORK = N_("The repetitions of this calendar need too much computing.")

CUT_SERIES = N_("Only its first 1,000 dates were read.")
CUT_FILE = N_("Only the first 5,000 dates of the calendar were read.")
SOME_DATES_UNREADABLE = N_("Some of its single dates cannot be read and were left out.")

NOT_UTF8 = N_("Some characters may be wrong: the calendar is not written in UTF-8.")
UNKNOWN_ZONE = N_("Some times are in an unknown time zone and were read in yours.")


class FileRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The whole calendar is refused; `reason` is an English sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SeriesRefused(Exception):  # noqa: N818 - an answer, not a fault
    """One event, with all its dates, is left out; `reason` is an English sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Budget:
    """The work that all rules of one file may cause together, in days looked at."""

    left: int = field(default=MAX_WORK)

    def spend(self, days: int) -> None:
        """Take `days` away. Raises SeriesRefused when nothing is left."""
        self.left -= days
        if self.left < 0:
            raise SeriesRefused(TOO_MUCH_WORK)

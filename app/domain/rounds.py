"""How a round lives: its states, which moves are allowed when, and what its deadlines demand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.refusals import N_, Refusal
from app.domain.timespan import ONE_DAY, start_of

MONDAY = 0
SATURDAY = 5
REMIND_WORKING_DAYS = 3


class RoundState(StrEnum):
    """A round lives through these in order."""

    DRAFT = "draft"
    OPEN = "open"
    PLANNING = "planning"
    PUBLISHED = "published"
    RUNNING = "running"
    CLOSED = "closed"


STATE_LABELS = {
    RoundState.DRAFT: N_("Draft"),
    RoundState.OPEN: N_("Open"),
    RoundState.PLANNING: N_("In planning"),
    RoundState.PUBLISHED: N_("Published"),
    RoundState.RUNNING: N_("Running"),
    RoundState.CLOSED: N_("Closed"),
}
MOVE_LABELS = {
    RoundState.DRAFT: N_("Make it a draft again"),
    RoundState.OPEN: N_("Open the round"),
    RoundState.PLANNING: N_("Begin planning"),
    RoundState.PUBLISHED: N_("Publish the plan"),
    RoundState.RUNNING: N_("Begin the round"),
    RoundState.CLOSED: N_("Close the round"),
}
NEXT = {
    RoundState.DRAFT: RoundState.OPEN,
    RoundState.OPEN: RoundState.PLANNING,
    RoundState.PLANNING: RoundState.PUBLISHED,
    RoundState.PUBLISHED: RoundState.RUNNING,
    RoundState.RUNNING: RoundState.CLOSED,
}
BACK = {RoundState.OPEN: RoundState.DRAFT}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days of a round; each deadline includes its day, in the zone of the first site."""

    placements_due_on: date
    applications_due_on: date
    endorsements_due_on: date
    publish_on: date
    starts_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a move: the state, the deadlines, the day, and counts of a round.

    `applications` counts every application, drafts and withdrawn ones included; `submitted` those
    that count; `open_endorsements` those nobody decided; `live_stays` those not yet ended.
    """

    state: RoundState
    deadlines: Deadlines
    ends_on: date
    today: date
    applications: int = 0
    submitted: int = 0
    open_endorsements: int = 0
    live_stays: int = 0


class MoveNotPossible(Refusal):
    """The round cannot go from its state to the one asked for."""

    msgid = N_("A round cannot move there from the state it is in.")


class ApplicationsPast(Refusal):
    """Nobody could apply in a round opened this late."""

    msgid = N_("The deadline for applications has passed. Please set a later one first.")


class ApplicationsStillOpen(Refusal):
    """People may still apply."""

    msgid = N_("People may still apply until the end of the deadline's day.")


class EndorsementsOpen(Refusal):
    """Some applications wait for the home team's answer."""

    msgid = N_("Some endorsements are not decided yet.")


class ByPublishingOnly(Refusal):
    """A round is published together with its plan."""

    msgid = N_("A round is published by publishing one of its plans.")


class NotStarted(Refusal):
    """The first block has not begun."""

    msgid = N_("The first day of the round has not come yet.")


class NotOver(Refusal):
    """Blocks or stays are still ahead."""

    msgid = N_("The last block is not over, or some stays have not ended.")


class HasApplications(Refusal):
    """A round with applications cannot become a draft again."""

    msgid = N_("People have already begun to apply, so the round cannot become a draft again.")


def obstacle(standing: Standing, to: RoundState) -> Refusal | None:
    """Why the round may not move to `to` by hand or by itself now; None when it may."""
    if to not in (NEXT.get(standing.state), BACK.get(standing.state)):
        return MoveNotPossible()
    return _OBSTACLES[to](standing)


def _to_draft(standing: Standing) -> Refusal | None:
    return HasApplications() if standing.applications else None


def _to_open(standing: Standing) -> Refusal | None:
    late = standing.today > standing.deadlines.applications_due_on
    return ApplicationsPast() if late else None


def _to_planning(standing: Standing) -> Refusal | None:
    """Before the endorsements are due every one of them must be decided; afterwards not."""
    if standing.today <= standing.deadlines.applications_due_on:
        return ApplicationsStillOpen()
    undecided = standing.open_endorsements > 0
    early = standing.today <= standing.deadlines.endorsements_due_on
    return EndorsementsOpen() if undecided and early else None


def _to_published(_standing: Standing) -> Refusal | None:
    return ByPublishingOnly()


def _to_running(standing: Standing) -> Refusal | None:
    return NotStarted() if standing.today < standing.deadlines.starts_on else None


def _to_closed(standing: Standing) -> Refusal | None:
    return NotOver() if standing.today < standing.ends_on or standing.live_stays else None


_OBSTACLES = {
    RoundState.DRAFT: _to_draft,
    RoundState.OPEN: _to_open,
    RoundState.PLANNING: _to_planning,
    RoundState.PUBLISHED: _to_published,
    RoundState.RUNNING: _to_running,
    RoundState.CLOSED: _to_closed,
}


def due_move(standing: Standing) -> RoundState | None:
    """The state a round moves to by itself today, or None.

    It opens and is published by people only; planning begins by itself only once the
    endorsements are due, so that HR keeps the say before.
    """
    to = NEXT.get(standing.state)
    if to in (None, RoundState.OPEN, RoundState.PUBLISHED):
        return None
    if to is RoundState.PLANNING and standing.today <= standing.deadlines.endorsements_due_on:
        return None
    return to if obstacle(standing, to) is None else None


def deadline_problems(deadlines: Deadlines) -> dict[str, str]:
    """Field name -> English message for every date that cannot be; empty when all fit."""
    problems = {
        later: message
        for earlier, later, message in _ORDER
        if getattr(deadlines, earlier) > getattr(deadlines, later)
    }
    if deadlines.starts_on.weekday() != MONDAY:
        problems.setdefault("starts_on", N_("A round begins on a Monday."))
    return problems


_ORDER = (
    (
        "placements_due_on",
        "applications_due_on",
        N_("People apply for placements, so this cannot be before the placements are due."),
    ),
    (
        "applications_due_on",
        "endorsements_due_on",
        N_("Endorsements cannot be due before the applications are."),
    ),
    (
        "endorsements_due_on",
        "publish_on",
        N_("The plan cannot be published before the endorsements are due."),
    ),
    ("publish_on", "starts_on", N_("The round cannot begin before its plan is published.")),
)
DEADLINES = ("placements_due_on", "applications_due_on", "endorsements_due_on", "publish_on")
ONLY_LATER = N_("In a round that is open a deadline can only be moved to a later day.")
ALREADY_PAST = N_("This day has already passed.")
FIXED = N_("This cannot change any more once the round is open.")


def extension_problems(
    old: Mapping[str, date], new: Mapping[str, date], *, today: date
) -> dict[str, str]:
    """Field name -> message where deadlines of an open round are moved as they must not be."""
    problems = {}
    for name in DEADLINES:
        if new[name] < old[name]:
            problems[name] = ONLY_LATER
        elif new[name] != old[name] and new[name] < today:
            problems[name] = ALREADY_PAST
    return problems


def is_past(due_on: date, *, today: date) -> bool:
    """Whether a deadline is over: its own day still counts."""
    return today > due_on


def closes_at(due_on: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a deadline ends: midnight after its day in `zone`."""
    return start_of(due_on + ONE_DAY, zone)


def remind_on(due_on: date, *, holidays: Collection[date] = ()) -> date:
    """The day three working days (Monday to Friday, no holiday) before a deadline."""
    day, left = due_on, REMIND_WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY and day not in holidays:
            left -= 1
    return day


def is_reminding(due_on: date, *, today: date, holidays: Collection[date] = ()) -> bool:
    """Whether today lies between the reminder day and the deadline, both included."""
    return remind_on(due_on, holidays=holidays) <= today <= due_on


@dataclass(frozen=True, slots=True)
class Supply:
    """What a round has to offer: placements shown, those still drafts, and seats."""

    offered: int
    drafts: int
    seats: int
    notice_weeks: int


def gaps(standing: Standing, supply: Supply) -> list[tuple[str, dict[str, int]]]:
    """What a round still lacks before it can be planned: English messages and their numbers."""
    if standing.state not in (RoundState.DRAFT, RoundState.OPEN, RoundState.PLANNING):
        return []
    lacking: list[tuple[str, dict[str, int]]] = []
    if not supply.offered:
        lacking.append((N_("No placement is offered yet."), {}))
    if supply.drafts:
        lacking.append(
            (N_("Placements that are still drafts: %(count)d"), {"count": supply.drafts})
        )
    if supply.offered and supply.seats < standing.submitted:
        short = standing.submitted - supply.seats
        lacking.append((N_("Seats missing for everybody to go once: %(count)d"), {"count": short}))
    if standing.open_endorsements:
        lacking.append(
            (
                N_("Endorsements nobody has decided: %(count)d"),
                {"count": standing.open_endorsements},
            )
        )
    days = standing.deadlines
    if days.publish_on + timedelta(weeks=supply.notice_weeks) > days.starts_on:
        lacking.append(
            (
                N_("The %(weeks)d weeks of notice end after the first day; people may waive them."),
                {"weeks": supply.notice_weeks},
            )
        )
    return lacking

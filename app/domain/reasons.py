"""Why somebody was placed or not, and why a wish is impossible, as sentences.

A reason is a dict with a `code` and what the sentence names: `placement`, `team`, `skill` as
words, `day` as ISO date of the block's first day or `block` as its 0-based number, `rank` from 1.
The codes are those of the planner (its cells, its static reasons) and a few of the house.
Reasons of the planner that are plain text such as "skill:7" or "unavailable:3" are read by
`parsed`; `worded` puts names in place of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.refusals import N_

Reason = Mapping[str, Any]

# Per code the sentences it may have, the one that says most first; the first one whose
# placeholders are all known is taken.
SENTENCES: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "placed": (
        (("rank",), N_("This was choice %(rank)d.")),
        ((), N_("The application was met.")),
    ),
    "pinned": (((), N_("HR decided on this stay outside the wishes.")),),
    "own_team": (((), N_("The placement is in the own home team.")),),
    "skill": (
        (("skill",), N_("The placement asks for the skill “%(skill)s”.")),
        ((), N_("The placement asks for a skill that is not recorded.")),
    ),
    "site": (
        (
            ("site",),
            N_("The placement is in %(site)s and neither travel nor remote work fits both sides."),
        ),
        (
            (),
            N_("The placement is at another site and neither travel nor remote work fits."),
        ),
    ),
    "forbid": (((), N_("This combination was ruled out beforehand.")),),
    "notice": (
        (("day",), N_("The placement begins before %(day)s, the earliest possible day.")),
        ((), N_("The placement begins before the earliest possible day.")),
    ),
    "start": (((), N_("The placement does not fit into the time that is left in the round.")),),
    "unavailable": (
        (("day",), N_("The person is away in the block from %(day)s on.")),
        (("block_number",), N_("The person is away in block %(block_number)d.")),
        ((), N_("The person is away in that time.")),
    ),
    "booked": (
        (("day",), N_("A training or a joint day is booked inside that time, on %(day)s.")),
        ((), N_("A training or a joint day is booked inside that time.")),
    ),
    "blackout": (
        (("team", "day"), N_("%(team)s has a blackout time in the block from %(day)s on.")),
        (("team",), N_("%(team)s has a blackout time in every possible block.")),
        ((), N_("The host team has a blackout time then.")),
    ),
    "capacity": (
        (
            ("placement", "day"),
            N_("All seats of “%(placement)s” are taken in the block from %(day)s on."),
        ),
        (("day",), N_("All seats are taken in the block from %(day)s on.")),
        (("block_number",), N_("All seats are taken in block %(block_number)d.")),
        ((), N_("All seats are taken.")),
    ),
    "max_guests": (
        (
            ("team", "day"),
            N_("%(team)s has no buddy free in the block from %(day)s on."),
        ),
        (("block_number",), N_("The host team has no buddy free in block %(block_number)d.")),
        ((), N_("The host team has no buddy free then.")),
    ),
    "max_out": (
        (
            ("team", "day"),
            N_("%(team)s needs everybody who is left in the block from %(day)s on."),
        ),
        (("block_number",), N_("The home team needs everybody left in block %(block_number)d.")),
        ((), N_("The home team needs everybody who is left then.")),
    ),
    "overlap": (((), N_("It overlaps with another stay of the person.")),),
    "max_rotations": (((), N_("The person has as many stays as one round allows.")),),
    "pair_max": (((), N_("The limit of stays between these two teams is reached.")),),
    "not_endorsed": (
        (("reason",), N_("The home team did not endorse the application: %(reason)s")),
        ((), N_("The home team did not endorse the application.")),
    ),
    "endorsement_open": (((), N_("Nobody had decided on the endorsement when it was planned.")),),
    "placement_withdrawn": (((), N_("The placement was withdrawn by its host team.")),),
    "no_choices": (((), N_("No placement was chosen.")),),
    "better_choice": (((), N_("A choice that was ranked higher was met.")),),
    "outweighed": (
        (
            (),
            N_("It was possible, but others had waited longer or the whole plan gained more."),
        ),
    ),
    "relax_capacity": (
        (
            ("placement", "day"),
            N_("One seat more at “%(placement)s” from %(day)s on would have been enough."),
        ),
        (
            ("placement",),
            N_("One seat more at “%(placement)s” would have been enough."),
        ),
        ((), N_("One seat more would have been enough.")),
    ),
    "relax_max_guests": (
        (("team",), N_("One buddy more in %(team)s would have been enough.")),
        ((), N_("One buddy more in the host team would have been enough.")),
    ),
    "relax_booked": (
        (("day",), N_("Without what is booked on %(day)s it would have been possible.")),
        ((), N_("Without what is booked then it would have been possible.")),
    ),
    "relax_max_out": (
        (("team",), N_("One person more present in %(team)s would have been enough.")),
        ((), N_("One person more present in the home team would have been enough.")),
    ),
}
UNKNOWN = N_("A rule of the round stood against it (%(code)s).")


@dataclass(frozen=True, slots=True)
class Names:
    """Words for keys; what is missing stays unsaid. `block_starts_on` gives a block's first day."""

    placements: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    skills: Mapping[int, str] = field(default_factory=dict)
    block_starts_on: Callable[[int], date] | None = None


def parsed(reason: str | Reason) -> dict[str, Any]:
    """A reason as a dict, also when the planner gave it as text such as "skill:7"."""
    if not isinstance(reason, str):
        return dict(reason)
    code, _, rest = reason.partition(":")
    if not rest:
        return {"code": code}
    key = {"skill": "skill", "unavailable": "block"}.get(code, "detail")
    return {"code": code, key: int(rest) if rest.isdecimal() else rest}


def worded(reason: str | Reason, names: Names) -> dict[str, Any]:
    """The reason with names instead of keys and the block's first day instead of its number."""
    told = parsed(reason)
    for key, words in (
        ("placement", names.placements),
        ("team", names.teams),
        ("skill", names.skills),
    ):
        if isinstance(told.get(key), int):
            told[key] = words.get(told[key])
    block = told.get("block")
    if isinstance(block, int) and names.block_starts_on is not None and not told.get("day"):
        told["day"] = names.block_starts_on(block).isoformat()
    return told


def sentence(reason: str | Reason) -> tuple[str, dict[str, Any]]:
    """The English sentence of a reason and the values it names; `day` comes as a date.

    Keys that are still numbers are left unsaid. A code nobody knows gets a plain sentence with
    the code in it, so that an old outcome can always be read.
    """
    told = parsed(reason)
    values = _values(told)
    for needed, msgid in SENTENCES.get(str(told.get("code")), ()):
        if all(name in values for name in needed):
            return msgid, {name: values[name] for name in needed}
    return UNKNOWN, {"code": str(told.get("code", "?"))}


def _values(told: Reason) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: told[name]
        for name in ("placement", "team", "skill", "site", "reason")
        if isinstance(told.get(name), str) and told[name]
    }
    if isinstance(told.get("rank"), int):
        values["rank"] = told["rank"]
    if isinstance(told.get("block"), int):
        values["block_number"] = told["block"] + 1
    day = _day(told.get("day"))
    if day is not None:
        values["day"] = day
    return values


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None

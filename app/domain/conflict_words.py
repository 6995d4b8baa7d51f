"""Why a round cannot be planned as asked: the facts that contradict each other, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.breach_words import NameBook, Told
from app.domain.refusals import N_

FACTS = {
    "pin": N_("%(person)s is pinned to “%(placement)s”."),
    "pin_start": N_("%(person)s is pinned to “%(placement)s” from %(day)s on."),
    "pair_min": N_("Stays from %(home)s with %(team)s: at least %(limit)s."),
    "pair_max": N_("Stays from %(home)s with %(team)s: at most %(limit)s."),
    "started": N_("%(person)s at “%(placement)s” has begun and cannot be changed."),
    "capacity": N_("Seats at “%(placement)s” from %(day)s on: %(limit)s."),
    "max_guests": N_("Guests %(team)s can look after from %(day)s on: %(limit)s."),
    "max_out": N_("People %(team)s can spare from %(day)s on: %(limit)s."),
    "max_rotations": N_("Stays %(person)s may have in this round: %(limit)s."),
    "min_gap": N_("Blocks that must pass between two stays of one person: %(limit)s."),
    "unavailable": N_("%(person)s is away, or has something booked, in the block from %(day)s on."),
    "notice": N_("%(person)s may begin from %(day)s on."),
    "forbid": N_("%(person)s is ruled out at “%(placement)s”."),
    "forbid_host": N_("%(person)s is ruled out with %(team)s."),
    "own_team": N_("%(person)s belongs to %(team)s and cannot be its guest."),
    "skill": N_("%(person)s lacks the skill “%(skill)s”."),
    "site": N_("“%(placement)s” is at another site than %(person)s, and neither travels."),
    "not_offered": N_("“%(placement)s” cannot begin on %(day)s."),
    "horizon": N_("The stay would outlast the round."),
    "past": N_("What lies before %(day)s is past."),
}
OTHER = N_("A rule of the round stands against it (%(code)s).")


def told_of(fact: Mapping[str, Any], names: NameBook) -> Told:
    """One fact of a conflict document as a sentence."""
    kind = str(fact.get("kind", "?"))
    if kind == "pin" and isinstance(fact.get("start"), int):
        kind = "pin_start"
    if kind == "forbid" and fact.get("placement") is None:
        kind = "forbid_host"
    return Told(FACTS.get(kind, OTHER), {**_values(fact, names), "code": kind})


def with_forbids(
    facts: Sequence[Mapping[str, Any]], instance: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The facts with what a forbid forbids in place of its number in the instance."""
    forbids = instance.get("forbids") or []
    return [
        {**fact, **forbids[fact["index"]]} if fact.get("kind") == "forbid" else dict(fact)
        for fact in facts
    ]


def _values(fact: Mapping[str, Any], names: NameBook) -> dict[str, Any]:
    def named(words: Mapping[str, str], *fields: str) -> str:
        key = next((str(fact[name]) for name in fields if fact.get(name) is not None), "")
        return words.get(key, key)

    block = next((fact[k] for k in ("start", "block") if isinstance(fact.get(k), int)), 0)
    found: dict[str, Any] = {
        "person": named(names.people, "employee"),
        "placement": named(names.placements, "placement"),
        "team": named(names.teams, "host", "team"),
        "home": named(names.teams, "home"),
        "skill": named(names.skills, "skill"),
        "limit": fact.get("limit", "?"),
    }
    if names.starts_on is not None:
        found["day"] = names.starts_on(max(0, block))
    return found

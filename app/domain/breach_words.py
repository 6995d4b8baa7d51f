"""Broken rules and obstacles as English sentences with the names of people, teams and blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.breaches import BOOKED, Breach
from app.domain.diary import Activity, Booked
from app.domain.refusals import N_

RULES = {
    "H1": N_("One stay at a time"),
    "H2": N_("Person and placement must fit"),
    "H3": N_("Start windows and notice"),
    "H4": N_("Absences"),
    "H5": N_("Seats"),
    "H6": N_("Buddies of the host"),
    "H7": N_("Minimum staffing at home"),
    "H8": N_("Pins"),
    "H9": N_("Limits between two teams"),
    "H10": N_("Stays that have begun"),
    BOOKED: N_("Already booked"),
}

BROKEN = {
    "max_rotations": N_("%(person)s has %(used)s stays in this round; it allows %(limit)s."),
    "twice": N_("%(person)s has “%(placement)s” twice."),
    "overlap": N_("“%(placement)s” begins for %(person)s before the stay ahead of it is over."),
    "unknown_person": N_("%(person)s takes no part in this round any more."),
    "unknown_placement": N_("A placement given to %(person)s is not offered any more."),
    "own_team": N_("“%(placement)s” is in %(person)s's own team."),
    "skill": N_("%(person)s lacks the skill “%(skill)s” that “%(placement)s” asks for."),
    "site": N_("“%(placement)s” is at another site than %(person)s, and neither travels."),
    "forbid": N_("%(person)s at “%(placement)s” is ruled out."),
    "not_wished": N_("%(person)s did not wish for “%(placement)s”. A pin would allow it."),
    "start": N_("“%(placement)s” cannot begin on %(day)s (%(person)s)."),
    "horizon": N_("“%(placement)s” from %(day)s on would outlast the round (%(person)s)."),
    "past": N_("%(day)s is past, %(person)s cannot begin “%(placement)s” then."),
    "notice": N_("%(person)s cannot begin “%(placement)s” before %(limit_day)s."),
    "unavailable": N_("%(person)s is away in the block from %(day)s on (“%(placement)s”)."),
    "capacity": N_(
        "“%(placement)s”: more people than seats from %(day)s on (%(used)s for %(limit)s)."
    ),
    "max_guests": N_(
        "%(team)s: more guests than buddies from %(day)s on (%(used)s for %(limit)s)."
    ),
    "max_out": N_("%(team)s: too many away from %(day)s on (%(used)s, at most %(limit)s)."),
    "pin": N_("%(person)s is pinned to “%(placement)s”, but not placed there."),
    "pair_min": N_("Stays from %(home)s with %(team)s: %(used)s, at least %(limit)s must be."),
    "pair_max": N_("Stays from %(home)s with %(team)s: %(used)s, at most %(limit)s may be."),
    Activity.TRAINING: N_(
        "%(person)s has a training on %(on)s: “%(what)s”. It lies inside “%(placement)s”."
    ),
    Activity.TEACHING: N_(
        "%(person)s leads a training on %(on)s: “%(what)s”. It lies inside “%(placement)s”."
    ),
    Activity.GUEST: N_(
        "%(person)s goes along as a guest on %(on)s: “%(what)s”. It lies inside “%(placement)s”."
    ),
    Activity.HOST: N_(
        "%(person)s offers a joint day on %(on)s: “%(what)s”. It lies inside “%(placement)s”."
    ),
    "started": N_("%(person)s at “%(placement)s” has begun and must stay as it is."),
}

IN_THE_WAY = {
    "own_team": N_("It is the person's own team."),
    "skill": N_("The skill “%(skill)s” is missing."),
    "site": N_("It is at another site, and neither travel nor remote work fits."),
    "forbid": N_("It is ruled out for this person."),
    "not_wished": N_("The person did not wish for it."),
    "start": N_("It cannot begin on %(day)s."),
    "horizon": N_("From %(day)s on it would outlast the round."),
    "past": N_("%(day)s is past."),
    "notice": N_("The person may begin from %(limit_day)s on."),
    "unavailable": N_("The person is away in the block from %(day)s on."),
    Activity.TRAINING: N_("The person has a training on %(on)s: “%(what)s”."),
    Activity.TEACHING: N_("The person leads a training on %(on)s: “%(what)s”."),
    Activity.GUEST: N_("The person goes along as a guest on %(on)s: “%(what)s”."),
    Activity.HOST: N_("The person offers a joint day on %(on)s: “%(what)s”."),
    "capacity": N_("Every seat is taken from %(day)s on (%(used)s of %(limit)s)."),
    "max_guests": N_("%(team)s has no buddy left from %(day)s on (%(used)s of %(limit)s guests)."),
    "max_guests_closed": N_("%(team)s takes no guests in the block from %(day)s on."),
    "max_out": N_("%(team)s can spare nobody else from %(day)s on (%(used)s of %(limit)s away)."),
    "max_out_closed": N_("%(team)s can spare nobody in the block from %(day)s on."),
    "pair_max": N_("Stays from %(home)s with %(team)s: at most %(limit)s."),
    "overlap": N_("The person is on another stay then."),
    "twice": N_("The person has this placement already."),
    "max_rotations": N_("The person has as many stays already as the round allows (%(limit)s)."),
}

RELAXED = {
    "capacity": N_("one more seat at “%(placement)s” from %(day)s on"),
    "max_guests": N_("one more buddy in %(team)s from %(day)s on"),
    "max_out": N_("%(team)s spares one more person from %(day)s on"),
    "pair_max": N_("one more stay allowed from %(home)s to %(team)s"),
    Activity.TRAINING: N_("%(person)s gives back the seat in “%(what)s” on %(on)s"),
    Activity.TEACHING: N_("somebody else leads “%(what)s” on %(on)s"),
    Activity.GUEST: N_("%(person)s gives back the seat in “%(what)s” on %(on)s"),
    Activity.HOST: N_("%(person)s moves or calls off “%(what)s” on %(on)s"),
}


@dataclass(frozen=True, slots=True)
class NameBook:
    """Words for the planner's ids; unknown ids are shown as they are."""

    people: Mapping[str, str] = field(default_factory=dict)
    placements: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    starts_on: Callable[[int], date] | None = None
    booked: Mapping[str, Booked] = field(default_factory=dict)

    def values(self, breach: Breach) -> dict[str, Any]:
        """What the sentences about a breach may name; days as dates."""
        found: dict[str, Any] = {
            "person": self.people.get(breach.person, breach.person),
            "placement": self.placements.get(breach.placement, breach.placement),
            "team": self.teams.get(breach.team, breach.team),
            "home": self.teams.get(breach.detail, breach.detail),
            "skill": self.skills.get(breach.detail, breach.detail),
            "limit": breach.limit,
            "used": breach.used,
        }
        if self.starts_on is not None:
            found["day"] = self.starts_on(max(0, breach.block))
            found["limit_day"] = self.starts_on(max(0, breach.limit))
        if breach.detail in self.booked:
            one = self.booked[breach.detail]
            found |= {"what": one.title, "on": one.days.start}
        return found


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence to translate: English message id and the values it names, days as dates."""

    msgid: str
    values: Mapping[str, Any]


def broken(breach: Breach, names: NameBook) -> Told:
    """What is wrong with a plan."""
    return Told(BROKEN[breach.code], names.values(breach))


def in_the_way(breach: Breach, names: NameBook) -> Told:
    """What keeps one person from one placement."""
    code = f"{breach.code}_closed" if breach.limit == 0 else breach.code
    words = IN_THE_WAY.get(code) or IN_THE_WAY.get(breach.code) or BROKEN[breach.code]
    return Told(words, names.values(breach))


def relaxed(breach: Breach, names: NameBook) -> Told:
    """What would have to give way; only for limits and bookings."""
    return Told(RELAXED[breach.code], names.values(breach))


def merged(breaches: tuple[Breach, ...]) -> list[Breach]:
    """The same limit in several blocks said once, with the first of them."""
    first: dict[tuple[str, str, str, str], Breach] = {}
    for breach in sorted(breaches, key=lambda b: b.block):
        first.setdefault((breach.code, breach.placement, breach.team, breach.detail), breach)
    return list(first.values())

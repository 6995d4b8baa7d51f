"""What is stored about people and teams, as far as a file mentions it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

TeamName = tuple[str, str]  # department and team, as they are called


@dataclass(frozen=True, slots=True)
class Home:
    """A home membership `[starts_on, ends_on)`; None means open."""

    team: TeamName
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as stored. `homes` in order of time; `last_start` of any membership or lead."""

    number: str
    given_name: str
    family_name: str
    email: str
    job_title: str
    site: str
    joined_on: date
    left_on: date | None
    working_days: str
    locale: str | None
    skills: frozenset[str] = frozenset()
    homes: tuple[Home, ...] = ()
    last_start: date | None = None


@dataclass(frozen=True, slots=True)
class TeamFact:
    """A team there is: its name as written, its site, and whether it takes members on a day."""

    name: TeamName
    site: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored, as far as a file mentions it.

    Keys of `sites` to `skills` are compared names. `mails` says whose number an address belongs
    to. `guarded` are the numbers of people whose address no file may change, because a role hangs
    on it. `adds_missing` lets departments, teams and skills be made that do not exist.
    """

    today: date
    people: Mapping[str, KnownPerson]
    mails: Mapping[str, str]
    sites: Mapping[str, str]
    departments: Mapping[str, str]
    teams: Mapping[tuple[str, str], TeamFact]
    skills: Mapping[str, str]
    adds_missing: bool = False
    guarded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A person as they will be stored; `known` before that, `home` only where it begins anew."""

    person: KnownPerson
    known: KnownPerson | None
    home: Home | None
    new_skills: tuple[str, ...]

"""Who is asking: roles and the actor that views and access predicates look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.refusals import N_


class Role(StrEnum):
    """Roles given by name. Employee is everybody; lead and deputy follow from dated team leads."""

    HR = "hr"
    WORKS_COUNCIL = "works_council"
    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"


ROLE_LABELS = {
    Role.HR: N_("HR"),
    Role.WORKS_COUNCIL: N_("Works council"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.TRAINER: N_("Trainer"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person, as data: loaded once per request, never a database object.

    `leads` and `deputises` are team ids on the day of the request; `sponsored` are the pairs of
    teams they look after, smaller key first; `teams` are all teams the person belongs to that day,
    `home_team` the one home team or None. `login` is the id of the server-side session.
    """

    person_id: int
    name: str
    email: str
    login: int
    locale: str
    zone: ZoneInfo
    roles: frozenset[Role] = frozenset()
    leads: frozenset[int] = frozenset()
    deputises: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    home_team: int | None = None
    sponsored: frozenset[tuple[int, int]] = frozenset()
    theme: str = "auto"
    unread: int = field(default=0, compare=False)

    @property
    def is_hr(self) -> bool:
        """Whether HR's pages are open to this person."""
        return Role.HR in self.roles

    @property
    def is_council(self) -> bool:
        """Whether the works council's pages are open to this person."""
        return Role.WORKS_COUNCIL in self.roles

    @property
    def is_administrator(self) -> bool:
        """Whether accounts and settings are open to this person."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def responsible_for(self) -> frozenset[int]:
        """Teams this person leads or deputises for today."""
        return self.leads | self.deputises

    @property
    def is_sponsor(self) -> bool:
        """Whether this person looks after at least one pair of teams today."""
        return bool(self.sponsored)

    @property
    def is_lead(self) -> bool:
        """Whether this person answers for at least one team today."""
        return bool(self.responsible_for)

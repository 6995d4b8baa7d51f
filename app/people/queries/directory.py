"""The directory: people as the asker may find them, and one person's page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.domain.collation import sort_key
from app.domain.roles import Actor
from app.people.models import (
    Department,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    Site,
    Team,
    TeamLead,
)
from app.people.queries.circle import on_day, visible_to, works_here

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the directory, on a day. `team` is the home team, None between teams."""

    id: int
    given_name: str
    family_name: str
    job_title: str
    site: str
    department: str
    team: str
    team_id: int | None
    number: str
    email: str
    left_on: date | None

    @property
    def name(self) -> str:
        """Given and family name, as people say it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def sorted_name(self) -> str:
        """Family name first, as lists are sorted."""
        return f"{self.family_name}, {self.given_name}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the directory; empty values narrow nothing.

    `everybody` includes people who have left, for those who may see them.
    """

    text: str = ""
    site_id: int | None = None
    department_id: int | None = None
    team_id: int | None = None
    everybody: bool = False


SORTS = ("name", "title", "team", "department", "site")


def entries(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    today: date,
    sort: str = "name",
    descending: bool = False,
) -> list[Entry]:
    """Whom `actor` finds, in German order. One statement; sorted and searched here.

    Each word of the text must begin a word of the name, title or team (for HR also of number or
    address), whatever its case and accents.
    """
    statement = (
        select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.job_title,
            Site.name,
            func.coalesce(Department.name, ""),
            func.coalesce(Team.name, ""),
            Team.id,
            Person.number,
            Person.email,
            Person.left_on,
        )
        .join(Site, Site.id == Person.site_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.kind == MembershipKind.HOME)
            & on_day(Membership, today)[0]
            & on_day(Membership, today)[1],
        )
        .outerjoin(Team, Team.id == Membership.team_id)
        .outerjoin(Department, Department.id == Team.department_id)
        .where(visible_to(actor, today=today))
    )
    if not wanted.everybody:
        statement = statement.where(works_here(today))
    if wanted.site_id is not None:
        statement = statement.where(Person.site_id == wanted.site_id)
    if wanted.department_id is not None:
        statement = statement.where(Team.department_id == wanted.department_id)
    if wanted.team_id is not None:
        statement = statement.where(Team.id == wanted.team_id)
    rows = [Entry(*row) for row in session.execute(statement)]
    found = _matching(rows, wanted.text, records=actor.is_hr)
    return sorted(found, key=lambda entry: _order(entry, sort), reverse=descending)


def _matching(rows: list[Entry], text: str, *, records: bool) -> list[Entry]:
    wanted = sort_key(text)[0][0].split()
    if not wanted:
        return rows
    return [row for row in rows if all(_begins(word, row, records=records) for word in wanted)]


def _begins(word: str, row: Entry, *, records: bool) -> bool:
    texts = [row.given_name, row.family_name, row.job_title, row.team]
    if records:
        texts += [row.number, row.email]
    return any(f" {part}".find(f" {word}") >= 0 for part in sort_key(*texts)[0])


def _order(entry: Entry, sort: str) -> Key:
    first = {
        "title": entry.job_title,
        "team": entry.team,
        "department": entry.department,
        "site": entry.site,
    }.get(sort, "")
    return (*sort_key(first, entry.family_name, entry.given_name), entry.id)


def find(session: Session, actor: Actor, person_id: int, *, today: date) -> Person | None:
    """The person with site, skills, memberships and their teams, if `actor` may see them.

    Four statements.
    """
    return session.scalar(
        select(Person)
        .where(Person.id == person_id, visible_to(actor, today=today))
        .join(Person.site)
        .options(
            contains_eager(Person.site),
            selectinload(Person.skills).joinedload(PersonSkill.skill),
            selectinload(Person.memberships)
            .joinedload(Membership.team)
            .options(joinedload(Team.department), joinedload(Team.site)),
        )
    )


def leads_of(session: Session, person_id: int) -> Sequence[TeamLead]:
    """What the person leads or deputises for, ever, oldest first, with teams. One statement."""
    return session.scalars(
        select(TeamLead)
        .where(TeamLead.person_id == person_id)
        .options(joinedload(TeamLead.team).joinedload(Team.department))
        .order_by(TeamLead.starts_on, TeamLead.id)
    ).all()


def known(session: Session, person_id: int) -> Person | None:
    """The person, for services that act on them. One statement."""
    return session.get(Person, person_id)


def named(session: Session, text: str) -> Person | None:
    """The person with this personnel number or e-mail address, or None. One statement.

    A suggestion as forms offer it, "Weiß, Jürgen (10042)", is understood too.
    """
    inside = text.rpartition("(")[2].removesuffix(")").strip() if text.endswith(")") else text
    folded = " ".join(unicodedata.normalize("NFKC", inside).split())
    mine = or_(Person.number == folded, Person.email == folded.casefold())
    return session.scalars(select(Person).where(mine).limit(1)).first()

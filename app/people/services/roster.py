"""Carry out what an import has decided: few statements, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from app.domain.roster.columns import folded
from app.domain.roster.facts import KnownPerson, PersonDraft
from app.domain.roster.fates import Additions, Fate, FateKind, Outlook
from app.domain.roster.teams import KnownTeam, TeamDraft
from app.people.models import (
    Department,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    Side,
    Site,
    Skill,
    Team,
    TeamLead,
)

PERSON = cast("Table", Person.__table__)
MEMBERSHIP = cast("Table", Membership.__table__)
LEAD = cast("Table", TeamLead.__table__)
TEAM = cast("Table", Team.__table__)


def store_people(session: Session, outlook: Outlook[PersonDraft]) -> None:
    """Store the new and changed people of an outlook without refused rows.

    About twenty statements in batches. Raises IntegrityError when somebody was faster.
    """
    drafts = _drafts(outlook.fates)
    sites = _keys(session, select(Site.name, Site.id))
    _make_missing(session, outlook, sites)
    new = [draft for draft in drafts if draft.known is None]
    changed = [draft for draft in drafts if draft.known is not None]

    _all(session, insert(Person), [_values(draft.person, sites) for draft in new])
    people = _numbers(session, [draft.person.number for draft in drafts])
    _all(
        session,
        _change_person(),
        [
            _values(draft.person, sites) | {"key": people[draft.person.number]}
            for draft in changed
            if _differs(draft)
        ],
    )
    _follow_leaving(session, changed, people)
    _move(session, drafts, people)
    _add_skills(session, drafts, people)


def store_teams(session: Session, outlook: Outlook[TeamDraft]) -> None:
    """Store the new and changed teams of an outlook without refused rows. Six statements."""
    drafts = _drafts(outlook.fates)
    sites = _keys(session, select(Site.name, Site.id))
    made = [{"name": name, "side": Side.OTHER} for name in outlook.additions.departments]
    _all(session, insert(Department), made)
    departments = _keys(session, select(Department.name, Department.id))
    sides = {
        departments[folded(draft.team.department)]: Side(draft.team.side)
        for draft in drafts
        if draft.known is None or draft.known.side != draft.team.side
    }
    for key, side in sides.items():
        session.execute(
            update(Department)
            .where(Department.id == key, Department.side != side)
            .values(side=side, version=Department.version + 1)
        )
    rows = [(draft, _team_values(draft.team, sites, departments)) for draft in drafts]
    _all(session, insert(Team), [values for draft, values in rows if draft.known is None])
    _all(
        session,
        _change_team(),
        [_as_parameters(values) for draft, values in rows if draft.known is not None],
    )


def _drafts(fates: Sequence[Fate[Any]]) -> list[Any]:
    storing = {FateKind.NEW, FateKind.CHANGED}
    return [fate.draft for fate in fates if fate.kind in storing and fate.draft is not None]


def _all(session: Session, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(statement, rows)


def _keys(session: Session, names: Select[str, int]) -> dict[str, int]:
    return {folded(name): key for name, key in session.execute(names)}


def _numbers(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    rows = session.execute(select(Person.number, Person.id).where(Person.number.in_(numbers)))
    return dict(rows.all())


def _make_missing(
    session: Session, outlook: Outlook[PersonDraft], sites: Mapping[str, int]
) -> None:
    additions: Additions = outlook.additions
    _all(session, insert(Skill), [{"name": name} for name in additions.skills])
    made = [{"name": name, "side": Side.OTHER} for name in additions.departments]
    _all(session, insert(Department), made)
    if not additions.teams:
        return
    departments = _keys(session, select(Department.name, Department.id))
    teams = [
        {
            "name": team.name[1],
            "department_id": departments[folded(team.name[0])],
            "site_id": sites[folded(team.site)],
        }
        for team in outlook.additions.teams
    ]
    _all(session, insert(Team), teams)


def _values(person: KnownPerson, sites: Mapping[str, int]) -> dict[str, Any]:
    return {
        "number": person.number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "job_title": person.job_title,
        "site_id": sites[folded(person.site)],
        "joined_on": person.joined_on,
        "left_on": person.left_on,
        "working_days": person.working_days,
        "locale": person.locale,
    }


def _differs(draft: PersonDraft) -> bool:
    return draft.person != draft.known


def _change_person() -> Any:
    fields = (
        "given_name", "family_name", "email", "job_title", "site_id", "joined_on", "left_on",
        "working_days", "locale",
    )  # fmt: skip
    values: dict[str, Any] = {name: bindparam(name) for name in fields}
    return (
        update(PERSON)
        .where(PERSON.c.id == bindparam("key"))
        .values(version=PERSON.c.version + 1, **values)
    )


def _follow_leaving(
    session: Session, drafts: Iterable[PersonDraft], people: Mapping[str, int]
) -> None:
    """Whoever leaves, leaves their teams; whoever stays longer, stays in the home team."""
    rows: list[dict[str, Any]] = [
        {
            "key": people[draft.person.number],
            "before": draft.known.left_on,
            "after": draft.person.left_on,
        }
        for draft in drafts
        if draft.known is not None and draft.known.left_on != draft.person.left_on
    ]
    for table in (MEMBERSHIP, LEAD):
        is_over = or_(
            table.c.ends_on.is_(None),
            table.c.ends_on > bindparam("after", type_=table.c.ends_on.type),
        )
        ended = update(table).where(table.c.person_id == bindparam("key"), is_over)
        _all(session, ended.values(ends_on=bindparam("after")), rows)
    longer = update(MEMBERSHIP).where(
        MEMBERSHIP.c.person_id == bindparam("key"),
        MEMBERSHIP.c.kind == MembershipKind.HOME,
        MEMBERSHIP.c.ends_on == bindparam("before"),
    )
    _all(
        session,
        longer.values(ends_on=bindparam("after")),
        [row for row in rows if row["before"] and row["after"] and row["before"] < row["after"]],
    )


def _move(session: Session, drafts: Sequence[PersonDraft], people: Mapping[str, int]) -> None:
    """End the home membership that holds on the day, and begin the new one."""
    moving = [draft for draft in drafts if draft.home is not None]
    ending = [
        {"key": people[draft.person.number], "day": draft.home.starts_on}
        for draft in moving
        if draft.home is not None and draft.known is not None
    ]
    day = bindparam("day", type_=MEMBERSHIP.c.ends_on.type)
    ended = update(MEMBERSHIP).where(
        MEMBERSHIP.c.person_id == bindparam("key"),
        MEMBERSHIP.c.kind == MembershipKind.HOME,
        and_(
            MEMBERSHIP.c.starts_on < day,
            or_(MEMBERSHIP.c.ends_on.is_(None), MEMBERSHIP.c.ends_on > day),
        ),
    )
    _all(session, ended.values(ends_on=day), ending)
    if not moving:
        return
    teams = _team_keys(session)
    begun = [
        {
            "person_id": people[draft.person.number],
            "team_id": teams[folded(draft.home.team[0]), folded(draft.home.team[1])],
            "kind": MembershipKind.HOME,
            "starts_on": draft.home.starts_on,
            "ends_on": draft.home.ends_on,
        }
        for draft in moving
        if draft.home is not None
    ]
    _all(session, insert(Membership), begun)


def _team_keys(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(Department.name, Team.name, Team.id).join(
            Department, Department.id == Team.department_id
        )
    )
    return {(folded(department), folded(team)): key for department, team, key in rows}


def _add_skills(session: Session, drafts: Sequence[PersonDraft], people: Mapping[str, int]) -> None:
    if not any(draft.new_skills for draft in drafts):
        return
    skills = _keys(session, select(Skill.name, Skill.id))
    added = [
        {"person_id": people[draft.person.number], "skill_id": skills[folded(name)]}
        for draft in drafts
        for name in draft.new_skills
    ]
    _all(session, insert(PersonSkill), added)


def _team_values(
    team: KnownTeam, sites: Mapping[str, int], departments: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "name": team.name,
        "department_id": departments[folded(team.department)],
        "site_id": sites[folded(team.site)],
        "purpose": team.purpose,
        "minimum_present": team.minimum_present,
        "guest_limit": team.guest_limit,
    }


def _as_parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"name": "known_name", "department_id": "known_department"}
    return {renamed.get(key, key): value for key, value in values.items()}


def _change_team() -> Any:
    fields = ("site_id", "purpose", "minimum_present", "guest_limit")
    values: dict[str, Any] = {name: bindparam(name) for name in fields}
    return (
        update(TEAM)
        .where(
            TEAM.c.department_id == bindparam("known_department"),
            TEAM.c.name == bindparam("known_name"),
        )
        .values(version=TEAM.c.version + 1, **values)
    )

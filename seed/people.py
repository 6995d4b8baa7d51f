"""Makes the people of the demo company: teams filled, leads named, skills given, some away."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.people.models import (
    Absence,
    Account,
    Department,
    LeadKind,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    RoleGrant,
    Site,
    Skill,
    Team,
    TeamLead,
)
from seed.names import FAMILY_NAMES, GIVEN_NAMES
from seed.organisation import DEPARTMENTS, MAIL_DOMAIN, MORE_SKILLS, SITES, TEAMS, TeamPlan

LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ç": "c"})


@dataclass
class Company:
    """What the later steps of the seed build on. `members` lists a team's people, lead first."""

    today: date
    now: datetime
    made: int = 0
    teams: dict[str, Team] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    members: dict[str, list[Person]] = field(default_factory=dict)
    skills_of: dict[int, set[str]] = field(default_factory=dict)
    team_of: dict[int, str] = field(default_factory=dict)
    home_of: dict[int, Membership] = field(default_factory=dict)
    leaver: Person | None = None

    @property
    def hr(self) -> Person:
        """Who runs the programme."""
        return self.members["Personal"][1]


def make_company(session: Session, random: Random, *, now: datetime, password: str) -> Company:
    """Sites, departments, teams and about 120 people; `password` is the hash they all share."""
    company = Company(today=now.date(), now=now)
    _make_places(session, company)
    names = _names(random)
    for plan in TEAMS:
        _fill_team(session, company, plan, names, random)
    session.flush()
    _make_roles(session, company)
    _make_leaver(session, company, names)
    session.flush()
    _make_accounts(session, company, password)
    _make_moves(session, company, random)
    _make_absences(session, company, random)
    session.flush()
    return company


def _make_places(session: Session, company: Company) -> None:
    for place in SITES:
        site = Site(
            name=place.name,
            zone=place.zone,
            country=place.country,
            subdivision=place.subdivision,
        )
        session.add(site)
        company.sites[place.name] = site
    departments = {name: Department(name=name, side=side) for name, side in DEPARTMENTS}
    session.add_all(departments.values())
    wanted = {skill for plan in TEAMS for skill in plan.skills} | set(MORE_SKILLS)
    company.skills = {name: Skill(name=name) for name in sorted(wanted)}
    session.add_all(company.skills.values())
    session.flush()
    for plan in TEAMS:
        company.teams[plan.name] = Team(
            name=plan.name,
            department_id=departments[plan.department].id,
            site_id=company.sites[plan.site].id,
            purpose=plan.purpose,
            minimum_present=plan.minimum,
            guest_limit=plan.guests,
        )
    session.add_all(company.teams.values())
    session.flush()


def _names(random: Random) -> list[tuple[str, str]]:
    """Every pair of names once, shuffled."""
    pairs = [(given, family) for given in GIVEN_NAMES for family in FAMILY_NAMES]
    random.shuffle(pairs)
    return pairs


def _fill_team(
    session: Session,
    company: Company,
    plan: TeamPlan,
    names: list[tuple[str, str]],
    random: Random,
) -> None:
    people = [_person(company, plan, names.pop(), random) for _ in range(plan.people)]
    session.add_all(people)
    session.flush()
    company.members[plan.name] = people
    team = company.teams[plan.name]
    for number, person in enumerate(people):
        company.team_of[person.id] = plan.name
        company.home_of[person.id] = Membership(
            person_id=person.id,
            team_id=team.id,
            kind=MembershipKind.HOME,
            starts_on=person.joined_on,
        )
        session.add(company.home_of[person.id])
        _give_skills(session, company, plan, person, random)
        if number < 2:
            session.add(
                TeamLead(
                    team_id=team.id,
                    person_id=person.id,
                    kind=LeadKind.LEAD if number == 0 else LeadKind.DEPUTY,
                    starts_on=person.joined_on,
                )
            )


def _person(company: Company, plan: TeamPlan, name: tuple[str, str], random: Random) -> Person:
    given, family = name
    company.made += 1
    number = 1000 + company.made
    joined = company.today - timedelta(days=random.randrange(800, 5500))
    return Person(
        number=f"{number:05d}",
        given_name=given,
        family_name=family,
        email=_address(given, family),
        job_title=random.choice(plan.titles),
        site_id=company.sites[plan.site].id,
        locale="de",
        working_days="1234" if random.random() < 0.1 else "12345",
        mobile=random.random() < 0.45,
        remote_ok=random.random() < 0.5,
        joined_on=joined,
    )


def _address(given: str, family: str) -> str:
    plain = f"{given}.{family}".lower().translate(LETTERS)
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return f"{letters}@{MAIL_DOMAIN}"


def _give_skills(
    session: Session, company: Company, plan: TeamPlan, person: Person, random: Random
) -> None:
    own = set(random.sample(plan.skills, k=min(len(plan.skills), random.randint(2, 4))))
    others = sorted(set(company.skills) - own)
    chosen = own | set(random.sample(others, k=random.randint(1, 3)))
    if random.random() < 0.6:
        chosen.add("Führerschein")
    company.skills_of[person.id] = chosen
    session.add_all(
        PersonSkill(person_id=person.id, skill_id=company.skills[name].id)
        for name in sorted(chosen)
    )


def _make_roles(session: Session, company: Company) -> None:
    members = company.members
    grants = (
        (company.hr, Role.HR),
        (members["Personal"][2], Role.HR),
        (members["Finanzen"][2], Role.ADMINISTRATOR),
        (members["Service Hamburg"][3], Role.WORKS_COUNCIL),
        (members["Personal"][3], Role.TRAINER),
        (members["Personal"][4], Role.TRAINER),
        (members["Finanzen"][4], Role.TRAINER),
    )
    session.add_all(
        RoleGrant(person_id=person.id, role=role, granted_at=company.now) for person, role in grants
    )


def _make_leaver(session: Session, company: Company, names: list[tuple[str, str]]) -> None:
    """Somebody who left a month ago: the account is closed, the history stays."""
    given, family = names.pop()
    left = company.today - timedelta(days=30)
    person = Person(
        number="99001",
        given_name=given,
        family_name=family,
        email=_address(given, family),
        job_title="Außendienstmitarbeiter",
        site_id=company.sites["Hamburg"].id,
        locale="de",
        joined_on=left - timedelta(days=1500),
        left_on=left,
    )
    session.add(person)
    session.flush()
    session.add(
        Membership(
            person_id=person.id,
            team_id=company.teams["Außendienst Nord"].id,
            kind=MembershipKind.HOME,
            starts_on=person.joined_on,
            ends_on=left,
        )
    )
    company.leaver = person


def _make_accounts(session: Session, company: Company, password: str) -> None:
    people = [person for team in company.members.values() for person in team]
    if company.leaver is not None:
        session.add(
            Account(
                person_id=company.leaver.id,
                password_hash=password,
                active=False,
                epoch=2,
                created_at=company.now,
                password_set_at=company.now,
            )
        )
    session.add_all(
        Account(
            person_id=person.id,
            password_hash=password,
            created_at=company.now,
            password_set_at=company.now,
        )
        for person in people
    )


def _make_moves(session: Session, company: Company, random: Random) -> None:
    """A few people changed teams a year ago, and some work in a segment team beside their own."""
    for team in ("Key Account", "Digital und Kampagnen", "Innendienst"):
        person = company.members[team][-1]
        moved = company.today - timedelta(days=random.randrange(300, 420))
        current = company.home_of[person.id]
        before = random.choice([name for name in company.teams if name != team])
        current.starts_on = moved
        session.flush()  # the way is free before the earlier membership takes it
        session.add(
            Membership(
                person_id=person.id,
                team_id=company.teams[before].id,
                kind=MembershipKind.HOME,
                starts_on=person.joined_on,
                ends_on=moved,
            )
        )
    for team in ("Produktmarketing", "Außendienst Süd", "Service Wien"):
        session.add(
            Membership(
                person_id=company.members[team][3].id,
                team_id=company.teams["Vertriebssteuerung"].id,
                kind=MembershipKind.SEGMENT,
                starts_on=company.today - timedelta(days=200),
            )
        )


def _make_absences(session: Session, company: Company, random: Random) -> None:
    """Days off in the coming half year: time only."""
    for people in company.members.values():
        for person in random.sample(people, k=max(2, len(people) // 3)):
            start = company.today + timedelta(days=random.randrange(5, 170))
            session.add(
                Absence(
                    person_id=person.id,
                    starts_on=start,
                    ends_on=start + timedelta(days=random.choice((3, 5, 7, 12, 14))),
                    created_at=company.now,
                )
            )

"""Makers: each adds one row with believable defaults, flushes it and gives it back.

The cast: Ada (team Rhine), Bo (team Elbe), Cy (no team, must see nothing), Olga (HR).
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count

from argon2 import PasswordHasher
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from app.domain.consent import ConsentState, turn
from app.domain.roles import Role
from app.people.models import (
    Account,
    Department,
    LeadKind,
    Login,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    RoleGrant,
    Side,
    Site,
    Skill,
    Team,
    TeamLead,
)
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Blackout,
    Choice,
    Endorsement,
    Placement,
    PlacementSkill,
    PlacementState,
    Round,
    RoundState,
)
from app.rotations.queries.stays import find
from app.rotations.services.stays import answer, open_stay
from app.rotations.services.stays.answering import Answer
from app.rotations.services.stays.chain import chain_of

LONG_AGO = date(2020, 1, 6)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_numbers = count(1)


def _added(session, row):
    session.add(row)
    session.flush()
    return row


def _called(session, kind, name):
    """Give the row of a kind called `name`, or None; asked for once as long as it is fresh.

    What a commit, a request or a rollback has touched since is asked for again.
    """
    known = session.info.get((kind, name))
    if known is None or known not in session or inspect(known).expired or known.name != name:
        known = session.scalar(select(kind).where(kind.name == name))
        session.info[kind, name] = known
    return known


def make_site(session, name="Cologne", **fields):
    """Give the site called `name`, made when it is new."""
    values = {"zone": "Europe/Berlin", "country": "DE", "subdivision": "NW", **fields}
    return _called(session, Site, name) or _added(session, Site(name=name, **values))


def make_department(session, name="Marketing", side=Side.MARKETING):
    """Give the department called `name`, made when it is new."""
    known = _called(session, Department, name)
    return known or _added(session, Department(name=name, side=side))


def make_team(session, name="Rhine", *, department=None, site=None, **fields):
    department = department or make_department(session)
    site = site or make_site(session)
    return _added(session, Team(name=name, department_id=department.id, site_id=site.id, **fields))


def make_person(session, name="Ada", *, team=None, site=None, roles=(), password=None, **fields):
    """Make a person; `team` becomes the home team since long ago, `password` opens an account."""
    person = _added(session, _person(name, site or make_site(session), fields))
    if team is not None:
        make_membership(session, person, team)
    for role in roles:
        _added(session, RoleGrant(person_id=person.id, role=Role(role), granted_at=NOW))
    if password is not None:
        make_account(session, person, password=password)
    return person


def make_people(session, names, *, team, site=None, **fields):
    """Make people of one home team at once; as many statements for thirty of them as for one."""
    site = site or make_site(session)
    people = [_person(name, site, fields) for name in names]
    session.add_all(people)
    session.flush()
    session.add_all(_membership(person, team) for person in people)
    session.flush()
    return people


def _person(name, site, fields):
    number = next(_numbers)
    values = {
        "number": f"P{number}",
        "given_name": name,
        "family_name": "Test",
        "email": f"{name.lower()}{number}@example.com",
        "site_id": site.id,
        "locale": "en",
        "joined_on": LONG_AGO,
        **fields,
    }
    return Person(**values)


def make_account(session, person, *, password=None, **fields):
    """Open an account; without a password it waits for its owner's first one."""
    stored = CHEAP.hash(password) if password else None
    values = {"password_hash": stored, "created_at": NOW, "password_set_at": NOW, **fields}
    return _added(session, Account(person_id=person.id, **values))


def make_membership(session, person, team, **fields):
    """Let somebody be in a team, in their home team since long ago unless `fields` say else."""
    return _added(session, _membership(person, team, **fields))


def _membership(person, team, *, kind=MembershipKind.HOME, starts_on=LONG_AGO):
    return Membership(person_id=person.id, team_id=team.id, kind=kind, starts_on=starts_on)


def make_lead(session, person, team, *, kind=LeadKind.LEAD, starts_on=LONG_AGO, ends_on=None):
    row = TeamLead(
        team_id=team.id, person_id=person.id, kind=kind, starts_on=starts_on, ends_on=ends_on
    )
    return _added(session, row)


def make_skill(session, name="Storytelling", *, of=None):
    """Give the skill called `name`; `of` is a person who has it."""
    known = session.scalar(select(Skill).where(Skill.name == name))
    skill = known or _added(session, Skill(name=name))
    if of is not None:
        _added(session, PersonSkill(person_id=of.id, skill_id=skill.id))
    return skill


def make_login(session, person, *, at=NOW):
    """Sign a person in; gives the session secret for the cookie."""
    if session.get(Account, person.id) is None:
        _added(session, Account(person_id=person.id, created_at=at))
    token = f"token-{next(_numbers)}-of-{person.id}"
    _added(
        session,
        Login(
            person_id=person.id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            epoch=session.get(Account, person.id).epoch,
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=30),
        ),
    )
    return token


def sign_in(client, session, person, *, at=NOW):
    """Let `client` be this person from now on; use it with the `clock` fixture."""
    token = make_login(session, person, at=at)
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def make_round(session, name="Spring 2027", *, state=RoundState.OPEN, **fields):
    """Make a round of six four-week blocks from Monday 1 March 2027."""
    values = {
        "starts_on": date(2027, 3, 1),
        "blocks": 6,
        "placements_due_on": date(2026, 12, 11),
        "applications_due_on": date(2026, 12, 18),
        "endorsements_due_on": date(2027, 1, 15),
        "publish_on": date(2027, 1, 25),
        "weights": {},
        "created_at": NOW,
        **fields,
    }
    return _added(session, Round(name=name, state=state, **values))


def make_placement(session, round_, host, title="Campaign desk", *, skills=(), **fields):
    """Make an offered placement of one block; `skills` are required ones."""
    values = {
        "site_id": host.site_id,
        "task": "Plan one campaign from brief to report.",
        "duration": 1,
        "first_start": 0,
        "last_start": round_.blocks - 1,
        "state": PlacementState.OFFERED,
        "created_at": NOW,
        **fields,
    }
    placement = Placement(round_id=round_.id, host_team_id=host.id, title=title, **values)
    _added(session, placement)
    for skill in skills:
        _added(session, PlacementSkill(placement_id=placement.id, skill_id=skill.id))
    return placement


def make_application(session, round_, person, home, choices=(), **fields):
    """Make a submitted application; `choices` are placements, dearest first."""
    values = {
        "state": ApplicationState.SUBMITTED,
        "created_at": NOW,
        "submitted_at": NOW,
        **fields,
    }
    application = Application(
        round_id=round_.id, person_id=person.id, home_team_id=home.id, **values
    )
    _added(session, application)
    for rank, placement in enumerate(choices, start=1):
        _added(
            session,
            Choice(application_id=application.id, placement_id=placement.id, rank=rank),
        )
    return application


def make_avoidance(session, application, *, team=None, person=None):
    row = Avoidance(
        application_id=application.id,
        team_id=team.id if team else None,
        person_id=person.id if person else None,
    )
    return _added(session, row)


def make_endorsement(session, application, *, due_on=date(2027, 1, 15), **fields):
    values = {"asked_at": NOW, **fields}
    return _added(session, Endorsement(application_id=application.id, due_on=due_on, **values))


def make_blackout(session, team, starts_on, ends_on, reason="Quarter end"):
    row = Blackout(team_id=team.id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    return _added(session, row)


def make_stay(session, person, placement, home, *, start_block=0, at=NOW, agreed=False):
    """Open a stay as publishing does; `agreed` lets everybody agree at once."""
    placement = session.get(
        Placement, placement.id, options=[joinedload(Placement.host)], populate_existing=True
    )
    round_ = session.get(Round, placement.round_id)
    stay = open_stay(
        session,
        round_=round_,
        person_id=person.id,
        placement=placement,
        home_team_id=home.id,
        start_block=start_block,
        at=at,
        by=None,
    )
    session.expire_all()
    stay = find(session, stay.id)
    if agreed:
        agree(session, stay, at=at)
    return stay


def agree(session, stay, *, at=NOW):
    """Let everybody agree who has not answered yet."""
    while (party := turn(chain_of(stay))) is not None:
        answer(session, stay, Answer(party, ConsentState.GIVEN, by=stay.person_id), at=at)
    session.flush()
    return stay


class StayCompany:
    """Ada of Rhine may go to Elbe: leads Rita and Bo, buddy Ben, Olga of HR, Kim of the council.

    Cy belongs to neither team. `short` lasts four weeks, `long` eight.
    """

    def __init__(self, session):
        sales = make_department(session, "Sales", Side.SALES)
        self.home = make_team(session, "Rhine", minimum_present=2)
        self.host = make_team(session, "Elbe", department=sales)
        self.ada, self.rita = make_people(session, ["Ada", "Rita"], team=self.home)
        self.bo, self.ben = make_people(session, ["Bo", "Ben"], team=self.host)
        self.cy = make_person(session, "Cy")
        self.olga = make_person(session, "Olga", roles=[Role.HR])
        self.kim = make_person(session, "Kim", roles=[Role.WORKS_COUNCIL])
        make_lead(session, self.rita, self.home)
        make_lead(session, self.bo, self.host)
        self.round = make_round(session)
        buddy = {"buddy_id": self.ben.id}
        self.short = make_placement(session, self.round, self.host, **buddy)
        self.long = make_placement(
            session, self.round, self.host, "Key accounts", duration=2, **buddy
        )

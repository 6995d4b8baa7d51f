"""A small company in which every kind of visitor has something of its own, and something foreign.

Own things hang on team Rhine: Ada works there, Lena leads it, Dora is her deputy. Foreign things
hang on the teams Elbe and Main, where none of them has anything to say.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, select

from app.agenda.models import FeedVariant
from app.database import Base
from app.domain.roles import Role
from app.outbox.models import Mail, Notice, NoticeTopic
from app.people.models import (
    Absence,
    ImportDraft,
    ImportKind,
    LeadKind,
    Login,
    Membership,
    Sponsor,
    TeamLead,
)
from tests.agenda.busy_makers import make_address
from tests.agenda.makers import make_commitment, make_feed
from tests.company_rooms import add, rotation_things, survey_things, training_things
from tests.factories import (
    LONG_AGO,
    NOW,
    make_account,
    make_department,
    make_lead,
    make_person,
    make_skill,
    make_team,
)

NAMES = {
    "employee": "Ada",
    "lead": "Lena",
    "deputy": "Dora",
    "hr": "Olga",
    "works_council": "Wim",
    "administrator": "Adam",
    "trainer": "Tina",
    "sponsor": "Pia",
}

MEMBERS = tuple(NAMES)


@dataclass
class Company:
    """People by what they are; `own` and `foreign` objects by the name of the URL parameter."""

    people: dict
    own: dict
    foreign: dict

    def values(self, blueprint, names, role, *, foreign=False):
        """What to put into an address with these parameters; KeyError for one without a sample.

        A name that means different things is sampled as "blueprint.name".
        """
        which = self.foreign if foreign else self.own
        found = {name: which.get(f"{blueprint}.{name}") or which[name] for name in names}
        return {
            name: value[role] if isinstance(value, dict) else value for name, value in found.items()
        }


def make_company(session):
    rhine = make_team(session, "Rhine")
    elbe = make_team(session, "Elbe", department=make_department(session, "Sales"))
    main = make_team(session, "Main", department=make_department(session, "Service"))
    people = _people(session, rhine, main)
    bo = make_person(session, "Bo", team=elbe)
    mo = make_person(session, "Mo", team=main)
    for person in (*people.values(), bo, mo):
        make_account(session, person)
    make_lead(session, mo, main)
    made = Company(people, {}, {})
    _belonging_things(session, made, bo, rhine)
    made.foreign |= {"person_id": bo.id, "team_id": elbe.id}
    _personal_things(session, made, bo)
    rotation_things(session, made, people["employee"], bo, (rhine, elbe, main))
    training_things(session, made, bo)
    survey_things(session, made, rhine, main)
    _fixed_words(made)
    made.foreign["feeds.token"] = made.foreign["token"]
    gone = make_person(session, "Quirin", left_on=date(2026, 10, 1)).id
    made.own["erasures.person_id"] = made.foreign["erasures.person_id"] = gone
    session.commit()
    return made


def _people(session, rhine, main):
    people = {role: make_person(session, name, team=rhine) for role, name in NAMES.items()}
    make_lead(session, people["lead"], rhine)
    make_lead(session, people["deputy"], rhine, kind=LeadKind.DEPUTY)
    low, high = sorted((rhine.id, main.id))
    pair = {"low_team_id": low, "high_team_id": high, "starts_on": LONG_AGO}
    session.add(Sponsor(person_id=people["sponsor"].id, team_id=rhine.id, **pair))
    for role in ("hr", "works_council", "administrator", "trainer"):
        home = make_team(session, f"Home of {role}")
        people[role] = make_person(session, NAMES[role], team=home, roles=[Role(role)])
    return people


def _belonging_things(session, made, bo, rhine):
    ada = made.people["employee"]
    made.own |= {"person_id": ada.id, "team_id": rhine.id}
    shared = {
        "site_id": rhine.site_id,
        "department_id": rhine.department_id,
        "skill_id": make_skill(session).id,
        "lead_id": session.scalar(select(TeamLead.id).where(TeamLead.team_id == rhine.id).limit(1)),
        "mail_id": _mail(session, bo),
    }
    made.own |= shared
    made.foreign |= shared
    for which, person in ((made.own, ada), (made.foreign, bo)):
        belongs = select(Membership.id).where(Membership.person_id == person.id)
        which["membership_id"] = session.scalar(belongs)


def _personal_things(session, made, bo):
    makers = {
        "absence_id": _absence,
        "notice_id": _notice,
        "login_id": _login,
        "draft_id": _draft,
        "commitment_id": _commitment,
        "link_id": _feed_link,
        "source_id": _calendar_source,
        "feeds.token": _feed_token,
    }
    for name, make in makers.items():
        made.own[name] = {role: make(session, person) for role, person in made.people.items()}
        made.own[name]["anonymous"] = made.foreign[name] = make(session, bo)


def _commitment(session, person):
    return make_commitment(session, person).id


def _feed_link(session, person):
    link, _ = make_feed(session, person, variant=FeedVariant.BUSY)
    return link.id


def _calendar_source(session, person):
    return make_address(session, person).id


def _feed_token(session, person):
    _, address = make_feed(session, person)
    return address.removeprefix("/calendar/").removesuffix(".ics")


def _mail(session, person):
    mail = Mail(
        key="0" * 32,
        dedupe_key="test",
        person_id=person.id,
        address=person.email,
        subject="Hello",
        body="Hello",
        due_at=NOW,
        created_at=NOW,
    )
    return add(session, mail)


def _absence(session, person):
    return add(
        session,
        Absence(
            person_id=person.id,
            starts_on=date(2027, 8, 2),
            ends_on=date(2027, 8, 9),
            created_at=NOW,
        ),
    )


def _notice(session, person):
    return add(
        session,
        Notice(
            person_id=person.id,
            topic=NoticeTopic.ACCESS,
            title="Hello",
            text="Hello",
            params={},
            path="/today",
            action="Look",
            dedupe_key=f"test:{person.id}",
            created_at=NOW,
        ),
    )


def _login(session, person):
    secret = hashlib.sha256(f"elsewhere {person.id}".encode()).hexdigest()
    return add(
        session,
        Login(
            person_id=person.id,
            token_hash=secret,
            epoch=1,
            created_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(days=7),
        ),
    )


def _draft(session, person):
    return add(
        session,
        ImportDraft(
            person_id=person.id,
            kind=next(iter(ImportKind)),
            file_name="people.csv",
            content={
                "header": ["number"],
                "rows": [],
                "faults": [],
                "encoding": "utf-8",
                "separator": ",",
            },
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        ),
    )


def _fixed_words(made):
    """Parameters that name a kind of thing, not somebody's thing."""
    words = {
        "country": "DE",
        "item": "q01",
        "imports.kind": "people",
        "stays.kind": "day_three",
        "form": "csv",
        "party": "employee",
        "to": "planning",
        "token": "a-secret-that-nobody-was-given",
        "filename": "dist/app.css",
        "status": 404,
    }
    made.own.update(words)
    made.foreign.update(words)


def digest(engine: Engine) -> str:
    """A fingerprint of everything in the database."""
    fingerprint = hashlib.sha256()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            fingerprint.update(repr((table.name, rows)).encode())
    return fingerprint.hexdigest()

"""People who are signed in, and sessions of which no two are at the same time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.domain.seats import GatheringKind, GatheringState
from app.gatherings.models import Course, Gathering, Meeting, Topic
from app.people.models import (
    Account,
    Department,
    Login,
    Membership,
    MembershipKind,
    Person,
    Side,
    Site,
    Team,
)

LENGTH = timedelta(minutes=30)
PLENTY = 500


@dataclass(frozen=True)
class Client:
    """A signed-in browser with a form open."""

    person_id: int
    cookie: str
    csrf: str


def people(session: Session, app: Flask, number: int, *, now: datetime) -> list[Client]:
    """Make that many people of one team, each signed in."""
    site = Site(name="Bench", zone="Europe/Berlin", country="DE", subdivision="NW")
    department = Department(name="Bench", side=Side.MARKETING)
    session.add_all([site, department])
    session.flush()  # the team needs their keys
    team = Team(name="Bench", department_id=department.id, site_id=site.id)
    session.add(team)
    session.flush()  # so do memberships
    found = [_person(site.id, index, now) for index in range(number)]
    session.add_all(found)
    session.flush()  # and accounts need the people's
    clients = [_client(app, one.id) for one in found]
    common = {"epoch": 0, "created_at": now, "seen_at": now}
    tokens = [client[1] for client in clients]
    session.add_all(
        Membership(
            person_id=one.id,
            team_id=team.id,
            kind=MembershipKind.HOME,
            starts_on=now.date() - timedelta(days=900),
        )
        for one in found
    )
    session.add_all(Account(person_id=one.id, epoch=0, created_at=now) for one in found)
    session.flush()  # a login belongs to an account
    session.execute(
        insert(Login),
        [
            {
                "person_id": one.id,
                "token_hash": hashlib.sha256(token.encode()).hexdigest(),
                "expires_at": now + timedelta(days=30),
                **common,
            }
            for one, token in zip(found, tokens, strict=True)
        ],
    )
    return [client[0] for client in clients]


def sessions(session: Session, number: int, *, now: datetime, first: int) -> list[int]:
    """Make that many sessions with plenty of seats, one after the other; gives their keys.

    `first` is the number of the first half hour they take.
    """
    site = session.query(Site).first() or Site()
    course = session.query(Course).first() or _course(session, now)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=40)
    rows = [
        _session(course.id, site.id, start + (first + index) * LENGTH, now)
        for index in range(number)
    ]
    session.add_all(rows)
    session.flush()  # meetings need the keys
    session.add_all(
        Meeting(
            gathering_id=row.id,
            number=1,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place="Library",
        )
        for row in rows
    )
    return [row.id for row in rows]


def _person(site_id: int, index: int, now: datetime) -> Person:
    return Person(
        number=f"B{index}",
        given_name=f"Guest{index}",
        family_name="Bench",
        email=f"guest{index}@bench.invalid",
        site_id=site_id,
        joined_on=now.date() - timedelta(days=900),
    )


def _client(app: Flask, person_id: int) -> tuple[Client, str]:
    """The browser, and the secret of its session."""
    raw, token = token_hex(20), token_hex(20)
    interface: Any = app.session_interface
    cookie = interface.get_signing_serializer(app).dumps({"token": token, "csrf_token": raw})
    form = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    return Client(person_id, str(cookie), str(form.dumps(raw))), token


def _course(session: Session, now: datetime) -> Course:
    texts = ("title", "summary", "goals", "joint_task")
    course = Course(
        topic=Topic.COACHING,
        minutes=30,
        created_at=now,
        **{f"{name}_{language}": "Bench" for name in texts for language in ("de", "en")},
    )
    session.add(course)
    session.flush()  # sessions need its key
    return course


def _session(course_id: int, site_id: int, starts_at: datetime, now: datetime) -> Gathering:
    return Gathering(
        kind=GatheringKind.SESSION,
        state=GatheringState.ANNOUNCED,
        course_id=course_id,
        title="Bench",
        site_id=site_id,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        capacity=PLENTY,
        wanted_capacity=PLENTY,
        opens_at=now - timedelta(days=1),
        closes_at=starts_at - timedelta(days=1),
        cancel_until=starts_at - timedelta(days=5),
        created_at=now,
    )

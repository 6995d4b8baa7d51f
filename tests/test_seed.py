"""The demo company: believable, whole, and the same for the same seed and day."""

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.database import Base, db
from app.domain.collaboration import view
from app.domain.voices import TIME_TO_SPEAK
from app.gatherings.models import Booking, Course, Gathering, Topic
from app.health.queries.contact import began, ledger
from app.health.queries.snapshots import published
from app.insights.models import Insight
from app.people.models import Person, Site, Team
from app.rotations.models import Application, Outcome, Plan, Round, RoundState, Stay
from app.voices.models import PulseMark, PulseSheet
from app.voices.queries.taps import of_pair
from seed.load import load

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BY_CHANCE = {
    ("account", "password_hash"),
    ("commitment", "uid"),
    ("person_calendar", "changed_at"),  # stamped by the database itself
    ("team_calendar", "changed_at"),
    ("mail", "key"),
    ("private_mail", "key"),
    ("plan", "best"),
    ("pulse_sheet", "key"),
    ("sealed_box", "content"),
    ("sealed_box", "key"),
    ("wave", "public_key"),
    ("wave", "signature"),
    ("wave", "signed_by"),
}


def content(session):
    """Everything in the database but what is random on purpose."""
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if (table.name, c.name) not in BY_CHANCE]
        rows = session.execute(select(*columns)).all()
        found[table.name] = sorted(json.dumps(list(row), default=str) for row in rows)
    return found


@pytest.fixture(scope="module")
def companies(store, make_app):
    """Give an app and the engine behind it with the company inside, made once under each name.

    The name is that of an engine, or `twin` for a second one on SQLite.
    """
    made = {}

    def of(name):
        if name not in made:
            kind = "sqlite" if name == "twin" else name
            app = make_app(store(kind).create(f"seeded_{name}"))
            with app.app_context():
                made[name] = (app, db.engine)
            with Session(made[name][1]) as session:
                load(session, now=NOW, seed=1)
                session.commit()
        return made[name]

    yield of
    for _app, engine in made.values():
        engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def company(request, companies):
    return companies(request.param)


def test_the_company_is_whole_on_both_engines(company):
    _app, engine = company
    with Session(engine) as session:
        states = Counter(session.scalars(select(Round.state)))
        plans = session.execute(select(Plan.in_force, Plan.proven)).all()
        people = session.scalar(select(func.count()).select_from(Person))
        answered = session.scalar(select(func.count()).select_from(Outcome))
        past = session.scalar(
            select(func.count())
            .select_from(Application)
            .join(Round)
            .where(Round.state.in_((RoundState.RUNNING, RoundState.CLOSED)))
        )
        assert states == {"closed": 3, "running": 1, "open": 1, "draft": 1}
        assert all(in_force and proven for in_force, proven in plans)
        assert 110 <= people <= 130
        assert answered == past, "somebody who applied got no answer"
        assert len({team.site_id for team in session.scalars(select(Team))}) == 2
        assert session.scalar(select(func.count()).select_from(Site)) == 2
        assert len(set(session.scalars(select(Stay.state)))) >= 4
        fates = session.execute(select(Insight.kind, Insight.fate).distinct()).all()
        assert Counter(kind for kind, _fate in fates) == {"stay": 4, "joint_day": 4}
        _has_trainings_in_every_state(session)
        _tells_of_some_pair_how_the_contact_was(session)
        _tells_of_a_fall_and_what_mended_it(session)


def _has_trainings_in_every_state(session):
    """Courses of all topics, and something of everything that can become of a booking."""
    courses = session.scalars(select(Course)).all()
    bookings = set(session.scalars(select(Booking.state)))

    assert len(courses) >= 12
    assert {course.topic for course in courses} == set(Topic)
    assert all(len(course.goals("de")) == len(course.goals("en")) >= 2 for course in courses)
    assert {"draft", "announced", "called_off", "over"} <= set(
        session.scalars(select(Gathering.state))
    )
    assert bookings >= {
        *("requested", "waitlisted", "offered", "booked", "cancelled", "called_off"),
        *("attended", "no_show", "excused"),
    }


def _tells_of_some_pair_how_the_contact_was(session):
    """At least one pair has five answers in quarters that are over, and marks are recent only."""
    pairs = session.execute(select(PulseSheet.from_team_id, PulseSheet.about_team_id)).all()
    told = [of_pair(session, *pair, at=NOW).means for pair in set(pairs)]
    assert any(told)
    assert not all(told)
    ended = session.scalars(select(PulseMark.ended_at)).all()
    assert all(at > NOW - TIME_TO_SPEAK for at in ended)


def _tells_of_a_fall_and_what_mended_it(session):
    """One pair falls and recovers after days together, one stays low, one cannot be told."""
    teams = {team.name: team.id for team in session.scalars(select(Team))}
    digital, north, office, fairs = (
        teams[name]
        for name in (
            *("Digital und Kampagnen", "Außendienst Nord"),
            *("Innendienst", "Messen und Veranstaltungen"),
        )
    )
    waves = published(session)
    scores = {}
    for pair in ((digital, north), (north, digital), (office, digital), (fairs, north)):
        seen = [view(wave.body, pair) for wave in waves]
        scores[pair] = [each.mean if each else None for each in seen]
    together = {one.on for one in began(session, digital, north, at=NOW)}
    days = [
        sum(earlier.published_on <= day < later.published_on for day in together)
        for earlier, later in pairwise(waves)
    ]
    contact = {one.kind: one.times for one in ledger(session, digital, north)}

    assert len(waves) == 8
    for pair in ((digital, north), (north, digital)):
        before, fallen, recovered = scores[pair][2], scores[pair][3], scores[pair][-1]
        assert fallen <= before - 15
        assert recovered >= fallen + 20
    assert max(scores[office, digital]) < 50
    assert scores[fairs, north] == [None] * 8
    assert days[:3] == [0, 0, 0], "what mended it began after the fall"
    assert days[3:5] == [2, 4]
    assert contact[CommitmentKind.TRIP] == 6


def test_the_doctor_finds_nothing_and_the_accounts_can_be_shown(company, clock):
    clock.move_to(NOW)  # a week later questions would have run out
    runner = company[0].test_cli_runner()

    doctor = runner.invoke(args=["doctor"])
    listed = json.loads(runner.invoke(args=["demo", "accounts", "--json"]).output)
    greeting = runner.invoke(args=["greet"]).output

    assert doctor.exit_code == 0, doctor.output
    roles = {account["role"] for account in listed["accounts"]}
    assert roles == {
        "hr", "administrator", "works_council", "trainer", "lead", "deputy", "employee", "leaver",
    }  # fmt: skip
    assert all(account["email"] in greeting for account in listed["accounts"])


def test_the_same_seed_and_day_make_the_same_company(companies):
    found = []
    for name in ("sqlite", "twin"):
        with Session(companies(name)[1]) as session:
            found.append(content(session))

    first, second = found
    assert {name: rows for name, rows in second.items() if rows != first[name]} == {}


def test_there_is_no_demo_in_production(make_app, store):
    app = make_app(
        store("sqlite").create("strict"),
        TANDEM_PRODUCTION="1",
        BASE_URL="https://tandem.example",
    )

    results = [app.test_cli_runner().invoke(args=["demo", word]) for word in ("load", "accounts")]

    assert [(found.exit_code, "no demo in production" in found.output) for found in results] == [
        (1, True),
        (1, True),
    ]


def test_a_first_start_prints_a_link_that_works_once(app, runner, client):
    printed = runner.invoke(args=["greet"]).output
    link = printed.strip().splitlines()[-1]

    answer = client.get(link.removeprefix("http://localhost"))

    assert "no administrator yet" in printed
    assert answer.status_code == 303

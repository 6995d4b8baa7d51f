"""The cast of trainings, and visitors signed in as one of them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.domain.roles import Role
from app.gatherings.jobs.trips import keep_trips
from app.gatherings.models import Trip
from app.people.models import LeadKind, Side
from tests.conftest import CommittingClient
from tests.factories import (
    NOW,
    make_department,
    make_lead,
    make_people,
    make_person,
    make_team,
    sign_in,
)
from tests.gatherings.joint_days import SECRET
from tests.gatherings.makers import (
    make_booking,
    make_course,
    make_gathering,
    make_room,
)
from tests.people.door import good_token


class Visitor:
    """A signed-in browser: `get` gives the answer, `post` sends a form with its token."""

    def __init__(self, client):
        self.client = client
        self._token = None

    def get(self, path):
        return self.client.get(path)

    def page(self, path):
        """The text of a page that opens."""
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def post(self, path, **fields):
        if self._token is None:
            self._token = good_token(self.client)
        return self.client.post(path, data={"csrf_token": self._token, **fields})


@pytest.fixture
def signed_in(app, session, clock):
    """Give a browser signed in as a person: `signed_in(ada)`."""

    def of(person):
        client = CommittingClient(app, app.response_class, use_cookies=True)
        client.session = session
        return Visitor(sign_in(client, session, person, at=clock.now()))

    return of


@pytest.fixture
def cast(session):
    """Ada and Ann of Rhine (Marketing), led by Lea and her deputy Dan; Bo of Elbe (Sales), led by
    Eve; Cy has no team, Olga is HR, Tina trains.
    """
    sales = make_department(session, "Sales", Side.SALES)
    rhine = make_team(session, "Rhine", minimum_present=2)
    elbe = make_team(session, "Elbe", department=sales)
    found = SimpleNamespace(rhine=rhine, elbe=elbe, sales=sales)
    names = ["Ada", "Ann", "Lea", "Dan"]
    found.ada, found.ann, found.lea, found.dan = make_people(session, names, team=rhine)
    found.bo, found.eve = make_people(session, ["Bo", "Eve"], team=elbe)
    found.cy = make_person(session, "Cy")
    found.olga = make_person(session, "Olga", roles=[Role.HR])
    found.tina = make_person(session, "Tina", roles=[Role.TRAINER])
    make_lead(session, found.lea, rhine)
    make_lead(session, found.dan, rhine, kind=LeadKind.DEPUTY)
    make_lead(session, found.eve, elbe)
    return found


@pytest.fixture
def worker(app, session):
    """Let the worker look after joint days."""

    def look():
        session.commit()  # one who writes has SQLite alone
        with app.app_context():
            keep_trips()

    return look


@pytest.fixture
def past(session, cast):
    """A field trip of Bo with Ada, which ended an hour ago."""
    start = NOW - timedelta(hours=3)
    gathering = make_gathering(session, host=cast.bo, starts_at=start, seats=1)
    make_booking(session, gathering, cast.ada)
    session.get_one(Trip, gathering.id).customer = SECRET
    session.commit()
    return gathering


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def course(session):
    return make_course(session, minutes=240)


@pytest.fixture
def room(session):
    return make_room(session)


@pytest.fixture
def form(session, room, cast):
    """Fill in one morning in the library, led by Tina."""
    return {
        "do": "save",
        "count": "1",
        "language": "de",
        "site_id": str(room.site_id),
        "day_0": "2026-12-15",
        "starts_0": "09:00",
        "ends_0": "13:00",
        "room_id_0": str(room.id),
        "place_0": "",
        "link_0": "",
        "trainers": [str(cast.tina.id)],
        "capacity": "12",
        "minimum": "6",
        "decide_on": "2026-12-08",
        "opens_on": "2026-11-23",
        "closes_on": "2026-12-11",
        "cancel_days": "3",
        "note": "Bring an example.",
    }
